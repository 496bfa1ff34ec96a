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
    "请您稍等一下|请您稍等|请稍等一下|请稍等片刻|请稍等|一两分钟|几分钟|一分钟|两分钟|稍等一下|稍等片刻|稍等|请您稍候|请稍候|请稍后|稍候|稍后|等一下|等下|"
    "马上|这就|我这边|这边|小二|"
    "(?:帮您|帮你|给您|给你|为您|为你)?+(?:核实|查询|查看|确认|查|看|问)(?:一下|下|中)?+|"
    "有什么可以帮您|有什么可以帮到您|有什么可以帮助您|有什么能帮您|有什么需要帮助|有什么问题|还有其他问题吗|还有其他|还有什么|"
    "不打扰您了|那就|请讲|请说|您说|你说|别急|祝您工作顺利|很高兴为您服务|为您服务|欢迎咨询|欢迎光临|不客气|不用客气|不用谢|应该的|祝您生活愉快|祝您工作愉快|祝您愉快|祝您|生活愉快|"
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
_CLAUSE_END = re.compile(r"[,.;!?。\n]+")
_REQUESTS = re.compile(
    r"(?:麻烦|烦请|请|方便|需要您?)(?:您|你)?(?:再|先)?(?:提供|留|报|告知|说)(?:一?下|个|您|你|吗)|"
    r"怎么称呼|贵姓|(?:提供|留个|留下|报一?下).{0,6}(?:姓名|电话|手机|邮箱|联系方式|账号|地址|信息|单号)|"
    r"\b(?:may|can|could) (?:i|you) (?:have|get|share|send|tell)\b.{0,20}"
    r"\b(?:name|email|phone|number|address)\b"
)
_PROMISES = re.compile(
    r"有(?:结果|消息|进展)了?.{0,4}(?:联系|回电|回复|通知)|(?:登记|记录|核实|查)一?下|我把.{0,10}发(?:给)?您"
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


def is_request(text: str) -> bool:
    """Tell whether an agent only asks for a name, a number or the like, before any answer."""
    clauses = [clause for clause in _CLAUSE_END.split(fold(text)) if clause.strip()]
    requests = [_REQUESTS.search(clause) is not None for clause in clauses]
    return any(requests) and all(
        asked or _PROMISES.search(clause) or is_holding(clause)
        for clause, asked in zip(clauses, requests, strict=True)
    )


def says_something(text: str) -> bool:
    """Tell whether an agent's words can be an answer at all."""
    return not (is_holding(text) or is_request(text))


def hands_over(text: str) -> bool:
    """Tell whether an agent passes the conversation on; to upgrade a product is something else."""
    return _HANDS_OVER.search(fold(text)) is not None


def confirms(text: str) -> bool:
    """Tell whether a customer thanks, or says that the answer helped."""
    folded = fold(text)
    return _CONFIRMS.search(folded) is not None and _LEAVES_OPEN.search(folded) is None
