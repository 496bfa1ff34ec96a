"""Chatter about one customer's order: where it is, that it was changed. It teaches nobody else."""

import re
from collections.abc import Sequence

from pipelines.dialogues.remarks import says_something
from pipelines.text import fold

_CLAUSE = re.compile(r"[^,.;!?。，；！？、\n]+")
_ORDER = re.compile(
    r"订单|单号|运单|快递|包裹|物流|发货|签收|派送|配送|退款|退货|换货|补发|到货|催|这[一]?单|那[一]?单|工单|"
    r"到账|下单|我的件|我买的|〈单号[0-9]+〉|"
    r"\b(?:my|the|this) (?:order|parcel|package|refund|ticket|delivery)\b"
)
# What was done for, or is known of, this one customer.
_DONE = re.compile(
    r"(?:已经?|刚刚?|都?帮[您你]|给[您你]|为[您你]|我这边).{0,6}"
    r"(?:发货|发出|寄出|签收|揽收|提交|登记|取消|退款|退回|补发|改好|改[成到为]|修改|处理|备注|催|开通|加急|"
    r"安排|核实|拦截|转寄|到账|审核|通过|出库|查到|下单|预约|撤销)|"
    r"(?:处理|登记|修改|取消|提交|备注|催|查)(?:好|完|过|到)?了|"
    r"(?:正在|还在|目前在|现在在|卡在|到了?).{0,10}"
    r"(?:路上|派送|配送|运输|中转|转运|仓库|网点|站点|分拣|驿站|审核|处理)|"
    r"(?:预计|大概|大约|最晚|应该|估计|今[天晚]|明[天早]|后天).{0,10}(?:到|送达|送到|发货|发出|派送|到账|收到|退回)|"
    r"(?:显示|状态是|物流).{0,12}(?:签收|派送|揽收|运输|出库|待发货|未发货|到达)|"
    r"\b(?:has been|was|is being|have) (?:shipped|delivered|refunded|cancel+ed|updated|changed)\b|"
    r"\b(?:out for delivery|in transit|on its way|will arrive)\b"
)
# A rule or a way to do it: worth keeping whoever asked.
_TEACHES = re.compile(
    r"设置|点击|点[一]?下|点右|点左|选择|打开|进入|可以|需要|支持|步骤|方法|如果|只要|先.{0,8}再|重启|重新|升级|"
    r"规则|政策|规定|一般|通常|默认|必须|不能|无法|超过|以内|之内|工作日|小时内|天内|页面|按钮|菜单|"
    # So many days to so many, and who gets it when: true of every order.
    r"[0-9一二两三四五六七八九十]+ ?(?:天|小时|日)?[-~到至] ?[0-9一二两三四五六七八九十]+ ?个?"
    r"(?:天|小时|日)(?:左右)?(?:到|送达|退[回款还]|发货|发出|寄出)|"
    r"点(?:之?前|[之以]?后).{0,6}(?:下单|付款)|点[之以]?后(?:次日|明天|第二天)|其[他它]地区|"
    r"\b(?:you can|click|select|open|go to|need to|usually|must|within|settings?)\b"
)


def is_about_one_order(question: Sequence[str], answer: Sequence[str]) -> bool:
    """Tell whether an exchange is only about the state of this customer's own order or request.

    It is where an order is spoken of, and every clause of the answer says what was done or where
    the order is; one clause that states a rule, or how to do it, makes it worth keeping.
    """
    told = [clause for text in answer for clause in _CLAUSE.findall(fold(text))]
    spoken = [fold(text) for text in (*question, *answer)]
    if not any(map(_ORDER.search, spoken)) or any(map(_TEACHES.search, told)):
        return False
    states = [clause for clause in told if _DONE.search(clause)]
    return bool(states) and all(
        _DONE.search(clause) or not says_something(clause) or _ORDER.search(clause)
        for clause in told
    )
