"""What a customer says that a person should hear instead of a machine, or that asks nothing."""

import re
from typing import Literal

from pipelines.small_talk import small_talk
from pipelines.text import fold

Signal = Literal["asks_for_person", "angry", "greeting", "closing", "no_words"]
ASKS_NOTHING = frozenset({"greeting", "no_words"})
"""Reasons of refusals that refuse no answer, since nothing was asked."""

_ROLE = (
    "(?:财务|会计|销售|商务|客户经理|售前|售后|技术|研发|开发|产品|运维|实施|法务|市场|运营|客服|"
    "人工|真人|活人|领导|老板|经理|"
    "主管|负责人|管理层|上级|工程师|专员|同事|老师|工作人员|顾问)(?:支持|部门?|团队|那边|中心)?的?"
    "(?:同事|人员|老师|小伙伴|专员|小哥|小姐姐|经理|主管|负责人|领导|工程师|顾问|人)?"
)
# Who asks for the way asks a question. The table of an entry may name the team as well.
_ABOUT = (
    "(?:的?(?:电话|微信|联系|方式|邮箱|号码|号|地址|热线|工作时间|上班|下班|权限|角色|设置|规则|"
    "功能|入口|按钮|账号|名片|审批|"
    "群)|是谁|是什么|有什么|[^,.!?;。]{0,12}(?:怎么|如何|哪|多少|几点))"
)
_PLEASE = (
    "(?:帮我|给我|替我|我想要?|我要|我需要|麻烦|请|赶紧|赶快|快|马上|立刻|直接|那|就|还是|"
    "能不能|可不可以|可以|能|能否)"
)
_ABLE = "(?:真正)?(?:能|会|懂|可以|管|做得了|说了?|拍|靠谱)[^,.!?;。]{0,10}?的"
# Nothing stands behind the person but what is to be done, or how soon.
_NO_MORE = (
    "(?=[ ,.!?;~。、]|$|来(?!自|源|电)|出来|过来|吧|呗|啊|呀|行|好|谢|可以|嘛|吗|(?:跟|和|给|帮|对|"
    "同|"
    "替)(?:我|咱)|处理|解决|沟通|对接|聊|说|谈|"
    "问|回答|答复|回复|联系我|接待|手动|手工|弄|搞|查|核实|看看|看一?下|办|操作)"
)
_WHO_DECIDES = "(?:管事|做主|拍板|说了算|能管事|能做主)的(?:人)?"
# What that person is to do, at once.
_COMES = (
    "(?:(?:来|过来|出来|出面)(?:一?下|一趟)?(?:接电话|接|说话|说|谈|解决|处理|跟我说|给个说法|"
    "见我)?|"
    "(?:来)?(?:接|听)(?:一?下|个)?电话|接(?:一?下)?(?=[ ,.!?;~。]|$)|(?:跟|和|给|帮)(?:我|我们)"
    "(?:说|谈|聊|讲|沟通|解释|看看|看一?下|查查?|查一?下|处理|解决|解锁?|弄|打个?电话|回个?电话|"
    "回电|一个说法)|"
    "给个(?:说法|交代|解释))"
)
# Each names a wish or a feeling, and leaves out the words of which it is only a part:
# no title among 1,268 FAQ entries says any of them.
_PERSON = re.compile(
    r"(?:转|接|找|叫|要|换|给我|帮我|帮我联系)(?:一下|一?个|你们|您们|"
    r"我)?(?:的)?人工(?!智能)(?!.*(?:规则|设置|配置))|"
    r"^.{0,4}人工(?:客服|服务)?[!。~ ]*$|"
    r"(?:找|叫|要|换|和|跟|有没有|是不是)(?:一?个)?真人|"
    r"(?:我要|我想|给我|帮我|让)?(?:找|叫|换)(?:你们|你|您)(?:的)?(?:经理|主管|领导|负责人)|"
    r"\b(?:speak|speaking|talk|talking|chat|connect me) (?:to|with) (?:(?:an?|some|"
    r"your) )?(?:actual |real |live )*+human\b(?! resources)|"
    r"(?:^|[,.!?;] ?)(?:just |only )?(?:an? )?(?:(?:actual |real |live )?human(?: agent| being)?|"
    r"(?:actual|real|live) (?:person|agent|human)|representative|operator)"
    r"(?:[,.!]? ?(?:please|pls|plz|now|right now|asap|immediately|at once))*[!. ]*$|"
    r"(?:^|[,.!?;] ?)(?:an? )?(?:agent|supervisor)(?:,? ?(?:please|pls|plz|now|asap))+[!. ]*$"
)
# Somebody of the company's, or anybody who can help. How to reach one is a question.
_SOMEBODY = re.compile(
    # Somebody of yours: put through to, talked to, or sent here.
    rf"(?:接|转|转接|找|叫|喊|派|安排|联系)(?:一下|下|到|给)*(?:一?[个位名])?(?:你们|您们|贵司|"
    rf"贵公司)(?:公司|那边|家)?的?"
    rf"{_ROLE}(?!{_ABOUT})|"
    rf"(?:跟|和|与|同|找)(?:你们|您们|贵司)(?:公司|那边)?的?{_ROLE}(?:直接|当面|电话)?(?:聊|谈|"
    rf"沟通|说|讲|对接|通话|通电话|通个)|"
    rf"(?:让|叫|请|麻烦|安排)(?:一下)?(?:你们|您们|贵司)(?:公司|那边)?的?{_ROLE}.{{0,4}}?(?:联系|"
    rf"打给|回电|回复|找|给|来|加|跟|和)"
    r"(?:一下)?(?:我|一趟|个?电话|处理|解决|[ ,.!。]|$)|"
    rf"(?:让|叫|请|麻烦|安排|喊)(?:一下)?(?:(?:你们|您们|贵司)(?:公司|那边)?的?{_ROLE}|"
    rf"(?:你们)?{_WHO_DECIDES})"
    rf"(?:亲自|直接|马上|赶紧|快点?|立刻)*{_COMES}|"
    rf"(?:^|[ ,.!?;~。])(?:赶紧|快|马上)?(?:给我)?(?:叫|喊|派|换|找)(?:一?[个位名])?{_ROLE}(?:过来|"
    rf"出来|来)"
    rf"(?=[ ,.!?;~。]|$|吧|[跟和]我|见我)|"
    rf"把(?:你们|您们)(?:公司|那边)?的?(?:{_ROLE}|{_WHO_DECIDES})(?:给我)?(?:叫|喊|请|找)(?:来|"
    rf"过来|出来)|"
    rf"(?:我)?(?:要|想)(?:直接)?(?:见|找|联系)(?:一下)?(?:你们|您们|贵司)(?:公司|"
    rf"那边)?的?(?:{_ROLE}|{_WHO_DECIDES})"
    rf"(?!{_ABOUT})(?=[ ,.!?;~。]|$|反映|反馈|说|谈|聊|投诉)|"
    rf"(?:跟|和|向|找)(?:你们|您们|贵司)(?:公司|那边)?的?{_ROLE}(?:反映|反馈|投诉|说明|当面)|"
    rf"(?:^|[ ,.!?;~。])(?:你们)(?:的)?(?:领导|老板|经理|主管|负责人|"
    rf"{_WHO_DECIDES})呢(?=[ ,.!?;~。]|$)|"
    # Anybody, so long as it is somebody.
    rf"{_PLEASE}(?:给我|帮我|替我)?(?:接|转|转接|找|叫|派|安排|来)(?:一下|下|到)?"
    rf"(?:一?[个位名](?:{_ABLE})?(?:人(?!工|员|事|数)|{_ROLE})|(?:{_ABLE})(?:人|{_ROLE})|(?:在线|"
    rf"人工)?客服|活人){_NO_MORE}|"
    rf"(?:^|[ ,.!?;~。])(?:接|转|转接|找|叫|派|来|换)(?:一下|"
    rf"下)?(?:一?[个位名])?(?:{_ABLE})(?:人(?!工|员|事|数)|{_ROLE})?{_NO_MORE}|"
    rf"(?:^|[,.!?;~。]|{_PLEASE})(?:换|转|转接|接|找|叫|来|要)(?:一下|下)?"
    rf"(?:(?:一?[个位])?(?:在线|人工)?(?:客服|活人)|一?[个位]人(?=来|(?:跟|和|给|帮)我|吧|行|"
    rf"[!。~ ]*$)){_NO_MORE}|"
    r"(?:^|[ ,.!?;~。])(?:你们)?(?:这里|这边|那边)?(?:到底)?(?:有没有|有)(?:一?个)?活人|"
    r"(?:^|[ ,.!?;~。])有没有(?:能|可以|会)?(?:管事|做主|解决(?:问题)?|处理(?:问题)?|拍板|说了算|"
    r"听懂人话|说人话)的|"
    rf"(?:让|叫|请|麻烦|安排){_ROLE}(?:尽快|马上|赶紧)?(?:联系|回复|打给|"
    rf"加)(?:一?下)?我(?=[ ,.!?;~。]|$|吗|一?下|吧|好|行|处理|解决)|"
    rf"(?:请|麻烦|帮我|给我|替我|直接)(?:转|接|转接)(?:一下|下|到)?{_ROLE}{_NO_MORE}|"
    r"(?:^|[ ,.!?;~。])有没有(?:一?个)?(?:活|真)?人(?:能|可以|来|会)?(?:来)?(?:管管?|解决|理我|"
    r"理一?下|回我|回复我|处理)|"
    # English.
    r"\b(?:speak|talk|chat|connect me|speaking|talking) (?:to|with) (?:(?:an?|an actual|some|your|"
    r"any|one of your|the) )?"
    r"(?:(?:actual|real|live|human|proper|support|customer|service|sales|billing|finance|"
    r"technical|tech|account|senior|breathing) ){0,3}"
    r"(?:person|human(?: being)?|agent|someone|somebody|representative|rep|manager|supervisor|"
    r"boss|operator|advisor|specialist|"
    r"engineer|team|department|staff)\b"
    r"(?! (?:outside|in (?:another|the|a|my|our)|from (?:another|outside)|on (?:another|my|the)|"
    r"who(?:'s| is) (?:not|offline)|"
    r"without|offline|privately|else's|inside|role|api|app|channel|chat|group|room|space|member))|"
    r"\b(?:get|give|find|bring|fetch|put|pass|transfer|connect|switch|forward|escalate|"
    r"hand)(?: (?:me|us|this|it))"
    r"(?: (?:on|over|through|up|back|on to|in touch))?(?: (?:to|with))? (?:(?:an?|the|your|some|"
    r"any|one of your) )?"
    r"(?:(?:actual|real|live|human|proper|support|sales|billing|finance|technical|tech|senior|"
    r"customer|service) ){0,3}"
    r"(?:person|human(?: being)?|agent|manager|supervisor|boss|representative|rep|operator|"
    r"someone|somebody|superior)\b"
    r"(?! (?:role|access|permission|account|app|view|page|seat|licen[cs]e|invite|notification|"
    r"badge|api|key|with|as|in|on))|"
    r"\b(?:get|want|need|see|call|contact|bring|fetch|where(?:'s| is)) (?:me |to see |"
    r"to speak to )?your "
    r"(?:manager|supervisor|boss|superior)\b(?! (?:role|access|permission|account|app|view|page|"
    r"console|approval|api))|"
    r"\b(?:i|we) (?:just )?(?:want|need|demand|would like|prefer)(?: (?:to (?:get|have|reach)|"
    r"help from))? "
    r"(?:an? |some )?(?:actual |real |live ){0,2}(?:human(?: being)?|real person|live agent|"
    r"person|human agent|support agent)"
    r"(?= ?(?:[,.!?;]|$|now|please|pls|to (?:help|talk|answer|call|look)))|"
    r"(?<!do )(?<!would )\b(?:i|we)(?:'d like| (?:just )?(?:want|need|demand|would like|"
    r"prefer))(?: to have)? "
    r"(?:an? |some |your )?(?:(?:actual|real|live|human|support|proper) ){0,2}(?:agent|person|"
    r"human|"
    r"representative|rep|supervisor|manager|someone|somebody|operator)"
    r"(?: (?:in|on|to join|to come (?:to|into)) (?:this|the|our) (?:chat|line|phone|call|"
    r"conversation)|"
    r"(?: in| on)? here| instead|,? not (?:an? )?(?:ro)?bot)(?= ?(?:[,.!?;]|$|now|please|pls))|"
    r"(?<!do )(?<!would )\b(?:i|we)(?:'d like| (?:just )?(?:want|demand|would like)) (?:an? |"
    r"your )?"
    r"(?:(?:actual|real|live|human|support) ){0,2}(?:agent|representative|supervisor)"
    r"(?= ?(?:[,.!?;]|$|now|please|pls))|"
    r"\b(?:have|let|get|make|ask|tell) (?:someone|somebody|a human|a person|an agent|"
    r"your (?:manager|boss|supervisor|team)) (?:to )?"
    r"(?:call|contact|phone|ring|email|reach out to|get back to) (?:me|us)\b|"
    r"\bget (?:an? )?(?:actual |real |live ){0,2}(?:human|person)(?: being)? (?:on the (?:line|"
    r"phone)|(?:in )?here)|"
    r"\b(?:put|transfer|connect|pass|forward|switch|hand|escalate) (?:me|us|this)(?: (?:on|over|"
    r"through))? (?:to|with) "
    r"(?:(?:the|your|a) )?(?:customer |technical |tech )?(?:support|billing|sales|finance|"
    r"accounting|service|colleagues?)"
    r"(?: (?:team|department|people|guys|desk))?(?= ?(?:[,.!?;]|$|please|pls|now))|"
    r"\b(?:can|could|would|will|have|please have|let|get) (?:someone|somebody|any ?one)"
    r"(?: (?:from|on|in|at) (?:your|the) (?:\w+ )?(?:team|department|side|company|"
    r"office))?(?: please)? "
    r"(?:call|phone|ring|get back to|reach out to) (?:me|us)\b(?! (?:on|in|via|through|from|"
    r"without|if|when))|"
    r"\b(?:is there|do you have) (?:some ?one|somebody|any ?one|anybody|a person|"
    r"a human) (?:(?:that|who) )?(?:i|we) can "
    r"(?:talk|speak|chat) (?:to|with)|"
    r"\b(?:is|are) there (?:an?|any) (?:(?:actual|real|live) )?(?:human|person|people|"
    r"humans)(?: being)?"
    r"(?: (?:here|there|i can|available|to talk|who can|around)| ?[?!.]*$)"
)
# What stands before a person who is not wanted; `还不转人工` asks for one.
_NOT_WANTED = re.compile(
    r"(?:(?<!要)不要|不用|不想|不需要|不必|无需|别|(?<!还)(?<!怎么)(?<!为什么)(?<!为啥)(?<!转)不)"
    r"(?:再|先|去|给我|帮我|让我|把我|跟我|和我)*$|"
    r"\b(?:do not|don['’]t|dont|no need to|never|not|instead of|rather than|without|"
    r"stop)(?: \w+){0,3} $"
)
# Who asks how a person is reached, or what has become of one, has a question.
_ASKS_HOW = re.compile(
    r"(?:怎么(?!还|不)|如何|怎样|咋(?!还|不)|把)[^,.!?;。]*$|"
    r"\bhow (?:do|can|to|could|would|should)\b[^,.!?;]*$"
)
_ASKS_THEN = re.compile(
    r"怎么(?!还|不)|如何|怎样|在哪|哪里|设置|设定|配置|多少|几点|为什么|什么(?:时候|意思|区别)|"
    r"没反应"
)
_ANGRY = re.compile(
    r"(?:我要|我会|去|再不|准备|必须)(?:.{0,6})(?:投诉|举报|曝光)"
    r"(?!的?(?:流程|入口|渠道|方式|按钮|功能|记录|邮箱|在哪|怎么))|(?:投诉|举报)(?:你们|你|到)|"
    r"12315|"
    r"消协|(?:你们|一群|大|^)(?:.{0,3})骗子(?:公司|软件|平台|产品)?[!。~ ]*$|"
    r"骗子(?:公司|软件|平台|产品)|骗钱|(?<!.)垃圾$|垃圾(?:软件|公司|产品|客服|服务|系统|平台|东西|"
    r"玩意)|太垃圾|什么破|太差劲|太差了|"
    r"忍无可忍|气死|^滚[!。 ]*$|滚蛋|妈的|他妈|退钱[!。 ]*$|"
    r"\b(?:scam|rip-?off|ridiculous|useless (?:garbage|crap|junk|bot|answers?|support)|"
    r"piece of (?:garbage|crap|junk)|unacceptable|terrible service|sue you)\b|"
    r"\b(?:file|make) a complaint\b"
)
# Letters around a person that can say how it is meant.
_NEAR = 60


def signal_of(question: str) -> Signal | None:
    """Return why no search is needed for this question, or None for an ordinary one."""
    text = fold(question).replace("’", "'")
    if _asks_for_person(text):
        return "asks_for_person"
    if _ANGRY.search(text):
        return "angry"
    return small_talk(question)


def _asks_for_person(text: str) -> bool:
    """Tell whether a person is asked for, and neither refused nor asked about."""
    wanted = [one for one in _PERSON.finditer(text) if not _refused(text, one)]
    return bool(wanted) or any(
        not (
            _refused(text, one)
            or _ASKS_HOW.search(_before(text, one))
            or _ASKS_THEN.search(text, one.end(), one.end() + _NEAR)
        )
        for one in _SOMEBODY.finditer(text)
    )


def _refused(text: str, person: re.Match[str]) -> bool:
    return _NOT_WANTED.search(_before(text, person)) is not None


def _before(text: str, person: re.Match[str]) -> str:
    return text[max(0, person.start() - _NEAR) : person.start()]
