"""Made-up addresses, whole and in part."""

import string

from words import Chooser, words

HAN_DIGITS = "零一二三四五六七八九十"


class Places(Chooser):
    """A source of addresses."""

    def _levels(self) -> str:
        province, city, area = self.any(words("areas")).split(" ")
        if self.chance(50):
            province, city, area = self.any(words("districts")).split(" ")
        city = "" if city in ("-", province) else city
        if self.chance(35) and province[-1] in "省市":
            province = province[:-1]
        if self.chance(25) and city.endswith("市"):
            city = city[:-1]
        kept = self.any(
            ((1, 1, 1), (1, 1, 1), (0, 1, 1), (0, 1, 1), (0, 0, 1), (0, 1, 0), (1, 1, 0))
        )
        gap = " " if self.chance(6) else ""
        parts = [
            part for part, keep in zip((province, city, area), kept, strict=True) if keep and part
        ]
        if self.chance(35):
            town = self._stem() + self.any(("街道", "街道", "镇", "镇", "乡", "社区", "开发区"))
            parts.append(self.any((town, self.any(words("towns")))))
        return gap.join(parts) + gap

    def _stem(self) -> str:
        draw = self.rng.random()
        if draw < 0.45:
            return self.any(words("road_stems"))
        if draw < 0.65:
            return self.any(words("villages"))
        if draw < 0.85:
            return self.any(words("estate_stems"))
        pool = words("given_characters")
        return "".join(self.any(pool) for _ in range(self.any((1, 2, 2, 3))))

    def _count(self, most: int) -> str:
        number = self.rng.randint(1, most)
        if number <= 10 and self.chance(22):
            return HAN_DIGITS[number]
        return str(number)

    def _road(self) -> str:
        road = self._stem() + self.any(words("road_ends"))
        if self.chance(45):
            road = self.any(words("roads"))
        if self.chance(82):
            number = str(self.rng.randint(1, self.any((20, 99, 400, 2999))))
            if self.chance(5):
                number = self.any("甲乙丙副") + number
            road += number + self.any(
                ("号", "号", "号", "号", "号", "弄", "号院", "", "巷", "号附3号", "-2号")
            )
            if self.chance(10):
                road += self.any(("甲", "附", "之", "-")) + self._count(20)
        return road

    def _estate(self) -> str:
        if self.chance(14):
            return self.any(words("institutions"))
        if self.chance(35):
            return self.any(words("communities"))
        stem = self.any(words("estate_stems")) if self.chance(60) else self._stem()
        if self.chance(25):
            stem += self.any(words("estate_stems"))
        return stem + self.any(words("estate_ends"))

    def _door(self) -> str:
        if self.chance(10):
            return self.any(words("details"))
        letter = self.any("ABCDEFabc")
        room = "" if self.chance(8) else self._room()
        block = self.any((self._count(40), self._count(40), letter, letter + self._count(9)))
        unit = self._count(6)
        kind = self.rng.randrange(20)
        dash = self.any("--—－")
        if kind <= 5:
            tail = self.any((f"{unit}单元", f"{unit}单元", f"{unit}门", "", "", f"{unit}梯"))
            return (
                block
                + self.any(("号楼", "号楼", "栋", "栋", "幢", "座", "#", "楼", "号"))
                + tail
                + room
            )
        if kind <= 8:
            return dash.join((block, unit, room))
        if kind == 9:
            return dash.join((block, room))
        if kind == 10:
            return block + self.any(("号楼", "栋", "幢", "座"))
        if kind == 11:
            return self._count(30) + self.any(("层", "楼", "F")) + self.any(("", room))
        if kind == 12:
            return room + self.any(("室", "房", "号", "宿舍", ""))
        if kind == 13:
            return block + self.any(("座", "栋")) + self._count(30) + self.any(("楼", "层")) + room
        if kind == 14:
            return (
                self.any(("东", "西", "南", "北"))
                + self.any(("区", "苑", "门", "院"))
                + block
                + "号楼"
                + room
            )
        if kind == 15:
            return (
                block
                + "栋"
                + self._count(30)
                + "楼"
                + self.any(("东户", "西户", "左", "右", "中户", "A", "B"))
            )
        if kind == 16:
            return (
                self._count(9)
                + self.any(("期", "区", "组团", "号院", "片区"))
                + block
                + self.any(("栋", "幢", "号楼"))
                + room
            )
        if kind == 17:
            return f"{letter}{dash}{room}"
        if kind == 18:
            return block + "号" + self._count(20) + "楼"
        return block + self.any(("弄", "号")) + self._count(80) + self.any(("号", "室")) + room

    def _room(self) -> str:
        floor, flat = self.rng.randint(1, 33), self.rng.randint(1, 12)
        room = f"{floor}{flat:02}"
        draw = self.rng.random()
        if draw < 0.45:
            return room
        if draw < 0.75:
            return room + self.any(("室", "室", "室", "房", "号"))
        if draw < 0.82:
            return f"{floor}楼{room}"
        if draw < 0.87:
            return self.any("ABCD") + room
        if draw < 0.92:
            return f"{floor}层{flat}号"
        return room + self.any(("A", "B", "-1", "-2", "室A座", "户", "西", "东户"))

    def _inside(self) -> str:
        house = self.any((self._stem(), "", "", self.any("东西南北")))
        floor = self._count(20) + self.any(("楼", "层", "号楼", "栋", "分场", "区"))
        wards = ("骨科", "儿科", "妇产科", "心内科", "口腔科", "呼吸科", "神经外科", "")
        tail = self.any(
            (
                self.any(wards) + self._count(9) + "病区" + self._count(60) + "床",
                self._count(60) + "床",
                self.any(wards) + self._count(30) + "诊室",
                self._room(),
                self._room(),
                self.any(("东侧", "南侧", "西侧", "前台")),
                self._count(9) + "队" + self._count(9) + "排",
            )
        )
        return house + self.any(words("houses")) + floor + tail

    def _village(self) -> str:
        return (
            self.any(words("villages"))
            + self.any(
                ("村", "村", "村", "屯", "庄", "寨", "社区", "自然村", "行政村", "坝", "湾", "组")
            )
            + self.any(
                (
                    "",
                    self._count(30)
                    + self.any(("组", "队", "社", "号", "排", "巷", "村民小组", "户")),
                )
            )
            + self.any(("", "", self.digits(2, "123456789") + "号", "村委会", "村口", "小学旁边"))
        )

    def part(self) -> str:
        """Return an address without province, city and district."""
        if self.chance(7):
            spoken = dict(zip(string.digits, "零一二三四五六七八九", strict=True))
            return "".join(spoken.get(char, char) for char in self._part())
        return self._part()

    def _part(self) -> str:
        draw = self.rng.random()
        gap = self.any(("", "", "", "", "", "", "", " "))
        if draw < 0.30:
            return self._estate() + gap + self._door()
        if draw < 0.50:
            return self._road() + gap + self._estate() + gap + self._door()
        if draw < 0.64:
            return self._road() + gap + self._door()
        if draw < 0.74:
            road = self._road()
            return (
                road
                if road[-1] not in "路街道巷里坊"
                else road + self.digits(2, "123456789") + "号"
            )
        if draw < 0.84:
            door = self._door()
            return door if len(door) > 3 else self._estate() + door
        if draw < 0.90:
            return self._village()
        if draw < 0.92:
            return self._road() + self._estate()
        if draw < 0.96:
            return self._inside()
        tail = self.any(
            ("旁边", "对面", "附近", "门口", "楼下", "后门", "北侧", "东南角", "向东50米", "斜对面")
        )
        return self._road() + self.any(("", self._estate())) + tail

    def address(self) -> str:
        """Return an address with its town, district or village."""
        address = self._address()
        if self.chance(7):
            spoken = dict(zip(string.digits, "零一二三四五六七八九", strict=True))
            return "".join(spoken.get(char, char) for char in address)
        return address

    def _address(self) -> str:
        if self.chance(12):
            return self._levels() + self._village()
        part = self.part()
        address = self._levels() + part
        return address if len(address) > 5 else self._levels() + self._road() + part
