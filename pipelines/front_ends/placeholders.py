"""What a front end writes in the place of a picture, a recording or a file: `[图片]`, `<voice>`.

Only what nobody types for another reason counts: a known word in brackets. `图片` alone is a
subject, and so is `合同.pdf`.
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
_AROUND = " \t\r\n\u3000"
_MOST = 20


def without_placeholders(text: str) -> str:
    """Return the words of `text` without the placeholders before and behind them.

    One right at a word may be a part of the sentence, as in `发[图片]失败`, and stays.
    """
    words = text.strip(_AROUND)
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
    return words if words != text.strip(_AROUND) else text


def _stands_alone(words: str, end: int) -> bool:
    """Tell whether a space, another placeholder, or no more word follows."""
    return (
        words[end : end + 1] in ("", *_AROUND)
        or _PLACEHOLDER.match(words, end) is not None
        or not any(map(str.isalnum, words[end:]))
    )
