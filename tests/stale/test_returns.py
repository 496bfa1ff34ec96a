"""What came back is right again in an entry that never heard of its absence."""

from datetime import date

import pytest

from pipelines.stale.findings import Finding
from tests.stale.pair import change, entry, found

UPLOAD = ("单个文件最大可以上传多大？", "单个文件最大 2 GB。")
WECHAT = ("能用微信登录吗？", "可以，在登录页点微信图标。")
PRO = ("专业版多少钱？", "专业版每月 99 元。")
PREFERENCES = ("Where is the Preferences page?", "Click Preferences in the sidebar.")


def of_faq(about: tuple[str, str], *told: str) -> list[Finding]:
    """Return what is found of an entry since one release after the other said `told`."""
    changes = [
        change(text, version=f"2.{minor}.0", released=date(2026, minor, 1))
        for minor, text in enumerate(told, 1)
    ]
    return [one for one in found([entry(*about)], changes) if one.tier == "faq"]


@pytest.mark.parametrize(
    ("about", "there", "back"),
    [
        (UPLOAD, "单个文件的上传上限从 2 GB 提高到 5 GB", "单个文件的上传上限从 5 GB 降低到 2 GB"),
        (UPLOAD, "单个文件的上传上限从 2 GB 提高到 5 GB", "单个文件的上传上限恢复为 2 GB"),
        (PRO, "专业版价格从每月 99 元调整为 129 元", "专业版价格从每月 129 元调整为 99 元"),
        (PRO, "专业版价格从每月 99 元调整为 129 元", "专业版价格下调到每月 99 元"),
        (
            ("验证码多久有效？", "验证码 10 分钟内有效。"),
            "验证码有效期从 10 分钟缩短到 5 分钟",
            "验证码有效期从 5 分钟恢复为 10 分钟",
        ),
        (
            ("默认端口是多少？", "默认端口是 8080。"),
            "默认端口从 8080 改为 9090",
            "默认端口从 9090 改回 8080",
        ),
        (
            ("What is the upload limit?", "A file can be 2 GB at most."),
            "Raise the upload limit from 2 GB to 5 GB",
            "Lower the upload limit from 5 GB to 2 GB",
        ),
        (PREFERENCES, "Renamed Preferences to Settings", "Renamed Settings to Preferences"),
        (WECHAT, "移除微信登录", "重新支持微信登录"),
        (("支持暗色模式吗？", "支持，在外观里打开暗色模式。"), "移除暗色模式", "恢复暗色模式"),
        (
            ("怎么导出 Excel？", "在右上角点「导出」，选择 Excel。"),
            "移除导出 Excel 功能",
            "重新上线导出 Excel 功能",
        ),
        (
            ("Can I log in with Facebook?", "Yes, click the Facebook icon."),
            "Removed Facebook login",
            "Bring back Facebook login",
        ),
        (
            ("Is dark mode supported?", "No, dark mode is not supported yet."),
            "Added dark mode",
            "Removed dark mode",
        ),
    ],
)
def test_an_entry_is_right_again_since_what_a_release_took_came_back(
    about: tuple[str, str], there: str, back: str
) -> None:
    assert [one.certainty for one in of_faq(about, there)] == ["sure"]
    assert of_faq(about, there, back) == []


@pytest.mark.parametrize(
    ("about", "told", "newest"),
    [
        # It went away once more.
        (WECHAT, ("移除微信登录", "重新支持微信登录", "移除微信登录"), "2.3.0"),
        # Another thing came, or another version of it, or another limit, or that of a plan alone.
        (WECHAT, ("移除微信登录", "新增微信支付"), "2.1.0"),
        (
            ("支持哪些系统？", "支持 Windows 7 及以上。"),
            ("不再支持 Windows 7", "新增对 Windows 11 的支持"),
            "2.1.0",
        ),
        (
            UPLOAD,
            ("单个文件的上传上限从 2 GB 提高到 5 GB", "单个文件的下载上限降低到 2 GB"),
            "2.1.0",
        ),
        (
            UPLOAD,
            ("单个文件的上传上限从 2 GB 提高到 5 GB", "免费版单个文件的上传上限降低到 2 GB"),
            "2.1.0",
        ),
        # It moved on.
        (
            ("会议最多多少人？", "一场会议最多 100 人。"),
            ("会议人数上限从 100 人提高到 300 人", "会议人数上限从 300 人降低到 200 人"),
            "2.2.0",
        ),
        (
            ("会议最多多少人？", "一场会议最多 300 人。"),
            ("会议人数上限从 100 人提高到 300 人", "会议人数上限从 300 人降低到 200 人"),
            "2.2.0",
        ),
        # Another page got the name that became free.
        (
            PREFERENCES,
            ("Renamed Preferences to Settings", "Renamed Options to Preferences"),
            "2.1.0",
        ),
    ],
)
def test_an_entry_stays_wrong_where_something_else_came(
    about: tuple[str, str], told: tuple[str, ...], newest: str
) -> None:
    assert [one.version for one in of_faq(about, *told)] == [newest]


def test_a_change_is_overtaken_by_the_way_back_and_the_one_before_it_is_not() -> None:
    first, there, back = (
        change(
            f"单个文件的上传上限从 {old} 调整到 {new}",
            version=f"2.{minor}.0",
            released=date(2026, minor, 1),
        )
        for minor, old, new in ((1, "1 GB", "2 GB"), (2, "2 GB", "5 GB"), (3, "5 GB", "2 GB"))
    )

    assert [(one.record, one.change) for one in found([], [first, there, back])] == [
        (there.id, back.id)
    ]


def test_what_another_component_got_brings_nothing_back() -> None:
    old = entry("How do I make a Table small?", "Set `size` of the Table to `small`.")
    gone = change("移除 `size` 属性", component="Table", version="2.1.0", released=date(2026, 1, 1))
    came = [
        change("新增 `size` 属性", component=component, version="2.2.0", released=date(2026, 2, 1))
        for component in ("Select", "Table")
    ]

    assert [one.version for one in found([old], [gone, came[0]])] == ["2.1.0"]
    assert found([old], [gone, came[1]]) == ()


def test_a_removal_beside_another_one_brings_nothing_back() -> None:
    old = entry("Input 尾部的图标怎么加？", "用 `icon` 属性传图标名，例如 `icon='search'`。")
    gone = change("移除 `icon` 属性", component="Input", version="2.1.0", released=date(2026, 1, 1))
    beside = "移除 `on-icon-click` 属性。现在如果需要图标，请以具名 slot 的方式添加图标"

    for version in ("2.1.0", "2.2.0"):
        other = change(beside, component="Input", version=version, released=date(2026, 2, 1))
        assert [one.version for one in found([old], [gone, other])] == ["2.1.0"]
