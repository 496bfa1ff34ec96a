"""Made-up names, addresses and numbers in the ways people write them."""

import random
import string
from collections.abc import Callable
from functools import cache

from people import People
from places import Places
from words import latin_words, words


class Values(People, Places):
    """A source of values of every kind."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.makers: dict[str, Callable[[], str]] = {
            "per": self.person, "pt": self.titled, "nick": self.nickname, "given": self.given,
            "dot": self.dotted, "en": self.english, "addr": self.address, "ap": self.part,
            "mobile": self.mobile, "landline": self.landline, "email": self.email,
            "wechat": self.wechat, "qq": self.qq, "idcard": self.id_card, "card": self.card,
            "plate": self.plate, "order": self.order, "ver": self.version, "err": self.error,
            "money": self.money, "date": self.date, "time": self.clock, "n": self.number,
            "city": self.city, "org": self.organisation, "prod": self.product,
            "sur": self.surname, "mac": self.mac, "ip": self.ip, "key": self.key,
            "pw": self.password, "file": self.file, "latin": self.latin,
        }  # fmt: skip

    def mobile(self) -> str:
        """Return a mobile number."""
        number = self.any(("13", "15", "17", "18", "19")) + self.digits(9)
        kind = self.rng.randrange(12)
        if kind == 0:
            return f"{number[:3]}-{number[3:7]}-{number[7:]}"
        if kind == 1:
            return f"{number[:3]} {number[3:7]} {number[7:]}"
        if kind == 2:
            return "+86" + self.any(("", " ", "-")) + number
        if kind == 3:
            return number[:3] + "****" + number[7:]
        return number

    def landline(self) -> str:
        """Return a landline number."""
        code = self.any(("010", "021", "020", "0755", "0571", "028", "0512", "0731"))
        return code + self.any(("-", "", " ")) + self.digits(self.any((7, 8)), "2345678")

    def email(self) -> str:
        """Return a mail address."""
        return (
            self.wechat()
            + "@"
            + self.any(
                (
                    "qq.com",
                    "163.com",
                    "gmail.com",
                    "outlook.com",
                    "126.com",
                    "sina.cn",
                    "foxmail.com",
                    "139.com",
                    f"{self.latin()}.com",
                )
            )
        )

    def wechat(self) -> str:
        """Return an account's name."""
        letters = "".join(self.any(words("pinyin")) for _ in range(self.any((1, 2, 3))))
        if self.chance(20):
            letters = self.any(words("english_first"))
        letters = self.any((letters, letters, letters, letters.capitalize(), letters.upper()))
        return letters + self.any(("", "_", "-")) + self.digits(self.any((2, 3, 4)))

    def qq(self) -> str:
        """Return a QQ number."""
        return self.digits(self.any((6, 8, 9, 10)), first="123456789")

    def id_card(self) -> str:
        """Return what looks like an identity number."""
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        date = f"{self.rng.randint(1950, 2015)}{month:02}{day:02}"
        return self.digits(6, "123456") + date + self.digits(3) + self.any("0123456789X")

    def card(self) -> str:
        """Return what looks like a bank card."""
        number = "62" + self.digits(self.any((14, 17)))
        if self.chance(30):
            return " ".join(number[place : place + 4] for place in range(0, len(number), 4))
        return number

    def plate(self) -> str:
        """Return a licence plate."""
        return (
            self.any("京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋陕吉闽贵粤川")
            + self.any("ABCDEF")
            + self.any(("", "·", " "))
            + self.digits(5)
        )

    def mac(self) -> str:
        """Return a MAC address."""
        parts = (f"{self.rng.randrange(256):02X}" for _ in range(6))
        mac = self.any(":-:").join(parts)
        return mac.lower() if self.chance(40) else mac

    def ip(self) -> str:
        """Return an IP address."""
        return ".".join(str(self.rng.randrange(1, 255)) for _ in range(4))

    def key(self) -> str:
        """Return a key."""
        letters = self.any(
            (string.ascii_letters + string.digits, "0123456789abcdef", string.ascii_letters + "+/")
        )
        body = "".join(self.any(letters) for _ in range(self.rng.randint(12, 44)))
        return self.any(("", "", "sk-", "AKID", "ghp_", "LTAI", "Bearer ")) + body

    def password(self) -> str:
        """Return a password."""
        word = self.any((self.latin(), self.any(words("pinyin")), self.any(words("english_first"))))
        return word + self.any(("", "@", "!", "#", "_", ".")) + self.digits(self.any((2, 3, 4, 6)))

    def file(self) -> str:
        """Return a file's name."""
        stem = self.any(
            (
                self.latin(),
                self.any(words("products")),
                self.any(words("everyday_words")),
                self.latin(),
            )
        )
        ends = (
            "pdf",
            "docx",
            "xlsx",
            "zip",
            "yaml",
            "json",
            "ofd",
            "jpg",
            "apk",
            "exe",
            "log",
            "csv",
        )
        return stem + self.any(("", "(1)", "_v2", "-final", "")) + "." + self.any(ends)

    def latin(self) -> str:
        """Return a Latin word that names nobody."""
        word = self.any(latin_words())
        draw = self.rng.random()
        if draw < 0.7:
            return word
        return word.capitalize() if draw < 0.85 else self.any((word.upper(), word.lower()))

    def order(self) -> str:
        """Return an order's number."""
        return self.any(("", "SF", "JD", "DD", "WO-", "TK", "#", "NO.")) + self.digits(
            self.rng.randint(5, 15)
        )

    def version(self) -> str:
        """Return a version."""
        numbers = ".".join(str(self.rng.randint(0, 20)) for _ in range(self.any((2, 3, 3, 4))))
        return self.any(("", "v", "V")) + numbers

    def error(self) -> str:
        """Return an error code."""
        return self.any(
            (
                "404", "E02", "0x80070005", "ERR_TIMEOUT", "500", "错误码10054", "E-1",
                "Error 1045", "403 Forbidden", "SSL_ERROR",
                "NullPointerException", f"E{self.digits(3)}",
                self.digits(5),
            )
        )  # fmt: skip

    def money(self) -> str:
        """Return a sum."""
        amount = self.rng.randint(1, self.any((50, 500, 9999)))
        return self.any(
            (
                f"{amount}元",
                f"{amount}块",
                f"¥{amount}",
                f"{amount}.{self.digits(2)}元",
                f"{amount}",
                f"{amount}多",
                f"{amount}块多",
                self.any("一两三四五六七八九")
                + self.any(("百", "千", "万", "百多", "千多", "百块", "千八", "百五")),
                f"{amount}万",
            )
        )

    def date(self) -> str:
        """Return a day."""
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        return self.any(
            (
                f"{month}月{day}日",
                f"{month}月{day}号",
                f"{month}.{day}",
                f"2025-{month:02}-{day:02}",
                f"{month}/{day}",
                "昨天",
                "周三",
                "下周一",
                "上个月",
                "明天",
                f"{day}号",
            )
        )

    def clock(self) -> str:
        """Return a time of day."""
        hour = self.rng.randint(1, 12)
        return self.any(
            (
                f"{hour}:{self.rng.randint(0, 59):02}",
                f"{hour}点",
                f"{hour}点半",
                f"下午{hour}点",
                f"晚上{hour}点多",
                "早上",
                "中午",
                "三点钟",
            )
        )

    def number(self) -> str:
        """Return a small number."""
        return self.any(
            (
                str(self.rng.randint(1, 30)),
                str(self.rng.randint(1, 30)),
                self.any("两三四五六七八九十"),
                str(self.rng.randint(1, 999)),
            )
        )

    def city(self) -> str:
        """Return a town or province on its own."""
        if self.chance(30):
            return self.any(words("cities"))
        province, city, area = self.any(_big_areas() if self.chance(60) else words("areas")).split(
            " "
        )
        name = self.any((province, city if city != "-" else province, area))
        return name[:-1] if self.chance(60) and len(name) > 2 and name[-1] in "省市县区" else name

    def organisation(self) -> str:
        """Return a company, authority or shop."""
        if self.chance(50):
            return self.any(words("orgs"))
        stem = self.any((*words("estate_stems"), *words("road_stems"))) + self.any(
            ("", self.any(words("given_characters")))
        )
        return (
            self.any(("", "", self.any(("北京", "上海", "深圳", "杭州", "成都"))))
            + stem
            + self.any(words("organisation_ends"))
        )

    def product(self) -> str:
        """Return a product."""
        if self.chance(35):
            return self.any(words("brands")) + self.any(("", "", self.any(words("products"))))
        return self.any(words("products"))


@cache
def _big_areas() -> tuple[str, ...]:
    return tuple(
        line for line in words("areas") if any(town in line for town in words("big_cities"))
    )
