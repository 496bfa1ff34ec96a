"""Addresses, class by class: covered to their last character, and public places left alone."""

import re
import time

import pytest

from pipelines.redaction import Redactor
from pipelines.redaction.addresses import find_addresses

ESTATES = (
    "帮我送到[翠湖天地3号楼2单元501]谢谢",
    "[金色家园12幢1单元八零二]没网了",
    "[海棠湾5#1704]能派送吗",
    "停[碧水名都A12-3]",
    "花送到[春江花月4-3-602]，卡片写生日快乐",
    "[7-2-1103]电梯坏了三天",
    "[3号楼2单元901]",
    "[16号楼东门1902]",
)
ROADS = (
    "[中山北路二段22号附3]",
    "[文昌路388弄1号8D]的宽带又断了",
    "师傅走到[学府路甲38号B座2层]了吗",
    "[石桥西路大街22号之二502] 找门卫",
    "取件：宁波[新大路1628号]",
    "[沙市区北京中路220号三单元7楼左]",
    "[番禺区大石街 植村五路12号B栋3楼]",
)
BUILDINGS = (
    "[行政楼506]有人吗",
    "[外科楼12层骨科二病区36床]",
    "从[研发中心2号楼4层南侧]搬走",
    "[物流园B区17号库]跳闸",
    "[服装城东区3楼D317]",
    "[工业园区4号厂房3楼东]",
)
VILLAGES = (
    "送[河坝村6社]",
    "[丁楼村十二组]的快递",
    "[水口镇光明村下塘组]",
    "[李家坪村3组27号]",
)
LED = ("地址[C区9排3号]", "安装地址[7-2-1103]", "Address: [城关镇东街居委会9号]")
ENGLISH = (
    "My address: [10 Downing Street, London SW1A 2AA]",
    "Ship it to [742 Evergreen Terrace, Springfield, IL 62704], thanks",
    "Please deliver to [12 Xinghu Street, Suzhou]",
    "[Room 1203, Building 5, No. 88 Century Avenue, Pudong New Area, Shanghai]",
    "I live at [350 5th Ave., Apt 4B, New York, NY 10118]",
    "送到[No.5, Lane 300, Zhangjiang Rd, Shanghai 201203]，谢谢",
)
# Dates, codes, models, layers, hotlines and prices.
NO_DOORS = (
    "上海地区2025-06-18停机维护",
    "广州机房3月5号割接",
    "杭州节点2025年1月1日升级",
    "报错ERR-4032",
    "错误码E-1001怎么解决",
    "打印机HP-2055驱动",
    "固件刷到TL-WR841N变砖",
    "12315号投诉",
    "10086号客服",
    "负载均衡四层和七层怎么选",
    "OSI七层模型",
    "新疆大枣35块钱",
    "山东苹果10斤",
)
UNTOUCHED = (
    "三楼会议室怎么预约",
    "医院西门停车难",
    "乘5号线到人民广场站",
    "去天安门广场怎么走",
    "请到1号窗口办理",
    "从揭阳发往温州的干线车晚点40多分钟",
    "故宫附近有什么好吃的",
    "第3组数据不对",
    "会议改到3-15下午",
    "排到3号了吗",
    "二楼收费处缴完费再去一楼药房",
    "上海有货吗",
    "Windows 11 Google Drive does not sync",
    "Top 10 Best Way to save",
    "See section 5 Drive Settings",
    "The 3 Way Switch",
    "Which bus goes to Nanjing Road, please?",
    "右上角设置里点账号",
)


@pytest.mark.parametrize("marked", [*ESTATES, *ROADS, *BUILDINGS, *VILLAGES, *LED, *ENGLISH])
def test_every_character_of_an_address_is_covered(redactor: Redactor, marked: str) -> None:
    text = re.sub(r"[\[\]]", "", marked)
    spans = [span for span in redactor.redact(text).spans if span.type == "address"]
    covered = {place for span in spans for place in range(span.start, span.end)}
    start = marked.index("[")
    wanted = range(start, marked.index("]") - 1)
    missing = "".join(
        text[place] for place in wanted if place not in covered and text[place] != " "
    )
    assert missing == ""


@pytest.mark.parametrize("text", [*UNTOUCHED, *NO_DOORS])
def test_places_that_are_no_address_stay(redactor: Redactor, text: str) -> None:
    assert [span for span in redactor.redact(text).spans if span.type == "address"] == []


@pytest.mark.parametrize(
    ("question", "answer", "redacted"),
    [
        ("麻烦提供下安装地址", "临沂市兰山区", "〈地址1〉"),
        ("您住哪个小区？", "丽景花园", "〈地址1〉"),
        ("门牌号呢", "1702", "〈地址1〉"),
        ("请问收货地址", "好的稍等", "好的稍等"),
        ("地址怎么改", "丽景花园", "丽景花园"),
        ("几点能到", "1702", "1702"),
    ],
)
def test_a_part_of_an_address_that_was_asked_for_is_one(
    redactor: Redactor, question: str, answer: str, redacted: str
) -> None:
    found = redactor.redact_conversations({"a": (question, answer)}, lambda _: None)["a"]
    assert found[1].text == redacted


@pytest.mark.parametrize("text", ["版本3-2-1和2-4冲突", "报错E5-302", "权限组3号"])
def test_numbers_with_dashes_are_no_door_by_themselves(text: str) -> None:
    assert list(find_addresses(text, ())) == []


@pytest.mark.parametrize(
    "unit", ["路", "1号", "一楼", "地址", "住3号楼", "北京市海淀区", "1-", "No. 8 ", "Flat 3, "]
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    started = time.process_time()
    list(find_addresses((unit * 20_000)[:20_000], ()))
    assert time.process_time() - started < 3
