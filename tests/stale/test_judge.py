"""When an older answer is wrong since a change, and why not where it is near."""

import pytest

from pipelines.stale.claims import claims_of
from pipelines.stale.judge import judge
from pipelines.stale.older import older_entry
from pipelines.stale.parts import plans_in
from pipelines.stale.ruling import Ruling
from tests.stale.pair import change, entry

TRASH = "回收站的保留时间从 30 天延长到 60 天"
ICON = "移除 `icon` 属性"


def rulings(
    text: str, question: str, answer: str, *, category: str = "变更", component: str = ""
) -> list[Ruling]:
    record = older_entry(entry(question, answer))
    told = claims_of(change(text, category=category, component=component))
    return [judge(claim, record) for claim in told]


def is_wrong(text: str, question: str, answer: str, **more: str) -> bool:
    return any(one.answer == "yes" for one in rulings(text, question, answer, **more))


@pytest.mark.parametrize(
    ("text", "question", "answer", "wrong"),
    [
        (TRASH, "误删的文件还能找回吗？", "能。先进回收站，保留 30 天。", "30 天"),
        (TRASH, "误删的文件还能找回吗？", "能。先进回收站，保留三十天。", "三十天"),
        (TRASH, "How long does the trash keep files?", "Files stay for 30 days.", "30 days"),
        (
            "raise the upload limit from 2 GB to 5 GB per file",
            "How large may an upload be?",
            "Each file can have up to 2048 MB.",
            "2048 MB",
        ),
        (
            "`worker_shutdown_timeout` 默认值由 `3s` 变更为 `240s`",
            "worker 多久退出？",
            "`worker_shutdown_timeout` 默认 3 秒。",
            "3 秒",
        ),
        (
            "ssl_verify now defaults to true",
            "Is the certificate checked?",
            "No. `ssl_verify` is `false` by default.",
            "No. `ssl_verify` is `false` by default.",
        ),
        ("`a_b` is renamed to `c_d`", "How do I set it?", "Set `a_b` in the file.", "a_b"),
        (
            "`text-template` 属性更名为 `score-template`",
            "Rate 怎么显示分数？",
            "用 `text-template`，如 `{value} 分`。",
            "text-template",
        ),
        ("移除旧版网页端的离线模式", "没有网络能看吗？", "可以，在网页端打开离线模式。", ""),
        ("移除 iOS 14 的支持，最低要求为 iOS 15", "支持哪些 iOS？", "iOS 14 及以上。", "iOS 14"),
        ("Drop support for Python 3.7", "Which Python?", "Python 3.7 or later.", "Python 3.7"),
        ("mark server-info plugin as deprecated", "怎么上报？", "推荐启用 server-info 插件。", ""),
        ("云盘支持断点续传", "云盘支持断点续传吗？", "暂不支持断点续传，请重新上传。", ""),
        (
            "add support for `bazel`",
            "Is there a strategy for Bazel?",
            "Not yet; use `simple` and write `bazel` files by hand.",
            "",
        ),
    ],
)
def test_an_answer_that_states_what_ends_is_wrong(
    text: str, question: str, answer: str, wrong: str
) -> None:
    sure = [one for one in rulings(text, question, answer) if one.answer == "yes"]

    assert sure
    assert all(one.wrong in answer for one in sure)
    assert not wrong or wrong in [one.wrong for one in sure]


@pytest.mark.parametrize(
    ("reason", "text", "question", "answer"),
    [
        ("says the new value", TRASH, "误删的文件能找回吗？", "回收站保留 60 天。"),
        ("says both", TRASH, "误删的文件能找回吗？", "回收站从保留 30 天改成了保留 60 天。"),
        ("history", TRASH, "误删的文件能找回吗？", "2.5 之前回收站保留 30 天。"),
        ("another thing", TRASH, "离职账号保留多久？", "离职账号保留 30 天，之后永久删除。"),
        ("another number", TRASH, "误删的文件能找回吗？", "回收站每 30 分钟整理一次。"),
        ("negated", "移除旧版网页端的离线模式", "有离线模式吗？", "没有，网页端不支持离线模式。"),
        ("gone already", ICON, "图标怎么放？", "`icon` 属性已被移除，请用 slot。"),
        ("uses the new name", "`a_b` is renamed to `c_d`", "How?", "Set `c_d`, once `a_b`."),
        (
            "newer platform",
            "移除 iOS 14 的支持，最低要求为 iOS 15",
            "支持哪些？",
            "iOS 15 及以上。",
        ),
        ("another platform", "移除 iOS 14 的支持", "支持哪些安卓？", "Android 14 及以上都支持。"),
        ("no longer supported", "移除对 Windows 7 的支持", "Windows 7 能用吗？", "不能。请升级。"),
        ("supported already", "云盘支持断点续传", "支持断点续传吗？", "支持，断网后可以接着传。"),
        (
            "how to do it",
            "support multiple ports",
            "How do I listen on multiple ports?",
            "It listens only on 9080. Add multiple ports to `node_listen`.",
        ),
        (
            "denies another thing",
            "jwt-auth 支持 ES256 算法",
            "jwt-auth 支持 PS256 吗？",
            "不支持，请使用 HS256 或 ES256。",
        ),
        (
            "another plan",
            "团队版审计日志的保留时间从 30 天延长到 60 天",
            "审计日志保留多久？",
            "企业版的审计日志保留 30 天。",
        ),
        (
            "a longer name",
            "remove `--local`",
            "How do I test?",
            "Run it with `--local-only`.",
        ),
        (
            "a brand in passing",
            "removed paging from GitHub#findMergedPR",
            "Where do I report bugs?",
            "Open an issue on GitHub.",
        ),
    ],
)
def test_an_answer_that_is_only_near_holds(
    reason: str, text: str, question: str, answer: str
) -> None:
    assert not is_wrong(text, question, answer), reason


@pytest.mark.parametrize(
    ("text", "question", "answer", "same"),
    [
        (
            "企业版的存储空间从 100 GB 提高到 200 GB",
            "个人版有多少存储空间？",
            "个人版有 100 GB 存储空间。",
            "企业版",
        ),
        (
            "免费版不再支持 API 调用",
            "专业版能用 API 调用吗？",
            "可以，专业版支持 API 调用。",
            "免费版",
        ),
        ("企业版支持自定义域名", "个人版能自定义域名吗？", "个人版不支持自定义域名。", "企业版"),
        (
            "海外版支持 PayPal 支付",
            "国内版支持 PayPal 支付吗？",
            "国内版暂不支持 PayPal 支付。",
            "海外版",
        ),
    ],
)
def test_what_holds_of_another_plan_holds(text: str, question: str, answer: str, same: str) -> None:
    assert not is_wrong(text, question, answer)
    assert is_wrong(text, same + question[3:], answer.replace(question[:3], same))


@pytest.mark.parametrize(
    ("text", "plans"),
    [
        ("专业版和旗舰版可用，免费版没有", {"专业", "旗舰", "免费"}),
        ("on the Pro and Business plans", {"专业", "商业"}),
        ("the Standard plan, and the free one", {"标准", "免费"}),
        ("网页版、旧版和最新版，哪一版都行", set()),
        ("升级到稳定版本，再看排版", set()),
        ("basic auth for personal files on an iPad Pro", set()),
    ],
)
def test_a_plan_is_told_from_other_editions(text: str, plans: set[str]) -> None:
    assert plans_in(text) == plans


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("Removed old dashboard", "Where is the dashboard?", "Open the dashboard from the menu."),
        (
            "Remove duplicate search box",
            "Where is the search box?",
            "The search box is at the top.",
        ),
        ("Removed legacy export", "How do I export my data?", "Go to Settings, Export."),
        ("移除旧版仪表盘", "仪表盘在哪里？", "点击左侧菜单的仪表盘。"),
        ("移除多余的日志输出", "日志输出在哪里看？", "日志输出在 logs 目录。"),
    ],
)
def test_where_the_old_one_of_two_ends_the_other_holds(
    text: str, question: str, answer: str
) -> None:
    assert not is_wrong(text, question, answer, category="移除")


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("Removed dashboard", "Where is the dashboard?", "Open the dashboard from the menu."),
        ("移除仪表盘", "仪表盘在哪里？", "点击左侧菜单的仪表盘。"),
        ("移除旧版仪表盘", "旧版仪表盘在哪里？", "点击左侧菜单的旧版仪表盘。"),
    ],
)
def test_where_the_very_one_ends_it_does_not(text: str, question: str, answer: str) -> None:
    assert is_wrong(text, question, answer, category="移除")


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("表格支持导入 CSV", "文档支持导入 CSV 吗？", "文档不支持导入 CSV。"),
        (
            "管理员现在可以导出聊天记录",
            "成员可以导出聊天记录吗？",
            "成员不能导出聊天记录，请联系管理员。",
        ),
    ],
)
def test_what_another_one_can_do_now_leaves_a_denial_in_doubt(
    text: str, question: str, answer: str
) -> None:
    same = text.replace("管理员", "成员").replace("表格", "文档")

    assert not is_wrong(text, question, answer)
    assert is_wrong(same, question, answer)
    assert is_wrong(same, question[2:], answer[2:])


def test_a_property_of_another_component_holds() -> None:
    tree = ("Tree 的图标怎么改？", "用 `icon` 属性传类名。")
    named = ("Input 的图标怎么放？", "用 `icon` 属性传类名。")

    assert is_wrong(ICON, *named, component="Input")
    assert not is_wrong(ICON, *tree, component="Input")


def test_a_component_is_no_verb_of_that_name() -> None:
    text = "remove `mode` attribute"
    answer = "You can switch models per job: set `mode` in the file."

    assert not is_wrong(text, "How do I use other models?", answer, component="Switch")


def test_a_cell_of_a_table_is_held_against_its_own_row() -> None:
    table = "| 版本 | 保留 |\n|---|---|\n| 免费版 | 30 天 |\n| 企业版 | 180 天 |"
    (ruling,) = rulings(
        "企业版操作日志的保留时间从 180 天延长到 365 天", "操作日志保留多久？", table
    )

    assert (ruling.answer, ruling.wrong) == ("yes", "180 天")


def test_a_fix_that_only_repairs_makes_no_answer_wrong() -> None:
    assert not rulings(
        "修复手机端后台定位造成的耗电问题",
        "手机端很耗电怎么办？",
        "关闭后台定位。",
        category="修复",
    )


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "取消邀请成员的人数限制",
            "怎么邀请成员？",
            "在「成员管理」里点「邀请成员」，填手机号。",
        ),
        ("取消文件上传的数量限制", "怎么上传文件？", "点「上传」，选择文件。"),
        ("取消申请退款的手续费", "怎么申请退款？", "在订单里点「申请退款」，填写原因。"),
        ("移除视频会议的时长限制", "视频会议怎么录制？", "会议中点「录制」，自动保存到云盘。"),
        ("移除注销账号的 7 天冷静期", "怎么注销账号？", "在「设置」里点「注销账号」。"),
        ("取消自动续费的首月优惠", "如何取消自动续费？", "在「订阅」里点「取消自动续费」。"),
        ("移除修改登录密码的邮件", "怎么修改登录密码？", "在「账号」里点「修改登录密码」。"),
        (
            "Removed the member invite limit",
            "How do I invite members?",
            "Go to Members and click Invite members.",
        ),
        (
            "Removed the limit on report exports",
            "How do I export a report?",
            "Open the report and click Export.",
        ),
        (
            "Removed the 7-day waiting period for deleting an account",
            "How do I delete my account?",
            "Go to Settings and click Delete account.",
        ),
        ("Removed bulk export to PDF", "Can I export to PDF?", "Yes, you can export to PDF."),
        ("移除批量导出 PDF", "支持 PDF 吗？", "支持导出 PDF 和 Word。"),
    ],
)
def test_to_lift_a_limit_or_remove_a_part_takes_nothing_else_away(
    text: str, question: str, answer: str
) -> None:
    assert not is_wrong(text, question, answer, category="移除")


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("取消会议时长限制", "会议能开多久？", "一场会议最长 40 分钟。"),
        ("取消邀请成员的人数限制", "邀请成员有人数限制吗？", "有人数限制，请分批邀请。"),
        ("取消退款手续费", "退款要手续费吗？", "退款收取 5% 的手续费。"),
        ("移除批量导出 PDF", "能批量导出 PDF 吗？", "可以，选中多份文档后导出 PDF。"),
    ],
)
def test_who_speaks_of_the_limit_or_the_part_that_went_is_wrong(
    text: str, question: str, answer: str
) -> None:
    assert is_wrong(text, question, answer, category="移除")
