"""Courtesy: what people say in a chat that neither asks nor answers anything, and how it ends."""

import re

from pipelines.text import fold

# What redaction put in the place of personal data says nothing about the product.
_PLACEHOLDER = re.compile(r"〈[^〉]*〉")

# Longest first where one begins another. The groups are possessive: a text is walked once.
_GREETINGS = (
    "大家好|各位好|你们好|早上好|上午好|中午好|下午好|晚上好|你好|您好|哈喽|哈啰|嗨|早安|晚安|早|亲爱的|亲|"
    "在不在|在吗|在嘛|在么|在没|在的|在|有人吗|有人么|有人在吗|有没有人|客服|人呢|想咨询个问题|咨询个问题|咨询一下|想问个问题|问个问题|想问一下|想问下|请教一下|请问一下|请问|打扰一下|打扰了|打扰|"
    "hithere|hello|hey|hi|goodmorning|goodafternoon|goodevening|anyonethere|anybodythere|there"
)
_THANKS = (
    "非常感谢|十分感谢|感谢您的耐心|感谢您的支持|感谢您的理解|感谢您|感谢你|感谢|多谢|谢谢您|谢谢你|谢谢|谢了|谢啦|谢|"
    "辛苦您了|辛苦了|辛苦|麻烦您了|麻烦你了|麻烦了|拜拜|再见|回见|thankyousomuch|thankyouverymuch|thankyou|"
    "thanksalot|thanks|thx|byebye|bye|"
    "这次可以了|现在可以了|可以了|解决了|弄好了|搞定了|搞定|itworksnow|itworks|worksnow|solved"
)
_ASSENT = (
    "好的好的|好的|好滴|好嘞|好哒|好吧|好了|好|行吧|行的|行|嗯嗯|嗯|恩|哦哦|哦|噢|喔|知道了|明白了|明白|了解了|了解|懂了|收到|"
    "没问题|没事了|没事|okay|ok|isee|gotit|great|cool|sure|alright"
)
_FILLERS = "啊|呀|呢|哈|哒|啦|了|的|吧|嘛|哟|呐|您|你|我|先|那|请|ma"
_WAITS = (
    "(?:已经?)?查到了?(?:您|你|贵司|贵公司)?的?(?:账号|账户|订单|信息|记录)了?|"
    "(?:我是|这里是)?(?!请|联系|找|问)[\u3400-\u9fff]{2,6}客服(?:小[\u3400-\u9fff]|[0-9]{1,6}号?)?|"
    "请您稍等一下|请您稍等|请稍等一下|请稍等片刻|请稍等|一两分钟|几分钟|一分钟|两分钟|稍等一下|稍等片刻|稍等|请您稍候|请稍候|请稍后|稍候|稍后|等一下|等下|"
    "马上|这就|我这边|这边|小二|"
    "(?:帮您|帮你|给您|给你|为您|为你)?+(?:核实|查询|查看|确认|查|看|问)(?:一下|下|中)?+|"
    "有什么可以帮您|有什么可以帮到您|有什么可以帮助您|有什么能帮您|有什么需要帮助|有什么问题|还有其他问题吗|还有其他|还有什么|"
    "不打扰您了|那就|请讲|请说|您说|你说|别急|祝您工作顺利|很高兴为您服务|为您服务|欢迎咨询|欢迎光临|不客气|不用客气|不用谢|应该的|祝您生活愉快|祝您工作愉快|祝您愉快|祝您|生活愉快|"
    "已发送|请(?:您)?(?:注意)?查收|(?:麻烦|方便的话)?(?:您)?给(?:我们?)?个?(?:好评|评价)|"
    "(?:有|还有|如有|如果有|如果没有|没有)?+(?:任何|什么|其他|别的)?+(?:问题|需要)?+"
    "(?:您)?(?:可以)?(?:随时|再)(?:来)?(?:联系|找)(?:我们?|客服)|会话将在[0-9]+分钟后(?:结束|关闭)|"
    "(?:如果)?没有(?:其他|别的)问题|还在吗|(?:您)?遇到(?:了)?什么问题|已?登记(?:好)?了?|记下了|"
    "有(?:结果|消息|进展)了?再?(?:第一时间)?(?:联系|通知|回复|告诉)您|"
    "需要帮助|可以帮您|帮到您|吗|oneminute|onemoment|justasecond|justamoment|pleasewait|please|letmecheck|"
    "anythingelseicanhelpwith|gladitworks|gladtohelp|howcanihelpyou|howcanihelp|howmayihelpyou|youarewelcome|yourewelcome|mypleasure"
)
_CUSTOMER_COURTESY = re.compile(f"(?>{_GREETINGS}|{_THANKS}|{_ASSENT}|{_FILLERS})*+")
_AGENT_COURTESY = re.compile(f"(?>{_WAITS}|{_GREETINGS}|{_THANKS}|{_ASSENT}|{_FILLERS})*+")
_APOLOGIES = (
    "(?:非常|十分|实在|真的|很)?+(?:抱歉|对不起|不好意思)|让您久等|久等|"
    "(?:给您|给你)?+(?:带来|添|造成)?+(?:不便|麻烦|困扰)|(?:im|iam|so|very)?+sorry"
)
_HOLDING = re.compile(f"(?>{_APOLOGIES}|{_WAITS}|{_GREETINGS}|{_THANKS}|{_ASSENT}|{_FILLERS})*+")

# What an agent asks for before answering, and what is promised in the same breath.
_CLAUSE = re.compile(r"[^,.;!?。\n]+[?]?")
_REQUESTS = re.compile(
    r"(?:麻烦|烦请|请|方便|需要您?)(?:您|你)?(?:再|先)?(?:提供|留|报|告知|说)(?:一?下|个|您|你|吗)|"
    r"怎么称呼|贵姓|(?:提供|留个|留下|报一?下).{0,6}"
    r"(?:姓名|名称|电话|手机|邮箱|联系方式|账号|地址|信息|单号|抬头|税号|版本|截图)|"
    r"(?:请|麻烦)您?(?:先|再)?(?:确认|核对)一?下.{0,6}(?:信息|账户|账号|地址|电话|手机|身份)|"
    r"(?:请|麻烦|方便|您).{0,2}把.{1,20}(?:发|给|截|贴|告诉).{0,4}我|"
    r"\b(?:may|can|could) (?:i|you) (?:have|get|share|send|tell)\b.{0,20}"
    r"\b(?:name|email|phone|number|address)\b"
)
_QUESTIONS = re.compile(
    r"(?:吗|么|呢|多少|哪|什么|几|谁|是否|有没有|能否|是不是|怎么|还是|"
    r"\b(?:which|what|when|where|could you|can you|do you|did you|are you)\b).{0,20}[?]$|"
    r"^(?:请问)?(?:您|你|贵).{0,16}(?:多少|哪个?|什么|几个?|是否).{0,8}$"
)
_PROMISES = re.compile(
    r"有(?:结果|消息|进展)了?.{0,4}(?:联系|回电|回复|通知)|(?:登记|记录|核实|查)一?下|我把.{0,10}发(?:给)?您|"
    r"我.{0,4}(?:看|查|问|核对|核实|确认|反馈|记录)一?下|给您(?:回电|回复|答复)|回复您|联系您|"
    r"\bso that i can\b"
)
# What an agent says who does not know: nothing to learn from, however politely it is put.
_UNKNOWN = re.compile(
    r"(?:没有?|未|没能)(?:查|找|看|搜)到|没有?相关的?(?:文档|资料|说明)|不(?:太|大)?(?:确定|清楚|了解)|"
    r"不敢(?:乱|随便)|(?:不|没)(?:能|法)(?:确认|答复)|\b(?:not sure|don't know|no information)\b"
)
_PASSES_ON = re.compile(
    r"(?:我(?!们)|给您|帮您).{0,6}(?:反馈|转给(?!您)|转到|转接|升级给|记录下来|记下来)|反馈给产品|"
    r"请.{0,8}(?:同事|专人).{0,8}(?:跟进|确认|处理)"
)

_HANDS_OVER = re.compile(
    r"(?<!无需)(?<!不用)(?<!不必)(?<!需要)"
    r"(?:转接|转人工|转给|转到人工|升级(?:工单|处理|反馈|投诉)|升级(?:给|到|至)[^，。,.\n]{0,6}"
    r"(?:专员|主管|工程师|经理|技术|二线|上级)|transfer(?:ring)? you|escalat)"
)
_CONFIRMS = re.compile(
    r"谢|感谢|解决了|搞定|可以了|好了|明白|懂了|知道了|了解了|弄好|成功了|"
    r"\b(?:thanks?|thx|thank you|got it|solved|it works|works now)\b"
)
_SHORT = 16
"""Letters, digits or Han characters of a remark; what is longer may hold a question."""

_CLOSES = re.compile(
    r"(?:^|[,.。!~ ])(?:好了|可以了|解决了|搞定|弄好了|收到了|成功了|没事|算了|不用了|知道了|明白了"
    r"|never ?mind)|"
    r"(?<![不没])(?:收到|好|可以|解决|成功|正常|恢复|找到|点错)了[啊呀哈哦~!。]*$"
)
_REPORTS = re.compile("就?是(?!否)|对的?[,，]|用的是|试[过了]|已经|有的|没有的")
# Words of who has a question or a fault.
_TROUBLES = re.compile(
    r"[?]|吗|么$|呢$|不$|怎么|怎样|咋|如何|为什么|为啥|什么|哪|多少|几个|谁|能不能|可不可以|对不对|是不是|有没有|能否|"
    r"不行|不能|不了|不上|不到|不对|不出|没有|没法|失败|报错|错误|无效|过期|提示|打不开|没反应|还是|一直|投诉|退[钱款]|"
    r"\b(?:how|what|why|where|when|which|who|can|could|does|do|is|are|error|fail\w*|still|not)\b"
)
_LABELS = re.compile(
    "(?>我们?|你们?|您|的|就?是|叫|这个?|那个?|和|或|也|还有|到了|打|找|转给|转|发给?|发到|寄到|寄|退到|张|收|吧|就行|就可以|都可以|"
    "本人|申请人|联系人|收件人|收货人|姓名|名字|户名|开户名|开户行|全名|称呼|卡号|银行卡|储蓄卡|信用卡|卡|账号|账户|密码|"
    "手机号?码?|电话号?码?|座机|号码|号|地址|收货地址|收件地址|邮箱|邮件|微信号?|微信|加v|qq|q|车牌号?|开车过去|身份证号?码?|"
    "护照号?|税号|抬头|发票|出口|内网|外网|公网|网关|服务器|ip|应该|两个|没变过|行政|财务|采购|人事|公司|登记|麻烦|尽快|快点|谢谢|"
    "请|抄送|一下|你?加|看下|方便|(?:上午|下午|晚上|[一二三四五六七八九十0-9]+点)(?:以后|之后|前)?|"
    "my|name|is|im|i|am|email|phone|number|call|me|at|passport|no|and|the|it|its|this|wechat|key|authorization|bearer)*+"
)
# After these, a customer who says thanks still waits for something.
_LEAVES_OPEN = re.compile(
    r"[?]|吗$|怎么|如何|为什么|请问|没有?解决|未解决|还是不|还是没|仍然|依然|没用|不行|不对|不能用|"
    r"\b(?:still|doesn't|does not|didn't|not work)"
)


def meaning(text: str) -> str:
    """Return the letters, digits and Han characters of `text`, folded, without placeholders."""
    return "".join(filter(str.isalnum, fold(_PLACEHOLDER.sub("", text))))


def is_customer_courtesy(text: str) -> bool:
    """Tell whether a customer only greets, thanks or assents, or says nothing at all."""
    return _CUSTOMER_COURTESY.fullmatch(meaning(text)) is not None


def is_agent_courtesy(text: str) -> bool:
    """Tell whether an agent only greets, acknowledges or asks to wait."""
    return _AGENT_COURTESY.fullmatch(meaning(text)) is not None


def is_holding(text: str) -> bool:
    """Tell whether an agent only apologises, or is courteous: worth its tone, but no answer."""
    return _HOLDING.fullmatch(meaning(text)) is not None


def _clauses(text: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSE.findall(fold(text)) if clause.strip()]


def _asks_for(clause: str) -> bool:
    return _REQUESTS.search(clause) is not None or _QUESTIONS.search(clause) is not None


def asks_back(text: str) -> bool:
    """Tell whether an agent asks the customer for something, whatever else is said."""
    return any(map(_asks_for, _clauses(text)))


def is_request(text: str) -> bool:
    """Tell whether an agent only asks: for a name or a number, or back, before any answer."""
    clauses = _clauses(text)
    return any(map(_asks_for, clauses)) and all(
        _asks_for(clause) or _PROMISES.search(clause) or is_holding(clause) for clause in clauses
    )


def knows_nothing(text: str) -> bool:
    """Tell whether an agent only says that there is no answer, or passes the question on.

    An apology with it is worth keeping for its tone, except where the agent does not know.
    """
    clauses = _clauses(text)
    sorry = any(re.search(_APOLOGIES, clause) for clause in clauses)
    passed = not sorry and any(map(_PASSES_ON.search, clauses))
    return (passed or any(map(_UNKNOWN.search, clauses))) and all(
        _UNKNOWN.search(clause)
        or _PROMISES.search(clause)
        or _PASSES_ON.search(clause)
        or is_holding(clause)
        for clause in clauses
    )


def closes(text: str) -> bool:
    """Tell whether a customer says that the matter is over: `好了，是显卡的问题`, `算了`."""
    folded = fold(text)
    over = len(meaning(text)) <= _SHORT and _CLOSES.search(folded) is not None
    return over and not troubles(text)


def troubles(text: str) -> bool:
    """Tell whether there are words in it of who has a question or a fault."""
    return _TROUBLES.search(fold(text)) is not None


def is_details(text: str) -> bool:
    """Tell whether nothing but names, numbers and what they are called is said."""
    return _PLACEHOLDER.search(text) is not None and (_LABELS.fullmatch(meaning(text)) is not None)


def replies(text: str, agent: str) -> bool:
    """Tell whether a customer's words are the answer to what `agent` asked, or report on it."""
    folded = fold(text)
    if len(meaning(text)) > _SHORT or troubles(text):
        return False
    return asks_back(agent) or _REPORTS.match(folded) is not None


def hands_over(text: str) -> bool:
    """Tell whether an agent passes the conversation on; to upgrade a product is something else."""
    return _HANDS_OVER.search(fold(text)) is not None


def confirms(text: str) -> bool:
    """Tell whether a customer thanks, or says that the answer helped."""
    folded = fold(text)
    return _CONFIRMS.search(folded) is not None and _LEAVES_OPEN.search(folded) is None
