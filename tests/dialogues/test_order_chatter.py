"""Where one customer's parcel is teaches nobody; how to track a parcel does."""

import pytest

from pipelines.dialogues.orders import is_about_one_order


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("我的快递到哪了", "您的包裹已经到杭州中转站，预计明天送达"),
        ("订单怎么还没发货", "已经帮您催仓库了，今天会发出"),
        ("我的退款什么时候到", "预计周五到账"),
        ("我的快递到哪了", "已经发货了，预计2天后送达"),
        ("退款到账了吗", "已为您提交退款，预计周五到账"),
        ("帮我把这单地址改一下", "好的，已经帮您改好了"),
        ("订单取消了没有", "查到了，已经取消了"),
        ("where is my order", "It has been shipped and will arrive tomorrow"),
        ("我的工单有进展吗", "正在处理，有结果第一时间联系您"),
    ],
)
def test_the_state_of_an_order_is_chatter(question: str, answer: str) -> None:
    assert is_about_one_order([question], [answer])


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("退款多久到账", "一般 3 到 5 个工作日原路退回"),
        ("退款多久到账", "退款审核通过后，预计1-3天到账"),
        ("退款要多久", "大概1到3天退回原支付账户"),
        ("今天下单什么时候发货", "下午三点前下单今天发货，三点后明天发货"),
        ("快递多久能到", "江浙沪大概次日送达，其他地区预计三天送达"),
        ("怎么查物流", "打开订单页，点击物流信息就能看到"),
        ("订单可以改地址吗", "发货前可以在订单页修改，发货后需要联系快递"),
        ("我的快递到哪了", "已经发货了，您可以在订单页点击查看物流"),
        ("怎么导出报表", "已经帮您处理好了"),
        ("退货规则是什么", "签收后七天内支持无理由退货"),
        ("催单有用吗", "没有"),
    ],
)
def test_a_rule_or_a_way_to_do_it_is_not(question: str, answer: str) -> None:
    assert not is_about_one_order([question], [answer])
