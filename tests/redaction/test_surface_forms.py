"""Every type of personal data in every way that customers write it."""

from collections.abc import Callable

import pytest

from pipelines.redaction import Redactor

Form = Callable[[str], str]


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def in_words(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def spoken(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "洞幺两三四五六拐八勾"))


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def spread(text: str) -> str:
    return " ".join(text)


def in_circles(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨"))


def in_cyrillic(text: str) -> str:
    return text.translate(str.maketrans("ABCEHKMPTXaceopxy", "АВСЕНКМРТХасеорху"))


def with_letters(text: str) -> str:
    return text.replace("0", "O").replace("1", "l", 1)


def in_a_sentence(*forms: Form) -> tuple[Form, ...]:
    return (*PLAIN, *forms)


def in_groups(*sizes: int, by: str = " ") -> Form:
    def form(text: str) -> str:
        parts, rest = [], text
        for size in sizes:
            parts.append(rest[:size])
            rest = rest[size:]
        return by.join([*parts, rest] if rest else parts)

    return form


def swap(old: str, new: str) -> Form:
    return lambda text: text.replace(old, new)


PLAIN: tuple[Form, ...] = (str, full_width, zero_width)
MATRIX: dict[tuple[str, str], tuple[tuple[str, ...], tuple[Form, ...]]] = {
    ("mobile", "13812345678"): (
        ("手机{}收一下", "我的号码是{}谢谢", "{}打这个", "有事打{}哈"),
        (
            *PLAIN,
            in_words,
            spoken,
            spread,
            in_groups(3, 4),
            in_groups(3, 4, by="-"),
            in_groups(3, 4, by="."),
            lambda text: f"+86 {text}",
            lambda text: f"0086{text}",
            lambda text: text.replace("1", "l"),
            in_circles,
            in_groups(3, 4, by="/"),
            in_groups(3, 4, by="\n"),
            lambda text: f"+86-{text}",
            lambda text: f"(+86){text}",
            lambda text: f"（86）{text}",
            lambda text: "1三8一二345六78",
        ),
    ),
    ("landline", "0371-37481366"): (
        ("座机{}一直没人接", "电话{}", "打我家{}"),
        in_a_sentence(
            swap("-", ""),
            swap("-", " "),
            swap("-", "—"),
            swap("-", "."),
            swap("-", "-\n"),
            in_circles,
            lambda text: f"{text}转8001",
            lambda text: f"{text}转分机801",
            lambda text: f"（0371）{text[5:]}",
            lambda text: f"+86-{text[1:]}",
        ),
    ),
    ("landline", "37481366"): (("座机{}一直没人接", "传真发到{}"), (str, in_groups(4, by="-"))),
    ("hotline", "400-810-1234"): (
        ("客服{}", "打{}没人接"),
        in_a_sentence(
            swap("-", ""),
            swap("-", " "),
            swap("-", "."),
            with_letters,
            in_circles,
            lambda text: f"{text}转分机8",
            lambda text: "400-8101-234",
            lambda text: "4008-101-234",
        ),
    ),
    ("id_card", "11010519491231002X"): (
        ("身份证{}", "身份证号码是{}，麻烦查一下", "{}这是我的"),
        in_a_sentence(
            str.lower,
            in_circles,
            in_groups(6, 8),
            in_groups(6, 8, by="-"),
            in_groups(6, 8, by="\n"),
            with_letters,
        ),
    ),
    ("id_card", "110105491231002"): (("身份证{}", "证件号码{}"), PLAIN),
    ("id_card", "A123456(3)"): (("香港身份证{}",), PLAIN),
    ("bank_card", "6222021234567890128"): (
        ("卡号{}谢谢", "打到{}这张卡"),
        in_a_sentence(
            in_words,
            in_circles,
            in_groups(4, 4, 4, 4),
            in_groups(4, 4, 4, 4, by="-"),
            in_groups(4, 4, 4, 4, by="."),
            in_groups(4, 4, 4, 4, by="\n"),
            in_groups(6),
        ),
    ),
    ("bank_card", "4111111111111111"): (("信用卡{}谢谢",), (*PLAIN, in_groups(4, 4, 4))),
    ("email", "zhangsan@qq.com"): (
        ("邮箱{}请查收", "发到{}吧"),
        in_a_sentence(
            str.upper,
            swap("@", " @ "),
            swap("@", "(at)"),
            swap("@", "[at]"),
            swap("@", "艾特"),
            lambda text: "zhangsan艾特qq点com",
            lambda text: "zhangsan(at)qq(dot)com",
            lambda text: "zhangsan at qq dot com",
            swap("@", "＠"),
            swap("@", "@\n"),
            in_cyrillic,
        ),
    ),
    ("email", "li.wei@corp.yunque.internal"): (("邮箱{}请查收", "联系{}"), PLAIN),
    ("email", "oncall@web01"): (("邮箱{}请查收", "告警发到{}了"), PLAIN),
    ("passport", "E12345678"): (
        ("护照号{}", "我的护照丢了，号码{}"),
        in_a_sentence(str.lower, in_groups(1), in_groups(1, 4), in_circles, in_words, in_cyrillic),
    ),
    ("passport", "EJ1234567"): (("护照{}到期了",), (*PLAIN, in_groups(1, 1, 3), in_cyrillic)),
    ("passport", "P1034567"): (("护照{}到期了", "护照号码:{}"), (*PLAIN, with_letters)),
    ("travel_permit", "C12345678"): (
        ("港澳通行证{}", "取票机不认通行证{}"),
        (*PLAIN, str.lower, in_groups(1, 4)),
    ),
    ("travel_permit", "WF7815661"): (("港澳通行证号码{}",), (*PLAIN, str.lower)),
    ("travel_permit", "H1234567890"): (("回乡证号是{}",), PLAIN),
    ("travel_permit", "12345678"): (("台胞证{}",), PLAIN),
    ("plate", "京A12345"): (
        ("车牌{}", "{}挡路了", "我车是{}"),
        in_a_sentence(
            in_groups(2, by="·"),
            in_groups(2),
            in_groups(2, by="-"),
            in_groups(2, by="."),
            in_groups(2, by="•"),
            str.lower,
            spread,
            in_circles,
            in_words,
            in_cyrillic,
        ),
    ),
    ("plate", "沪A1234学"): (("车牌{}", "{}挡路了"), PLAIN),
    ("plate", "粤Z1234港"): (("车牌{}", "{}挡路了"), (*PLAIN, in_groups(2, by="·"))),
    ("plate", "WJ京12345"): (("车牌{}", "{}挡路了"), PLAIN),
    ("plate", "粤BD12345"): (("新能源车{}",), (*PLAIN, in_groups(2, by="·"))),
    ("wechat", "zhangsan_88"): (
        (
            "微信号{}",
            "加V：{}",
            "我微信{}",
            "wx:{}",
            "加微{}",
            "薇信{}",
            "威信 {}",
            "微❤{}",
            "绿泡泡{}",
            "vx号:{}夜里也在线",
            "搜{}加微信",
            "WeChat ID: {}",
        ),
        (*PLAIN, in_cyrillic),
    ),
    ("wechat", "sunny_zhou7"): (
        (
            "加我微信吧 {}",
            "微信加我哈 {}",
            "加一下我的微信哈，{}",
            "{}，这是我的微信",
            "my WeChat is {}",
        ),
        (str, zero_width),
    ),
    ("qq", "123456789"): (
        ("QQ{}", "我的Q号{}", "扣扣：{}", "加q {}", "球球{}", "企鹅号是{}", "加我扣{}"),
        (*PLAIN, in_words, in_circles, in_groups(3, 3), in_groups(3, 3, by="-"), with_letters),
    ),
    ("qq", "123456"): (("QQ{}", "扣扣号是{}"), (*PLAIN, in_words)),
    ("alipay", "pay_lisi2020"): (("支付宝账号{}", "zfb {}"), PLAIN),
    ("alipay", "2088123412341234"): (("支付宝{}", "赔付转{}"), (*PLAIN, in_groups(4, 4, 4))),
    ("uscc", "91110108MA01YBNX62"): (
        ("税号{}", "{}开票用", "营业执照编号{}拍照模糊"),
        in_a_sentence(
            str.lower,
            in_groups(2, 6, 9),
            in_groups(4, 4, 4, 4, by="-"),
            in_groups(8, by="\n"),
            swap("0", "O"),
            in_cyrillic,
        ),
    ),
    ("ip", "45.1.2.3"): (
        ("IP是{}", "server {} down", "{}连不上"),
        in_a_sentence(
            swap(".", "。"), swap(".", " . "), swap(".", "点"), swap(".", "[.]"), swap(".", "．")
        ),
    ),
    ("ip", "2001:db8:85a3::8a2e:370:7334"): (("IP是{}", "主机：{}掉线", "[{}]:8080"), PLAIN),
    ("ip", "fe80::68f:68c8"): (("IP是{}",), PLAIN),
    ("mac", "00:1A:2B:3C:4D:5E"): (
        ("网卡{}", "路由器背面MAC：{}", "mac={} auth fail", "{}这个网卡"),
        in_a_sentence(
            swap(":", "-"),
            swap(":", ""),
            swap(":", " "),
            str.lower,
            lambda text: "001a.2b3c.4d5e",
            lambda text: "001A-2B3C-4D5E",
        ),
    ),
    ("secret", "sk-proj-FAKE00000000000000000000000000000001test"): (
        ("{}失效了",),
        (str, zero_width),
    ),
    ("secret", "aB3dE5gH7jK9mN1pQ3sT5vW7"): (("密钥是{}", "token={}"), (str, zero_width)),
    ("secret", "vnd_aB3dE5gH7jK9mN1pQ3sT5vW7"): (
        ("key是{}", "用的就是这个 {}，对吗"),
        (str, zero_width),
    ),
    ("secret", "abc123def456"): (("https://x.com/a?id=3&access_token={}",), (str,)),
    ("secret", "4a9aa18f-6037-ddf7-42e1-f690374f835e"): (("密钥{}泄露了", "{}"), (str,)),
    ("secret", "b9577905bf104fc8cc0afb1ced99a6e8"): (
        ("SECRET_KEY={}", '{{"token": "{}"}}', "https://a.cn/hook?sign=1&token={}", "{}"),
        (str, zero_width),
    ),
    ("password", "Abc@12345"): (
        (
            "密码是{}",
            "密码：{}登不上",
            "pwd={}",
            "密码{}",
            "口令：{}",
            "登陆密码“{}”不对",
            "wifi密码\n{}",
            "密码改成了{}",
            "{}是我的密码",
        ),
        PLAIN,
    ),
    ("password", "147258"): (("锁屏密码是{}", "门锁密码{}", "支付密码：{}"), PLAIN),
    ("password", "Abc12345"): (("mysql://root:{}@db/x",), (str,)),
    ("code", "836201"): (
        (
            "验证码{}",
            "收到的验证码是{}",
            "{}是我的验证码",
            "动态码{}",
            "验证码发来了{}快填",
            "语音验证码念的是{}",
        ),
        (*PLAIN, spread, in_words, in_circles, in_groups(3), in_groups(3, by="-")),
    ),
    ("code", "G-836201"): (("验证码{}",), (*PLAIN,)),
    ("code", "a7B3x2"): (("验证码{}", "提取码：{}"), PLAIN),
    ("code", "472905"): (
        (
            "短信写的【云雀】{}，十分钟内有效",
            "【云雀】{}，5分钟内有效",
            "my code is {}",
            "the sms code: {}",
        ),
        PLAIN,
    ),
    ("birth_date", "1990年3月7日"): (("出生日期{}", "生日是{}"), PLAIN),
    ("birth_date", "1990-03-07"): (
        ("生日{}", "{}出生", "档案里生日{}不符", "出生日期写成{}了"),
        in_a_sentence(
            swap("-", "/"),
            swap("-", "."),
            swap("-", ""),
            swap("-", " "),
            lambda text: "90年3月7号",
            lambda text: "一九九〇年三月七日",
            lambda text: "90.3.7",
            lambda text: "March 7, 1990",
            lambda text: "7 March 1990",
            lambda text: "农历三月初七",
        ),
    ),
    ("birth_date", "1990-03-08"): (("张敏,女,{},汉族", "投保 {} 11010519491231002X"), (str,)),
    ("person", "欧阳雪晴"): (
        ("我叫{}", "收件人：{}", "{}先生您好", "联系人{} 13812345678"),
        (str, zero_width),
    ),
    ("person", "揭由"): (("我叫{}", "收件人：{}", "姓名是{}"), (str, zero_width)),
    ("person", "翁领国"): (("投诉人{}", "派送员{}态度差", "让{}来处理"), (str,)),
    ("person", "买买提·艾力"): (("我叫{}", "收件人：{}"), (str,)),
    ("person", "熊子健"): (("我是佳木生物的{}", "这边是财务部的{}"), (str, zero_width)),
    ("person", "Grace Tan"): (("名字{}", "姓名 {}"), (str,)),
    ("person", "Aurelie Dubois"): (("{}, a.d@b.com", "{} / 13812345678"), (str,)),
    ("person", "王总"): (("麻烦{}看一下",), (str,)),
    ("person", "Michael Chen"): (("我叫{}", "contact {} please"), (str,)),
    ("address", "杭州市西湖区文三路200号8楼801室"): (
        ("地址{}", "寄到{}，谢谢", "我住{}"),
        PLAIN,
    ),
    ("address", "虹北锦园B-5-2357"): (("住{}", "收货地址：{}"), (str,)),
    ("address", "浦东新区张江镇新大路1628"): (("送到{}", "地址是{}，电话13812345678"), (str,)),
}
CASES = [
    pytest.param(kind, sentence, form(value), id=f"{kind}-{sentence.format(form(value))}")
    for (kind, value), (sentences, forms) in MATRIX.items()
    for sentence in sentences
    for form in forms
]

UNTOUCHED = (
    """
API密钥怎么配置|OAuth2.0怎么接入|版本2.13.0.1有问题|升级到 2.13.0.1 后报错|ERR-4013是什么意思
错误码E12345678|订单号2023110512345678|价格¥12,999.00元|密码是什么|忘记密码怎么办|验证码收不到
验证码6位数|验证码错误|会议号 123 456 789|v3.14.15 更新日志|端口8080|今年2024年3月7日开会
127.0.0.1访问|config.py 报错|ASP.NET|微信小程序怎么绑定|支付宝支付失败|方便的话|马上处理
管理员权限|云雀文档|打开小爱同学设置|企业微信怎么同步|SAML2.0配置|订单 13812345678901
运单SF1234567890123|99元/人/月|iPhone 15 Pro|Chrome 120.0.6099.130|时间戳1700000000000
身份证认证失败|手机号怎么换绑|我在北京|上海分公司|于是就好了|温馨提示|和老师沟通|老师您好
工单编号 20240315001|SKU 6901234567892|1.2.3|C++ std::vector|〈人名1〉您好，〈电话2〉已登记
请核对红冲发票|提交营业执照和盖章申请表|由主管跟进|抱歉，我先登记，由主管跟进|客服马上就来
财务核对后会给您发短信|请不要告诉别人哈|请问超管要换人|提交申请人身份|青禾教育有限公司
the error code is 40013|getUserInfoByIdV2FromServer报错|共收到 4000 条，登录无效|退到这张卡上
快捷键key是ctrl|微信小程序appid在哪|13个洞，拐两个弯|【公告】2026 版本更新，旧版失效
概率0.13812345678|线路1号报警|权限组3号
""".strip()
    .replace("\n", "|")
    .split("|")
)


@pytest.mark.parametrize(("kind", "sentence", "value"), CASES)
def test_personal_data_is_covered_however_it_is_written(
    redactor: Redactor, kind: str, sentence: str, value: str
) -> None:
    text = sentence.format(value)
    redacted = redactor.redact(text)
    start = text.index(value)
    covered = {place for span in redacted.spans for place in range(span.start, span.end)}
    # Signs in front of a number tell nothing about whose it is.
    needed = {start + at for at, char in enumerate(value) if char not in "+()（）＋ \u200b\n"}
    assert needed <= covered
    assert kind in {span.type for span in redacted.spans}
    assert redacted.residue == ()


@pytest.mark.parametrize("text", UNTOUCHED)
def test_product_talk_stays_as_it_is(redactor: Redactor, text: str) -> None:
    redacted = redactor.redact(text)
    assert (redacted.text, redacted.spans, redacted.residue) == (text, (), ())
