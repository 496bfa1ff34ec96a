"""Messages that a help desk wrote as HTML."""

import io
import json

import pytest

from pipelines.dialogues.readers import read_messages
from pipelines.records import Message
from pipelines.settings import DialogueSource


def read(text: str) -> str:
    line = {"conversation": "c1", "at": "2026-03-01T10:00:00", "role": "agent", "text": text}
    data = io.BytesIO(json.dumps(line).encode())
    source = DialogueSource(name="chat", files="*")
    (message,) = read_messages("a.log", data, source, bytes(32))
    assert isinstance(message, Message)
    return message.text


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("<p>稍等</p>", "稍等"),
        ("<p>点导出&nbsp;&gt;&nbsp;聊天记录</p>", "点导出 > 聊天记录"),
        (
            '<div class="zd-comment" dir="auto">Hi,<br><br>Click <b>Export</b>.</div>',
            "Hi,\nClick Export.",
        ),
        ("<ul>\n<li>先退出</li>\n<li>再登录</li></ul>", "先退出\n再登录"),
        ('<p><img src="https://x.com/a.png" /></p>', "[图片]"),
        ('<img src="https://x.com/a.png">', "[图片]"),
        ('请看<a href="https://x.com/a">教程</a>', "请看教程"),
        ("<p>怎么写 &lt;div&gt;</p>", "怎么写 <div>"),
        ("<P>\u200b</P>", ""),
    ],
)
def test_a_message_that_is_html_as_a_whole_becomes_its_words(written: str, read_as: str) -> None:
    assert read(written) == read_as


@pytest.mark.parametrize(
    "written",
    [
        '怎么写 <div class="a">',
        "`<div>` 和 `</div>` 怎么用",
        "怎么换行，用 <br> 吗",
        "a < b &amp;&amp; c > d 报错",
        "<select> 不显示",
        "填 <主机名>\n\n再填 <端口>",
    ],
)
def test_who_asks_about_markup_keeps_it(written: str) -> None:
    assert read(written) == written
