"""Names behind the words that introduce one: `收件人：`, `我叫`, `这边是财务部的`."""

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding
from pipelines.redaction.name_characters import GIVEN_WEIGHTS, SURNAME_WEIGHTS
from pipelines.redaction.name_frames import after
from pipelines.redaction.name_likeness import name_weight, surname_length, word_class
from pipelines.redaction.plausible_names import is_plausible
from pipelines.redaction.surnames import NOT_NAMES
from pipelines.redaction.transliterated_names import is_transliterated

# One more than a name has, and no more: a run may be as long as the text.
_HAN = re.compile("[\u3400-\u9fff]{1,5}")
# What may come after a name inside a sentence.
_BORDER = re.compile(
    "$|[^\u3400-\u9fff·]|的|先生|女士|小姐|老师|同学|手机|电话|联系|身份|证件|护照|银行|卡"
    "|账[户号]|帐[户号]"
    "|微信|邮箱|邮件|住[在址]?|在|地址|收|签|和|与|或|跟|说|申请|名下|您好|你好|开户|车牌|号|已"
    "|将|把|是|这"
    "|那|户籍|完成|查|打|预留|转|发|要|想|反馈|投诉|来电|下单|购买|给|有|吗|呢|吧|啊|呀|哈|嗯|谢"
    "|还|就|也|都"
    "|今|昨|明天|生日|出生|总|经理|来|去|帮|回复|处理|负责|态度|接|女|男|工号|QQ|本人|一声|注册"
    "|移|看|登|开"
)
_LABELS = (
    "收件人|寄件人|收货人|发件人|联系人|户名|户主|持卡人|开户人|登记人|申请人|报名人|投保人"
    "|被保人|被保险人"
    "|受益人|负责人|经办人|法人代表|法定代表人|法人|投诉人|派送员|配送员|预订人|预约人|订房人"
    "|入住人|乘机人"
    "|签收人|付款人|收款人|汇款人|取件人|提货人|报修人|代办人|介绍人|推荐人|注册人|机主|车主"
    "|业主姓名|处理人"
    "|审批人?|复核人?|收票人|监护人|姓名|名字|昵称|真名|本名|全名|大名|抬头|署名|签名|落款|实名"
)
_INTRODUCED = re.compile(
    f"(?:我叫|人叫|叫做|名叫|她叫|他叫|{_LABELS}|乘客|旅客|患者|病人|业主|租客|房东|驾驶人|司机"
    f"|快递员|骑手"
    "|参会人员?|嘉宾|转账[至到给]|打款[至到给]|汇款[至到给]|称呼[我是为]?|本人|我是|这是|这里是"
    "|我这边是"
    "|帮?我?打给|加个?微信吧?|联系一下|请联系|就是)(?:姓名)?(?:[:=：-]|就?是|为|叫| )*"
)
# After these a name follows for certain, whatever its surname.
_CERTAIN = re.compile(
    f"(?:(?:我叫|人叫|名叫|她叫|他叫|名字[叫是]|姓名[是为]?|{_LABELS}|(?:老公|老婆|女儿|儿子|孩子"
    f"|宝宝|妈妈?|爸爸?)叫)"
    "(?:姓名)?(?:[:=：-]|就?是|为|叫| )*"
    "|(?:患者|病人|学员|学生|乘客|业主|租客|客户)[:：] ?)"
)
_SEPARATED = re.compile("[:=：叫是为 -]$")
# `我是佳木生物的熊子健`, `这边是财务部的小陈`
_MEMBER = re.compile(
    "(?:我|这边|这里|本人|您?好)[,， ]?(?:就?是|叫|来自)[^，。,;；？?\\s的]{2,16}的"
)
_ROLE = re.compile(
    "(?:我?(?:老公|老婆|爱人|丈夫|妻子|爸爸?|妈妈?|父亲|母亲|儿子|女儿|哥哥|姐姐|弟弟|妹妹|爷爷"
    "|奶奶|朋友|同事"
    "|室友|领导|同学|老板)(?:叫|是|名字)?|客服|坐席|工程师|销售|顾问|经理|主管|店长|专员|员工"
    "|用户|客户|会员"
    "|学员|学生|老师|患者|医生|护士|快递员|师傅|代表|联系|核实|核对|找|问一下|通知|告诉|转告|发给"
    "|交接给|交给|感谢"
    "|刚问了|让|由|请(?!问)|换成|改成|换为|主持是|账号是|抄送给?|把|之前是|叫|和|与|跟|、|@|至|给"
    "|帮|存一下)(?:[:：]| )?"
)
_FOLLOWS = frozenset({"person", "deed", "of", "plain"})
# Roles of one person: an everyday word behind one of them is that person's name.
_PERSONAL = re.compile(
    "(?:我(?:老公|老婆|爱人|丈夫|妻子|爸爸?|妈妈?|儿子|女儿|哥哥?|姐姐?|弟弟?|妹妹?|同事|同学"
    "|朋友|室友)|班主任|工程师"
    "|师傅|客服|坐席|乘客|旅客|患者|病人|客户|法人|司机|骑手|店长|主管|业主|户主|租客|房东|学员"
    "|学生|老师|医生|护士)"
)
_DONE = re.compile("已|也|都|刚|[今明昨后]天|[上下]午|不|没")
_SELF = re.compile(
    "(?:^|[^\u3400-\u9fff]|是|找|问|让|请)([\u3400-\u9fff]{2,3})(?=本人|两个字|三个字)"
)
# `您姓名是关键？`: whatever stands there is the name.
_CONFIRMED = re.compile(
    "[您你]的?(?:姓名|名字)[是叫]([\u3400-\u9fff]{2,3}?)(?=[?？，,。！!吗对吧]|没错|$)"
)
# `姓名和电话`: never the beginning of the name that a label announces.
_JOINS = frozenset("和与及或跟")
_NO_FIELD = frozenset(
    (
        "待定", "未知", "不详", "没有", "保密", "匿名", "同上", "暂无", "不变", "随便", "必填",
        "选填",
        "错误", "不对", "单位", "信息", "方式", "时间", "金额", "类型", "项目", "程序", "说明",
        "管理",
        "安全", "全部", "文件", "应用", "时候", "单号", "全称", "简称", "明细", "平台", "水电",
        "能否",
        "常用", "来源", "关系", "门店", "公司", "商品", "居住", "经营", "单独", "支付", "计算",
        "生成",
        "解绑", "通过", "过期", "变更", "应该", "有误", "有效", "权限", "成功", "变了", "写错",
    )
)  # fmt: skip


def find_introduced_names(text: str) -> Iterator[Finding]:
    """Yield the names of a shadow text that a word before them introduces."""
    for match in _CERTAIN.finditer(text):
        start = match.end()
        told = _SEPARATED.search(match.group()) is not None
        called = match.group().endswith("叫")
        if (end := read_name(text, start, certain=True)) is not None:
            yield Finding("person", start, end, 0.8)
        elif (end := _read_field(text, start, told=told, called=called)) is not None:
            yield Finding("person", start, end, 0.8 if told else 0.6)
    for pattern, score in ((_INTRODUCED, 0.65), (_MEMBER, 0.65), (_ROLE, 0.6)):
        for match in pattern.finditer(text):
            if (end := read_name(text, match.end(), certain=False)) is not None:
                yield Finding("person", match.end(), end, score)
    for match in _CONFIRMED.finditer(text):
        if surname_length(text, match.start(1)) and match.group(1) not in _NO_FIELD:
            yield Finding("person", *match.span(1), 0.8)
    for match in _PERSONAL.finditer(text):
        start, end = match.end(), match.end() + 2
        if not _is_word_name(text, start, end):
            continue
        follows = after(text, end)
        kin = match.group()[0] == "我" and follows == "of"
        if kin or follows in ("person", "deed", "time") or _DONE.match(text, end):
            yield Finding("person", start, end, 0.5)
    for match in _SELF.finditer(text):
        start = match.start(1) if surname_length(text, match.start(1)) else match.start(1) + 1
        stop = match.end(1)
        if (
            surname_length(text, start)
            and (name_weight(text[start:stop]) >= 0)
            and (is_plausible(text, start, stop) or _is_word_name(text, start, stop))
        ):
            yield Finding("person", start, stop, 0.6)


def read_name(text: str, start: int, *, certain: bool) -> int | None:
    """Return where the Han name that begins at `start` ends, or None if none does."""
    run = _HAN.match(text, start)
    surname = surname_length(text, start)
    if run is None or not (surname or certain) or text[start] in _JOINS:
        return None
    for length in (surname + 2, surname + 1) if surname >= 2 else (3, 2, 4):
        end = start + length
        if end > run.end() or _BORDER.match(text, end) is None or (length == 4 and surname == 1):
            continue
        if is_plausible(text, start, end, certain=certain, introduced=True):
            return end
    return None


def _read_field(text: str, start: int, *, told: bool, called: bool) -> int | None:
    """Return where the name ends that is all of the field at `start`, or begins it."""
    run = _HAN.match(text, start)
    if run is None or text[start] in _JOINS:
        return None
    length = run.end() - start
    if length > 4 and not told:
        return None
    for end in range(start + min(4, length), start + 1, -1):
        name = text[start:end]
        if name in NOT_NAMES or (name in _NO_FIELD and not called):
            return None
        if end < run.end() and not (told and after(text, end) in _FOLLOWS):
            continue
        if _is_word_name(text, start, end, called=called) and (told or end == run.end()):
            return end
        weights = [GIVEN_WEIGHTS.get(char, 0) for char in name]
        if told and not word_class(name):
            if end - start > 2 and is_transliterated(name) and min(weights) >= -2:
                return end
            surname = surname_length(text, start)
            strong = surname > 1 or SURNAME_WEIGHTS.get(name[0], -9) + sum(weights[1:]) >= 0
            if surname and strong and min(weights[1:]) >= -2:
                return end
            if end - start == 2 and sum(weights) >= 2 and min(weights) >= 0:
                return end
    return None


def _is_word_name(text: str, start: int, end: int, *, called: bool = False) -> bool:
    """Tell whether an everyday word of two characters can be somebody's name."""
    name = text[start:end]
    if end - start != 2 or len(name) != 2 or not surname_length(text, start):
        return False
    if name in NOT_NAMES or (name in _NO_FIELD and not called):
        return False
    return word_class(name) in ("noun", "adjective", "place", "name", "other", "verb") and (
        GIVEN_WEIGHTS.get(name[1], 0) >= -2
    )
