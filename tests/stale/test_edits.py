"""The suggested edit is a diff that applies, and says what the release said."""

import subprocess
from pathlib import Path

import pytest

from tests.stale.pair import change, entry, found

UPLOAD = "单个文件的上传上限从 2 GB 提高到 5 GB"


def edited(answer: str, diff: str, folder: Path) -> str:
    """Apply the diff with git, as whoever reviews it would."""
    file = folder / "answer.md"
    file.write_text(f"{answer}\n", encoding="utf-8")
    subprocess.run(
        ["git", "apply", "--unidiff-zero", "-"], cwd=folder, input=diff.encode(), check=True
    )
    return file.read_text(encoding="utf-8").removesuffix("\n")


@pytest.mark.parametrize(
    ("text", "category", "question", "answer", "after"),
    [
        (
            UPLOAD,
            "变更",
            "单个文件最大可以上传多大？",
            "单个文件最大 2 GB，各端相同。\n\n企业共用 2 GB 缓存。",
            "单个文件最大 5 GB，各端相同。\n\n企业共用 2 GB 缓存。",
        ),
        (
            "回收站的保留时间从 30 天延长到 60 天",
            "变更",
            "误删的文件能找回吗？",
            "能。先进回收站，保留 30 天。超过 30 天会被清除。",
            "能。先进回收站，保留 60 天。超过 60 天会被清除。",
        ),
        (
            "`a_b` is renamed to `c_d`",
            "Changed",
            "How do I set it?",
            "1. Open the file.\n2. Set `a_b: 1`, and restart.\n\n`a_b_c` is another.",
            "1. Open the file.\n2. Set `c_d: 1`, and restart.\n\n`a_b_c` is another.",
        ),
        (
            "移除旧版网页端的离线模式",
            "移除",
            "没有网络能看吗？",
            "- 可以，在网页端打开离线模式。\n- 手机端照旧。",
            "- 自 2.5.0 版本起：移除旧版网页端的离线模式。\n- 手机端照旧。",
        ),
        (
            "add support for `bazel`",
            "Added",
            "Is there a strategy for Bazel?",
            "Not yet; use `simple` for now.",
            "Since version 2.5.0: add support for `bazel`. use `simple` for now.",
        ),
        (
            "移除 iOS 14 的支持，最低要求为 iOS 15",
            "移除",
            "支持哪些 iOS？",
            "iOS 14 及以上。",
            "iOS 15 及以上。",
        ),
        (
            "mark server-info plugin as deprecated",
            "Change",
            "怎么上报节点信息？",
            "推荐启用 server-info 插件。",
            "推荐启用 server-info 插件。 自 2.5.0 版本起：mark server-info plugin as deprecated。",
        ),
    ],
)
def test_the_suggested_edit_applies(
    text: str, category: str, question: str, answer: str, after: str, tmp_path: Path
) -> None:
    (finding,) = found([entry(question, answer)], [change(text, category=category)])

    assert edited(answer, finding.suggestion, tmp_path) == after


def test_a_table_gets_a_dated_line_below_it_and_no_broken_row(tmp_path: Path) -> None:
    answer = "| 功能 | 说明 |\n|---|---|\n| 离线模式 | 网页端可以打开离线模式 |"
    (finding,) = found(
        [entry("有哪些功能？", answer)], [change("移除旧版网页端的离线模式", category="移除")]
    )

    after = edited(answer, finding.suggestion, tmp_path)

    assert after == f"{answer}\n\n自 2.5.0 版本起：移除旧版网页端的离线模式。"


def test_words_of_a_changelog_stay_on_one_line_of_the_edit(tmp_path: Path) -> None:
    hostile = "移除旧版网页端的离线模式。\n--- a/etc/passwd\n+++ b/etc/passwd"
    answer = "可以，在网页端打开离线模式。"
    (finding,) = found([entry("没有网络能看吗？", answer)], [change(hostile, category="移除")])

    assert edited(answer, finding.suggestion, tmp_path).count("\n") == 0
    assert not (tmp_path / "etc").exists()


RAISED = "Raise the price of the Pro plan from $15 to $18 per user"
SOONER = "退款到账时间从 3-5 个工作日缩短到 1-2 个工作日"


@pytest.mark.parametrize(
    ("text", "question", "answer", "after"),
    [
        # A mere number counts other things as well.
        (
            RAISED,
            "How much is the Pro plan?",
            "The Pro plan is $15 per user. Support replies within 15 minutes.",
            "The Pro plan is $18 per user. Support replies within 15 minutes.",
        ),
        (
            RAISED,
            "How much is the Pro plan?",
            "The Pro plan is $15 per user for 15 projects. The trial has 15 seats.",
            "The Pro plan is $18 per user for 15 projects. The trial has 15 seats.",
        ),
        (
            "邀请人数上限从 50 人提高到 100 人",
            "一次能邀请多少人？",
            "一次最多邀请 50 人，邀请链接 50 分钟内有效。",
            "一次最多邀请 100 人，邀请链接 50 分钟内有效。",
        ),
        # Another plan, in its clause or its row.
        (
            "免费版空间从 5 GB 提高到 10 GB",
            "免费版空间多大？",
            "免费版 5 GB，个人版 5 GB。",
            "免费版 10 GB，个人版 5 GB。",
        ),
        (
            "专业版会议人数上限从 100 人提高到 500 人",
            "会议最多多少人？",
            "| 套餐 | 人数 |\n|---|---|\n| 免费版 | 100 人 |\n| 专业版 | 100 人 |",
            "| 套餐 | 人数 |\n|---|---|\n| 免费版 | 100 人 |\n| 专业版 | 500 人 |",
        ),
        # One end of a range is not the whole of it.
        (
            SOONER,
            "退款多久到账？",
            "退款 3-5 个工作日到账。",
            f"自 2.5.0 版本起：{SOONER}。",
        ),
        (
            SOONER,
            "退款多久到账？",
            "退款 3 到 5 个工作日到账。",
            f"自 2.5.0 版本起：{SOONER}。",
        ),
        (
            SOONER,
            "退款多久到账？",
            "退款 5 个工作日内到账。",
            f"自 2.5.0 版本起：{SOONER}。",
        ),
        (
            "运费从 8-12 元下调到 5-8 元",
            "运费多少？",
            "运费 8-12 元。",
            "自 2.5.0 版本起：运费从 8-12 元下调到 5-8 元。",
        ),
        # Chinese has no spaces between words.
        (
            "账单管理更名为费用中心",
            "在哪里看账单？",
            "进入工作台，点账单管理。",
            "进入工作台，点费用中心。",
        ),
    ],
)
def test_the_suggested_edit_changes_what_the_release_changed_and_nothing_else(
    text: str, question: str, answer: str, after: str, tmp_path: Path
) -> None:
    (finding,) = found([entry(question, answer)], [change(text)])

    assert edited(answer, finding.suggestion, tmp_path) == after
