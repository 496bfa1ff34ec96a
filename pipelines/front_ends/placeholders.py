"""What a front end writes in the place of a picture, a recording or a file: `[图片]`, `<voice>`.

Only what nobody types for another reason counts: a known word in brackets. `图片` alone is a
subject, and so is `合同.pdf`, but `IMG_4471.HEIC` is a name that nobody gave. Words that only point
at what is shown, as in `[图片] 你看看这是啥`, hold no question that could be searched for.
"""

import re

_KIND = (
    "图片|照片|截图|图像|相片|动画表情|表情包?|贴图|语音(?:消息|通话)?|录音|音频|视频(?:消息|"
    "通话)?|小视频|"
    "文件|附件|位置|地理位置|链接|名片|个人名片|红包|聊天记录|合并转发|小程序|"
    r"images?|pictures?|pics?|photos?|screenshots?|stickers?|gifs?|emojis?|animations?|"
    r"voice(?: ?(?:message|note|call))?|audio|recording|videos?|video(?: ?(?:message|note|call))|"
    r"files?|documents?|attachments?|media|location|contact|forwarded messages?"
)
_FILE = (
    r"[^\s\[\]【】<>]{1,100}\.(?:pdf|docx?|xlsx?|pptx?|csv|txt|log|zip|rar|7z|png|jpe?g|gif|webp|"
    r"bmp|"
    r"heic|mp4|mov|avi|mp3|wav|amr|m4a|ogg|silk|json|xml|md)(?![a-z0-9])"
)
# How many there are, how long it takes, what became of it, or what the file is called.
_LONG = r"[0-9]{1,4}(?:[:'\"″′s秒 ]{1,2}[0-9]{0,2}[\"″s秒]?)?(?:/[0-9]{1,4})?"
_MORE = (
    rf"(?:[ :：_#x×-]{{0,3}}(?:{_LONG}|omitted|attached|attachment|message|received|unsupported|"
    rf"未下载|已过期|{_FILE}|https?://[^\s\]】>]{{1,300}})){{0,2}}"
)
# Some name the medium first: `<media:image>`, QQ writes `[CQ:image,file=…]`.
_INSIDE = (
    rf"(?:(?:media|type|msg) ?[:=] ?|附:)?(?:{_KIND}){_MORE}|cq:[a-z]{{2,12}}(?:,[^\]\n]{{0,400}})?"
)
_PLACEHOLDER = re.compile(
    rf"(?:!?\[ ?(?:{_INSIDE}) ?\](?:\([^()\s]{{1,2000}}\))?|【 ?(?:{_INSIDE}) ?】|"
    rf"< ?(?:{_INSIDE}) ?/?>|[(（] ?(?:{_INSIDE}) ?[)）]|!\[[^\]\n]{{0,80}}\]\([^()\s]{{1,2000}}\))"
    rf"(?:[ :：]{{0,2}}(?:(?!\S{{0,100}}?(?:怎|如何|[不没]|无法|为什么|吗|什么)){_FILE}|"
    r"[0-9]{1,3}(?:[\"″'s秒]|:[0-9]{2}))(?=\s|$))?",
    re.IGNORECASE,
)
# What a camera, a phone or a chat calls a picture by itself.
_TAKEN = re.compile(
    r"(?<![^\s,，、])(?:(?:(?:img|dscn?|dscf|pxl|vid|mvimg|mov|wp|screen ?shots?|screen recording|"
    r"snipaste|"
    r"whatsapp (?:image|video)|wechat ?(?:image|img)|photo|image|video|mmexport|signal|"
    r"(?:微信|qq|企业微信|钉钉)?(?:图片|截图|截屏|照片|视频)|屏幕(?:截图|快照|录制)|录屏)"
    r"[\w.:()（）~@ -]{0,40}?(?<![a-z])[0-9][\w.:()（） -]{0,30}?|[0-9a-f][0-9a-f_-]{12,60}|"
    r"image|img|photo|picture|screen ?shot|unnamed|图片|截图|照片|微信图片|微信截图|屏幕截图)"
    r"\.(?:png|jpe?g|gif|webp|bmp|heic|heif|mp4|mov|avi|amr|m4a|silk))(?![a-z0-9\u3400-\u9fff])",
    re.IGNORECASE,
)
# `这是啥问题`, `can you take a look at this`: nothing in them but who looks, and at what.
_POINTS = re.compile(
    r"(?=[^\n]{0,80}(?:[这此图看瞅瞧]|上面|附件|\b(?:this|that|these|it|look|see|check|attached|"
    r"picture|image|"
    r"screenshot|here)\b))"
    r"(?:你好|您好|谢谢|麻烦|请问|请|[你您我]们?|帮忙|帮|给|大家|老师|亲|能不能|可不可以|可以|能|"
    r"[看瞅瞧瞄]|一下|一眼|"
    r"下|分析|解释|识别|[这此张个]|图片|截图|截屏|照片|如图|如下|所示|附件|图|里面|里|中|上面|下面|"
    r"以上|[上面的]|到底|究竟|"
    r"就是|是|[啥咋哪]|什么|怎么|哪里|哪儿|出|回事|问题|情况|意思|原因|毛病|东西|状况|玩意|"
    r"[办弄搞整样见]|处理|"
    r"解决|[了啊呀呢吗嘛吧哦哈就]|[^\w\n]|"
    r"(?<![a-z])(?:hi|hello|hey|thanks|please|pls|plz|can|could|would|you|u|guys|take|have|a|look|"
    r"at|see|check|"
    r"out|view|this|that|these|it's|it|the|my|image|picture|screenshot|photo|pic|attached|"
    r"attachment|above|"
    r"below|here's|here|what's|whats|what|is|are|does|do|did|means?|wrong|with|happening|happened|"
    r"going|on|"
    r"why|any|ideas?|about|as|shown|in|i|got|get|getting|me|help|explain|tell|of|for|and|problem|"
    r"issue)"
    r"(?![a-z]))*+",
    re.IGNORECASE,
)
# Says so itself, wherever the picture is.
_AS_SHOWN = re.compile(
    r"(?:请|麻烦|[你您]|就|问题|情况)*+(?:如(?:上|下)?图(?:所示)?|[看见](?:一?下|上)?(?:截图|附件|附图|上图|下图))[吧哦\W]*+"
)
# More words than that point at nothing.
_LONGEST = 80
_AROUND = " \t\r\n\u3000"
_MOST = 20


def without_placeholders(text: str) -> str:
    """Return the words of `text` without the placeholders before and behind them.

    None are left where they only point at what is shown. A placeholder right at a word may be a
    part of the sentence, as in `发[图片]失败`, and stays.
    """
    words = _between_placeholders(text.strip(_AROUND))
    if len(words) <= _LONGEST:
        pointing = _TAKEN.sub(" ", _PLACEHOLDER.sub(" ", words)).strip(_AROUND)
        if _AS_SHOWN.fullmatch(pointing):
            return ""
        shows = pointing != words or words != text.strip(_AROUND)
        if shows and (not pointing or _POINTS.fullmatch(pointing)):
            return ""
    return words if words != text.strip(_AROUND) else text


def _between_placeholders(words: str) -> str:
    """Return `words` from the first that is no placeholder to the last."""
    for _ in range(_MOST):
        found = _PLACEHOLDER.match(words)
        if not found or not _stands_alone(words, found.end()):
            break
        words = words[found.end() :].lstrip(_AROUND)
    # Looked for near the end alone: a text may hold thousands of them.
    for _ in range(_MOST):
        tail = max(0, len(words) - 500)
        last = next((m for m in _PLACEHOLDER.finditer(words, tail) if m.end() == len(words)), None)
        if last is None or not words[: last.start()].endswith(tuple(_AROUND)):
            break
        words = words[: last.start()].rstrip(_AROUND)
    return words


def _stands_alone(words: str, end: int) -> bool:
    """Tell whether a space, another placeholder, or no more word follows."""
    return (
        words[end : end + 1] in ("", *_AROUND)
        or _PLACEHOLDER.match(words, end) is not None
        or not any(map(str.isalnum, words[end:]))
    )
