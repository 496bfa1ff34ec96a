"""Sentences of passages of other trades, in both languages, true and false."""

from tests.answer.support_case import Case

# Written when the rules stood, and looked at only to count: what they do with what is new to them.
UNSEEN = (
    Case(
        "门禁卡丢了怎么补办？\n请在 3 天内到前台登记，补办费 20 元，第二天下午可以领取。"
        "临时卡当天归还，逾期将自动失效。",
        (
            "补办费为 20 元，请在 3 天内到前台登记。",
            "补办的卡第二天下午可以领取。",
            "临时卡需要当天归还，逾期会自动失效。",
        ),
        (
            "补办费为 200 元。",
            "请在 3 周内到前台登记。",
            "补办的卡第二天上午可以领取。",
            "临时卡逾期不会失效。",
            "补办门禁卡不收费。",
        ),
    ),
    Case(
        "摄像头离线怎么办？\n先检查电源和网线，再重启路由器。仍离线时长按复位键 10 秒恢复出厂设置，"
        "录像不会丢失，但需要重新绑定设备。",
        (
            "先检查电源和网线，然后重启路由器。",
            "长按复位键 10 秒可以恢复出厂设置。",
            "恢复出厂设置后录像不会丢失，但要重新绑定设备。",
        ),
        (
            "长按复位键 10 分钟恢复出厂设置。",
            "恢复出厂设置后录像会丢失。",
            "恢复后不需要重新绑定设备。",
            "长按音量键 10 秒恢复出厂设置。",
        ),
    ),
    Case(
        "能开专票吗？\n可以。一般纳税人可申请增值税专用发票，需上传营业执照。个人用户只能开普通发票。",
        (
            "一般纳税人可以申请增值税专用发票。",
            "个人用户只能开普通发票。",
            "申请专用发票需要上传营业执照。",
        ),
        (
            "个人用户可以申请增值税专用发票。",
            "一般纳税人不能申请增值税专用发票。",
            "申请专用发票需要上传身份证。",
            "申请专用发票无需上传营业执照。",
        ),
    ),
    Case(
        "会员可以转让吗？\n不可以。会员与手机号绑定，仅限本人使用；家庭套餐最多添加 4 位家人。",
        (
            "会员不能转让。",
            "会员与手机号绑定，只能本人使用。",
            "家庭套餐最多可以添加四位家人。",
        ),
        (
            "会员可以转让。",
            "会员与邮箱绑定。",
            "家庭套餐最多添加 14 位家人。",
            "家庭套餐至少添加 4 位家人。",
        ),
    ),
    Case(
        "数据存在哪里？\n数据默认存放在上海机房，每天凌晨 2 点自动备份，备份保留 30 天。"
        "政企客户可选私有化部署。",
        (
            "数据默认存放在上海机房。",
            "每天凌晨 2 点会自动备份，备份保留 30 天。",
            "政企客户可以选择私有化部署。",
        ),
        (
            "数据默认存放在北京机房。",
            "每周凌晨 2 点自动备份。",
            "备份保留 30 小时。",
            "备份需要手动进行。",
            "政企客户必须私有化部署。",
        ),
    ),
    Case(
        "运费怎么算？\n满 99 元包邮，不满收 8 元；新疆、西藏加收 15 元。大件商品不参与包邮。",
        (
            "订单满 99 元包邮，不满 99 元收 8 元运费。",
            "新疆和西藏要加收 15 元。",
            "大件商品不包邮。",
        ),
        (
            "订单满 88 元包邮。",
            "新疆和西藏加收 8 元。",
            "大件商品也包邮。",
            "所有商品都包邮。",
        ),
    ),
    Case(
        "Can I change my plan later?\nYes. Upgrades take effect immediately; downgrades take "
        "effect at the end of the billing period. Unused credit is not refunded.",
        (
            "You can change your plan later.",
            "Upgrades take effect immediately.",
            "Unused credit is not refunded.",
        ),
        (
            "Downgrades take effect immediately.",
            "Unused credit is refunded.",
            "You cannot change your plan later.",
            "Upgrades take effect at the end of the billing period.",
        ),
    ),
    Case(
        "How are backups kept?\nBackups run every night at 2 am and are kept for 35 days. "
        "Restoring needs the admin role and takes about 20 minutes per 100 GB.",
        (
            "Backups run every night at 2 am.",
            "Backups are kept for 35 days.",
            "Restoring requires the admin role.",
        ),
        (
            "Backups run every night at 2 pm.",
            "Backups are kept for 35 weeks.",
            "Restoring needs the owner role.",
            "Restoring takes about 20 minutes per 10 GB.",
        ),
    ),
    Case(
        "Which browsers work?\nChrome 110 and newer, Edge 110 and newer, and Safari 16 and newer. "
        "Internet Explorer is not supported. Private windows work, but sign you out on closing.",
        (
            "Chrome 110 and newer works.",
            "Internet Explorer is not supported.",
            "Private windows work, but you are signed out on closing.",
        ),
        (
            "Internet Explorer is supported.",
            "Chrome 90 and newer works.",
            "Opera 110 and newer works.",
            "Private windows do not work.",
        ),
    ),
    Case(
        "Is there an API rate limit?\nEach key may send 100 requests per minute. Above that the "
        "server answers 429. Batch endpoints accept at least 1 and at most 500 items.",
        (
            "Each key may send 100 requests per minute.",
            "The server answers 429 above that limit.",
            "Batch endpoints accept at most 500 items.",
        ),
        (
            "Each key may send 100 requests per hour.",
            "The server answers 503 above that limit.",
            "Batch endpoints accept at least 500 items.",
            "There is no limit on requests per minute.",
        ),
    ),
)
