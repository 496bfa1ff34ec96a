"""What a customer says that a person should hear instead of a machine, or that asks nothing."""

import re
from typing import Literal

from pipelines.text import fold

Signal = Literal["asks_for_person", "angry", "greeting"]

# Each names a wish or a feeling, and leaves out the words of which it is only a part:
# no title among 1,268 FAQ entries says any of them.
_PERSON = re.compile(
    r"(?:转|接|找|叫|要|换|给我|帮我|帮我联系)(?:一下|一?个|你们|您们|我)?(?:的)?人工(?!智能)(?!.*(?:规则|设置|配置))|"
    r"^.{0,4}人工(?:客服|服务)?[!。~ ]*$|"
    r"(?:找|叫|要|换|和|跟|有没有|是不是)(?:一?个)?真人|"
    r"(?:我要|我想|给我|帮我|让)?(?:找|叫|换)(?:你们|你|您)(?:的)?(?:经理|主管|领导|负责人)|"
    r"\b(?:speak|talk|chat|connect me) (?:to|with) (?:a |an |some |your )?"
    r"(?:real |live |human )?(?:person|human|agent|someone|representative|manager)\b|"
    r"^(?:a )?(?:human|real person|live agent|representative)(?: please)?[!. ]*$"
)
_ANGRY = re.compile(
    r"(?:我要|我会|去|再不|准备|必须)(?:.{0,6})(?:投诉|举报|曝光)|(?:投诉|举报)(?:你们|你|到)|12315|消协|"
    r"骗子|骗钱|(?<!.)垃圾$|垃圾(?:软件|公司|产品|客服|服务|系统|平台|东西|玩意)|太垃圾|什么破|太差劲|太差了|"
    r"忍无可忍|气死|^滚[!。 ]*$|滚蛋|妈的|他妈|退钱[!。 ]*$|"
    r"\b(?:scam|rip-?off|ridiculous|unacceptable|terrible service|sue you)\b|"
    r"\b(?:file|make) a complaint\b"
)
_GREETING = re.compile(
    r"(?:你好|您好|哈喽|嗨|早上好|早安|上午好|下午好|晚上好|晚安|在吗|在么|在不在|有人吗|"
    r"谢谢|多谢|感谢|辛苦了|再见|拜拜|好的|好滴|嗯|你是谁|你是机器人吗|"
    r"ok|okay|hi|hello|hey|thanks|thank you|thx|bye|good (?:morning|afternoon|evening)|"
    r"who are you|[啊呀呢哦哈~!。,.?\s])++"
)
# Longer ones say something besides.
_LONGEST_GREETING = 40


def signal_of(question: str) -> Signal | None:
    """Return why no search is needed for this question, or None for an ordinary one."""
    text = fold(question)
    if _PERSON.search(text):
        return "asks_for_person"
    if _ANGRY.search(text):
        return "angry"
    if len(text) <= _LONGEST_GREETING and _GREETING.fullmatch(text):
        return "greeting"
    return None
