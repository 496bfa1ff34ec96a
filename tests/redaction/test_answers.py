"""Values that only the conversation tells: bare answers, and values sent in several messages."""

import pytest

from pipelines.redaction import Redactor
from pipelines.redaction.answers import find_answers
from pipelines.redaction.identifiers import find_identifiers
from pipelines.redaction.shadow import shadow
from pipelines.redaction.split_values import find_split_values

ANSWERED = """
code|验证码发一下|836201
code|收到短信了吗，报下数字|8362
code|您报一下短信里的6位数字验证码|好的 836 201
code|验证码多少|一二三四五六
code|验证码|是⑧③⑥②⓪①
code|麻烦提供验证码哦|G-836201
code|取件码|12-3-4567
code|请输入您收到的验证码|83\u200b6201
password|密码发一下|Abc@1234
password|您当前的密码是什么|就是 woaini1314 这个
password|wifi密码是多少|88888888
password|方便提供下登录密码吗|woshishui
password|密码变过吗|qwe123!@78
birth_date|生日是哪天|90年3月5号
birth_date|您的出生日期|19900305
birth_date|什么时候出生的|一九九〇年三月五日
birth_date|几几年的|1990
birth_date|生日几号|3.5
birth_date|您孩子生日|农历八月初三
birth_date|姓名+证件|2001/6/30
passport|护照号|P1234567
passport|请提供护照号码|EA 123 4567
passport|护照多少|512345678
travel_permit|通行证号码|C 1234 5678
travel_permit|台胞证号发下|12345678
travel_permit|实名用什么证件|３５２６９０５４
qq|QQ号多少|123456
qq|方便加下QQ吗|好的 12345678
qq|扣扣号|一二三四五六
wechat|微信号多少|abc_1234
wechat|加个微信吧|abcdefgh1
alipay|支付宝账号|zhangsan88
uscc|税号发一下|91110108MA01YBNX6X
plate|车牌号多少|A12345
mac|mac地址发下|001a2b3c4d5e
landline|座机多少|65529988
email|邮箱是|zhang_san@corp
secret|key发下|8dJk2mQ9xT
bank_card|卡号发一下|1234 5678 9012 3456
person|请问您的姓名？|江雨桐
code|亲 验证码给我下|482913
code|已重新发送，请查收|4829
code|您手机收到短信了吗|收到了 482913
code|给您发了条短信，麻烦报一下|482 913
code|短信发您了|是 482913
code|请查看手机短信|482913哦
code|六位数字是多少|四八二九一三
code|请问收到的数字？|48 29 13
code|再发一次试试|又来一个 771204
code|码呢|482913
code|校验码|G7K9
code|麻烦配合验证一下|482913
code|输入短信里的动态码|00918273
code|What's the code?|482913
code|could you tell me the otp you received|it's 482913
code|取件码报一下|8-2-3047
password|密码是多少呢|Abc!2345
password|您设置的密码是？|芝麻开门270
password|密码能确认下吗，有没有大小写|小猪佩奇100
password|wifi密码多少|sunnyday
password|当前密码|123456
password|开机密码麻烦提供|没设 0000
password|账号密码发我|admin Abc12345
password|旧密码记得吗|好像是wlh0101
password|密码有大写吗|有 Wlh@0101
password|口令多少|88776655
password|解锁密码|258369
password|password please|Monkey42
password|你输的什么密码|就Wlh0101啊
wechat|加您微信可以吗|zhouyifan
wechat|您微信号多少|lxm0412
wechat|加个v|chen_ml90
wechat|方便留个微信吗|Tony-Wang88
wechat|what's your wechat|tommylee
qq|QQ多少|334455667
qq|加个扣扣|33445566
qq|企鹅号给我|三三四四五五六六
ip|IP发我|112.65.3.77
ip|ip多少|3.5.2.1
ip|服务器地址|112.65.3.77:22
ip|本机ip|192 168 1 5
ip|哪个IP连不上|10.0.0.0/24
landline|座机多少|87654321
landline|公司电话|0755 26001234 转 8
landline|固话发下|(0755)26001234
mac|mac发我|a45e60d1220f
mac|设备物理地址|A4-5E-60-D1-22-0F
passport|护照号多少|e12345678
passport|证件号|EJ1234567
travel_permit|通行证号|C12345678
travel_permit|回乡证|H1234567801
uscc|税号多少|91110108MA01YBNX6X
birth_date|生日|1990.3.5
""".strip().splitlines()

NOT_ANSWERED = """
验证码收不到吗|等了5分钟
验证码收到了吗|没有 都试了3次
验证码几位|6位
密码错误吗|提示ERR-4013
您是密码不对吗|对的
修改密码了吗|Chrome 120
密码已重置成功，请勿告诉他人|收到 谢谢2024
生日礼券几号到期|3月5号
微信版本多少|8.0.48
微信能用吗|iPhone15
QQ群多少|12345678
什么时候下单的|2024-03-05
订单号发一下|2023110522001234
支付宝付了多少|12800元
车牌识别不了吗|等了20分钟
请问还有其他问题吗|没了 12345678
端口多少|8080
IP能ping通吗|通 延迟20ms
多大的文件|2024
什么版本|2.13.0.1
微信什么版本|3.9.12.51
现在是什么版本|10.0.0.1版
验证码收到了吗|没收到 等了1000秒
几位数字|6位
短信发了吗|没有 10086发的
密码错了几次|5次
密码多少位|8到16位
您的密码忘记了吗|是的 忘了
密码重置了吗|Chrome 打不开
多少钱|482913
订单号多少|482913
什么型号|K8QP2Z
加微信了吗|加了
什么手机|iPhone15
什么系统|Windows11
QQ群号多少|334455667
端口是多少|3306
哪天的订单|20240305
几号发货|12345678
尺码多少|175
已重新发送，请查收|好的谢谢
账号登录了吗|登录了 没用
用什么账号登录|微信
您用什么登录|QQ 登录
请查收邮件|收到了
重新发送了|谢谢，2024款的吗
""".strip().splitlines()

SPLIT = """
uscc|税号91110108MA|01YBNX62
uscc|税号91110108MA01|后面是YBNX62
mac|mac 00:1A:2B|:3C:4D:5E
mac|00:1A:2B:|3C:4D:5E
ip|服务器10.4.|7.23
email|zhangsan|@qq.com
email|邮箱zhangsan@qq|.com
plate|京A|12345
plate|京A12|345
mobile|138|0013|8000
mobile|电话1380013|8000
mobile|一三八一二三四|五六七八
mobile|幺三八|零零一三|八零零零
mobile|138|后面8位呢|00138000
id_card|110105|19491231|002X
bank_card|6222 0212|3456 7890 128
wechat|我微信abc_|1234
landline|座机0371|37481366
hotline|400|8101234
passport|护照E1234|5678
""".strip().splitlines()


def kinds(text: str, question: str) -> set[str]:
    """Return the types that `text` holds by itself, and as an answer to `question`."""
    seen = shadow(text).text
    found = [*find_identifiers(seen), *find_answers(seen, [shadow(question).text])]
    return {one.type for one in found}


@pytest.mark.parametrize("case", ANSWERED)
def test_a_bare_value_is_what_the_message_before_asked_for(case: str) -> None:
    kind, question, answer = case.split("|")
    assert kind in kinds(answer, question)


@pytest.mark.parametrize("case", NOT_ANSWERED)
def test_other_numbers_answer_no_question_for_a_value(case: str) -> None:
    question, answer = case.split("|")
    assert kinds(answer, question) == set()


def test_a_question_may_stand_three_messages_before() -> None:
    before = ["验证码发一下", "稍等", "好"]
    assert {one.type for one in find_answers("836201", before)} == {"code"}
    assert not list(find_answers("836201", [*before, "还有别的问题吗"]))


def test_an_answer_is_covered_without_the_words_around_it() -> None:
    (found,) = find_answers("就是 Abc@1234 这个", ["密码多少"])
    assert (found.start, found.end) == (3, 11)


@pytest.mark.parametrize("case", SPLIT)
def test_a_value_sent_in_parts_is_found_in_all_of_them(case: str) -> None:
    kind, *messages = case.split("|")
    found = list(find_split_values(messages))
    assert {finding.type for _, finding, _ in found} == {kind}
    assert len({value for _, _, value in found}) == 1
    places = {place for place, _, _ in found}
    assert places == {at for at, text in enumerate(messages) if "呢" not in text}


@pytest.mark.parametrize(
    "messages",
    [
        ("版本2.13", "0.1"),
        ("等了20", "3分钟"),
        ("订单 2023", "1105"),
        ("138元", "0013 8000"),
        ("一三五七九", "二四六八"),
        ("ok", "12345678"),
        ("加微信吗", "那QQ", "12345678"),
    ],
)
def test_parts_that_make_no_value_stay(messages: tuple[str, ...]) -> None:
    assert list(find_split_values(messages)) == []


def test_a_whole_answer_takes_the_place_of_the_name_that_is_a_part_of_it(
    redactor: Redactor,
) -> None:
    spoken = ("您的微信号发一下，我加您", "sz_zhuangxiu")
    asked, answered = redactor.redact_conversations({"a": spoken}, lambda _: None)["a"]
    assert asked.text == spoken[0]
    assert answered.text == "〈微信1〉"
