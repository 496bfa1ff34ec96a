"""The number of a source behind its text, as a front end shows both."""

import pytest

from pipelines.answer.citations import numbered
from pipelines.commonmark import MAX_LINES, markdown_parser


@pytest.mark.parametrize(
    "text",
    [
        "```bash\npip install example-cli\n```",
        "1. 运行：\n   ~~~\n   pip install example-cli\n   ~~~",
        "运行：\n\n    pip install example-cli",
        "| 版本 | 价格 |\n|---|---|\n| 专业版 | 99 元/月 |",
        "> | 版本 | 价格 |\n> |---|---|\n> | 专业版 | 99 元/月 |",
        "版本 | 价格\n---|---\n专业版 | 99 元/月",
        "<table>\n<tr><td>99 元/月</td></tr>\n</table>",
        "周末顺延。\n\n</details>",
        "见[换货规则][r]。\n\n[r]: https://help.example/swap",
        "分割线：\n\n---",
    ],
)
def test_behind_code_tables_and_other_blocks_a_number_is_a_paragraph(text: str) -> None:
    render = markdown_parser().render
    shown = numbered(text, 1)
    assert shown == f"{text}\n\n[1]"
    assert (
        render(f"{shown}\n\n参考资料：")
        == render(f"{text}\n\n") + "<p>[1]</p>\n<p>参考资料：</p>\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "七天内退款。",
        "先登录。\n再点「退款」。",
        "- 七天内\n- 原路退回",
        "1. 登录\n\n   再点「退款」。",
        "> 周末顺延。",
        "```\nls\n```\n\n再重启。",
        "运行 `ls | wc`",
        "用 | 分开",
    ],
)
def test_behind_the_words_of_a_paragraph_a_number_ends_their_line(text: str) -> None:
    assert numbered(text, 2) == f"{text} [2]"


def test_behind_what_is_too_long_to_be_read_a_number_is_a_paragraph() -> None:
    assert numbered("行\n" * (MAX_LINES + 1) + "行", 1).endswith("行\n\n[1]")
