"""Automatic messages: what a help desk says in an agent's name while no agent answers."""

import re

from pipelines.text import fold

_OPENING = (
    r"(?:(?:您好|你好|亲|尊敬的\S{0,4}|很?抱歉|不好意思|温馨提示|(?:hi|hello|hey|sorry)\b)"
    r"[,.!。:~ ]*+)*+"
)
_TELLS = r"(?!.*(?:点击|设置|后台|按钮|菜单|\bclick|\bsettings))"
# A second sentence asks for patience and answers nothing.
_REST = r"[^。!]{0,100}(?:[。!][^。!]{0,30}(?:等待|稍[等候后]|回复|留言|联系|理解)[^。!]{0,10})?"
_QUEUE = (
    r"(?:当前|目前|现在)?(?:正在)?(?:咨询|排队)的?(?:人数|人|客户|用户|量)"
    r"(?:比?较[多大]|[过很太]多)(?!的|时)"
    rf"{_REST}"
    r"|(?:当前|目前|现在)?排队人数:? ?\d+ ?[人位]?"
    r"|(?:当前|目前)?[您你]?的?前面还有 ?\d+ ?[位人个].{0,40}"
    r"|all (?:of )?our (?:agents|representatives|operators) are (?:\w+ )?busy.{0,100}"
    r"|you are (?:currently )?(?:number )?#?\d+(?:st|nd|rd|th)? in (?:the )?(?:queue|line).{0,60}"
)
_AWAY = (
    r"(?:当前|现在|目前)(?:为|是|处于|属于)?(?:非|不在|不是)(?:人工)?(?:客服)?工作时间(?![也的能可])"
    rf"{_REST}"
    r"|(?:人工)?客服(?:人员)?(?:当前|现在|目前|暂时|都|均)*(?:不在线?|已下班|离线)"
    rf"(?=.*(?:留言|回复|联系)){_REST}"
    r"|我(?:现在|目前|暂时)?有事不在(?=.*(?:留言|回复|联系)).{0,40}"
    r"|(?:thanks|thank you) for (?:contacting|reaching out|getting in touch|your message)"
    r"[^.!]{0,30}"
    r"[.!,] ?(?:we|someone|our team)(?:['’]ll| will) (?:get back|reply|respond|be in touch)"
    r"[^.!]{0,80}[.!]?"
    r"|(?:thanks|thank you) for (?:contacting|reaching out|getting in touch)[^.!]{0,30}"
    r"[.!] our (?:office|business|support) hours are .{0,60}leave .{0,40}"
    r"|we(?:['’]ve| have) received your (?:request|message)[^.!]{0,40}(?:will|['’]ll) "
    r"(?:get back|reply|respond)[^.!]{0,60}[.!]?"
    r"|(?:this is an )?auto(?:mated|matic|-)? ?(?:reply|response)\W.{0,200}"
)
_BEGUN_OR_OVER = (
    r"you are now (?:chatting|connected|speaking) (?:with|to) .{0,40}"
    r"|由于[您你].{0,12}(?:未|没有?|无)(?:任何)?(?:发言|回复|响应|操作|消息|说话|输入)"
    r".{0,20}(?:会话|对话|服务|咨询).{0,60}"
    r"|(?:本次|当前|该|此)?(?:会话|对话)(?:已|即将|将)?(?:超时|自动)?(?:已|将)?"
    r"(?:超时|结束|关闭)(?:[,。! ](?:系统|会话|对话|感谢|如|祝).{0,40})?"
)
_AUTOMATIC = re.compile(
    rf"{_TELLS}(?:{_OPENING}(?:{_QUEUE}|{_AWAY}|{_BEGUN_OR_OVER})"
    # `【自动回复】在设置里打开` tells where that is.
    r"|[【\[(]自动回复[】\])] ?(?:您好|你好|亲|感谢|欢迎|抱歉|当前|现在|客服|我).{0,200})\W*"
)


def is_automatic(text: str) -> bool:
    """Tell whether a help desk only tells of a queue, of closing time or of a time-out."""
    return _AUTOMATIC.fullmatch(fold(text)) is not None
