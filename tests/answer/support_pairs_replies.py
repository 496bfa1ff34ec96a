"""Yes and no, to the question that a passage answers and to others close to it."""

from tests.answer.support_case import Case

_EXPORT = "聊天记录可以导出吗？\n可以的，进入设置，选择导出。导出的文件为 CSV。"
_TRANSFER = "会员可以转让吗？\n不可以。会员与手机号绑定。"
_LOST = "彻底删除的文件是否无法恢复？\n是的，彻底删除后文件会从服务器上清除。"
_LOGIN = "看回放需要登录吗？\n不需要。打开链接即可观看。"
_DIALECT = "支持四川话语音转文字吗？\n抱歉，暂不支持。普通话和粤语可以使用。"
_PARKING = "住店客人停车免费吗？\n免费，每间房限停一辆。"
_PETS = "可以带宠物乘车吗？\n小型宠物装在航空箱里可以乘车。"
_EXPORTS = "Can I export chat history?\nYes. Open Settings and choose Export."
_PETS_IN = "Are pets allowed in the rooms?\nUnfortunately not. Guide dogs are welcome."
_RECOVER = "Is it impossible to recover a purged file?\nYes, it is erased from every server."
_CARD = "Do you accept American Express?\nWe accept American Express and Visa."

REPLIES = (
    # The same question, in as many words.
    Case(
        _EXPORT,
        ("可以。", "可以的！", "能。", "是的。", "当然可以。"),
        ("不可以。", "不能。", "否。"),
    ),
    Case(_EXPORT, ("能。", "可以的，进入设置选择导出。"), ("不能。",), "请问能不能导出聊天记录？"),
    Case(_EXPORT, ("可以。",), ("不支持。",), "您好！聊天记录能否导出"),
    Case(_EXPORT, ("可以。", "没问题。"), ("不行。",), "聊天记录能导出吗？怎么导出？"),
    Case(
        _TRANSFER,
        ("不可以。", "不能。", "抱歉，不行。", "不行，会员与手机号绑定。"),
        ("可以。", "没问题。"),
    ),
    Case(_LOGIN, ("不需要。", "不用。"), ("需要。", "要的。"), "看回放要登录吗"),
    Case(
        _DIALECT, ("不支持。", "暂不支持。"), ("支持。", "可以的。"), "支不支持四川话语音转文字？"
    ),
    Case(
        _EXPORTS,
        ("Yes.", "Yes, you can.", "Sure."),
        ("No.", "You can't."),
        "can i export chat history",
    ),
    Case(
        _EXPORTS,
        ("Yes.", "It is possible."),
        ("No.", "Not yet."),
        "Is it possible to export chat history?",
    ),
    Case(
        _PETS_IN,
        ("No.", "Unfortunately not.", "They aren't."),
        ("Yes.", "Of course."),
    ),
    Case(_CARD, ("Yes.", "We do."), ("No.", "We don't."), "Hi! Do you accept American Express?"),
    # The other way round.
    Case(_EXPORT, ("可以。", "能。"), ("不能。", "是的。"), "聊天记录不能导出吗？"),
    Case(_LOST, ("是的。", "不能。", "无法恢复。"), ("可以。", "能。", "不是。")),
    Case(_LOST, ("不能。", "不行。"), ("能。", "可以恢复。", "是的。"), "彻底删除的文件能恢复吗？"),
    Case(_RECOVER, ("No.", "You can't."), ("Yes.", "You can."), "Can I recover a purged file?"),
    Case(_EXPORTS, ("Yes.",), ("No.",), "Can't I export chat history?"),
    # Another question.
    Case(
        _EXPORT,
        (),
        ("可以。", "能。", "可以的，进入设置选择导出。"),
        "已删除的聊天记录可以导出吗？",
    ),
    Case(_EXPORT, (), ("可以。", "没问题。"), "聊天记录可以导入吗？"),
    Case(_EXPORT, (), ("可以。", "是的。"), "免费版的聊天记录可以导出吗？"),
    Case(_EXPORT, (), ("可以。", "能。"), "聊天记录可以导出成 PDF 吗？"),
    Case(_EXPORT, (), ("需要。", "可以。"), "聊天记录需要导出吗？"),
    Case(_EXPORT, (), ("可以。",), "只能导出聊天记录吗？"),
    Case(_TRANSFER, (), ("不可以。", "不行。"), "会员可以退款吗？"),
    Case(_DIALECT, (), ("不支持。", "支持。"), "支持粤语语音转文字吗？"),
    Case(_EXPORTS, (), ("Yes.", "Sure.", "You can."), "Can guests export chat history?"),
    Case(_EXPORTS, (), ("Yes.", "Yes, open Settings."), "Can I import chat history?"),
    Case(_PETS_IN, (), ("No.", "Not yet."), "Are pets allowed in the garden?"),
    # No question that a yes answers.
    Case(_EXPORT, (), ("可以。", "好的，可以。"), "怎么导出聊天记录？"),
    Case(_EXPORT, (), ("可以。", "是的。"), "聊天记录可以导出还是打印？"),
    Case(_EXPORT, (), ("可以。",), "聊天记录可以导出吗？可以打印吗？"),
    Case(_EXPORT, (), ("可以。", "能。"), "导出聊天记录"),
    Case(_EXPORTS, (), ("Yes.",), "Can I export or print chat history?"),
    Case(_EXPORTS, (), ("Yes.", "No."), "How do I export chat history?"),
    # No plain yes: of one case, or under a condition.
    Case(_PETS, (), ("可以。", "不可以。")),
    Case(
        "2.4.0 新增\n聊天记录可以导出。",
        ("聊天记录可以导出。",),
        ("可以。",),
        "聊天记录可以导出吗？",
    ),
    Case(_PARKING, (), ("可以。", "不收费。"), "停车免费吗？"),
)
