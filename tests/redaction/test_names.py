"""Names, class by class: who must be covered, and what only looks like a name and stays."""

import re
import time

import pytest

from pipelines.redaction import Redactor
from pipelines.redaction.names import find_answered_name, find_names, is_telling

FRAMED = (
    "前天是[苗立冬]接的我电话",
    "让[尤可馨]跟我说一下吧",
    "你们那边的[禤文斌]答应过我的",
    "等[单晓燕]回来再处理",
    "由[卞之岚]负责这个单子",
    "表扬一下[仉雅琴]，特别耐心",
    "我跟[邬建明]都说好了",
    "[缪春生]说他没收到短信",
    "[诸葛一帆]的快递又退回去了",
    "押金条上写的[司徒静怡]",
    "2024年起[李娜]是店长",
    "2024年起[小王]负责",
)
INTRODUCED = (
    "我叫[高兴]",
    "户名：[石榴]",
    "姓名:[麻雪梅] 电话:13812345678",
    "我老公叫[向东升]",
    "联系人[季海洋]，电话13812345678",
    "请问是[康健]本人吗",
    "患者[丁香]的报告可以取了",
    "免贵姓[揭]",
    "我姓[欧阳]",
)
TITLED = (
    "找[王总]签字",
    "[安老师]让我直接找你",
    "[段老板]上次答应的",
    "找[须先生]签字",
    "[尉迟工]在吗",
    "请[梁会长]过目",
    "[和平先生]，您的件已签收",
    "[高歌女士]您好",
    "叫我[老宋]就行",
    "[小孟]人呢",
    "[小红]说可以",
    "听[菲菲]的",
    "[琳琳姐]说明天来",
    "[梓涵妈妈]问作业",
    "跟[娟姐]说下",
)
LISTED = (
    "[邵海波]、[戚文静]和[鲍立新]三位",
    "@[麻志远] @[邓雨桐] 两位老师看下",
)
TRANSLITERATED = (
    "我叫[阿依古丽·艾则孜]",
    "[扎西顿珠]退房",
    "乘客[古丽米热]热退票",
    "外籍员工[佐藤健一]入职",
    "找[迈克尔·陈]要报价",
)
LATIN = (
    "[Georgia] said it was shipped",
    "Please ask [Emily], thanks",
    "叫我 [Peter] 就行",
    "Hi [Kevin] 新套餐什么时候上线",
    "[Vivian]说这个ticket已经close了",
    "外教[Jack]今天没来",
    "收货人写 [Stella Zhou] 可以吗",
    "Thanks, [Ouyang Na]",
    "@[Grace] pls check",
    "Passenger: [James O'Brien]",
    "叫我[kevin]",
    "我叫 [Friday]",
    "Mr. [Friday] called",
    "My name is [Sunday]",
    "Ask [Emily] on Friday",
)
SPACED = (
    "店员[韦 晓 岚]说可以退",
    "联系人 [上 官 飞 雪] 在吗",
    "转给[戚 建 国]处理一下",
)
WORDS = (
    "患者：[黄鹂]，科室：骨科",
    "请[杭一舟]先确认，谢谢",
    "维修的姓[扈]，让我在家等",
)
# What is sold, eaten, played or prayed to.
GOODS = (
    "关于杏仁露，保质期是多久",
    "石榴已为您下单",
    "花椒粉受潮了",
    "高领毛衣起球",
    "毛衣链掉色",
    "罗技的鼠标失灵",
    "施耐德的开关跳闸",
    "林肯的车贴还有吗",
    "哪吒手办什么时候发",
    "小龙女手办断了",
    "上官婉儿怎么出装",
    "东方财富登不上",
    "百里守约皮肤返场吗",
    "史努比的水杯漏水",
    "康乃馨一束多少",
    "柯基已到店",
)
# How shops, chats and teams talk.
TALK = (
    "宝子们冲",
    "亲们久等了",
    "老铁双击",
    "小可爱别急",
    "客服小妹态度不错",
    "测试同学说复现不了",
    "运营说下周上线",
    "前台小姐姐说没有",
    "高三(2)班的家长群",
    "换了新key还是不行",
    "宿管阿姨不让进",
    "仓管大叔没给单子",
    "冷冰冰的态度",
    "开开心心过节",
    "haha 好的",
    "@all 明天开会",
    "把mac加进白名单",
)
# Verbs and adverbs that begin with the character of a surname.
VERBS = (
    "许久没登录了",
    "见谅，刚看到",
    "左滑可以删除",
    "时常掉线",
    "合同请回传至邮箱",
    "查学籍要带什么",
    "麻烦开双闪",
    "单独购买行吗",
    "服务太敷衍",
)
# Days, buttons, components and software.
LATIN_WORDS = (
    "We are open Monday to Friday, 9am to 6pm.",
    "The Black Friday sale ends on Sunday.",
    "Go to Billing",
    "Click Save",
    "Login Failed",
    "怎么设置 Dialog 的宽度？",
    "给 Menu 设置",
    "在默认 YAML 里",
    "支持哪个版本的 Zipkin？",
    "我手机是鸿蒙 4.2",
    "我是鸿蒙",
    "我是 MIUI 14.0.8.0",
)
# What is so from a release on.
SINCE = (
    "从 2.5.0 起保留 60 天",
    "2.4.0 起默认开启双重验证",
    "2.1.0 起最多 20 个",
    "3.2.0 起最大 5 GB",
    "v2.4 起改为免费",
    "从 2.5.0 起强制开启",
)
# Cities, and what stands beside them.
CITY = (
    "K518次吉林到长春还有票吗",
    "D3056次金华到合肥几点到",
    "包裹卡在洛阳了",
    "从安康出发",
    "卡是永州的",
)
SURNAMES_SPOKEN_OF = ("皇甫这个姓怎么读", "万俟怎么念")
UNTOUCHED = (
    "三楼会议室怎么预约",
    "右上角设置里点账号管理",
    "方便的话尽快处理，谢谢",
    "后台能不能批量导出",
    "从长春发往上海要几天",
    "我和朋友一起买的",
    "安全中心提示有风险",
    "康师傅开盖再来一瓶兑不了",
    "诸葛亮皮肤什么时候返场",
    "江山图那款茶具还有货没",
    "云盘满了怎么扩容",
    "石家庄能送吗",
    "请问师傅几点上门",
    "员工数超了怎么办",
    "小程序打不开",
    "小米手机能用吗",
    "老师好，作业在哪交",
    "姓名和电话在哪里改",
    "收件人信息填错了",
    "联系人怎么删除",
    "第一章的视频打不开",
    "这张卡冻结了",
    "Windows Server 2019 能装吗",
    "Docker Desktop 启动失败",
    "上官网看看",
    "企业实名一般1个工作日;个人须预存500元",
    "须先在配额中心申请,一般1个工作日内审核",
    "普通退订、降配：代金券抵扣部分不退",
    "用户名格式为 用户名@账号别名",
    "上传处理截图与承诺书",
    "Currently, this is not supported.",
    "Within the first 15 days, you can get a refund.",
    "Do you ship to Georgia?",
    "Our clients in Georgia are happy",
    "金华仓没货了",
    "小红书订单能同步吗",
    "小红书和淘宝的订单能合并吗",
)


@pytest.mark.parametrize(
    "marked", [*FRAMED, *INTRODUCED, *TITLED, *LISTED, *TRANSLITERATED, *LATIN, *SPACED, *WORDS]
)
def test_every_character_of_a_name_is_covered(redactor: Redactor, marked: str) -> None:
    text = re.sub(r"[\[\]]", "", marked)
    spans = [span for span in redactor.redact(text).spans if span.type == "person"]
    covered = {place for span in spans for place in range(span.start, span.end)}
    wanted: set[int] = set()
    place = 0
    for piece in re.split(r"(\[[^]]*\])", marked):
        name = piece.strip("[]")
        if piece.startswith("["):
            wanted.update(range(place, place + len(name)))
        place += len(name)
    assert wanted <= covered, [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "text", [*UNTOUCHED, *GOODS, *TALK, *VERBS, *LATIN_WORDS, *SINCE, *CITY, *SURNAMES_SPOKEN_OF]
)
def test_what_only_looks_like_a_name_stays(redactor: Redactor, text: str) -> None:
    assert [span for span in redactor.redact(text).spans if span.type == "person"] == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("您贵姓", "揭"),
        ("正确的姓", "司徒"),
        ("考生姓名", "麻雪梅"),
        ("您怎么称呼", "明月"),
        ("联系人?", "小仝"),
        ("May I have your name?", "Tiffany"),
    ],
)
def test_a_short_answer_to_the_question_for_a_name_is_a_name(question: str, answer: str) -> None:
    found = find_answered_name(answer, question)
    assert found is not None
    assert answer[found.start : found.end] == answer


@pytest.mark.parametrize(
    ("texts", "redacted"),
    [
        (("是孟千寻的件吗", "千寻是我妹"), ("是〈人名1〉的件吗", "〈人名1〉是我妹")),
        (
            ("孩子姓名？", "花卉", "您姓名是花卉？"),
            ("孩子姓名？", "〈人名1〉", "您姓名是〈人名1〉？"),
        ),
        # A given name that is an everyday word names nobody elsewhere.
        (("我叫王国庆", "国庆放假吗"), ("我叫〈人名1〉", "国庆放假吗")),
    ],
)
def test_a_name_is_known_again_by_its_given_name(
    redactor: Redactor, texts: tuple[str, ...], redacted: tuple[str, ...]
) -> None:
    found = redactor.redact_conversations({"a": texts}, lambda _: None)["a"]
    assert tuple(message.text for message in found) == redacted


@pytest.mark.parametrize("answer", ["好的", "稍等", "不方便", "没有", "谢谢"])
def test_an_answer_that_names_nobody_is_left_alone(answer: str) -> None:
    assert find_answered_name(answer, "请问您的姓名？") is None


def test_a_word_that_people_are_called_by_is_looked_for_in_the_conversation() -> None:
    assert is_telling("季节")
    assert is_telling("麻雪梅")
    assert not is_telling("方案")
    assert not is_telling("谢谢")


@pytest.mark.parametrize("unit", ["张", "我叫", "小李", "古丽", "阿·", "Kevin ", "王总", "收件人"])
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    started = time.process_time()
    list(find_names((unit * 20_000)[:20_000], (), ()))
    assert time.process_time() - started < 3
