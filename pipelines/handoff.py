"""What a customer says that a person should hear instead of a machine, or that asks nothing."""

import re
from typing import Literal

from pipelines.text import fold

Signal = Literal["asks_for_person", "angry", "greeting"]

_PERSON = re.compile(
    r"(?:转|接|找|叫|要|换|给我|帮我|联系)(?:一下|一?个|你们|您们|我)?(?:的)?人工|"
    r"^.{0,4}人工(?:客服|服务)?[!。~ ]*$|真人|"
    r"(?:找|叫|换)(?:你们)?(?:经理|主管|领导|负责人)|"
    r"\b(?:human|real person|live agent|representative|"
    r"(?:speak|talk) (?:to|with) (?:a |an |some)?(?:person|human|agent|someone|one))\b"
)
_ANGRY = re.compile(
    r"投诉|举报|曝光|12315|消协|骗子|骗钱|垃圾|什么破|太差劲|太差了|忍无可忍|气死|滚|妈的|他妈|退钱|"
    r"\b(?:scam|rip-?off|ridiculous|unacceptable|terrible service|complain|lawyer|sue you)\b"
)
_GREETING = re.compile(
    r"(?:你好|您好|哈喽|嗨|早上好|早安|上午好|下午好|晚上好|晚安|在吗|在么|在不在|有人吗|"
    r"谢谢|多谢|感谢|辛苦了|再见|拜拜|好的|好滴|嗯+|哦+|你是谁|你是机器人吗|"
    r"ok|okay|hi|hello|hey|thanks|thank you|thx|bye|good (?:morning|afternoon|evening)|"
    r"who are you|[啊呀呢哦哈~!。,.?\s])+"
)


def signal_of(question: str) -> Signal | None:
    """Return why no search is needed for this question, or None for an ordinary one."""
    text = fold(question)
    if _PERSON.search(text):
        return "asks_for_person"
    if _ANGRY.search(text):
        return "angry"
    if _GREETING.fullmatch(text):
        return "greeting"
    return None
