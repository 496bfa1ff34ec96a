"""Answers as HTML: what stays of an author's Markdown, and that nothing hostile does."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipelines.html import html_of, plain_html
from pipelines.text import clean
from tests.pace import timed

BASE = "https://help.example.com/docs/"

# Written out here, and not taken from the module: a mistake there must not hide itself.
PLAIN = {
    "b", "blockquote", "br", "caption", "col", "colgroup", "dd", "del", "div", "dl", "dt",
    "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd",
    "li", "mark", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong",
    "sub", "summary", "sup", "table", "tbody", "tfoot", "thead", "tr", "u", "ul", "var",
    "wbr",
}  # fmt: skip
ALLOWED: dict[str, set[str]] = {name: set() for name in PLAIN} | {
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "code": {"class"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
}
LINK = re.compile(r"(https?://[^/\\\s]|mailto:|tel:)", re.IGNORECASE)
IMAGE = re.compile(r"https?://[^/\\\s]", re.IGNORECASE)
REL = "noopener noreferrer nofollow"
VOID = {"br", "col", "hr", "img", "wbr"}


class Reader(HTMLParser):
    """Collects elements, text, and everything that may not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self.wrong: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.elements.append((tag, named))
        if tag not in ALLOWED or set(named) - ALLOWED[tag]:
            self.wrong.append(f"<{tag} {named}>")
        if len(named) < len(attrs):
            self.wrong.append(f"an attribute twice: {attrs}")
        if tag == "a" and (named.get("rel") != REL or not LINK.match(named.get("href") or "")):
            self.wrong.append(f"a link to {named}")
        if tag == "img" and not IMAGE.match(named.get("src") or ""):
            self.wrong.append(f"an image of {named}")
        if not re.fullmatch(r"(language-[\w+#.-]+)?", named.get("class") or ""):
            self.wrong.append(f"class {named['class']}")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.shown += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}>")

    def close(self) -> None:
        super().close()
        if self._open:
            self.wrong.append(f"never closed: {self._open}")


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


ATTACKS = [
    # Scripts and handlers in raw HTML.
    "<script>alert(1)</script>",
    "text <SCRIPT SRC=//evil.example/x.js></SCRIPT> text",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://a.example/x' onerror='alert(1)'>",
    "<img/src=x/onerror=alert(1)//",
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>',
    '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)><option>x</select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    '<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">',
    "<link rel=stylesheet href=//evil.example/x.css><meta http-equiv=refresh content=0>",
    "<base href=//evil.example/>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    '<p style="position:fixed;background:url(//evil.example)">x</p>',
    "<div style=width:expression(alert(1))>x</div>",
    "<table background=javascript:alert(1)><td background=javascript:alert(1)>x",
    "<b/onmouseover=alert(1)>x</b><b\tonclick=alert(1)\t>y</b>",
    '<a href=https://a.example onclick="alert(1)">x</a>',
    # Addresses of raw links.
    "<a href=javascript:alert(1)>x</a>",
    "<a href='jAvAsCrIpT:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='&#14; javascript:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='file:///etc/passwd'>x</a><a href='blob:https://a.example/1'>y</a>",
    "<a href='https:settings'>x</a><a href='http:\\\\evil.example'>y</a>",
    "<a href='\\\\evil.example'>x</a><a href='//evil.example'>y</a>",
    "<a href=https://a.example target=_top rel=opener ping=//evil.example>x</a>",
    "| a |\n| - |\n| <a href=javascript:alert(1) onclick=alert(1)>x</a> |",
    # Addresses of Markdown's own.
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](<java\tscript:alert(1)>)",
    "[a](&#x6A;avascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](%6Aavascript:alert(1)) [a](./javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=) ![a](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[a](vbscript:x) [a](\u0001javascript:alert(1)) [a](\u200bjavascript:alert(1))",
    "<javascript:alert(1)> <JAVASCRIPT:alert(1)> <data:text/html,x>",
    "[a][x] ![a][x]\n\n[x]: javascript:alert(1)",
    '[a][x]\n\n[x]: https://a.example/"onmouseover=alert(1)// \'"onmouseover=alert(1) x="\'',
    '![a](https://a.example/x.png "x\\" onerror=\\"alert(1)")',
    '![" onerror="alert(1)](https://a.example/x.png)',
    '![<img src=x onerror=alert(1)>](x.png) ![</a><script>](y.png "<script>")',
    "[![a](javascript:alert(1))](javascript:alert(2))",
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "[a](https://a.example/'onclick=alert(1)) [b](<https://a.example/\"><script>>)",
    "![a](mailto:x@a.example) ![a](tel:1) ![a](//evil.example/x.png) ![a](https:x.png)",
    # What a parser repairs into something else.
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=x onerror=alert(1)>">',
    '<title><a title="</title><img src=x onerror=alert(1)>">',
    '<textarea><b title="</textarea><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><svg/onload=alert(1)>">',
    "<table><tr><td><table><script>alert(1)</script><caption><img src=x onerror=alert(1)>",
    "<select><template><style></select><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<plaintext><img src=x onerror=alert(1)>",
    '<a title="<a rel=x>"><img alt="</a><img src=x onerror=alert(1)>" title="<img>"></a></a>',
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo '<script>alert(1)</script>' ?>",
    "<!DOCTYPE html [<!ENTITY x '<script>'>]>&x;",
    "<img src=x onerror=alert(1)",
    "</p></div></body></html><script>alert(1)</script>",
    '<div title="a`b<b title="`><script>alert(1)</script>',
    # What stands in a page by its name, or where its code would look for it.
    "<img name=getElementById><form id=cookie><a id=location name=body>x</a>",
    "<div class='modal admin' data-action=delete slot=x is=y aria-hidden=true>x</div>",
    "# a {#constructor}\n\n<h1 id=constructor>x</h1>",
    # Code, controls, direction.
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "    <img src=x onerror=alert(1)>",
    "`<script>alert(1)</script>` ``` `<b onclick=alert(1)>` ```",
    "<scr\0ipt>alert(1)</scr\0ipt> <img src=x o\0nerror=alert(1)> <a href='java\0script:x'>x</a>",
    "\u202e<script>alert(1)</script>\u2066 [a](https://a.example/\u202egpj.exe)",
    "\ufeff<script>alert(1)</script>\u2028<img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "\\<script>alert(1)\\</script> <\\script>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
]


@pytest.mark.parametrize("base_url", ["", BASE])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_hostile_is_left(attack: str, base_url: str) -> None:
    for markdown in (attack, f"- a\n\n  > {attack}\n", f"正文 {attack} 正文\n\n后面。"):
        html = html_of(markdown, path="a/b.md", base_url=base_url)
        assert read(html).wrong == [], html
        assert not re.search("[\u202a-\u202e\u2066-\u2069\0]", html)


def test_nothing_hostile_is_left_of_all_of_it_together() -> None:
    assert read(html_of("\n\n".join(ATTACKS))).wrong == []
    assert read(plain_html("\n\n".join(ATTACKS))).wrong == []


KEPT = """\
# 标题

一段 **粗** `码` <kbd>Ctrl</kbd>+<kbd>C</kbd><br>换行 H<sub>2</sub>O

| 左 | 右 |
| :- | -: |
| a | b |

```python title=x
if a < b: pass
```

<details open><summary>更多</summary>

3. 三
4. 四

</details>

<table>
<tr><th colspan="2">键</th></tr>
<tr><td rowspan="2">a</td><td>b</td></tr>
</table>
"""


def test_what_authors_write_stays() -> None:
    html = html_of(KEPT)
    assert read(html).wrong == []
    for part in (
        "<h1>标题</h1>",
        "<strong>粗</strong> <code>码</code> <kbd>Ctrl</kbd>+<kbd>C</kbd><br>",
        "H<sub>2</sub>O",
        '<th align="left">左</th>',
        '<td align="right">b</td>',
        '<pre><code class="language-python">if a &lt; b: pass\n</code></pre>',
        '<details open=""><summary>更多</summary>',
        '<ol start="3">',
        '<th colspan="2">键</th>',
        '<td rowspan="2">a</td>',
    ):
        assert part in html


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("guide/login.md#a", BASE + "faq/guide/login.md#a"),
        ("../登录.md", BASE + "%E7%99%BB%E5%BD%95.md"),
        ("../../../../etc/passwd", BASE + "etc/passwd"),
        ("/top.md?x=1&y=2", BASE + "top.md?x=1&amp;y=2"),
        ("#anchor", BASE + "faq/a.md#anchor"),
        ("//cdn.example.com/x", "https://cdn.example.com/x"),
        ("https://other.example/x", "https://other.example/x"),
    ],
)
def test_relative_links_and_images_become_full(url: str, full: str) -> None:
    html = html_of(f"[文](<{url}>) ![图](<{url}>)", path="faq/a.md", base_url=BASE)
    assert f'<a href="{full}" rel="noopener noreferrer nofollow">文</a>' in html
    assert f'<img src="{full}" alt="图">' in html
    raw = f'<a href="{url}">文</a> <img src="{url}">'
    assert html_of(raw, path="faq/a.md", base_url=BASE).count(f'="{full}"') == 2


@pytest.mark.parametrize(
    "url", ["guide/login.md", "#anchor", "/x", "javascript:x", "//[", "https:x"]
)
def test_a_link_that_leads_nowhere_leaves_its_text_and_an_image_its_own(url: str) -> None:
    markdown = f'看<a href="{url}">**文** <b>字</b></a>和<img src="{url}" alt="图 < &amp; 表">。'
    assert html_of(markdown) == "<p>看<strong>文</strong> <b>字</b>和图 &lt; &amp; 表。</p>\n"
    if ":" not in url and "[" not in url:
        assert html_of(f"[文]({url})和![图]({url})。") == "<p>文和图。</p>\n"


def test_links_that_broken_html_nests_are_closed_each_for_itself() -> None:
    html = html_of("<a href=https://a.example><div>一<table>二<i><div>三<a href=x>四</b>")
    assert read(html).wrong == []
    assert html.count("<a ") == html.count("</a>") == 2


def test_addresses_of_mail_and_telephone_stay() -> None:
    html = html_of("<a@b.example> [电话](tel:+86-10-1234)")
    assert 'href="mailto:a@b.example"' in html
    assert 'href="tel:+86-10-1234"' in html


def test_a_tag_that_would_swallow_what_follows_is_shown() -> None:
    html = html_of("把 <title> 写进 <textarea>。\n\n后面 **还有**。")
    assert (
        html
        == "<p>把 &lt;title&gt; 写进 &lt;textarea&gt;。</p>\n<p>后面 <strong>还有</strong>。</p>\n"
    )


def test_text_that_is_no_markdown_keeps_its_lines() -> None:
    assert plain_html("# 1 * 2\n<b>\n\n\n再见 ") == "<p># 1 * 2<br>\n&lt;b&gt;</p>\n<p>再见</p>\n"


HOSTILE = {
    "brackets": "[" * 200_000,
    "brackets within bounds": "[" * 15_000,
    "image brackets": "![" * 20_000 + "](a)" * 20_000,
    "tags": "<a b='" * 30_000,
    "ticks": "".join("`" * n + "a" for n in range(1, 440)),
    "stars": "**a *b " * 14_000,
    "quotes": ">" * 90_000,
    "one definition for many links": f"[a]: https://a.example/{'x' * 50_000}\n\n" + "[a] " * 9_000,
    "tags that are opened again": "".join(f"<font color={n}>\n\na\n\n" for n in range(2_000)),
    "bold that is opened again": "".join(f"<b title={n}>\n\na\n\n" for n in range(2_000)),
    "deep elements": "<div><span>" * 9_000,
    "tables in tables": "<table><tr><td>" * 6_000,
    "attributes": "<p " + " ".join(f"a{n}" for n in range(16_000)) + ">x</p>",
    "wide table": "|" + "a|" * 9_000 + "\n|" + "-|" * 9_000 + "\n|a|" * 900,
    "entities": "&quot;" * 16_000,
    "comments": "<!--" * 24_000,
    "hard breaks": "a  \n" * 4_900,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_costs_less_than_a_second_and_stays_small(name: str) -> None:
    html, seconds = timed(lambda: html_of(HOSTILE[name]))
    assert seconds < 1
    assert len(html) <= 20 * len(HOSTILE[name]) + 20_000
    assert read(html).wrong == []


def test_what_is_too_costly_is_shown_as_plain_text() -> None:
    assert html_of("[" * 200_000) == f"<p>{'[' * 200_000}</p>\n"


PIECES = st.sampled_from(
    ["<", ">", "</", "a", "p", "b", "img", "script", "style", "svg", "math", "table", "td", "title",
     " ", "\n", "\n\n", '"', "'", "=", "/", "href", "src", "onerror", "alt", "javascript:", "&",
     "https://x.y", "<!--", "-->", "<![CDATA[", "]]>", "`", "```", "[", "](", ")", "![", "|", "|-|",
     "&lt;", "\\", "<a href=x>", "<img alt='", "</a>", '<b title="', "<textarea>", "<template>",
     "文", "\0", "\t"]
)  # fmt: skip


@settings(max_examples=1_500, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_arrangement_of_markup_gives_safe_html(text: str) -> None:
    html = html_of(text, path="a.md", base_url=BASE)
    assert read(html).wrong == []
    assert read(html_of(text)).wrong == []


def samples(shared: Path) -> Iterator[str]:
    """Yield the Markdown of the sample company, of other projects, and of real answers."""
    own = Path(__file__).parent.parent / "kb_sources" / "faq"
    for file in (*own.rglob("*.md"), *(shared / "faq" / "other_md").rglob("*.md")):
        text = re.sub(r"<!--.*?-->", "", file.read_text("utf-8-sig"), flags=re.DOTALL)
        yield from re.split(r"^(?=##? )", text, flags=re.MULTILINE)
    for line in (shared / "faq" / "entries_zh.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)["answer"]


def test_real_answers_keep_their_words_tables_and_code(shared_data: Path) -> None:
    kept: Counter[str] = Counter()
    for markdown in samples(shared_data):
        reader = read(html_of(markdown, path="a/b.md", base_url=BASE))
        assert reader.wrong == []
        rendered = read(MarkdownIt("commonmark").enable("table").render(clean(markdown)))
        known = [name for name, _ in rendered.elements if name in ALLOWED and name != "tbody"]
        assert [name for name, _ in reader.elements if name != "tbody"] == known
        assert reader.shown.split() == rendered.shown.split()
        kept.update(known)
    assert min(kept[name] for name in ("table", "pre", "a", "img", "ol", "li", "details")) > 0
