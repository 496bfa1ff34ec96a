"""What a change says holds no longer: every kind of claim, in both languages."""

import pytest

from pipelines.stale.claims import Claim, claims_of
from tests.stale.pair import change


def claims(text: str, category: str = "Changed", component: str = "") -> tuple[Claim, ...]:
    return claims_of(change(text, category=category, component=component))


@pytest.mark.parametrize(
    ("text", "category", "kind", "words"),
    [
        ("移除旧版网页端的离线模式", "移除", "removed", "离线模式"),
        ("移除 `theme` 属性。现在通过 `color` 自定义", "非兼容性更新", "removed", "`theme`"),
        ("不再支持通过 gRPC 与 etcd 通信", "变更", "removed", "gRPC"),
        ("关闭开放平台 v1 接口，调用返回 HTTP 410", "移除", "removed", "v1 接口"),
        ("离线模式", "移除", "removed", "离线模式"),
        ("Removed the DOMAIN_NAME recognizer", "Removed", "removed", "DOMAIN_NAME"),
        ("drop the legacy list view", "Changes", "removed", "list view"),
        ("The `scheme` field has been removed from proxy-rewrite", "Change", "removed", "`scheme`"),
        ("`wake` is no longer supported", "Changes", "removed", "`wake`"),
        ("开放平台 v1 接口进入弃用期，请迁移到 v2", "弃用", "deprecated", "v1 接口"),
        ("mark server-info plugin as deprecated", "Change", "deprecated", "server-info"),
        ("Deprecate `MD5` hash type option", "Changed", "deprecated", "`MD5`"),
        ("文档支持脚注和交叉引用", "新增", "supported", "脚注"),
        ("甘特视图", "新增", "supported", "甘特视图"),
        ("add support for `bazel`", "Features", "supported", "`bazel`"),
        ("Add marks attribute", "New features", "supported", "marks"),
        ("勾选时不再触发 `row-click` 事件", "变更", "behaviour", "row-click"),
        ("插件不允许同时启用黑名单和白名单", "变更", "behaviour", "白名单"),
        ("Control UI now rejects insecure HTTP", "Breaking", "behaviour", "insecure HTTP"),
        ("require admin key for the schema validate endpoint", "Change", "behaviour", "admin key"),
    ],
)
def test_what_ends_or_begins_is_claimed(text: str, category: str, kind: str, words: str) -> None:
    told = claims(text, category)

    assert any(one.kind == kind and words in one.object for one in told), told


@pytest.mark.parametrize(
    ("text", "kind", "old", "new"),
    [
        ("回收站的保留时间从 30 天延长到 60 天", "limit", "30 天", "60 天"),
        ("单个文件的上传上限由 2 GB 提高到 5 GB，各端相同", "limit", "2 GB", "5 GB"),
        ("raise the upload limit from 2 GB to 5 GB", "limit", "2 GB", "5 GB"),
        ("reduced the timeout from 60 s to 30 s", "limit", "60 s", "30 s"),
        ("`nacos` dict 10m→64m", "limit", "10m", "64m"),
        ("`worker_shutdown_timeout` 默认值由 `3s` 变更为 `240s`", "default", "3s", "240s"),
        ("change the default port from 9080 to 9180", "default", "9080", "9180"),
        ("timestamps now default to local time (was UTC)", "default", "UTC", "local time"),
        ("ssl_verify now defaults to true", "default", "", "true"),
        ("OTLP/HTTP 的默认端口改为 4318", "default", "", "4318"),
        ("disable `/config` by default", "default", "", "disable"),
        ("Admin API 的端口改为 9180", "default", "", "9180"),
        ("`footer-format` 属性更名为 `format`", "renamed", "`footer-format` 属性", "`format`"),
        ("`menu-align` 属性变更为 `placement`", "renamed", "`menu-align` 属性", "`placement`"),
        ("将 `route` 替换为 `route_name`", "renamed", "`route`", "`route_name`"),
        (
            "`expand` event is renamed to `expand-change`",
            "renamed",
            "`expand` event",
            "`expand-change`",
        ),
        (
            "`openclaw hooks` is now `openclaw webhooks`",
            "renamed",
            "`openclaw hooks`",
            "`openclaw webhooks`",
        ),
        (
            "rename max_tokens mapping to llm_options",
            "renamed",
            "max_tokens mapping",
            "llm_options",
        ),
        ("审批导出由邮件附件改为下载链接，7 天有效", "behaviour", "邮件附件", "下载链接"),
    ],
)
def test_what_moves_is_claimed_with_old_and_new(text: str, kind: str, old: str, new: str) -> None:
    told = claims(text)

    assert (kind, old, new) in [(one.kind, one.old, one.new) for one in told], told


@pytest.mark.parametrize(
    ("text", "product", "version", "ends"),
    [
        ("移除 iOS 14 的支持，最低要求为 iOS 15", "iOS", "15", False),
        ("移除对 Windows 7 和 macOS 10.15 的支持", "macOS", "10.15", True),
        ("Drop support for Python 3.7", "Python", "3.7", True),
        ("Node 12 is now required", "Node", "12", False),
        ("最低兼容 Vue 2.5.2 和 IE 10", "IE", "10", False),
        ("iOS minimum version is now 18.0", "iOS", "18.0", False),
    ],
)
def test_the_oldest_supported_version_is_claimed(
    text: str, product: str, version: str, ends: bool
) -> None:
    floors = [one.floor for one in claims(text) if one.floor]

    assert (product, version, ends) in [(f.product, f.version, f.ends) for f in floors]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("修复切换企业后角标数字不更新的问题", "修复"),
        ("fix(limit-count): make the limiter atomic", "Bug Fixes"),
        ("Fixed arrow key not effect when default value is `undefined`", "Fixed"),
        ("bump actions/checkout from 4 to 5", "Changed"),
        ("docs: remove outdated dashboard doc", "Changed"),
        ("优化 Upload 文件列表删除时的动画", "修复"),
    ],
)
def test_a_repair_a_document_or_a_bumped_dependency_claims_nothing(
    text: str, category: str
) -> None:
    assert claims(text, category) == ()


def test_a_repair_that_tells_old_and_new_claims_them() -> None:
    (claim,) = claims("修正默认超时，从 3 秒改为 5 秒", "修复")

    assert (claim.old, claim.new) == ("3 秒", "5 秒")


def test_links_credits_and_types_are_no_words_of_a_claim() -> None:
    (claim,) = claims(
        ":warning: feat(ai-proxy): rename `a_b` to `c_d` "
        "([#13269](https://github.com/apache/apisix/pull/13269)) (by @somebody in #1)"
    )

    assert (claim.old, claim.new, claim.scope) == ("`a_b`", "`c_d`", "ai-proxy")


def test_a_name_that_only_says_where_does_not_end() -> None:
    claim = next(
        one for one in claims("request-id 插件移除了 `snow_flake` 算法") if one.kind == "removed"
    )

    assert [name.text for name in claim.ended_names] == ["snow_flake"]
    assert [name.text for name in claim.places] == ["request-id"]


def test_a_bullet_of_a_hundred_thousand_characters_is_read_in_time() -> None:
    import time

    started = time.process_time()
    claims("from a to " * 10_000)
    claims("移除了从 1 到 2，" * 10_000)

    assert time.process_time() - started < 2
