"""What a customer says that a person should hear instead of a machine, or that asks nothing."""

import re
from typing import Literal

from pipelines.dialogues.courtesy import says_thanks_or_yes
from pipelines.text import fold

Signal = Literal["asks_for_person", "angry", "greeting", "closing"]
ASKS_NOTHING = frozenset({"greeting", "no_words"})
"""Reasons of refusals that refuse no answer, since nothing was asked."""

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
# What stands before a person who is not wanted; `还不转人工` asks for one.
_NOT_WANTED = re.compile(
    r"(?:(?<!要)不要|不用|不想|不需要|不必|无需|别|(?<!还)(?<!怎么)(?<!为什么)(?<!为啥)(?<!转)不)"
    r"(?:再|先|去|给我|帮我|让我|把我|跟我|和我)*$|"
    r"\b(?:do not|don['’]t|dont|no need to|never|not)(?: \w+){0,3} $"
)
_ANGRY = re.compile(
    r"(?:我要|我会|去|再不|准备|必须)(?:.{0,6})(?:投诉|举报|曝光)"
    r"(?!的?(?:流程|入口|渠道|方式|按钮|功能|记录|邮箱|在哪|怎么))|(?:投诉|举报)(?:你们|你|到)|12315|"
    r"消协|(?:你们|一群|大|^)(?:.{0,3})骗子(?:公司|软件|平台|产品)?[!。~ ]*$|"
    r"骗子(?:公司|软件|平台|产品)|骗钱|(?<!.)垃圾$|垃圾(?:软件|公司|产品|客服|服务|系统|平台|东西|玩意)|太垃圾|什么破|太差劲|太差了|"
    r"忍无可忍|气死|^滚[!。 ]*$|滚蛋|妈的|他妈|退钱[!。 ]*$|"
    r"\b(?:scam|rip-?off|ridiculous|unacceptable|terrible service|sue you)\b|"
    r"\b(?:file|make) a complaint\b"
)
_GREETING = re.compile(
    r"(?:你好|您好|哈喽|嗨|早上好|早安|上午好|下午好|晚上好|晚安|在吗|在么|在不在|有人吗|"
    r"你是谁|你是机器人吗|hi|hello|hey|good (?:morning|afternoon|evening)|who are you|"
    r"[啊呀呢哦哈~!。,.?\s])++"
)
# What else says that all is said, beside thanks and assent.
_OVER = re.compile(
    r"已经|算了|不用了?|没别的|就这样|先这样|\b(?:goodbye|that['’]?s all|all good|never ?mind|nvm|"
    r"no worries|perfect|all set|for now|ty)\b|\U0001f44d|\U0001f44c|\U0001f64f|"
    r"[\U0001f3fb-\U0001f3ff\ufe0f]"
)
_SAYS_SOMETHING = re.compile(r"\w|[\U0001f300-\U0001faff]")
# Longer ones say something besides.
_LONGEST_GREETING = 40


def signal_of(question: str) -> Signal | None:
    """Return why no search is needed for this question, or None for an ordinary one."""
    text = fold(question)
    if any(not _NOT_WANTED.search(text[: one.start()]) for one in _PERSON.finditer(text)):
        return "asks_for_person"
    if _ANGRY.search(text):
        return "angry"
    if len(text) > _LONGEST_GREETING:
        return None
    if _GREETING.fullmatch(text):
        return "greeting"
    if _SAYS_SOMETHING.search(text) and says_thanks_or_yes(_OVER.sub(" ", text)):
        return "closing"
    return None
