import pytest

from pipelines.changelog.categories import is_category, kind_of_change


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("Added", "added"), ("New Features", "added"), ("✨ Features", "added"), ("feat", "added"),
        ("新增功能", "added"), ("新特性", "added"), (":tada:", "added"), ("What's new", "added"),
        ("Changed", "changed"), ("Improvements", "changed"), ("Optimization", "changed"),
        ("优化", "changed"), ("变更", "changed"), ("Code Refactoring", "changed"),
        ("⚠ BREAKING CHANGES", "changed"), ("非兼容性更新", "changed"), ("♻️", "changed"),
        ("Deprecated", "deprecated"), ("Deprecations", "deprecated"), ("弃用", "deprecated"),
        ("Removed", "removed"), ("移除", "removed"), ("🔥", "removed"), ("删除的功能", "removed"),
        ("Bug Fixes", "fixed"), ("Bugfix", "fixed"), ("问题修复", "fixed"), ("🐛", "fixed"),
        ("Fixes and improvements", "fixed"), ("fix", "fixed"), ("Bug 修复", "fixed"),
        ("Security", "security"), ("安全修复", "security"), ("Security fixes", "security"),
        ("Performance Improvements", "performance"), ("性能优化", "performance"),
        ("perf", "performance"), ("⚡️", "performance"),
        ("Documentation", "other"), ("Doc improvements", "other"), ("chore", "other"),
        ("依赖升级", "other"), ("Test case", "other"),
    ],
)  # fmt: skip
def test_a_category_tells_the_kind_of_its_changes(category: str, kind: str) -> None:
    assert is_category(category)
    assert kind_of_change(category, "whatever it says") == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("新增水印", "added"), ("Table 新增属性 `sort`", "added"), ("Add a watermark", "added"),
        ("feat(api): x", "added"), ("修复导出失败", "fixed"), ("[#12] Fix the export", "fixed"),
        ("Telegram: fixes drafts", "fixed"), ("移除 iOS 14 的支持", "removed"),
        ("**BREAKING:** drop Node 14", "removed"), ("不再支持 IE", "removed"),
        ("Deprecate the old API", "deprecated"), ("上限从 2 GB 提高到 5 GB", "changed"),
        ("⚡ faster", "performance"), ("docs: fix a typo", "other"), ("HarmonyOS 客户端", "other"),
        ("newsletter", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_without_a_telling_category_the_text_tells(text: str, kind: str) -> None:
    for category in ("", "Analyzer", "其他"):
        assert kind_of_change(category, text) == kind


def test_what_breaks_users_may_be_a_removal() -> None:
    assert kind_of_change("⚠ BREAKING CHANGES", "drop Node 14") == "removed"
    assert kind_of_change("⚠ BREAKING CHANGES", "add a required option") == "changed"
    assert kind_of_change("Changes", "Remove the old API") == "removed"
    assert kind_of_change("Changed", "Remove the old API") == "changed"


@pytest.mark.parametrize("name", ["Analyzer", "Table", "消息", "Security Center", "新版编辑器", ""])
def test_names_of_parts_are_no_categories(name: str) -> None:
    assert not is_category(name)
