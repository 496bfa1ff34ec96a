"""Courtesy: what people say in a chat that neither asks nor answers anything, and how it ends."""

import re

from pipelines.text import fold, letters

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
_CUSTOMER_COURTESY = re.compile(f"(?>{_GREETINGS}|{_THANKS}|{_ASSENT}|{_FILLERS})*+")

# Who does it is said, or that it goes on: to tell how to is something else.
_HANDS_OVER = re.compile(
    r"(?:(?:我|这边|已|正在|马上|[帮为给][您你])[^,。;.]{0,8}"
    r"(?:(?<!呼叫)转接|转人工|转给|转到人工|升级(?:工单|处理|反馈|投诉)|升级(?:给|到|至)[^。,.]{0,6}"
    r"(?:专员|主管|工程师|经理|技术|二线|上级))(?!的|[^,。;.]{0,2}按钮)"
    r"|(?:转接|转人工|升级)中"
    r"|transferring you\b|let me (?:transfer you\b|escalate)|been escalated"
    r"|\bescalating (?:this|it|your)"
    r"|\b(?:i|we)(?:['’](?:ll|ve|m|re)| will| have| am| are| can)?(?: \w+){0,4}? "
    r"(?:transfer you\b|escalat(?:e|ed|ing)\b))"
)
# `这边点击转接按钮`, and neither 晚点 nor `3 点前`.
_NOT_DONE = re.compile(
    r"(?<![晚早一有快差几\d])(?<!\d )点(?!前|后|半|左右)|在[^,。;.]{0,6}(?:设置|菜单)|"
    r"(?:无需|不用|不必)[^,。;.]{0,4}(?:转|升级)|需要(?:转|升级)|"
    r"\byou (?:can|may|should)\b|\brecommend"
)
_CONFIRMS = re.compile(
    r"谢|感谢|解决了|搞定|可以了|好了|明白|懂了|知道了|了解了|弄好|成功了|"
    r"没有?(?:别的|其他|其它)?问题了|"
    r"\b(?:thanks?|thx|thank you|got it|solved|it works|works now)\b"
)
_SHORT = 16
"""Letters, digits or Han characters of a remark; what is longer may hold a question."""

# Words of who has a question or a fault.
_TROUBLES = re.compile(
    r"[?]|吗|么$|呢$|不$|怎么|怎样|咋|如何|为什么|为啥|什么|哪|多少|几个|谁|能不能|可不可以|对不对|是不是|有没有|能否|"
    r"不行|不能|不了|不上|不到|不对|不出|没有|没法|失败|报错|错误|无效|过期|提示|打不开|没反应|还是|一直|投诉|退[钱款]|"
    r"\b(?:how|what|why|where|when|which|who|error|fail\w*|still)\b"
)
# After these, a customer who says thanks still waits for something.
_LEAVES_OPEN = re.compile(
    r"[?]|吗$|怎么|如何|为什么|请问|(?:未|没有?)(?:得到|被)?解决|还是不(?!错)|还是没|仍然|依[然旧]|"
    r"不行|不对|不能用|(?<!可)不可以|"
    # 没搞定, 没太明白, 没好, 没有效果
    r"[没不未](?:有|太|是|很|怎么|弄|搞|听|看){0,2}(?:弄好|搞定|成功|明白|懂|知道)(?!的)|"
    r"(?:没|不)好(?!好|意思)|没有?(?:用|作用|效果|反应|变化)|"
    # 解决不了, 登不上, but neither 少不了您帮忙 nor 想不到这么快
    r"(?<=[\u4e00-\u9fff])(?<![少免大先就那时])不了|"
    r"(?<=[\u4e00-\u9fff])(?<![想料对用说差])不(?:上|到|开|出|去|动|定)|"
    r"\b(?:still|doesn['’]t|does not|didn['’]t|not work|cannot|no luck|nothing (?:happen|chang)|"
    r"same (?:error|problem|issue)|did nothing|thanks for nothing|fail(?:s|ed|ing)?\b|"
    r"(?:wo|ca|is)n['’]t\b(?! thank)|"
    r"(?:not|never)(?: yet| been| really| quite)? (?:solved|resolved|fixed|got|get)\b)"
)
# `刚才登不上，现在可以了`: what stands before it is over.
_NOW = re.compile(r"现在(?:都|就)?(?:可以|好|行|能[^不,.]{0,4}|正常)了")


def meaning(text: str) -> str:
    """Return the letters, digits and Han characters of `text`, folded, without placeholders."""
    return letters(_PLACEHOLDER.sub("", text))


def is_customer_courtesy(text: str) -> bool:
    """Tell whether a customer only greets, thanks or assents, or says nothing at all."""
    return _CUSTOMER_COURTESY.fullmatch(meaning(text)) is not None


def troubles(text: str) -> bool:
    """Tell whether there are words in it of who has a question or a fault."""
    return _TROUBLES.search(fold(text)) is not None


def is_short(text: str) -> bool:
    """Tell whether a remark is too short for a question, and has no word of one."""
    return len(meaning(text)) <= _SHORT and not troubles(text)


def hands_over(text: str) -> bool:
    """Tell whether an agent passes the conversation on; to upgrade a product is something else."""
    clauses = re.split(r"[,。;!?]|\. ", fold(text))
    return any(_HANDS_OVER.search(one) and not _NOT_DONE.search(one) for one in clauses)


def confirms(text: str) -> bool:
    """Tell whether a customer thanks, or says that the answer helped."""
    folded = fold(text)
    after = _NOW.split(folded)[-1]
    return _CONFIRMS.search(folded) is not None and _LEAVES_OPEN.search(after) is None
