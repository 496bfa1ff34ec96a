"""Passwords: whatever stands beside the word for one, behind a user's name, or is set as one."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

import re
from collections.abc import Iterator

from pipelines.redaction.accounts import is_product_word
from pipelines.redaction.findings import Finding
from pipelines.redaction.spelling import UNIT, digits_of, gap, is_pinyin, leads_away, number

# Tickets are passes too, and `pass timeout=30` and "pass `--all`" say what to do.
_NO_TICKET = (
    r"(?<!boarding )(?<!season )(?<!battle )(?<!(?:rail|ride) )(?<!(?:bus|day|ski) )"
    r"pass(?! `?--?[a-z]| `[a-z_]+`| +[a-z_]+=)"
)
# Behind a number it is a length, unless what follows can only be a password.
_MM = "(?:(?<![0-9])(?<![0-9] )mm|mm(?= ?[:=是为]? ?(?:[0-9]{6}|[a-z]{2}[!-~]{0,8}[0-9])))"
_WORD = (
    r"(?:[密秘蜜] ?[码碼马](?!锁|键|箱|柜|本|学|器|机|盒|管家|框)|口令(?!码)|pas{1,2}w(?:ords?"
    r"|orts?|rod|rd)|passwd"
    r"|passcode"
    rf"|passphrase|(?<![A-Za-z])(?:p(?:wd|sw|w|swd)|{_NO_TICKET}|{_MM}|mima|密吗)(?![A-Za-z]))"
)
_PRINTABLE = "[!-~]"
_OPEN = "[\"'`(【\\[“「『‘<]"
_LEAD = rf"[\"'`]?(?P<gap>{gap(14)}|[:= ]{{0,3}}(?:\b(?:is|was|to)\b ?){{1,2}}[:= ]{{0,2}})"
_QUOTED = re.compile(
    rf"{_WORD}{gap(14)}(?:“([!-~]{{4,64}}?)”|「([!-~]{{4,64}}?)」|『([!-~]{{4,64}}?)』"
    rf"|‘([!-~]{{4,64}}?)’|`([!-_a-~]{{4,64}})`|\"([!#-~]{{4,64}})\"|【([!-~]{{4,64}}?)】)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    rf"{_WORD}{_LEAD}{_OPEN}?(?P<value>(?![:=,;>)-]){_PRINTABLE}{{4,64}})", re.IGNORECASE
)
_DIGITS = re.compile(
    rf"{_WORD}(?P<gap>{gap(10)})(?<![统唯]){_OPEN}?(?P<value>{number(4, 12)})(?![0-9A-Za-z_.:%-])",
    re.IGNORECASE,
)
# `小猪佩奇499`: words of which only the digits behind them tell that they are no sentence.
_HAN = "[一-鿿]{2,8}?(?![:=,;()/])[!-~]{0,12}[0-9][!-~]{0,12}"
_IN_WORDS = re.compile(
    rf"{_WORD}(?P<gap>[^一-鿿0-9A-Za-z。!?;]{{0,3}}(?:(?:[我他她你]的?)?(?:改成|设[为成]?|换成|还是"
    rf"|就?是|为|成|叫)了?[^一-鿿0-9A-Za-z。!?;]{{0,3}})?)(?P<value>{_HAN})",
    re.IGNORECASE,
)
_TALK = re.compile(
    "名字|给你|如下|后来|原来|现在|[的了吗呢么是不没请错误输试次位第或和与及至共每]|修改|更改"
    "|[改换变设]成|改[过为]|显示|出现|弹|跳转|提示|长度|重[置设]|找回"
    "|忘|过期|登[录陆]|验证|短信|手机|邮[箱件]|电话|联系|包含|必须|数字|字母|大写|小写|版本|订单"
    "|等[待了]"
    "|收到|加密|强度|规则|设[置为成]|以上|以下|支持|默认|初始|一直|怎|如何|页|型号|电脑|系统"
    "|锁[定屏]"
    "|尝试|超过|已经|统一|应该|好像|可能|可以|账号|帐号|用户|复杂|失败|代码|返回|端口|时[间候]"
    "|今[天年]|昨[天日]|明天"
    "|之[前后]|去年|只能|需要?|最[长短多少]|都|还|也|就|再|才|被|把|给|让|用|在|从|到|跟|要|会|能"
)
_BEHIND = re.compile(
    rf"(?<![!-~])(?P<value>[!-~]{{4,64}})[ ,，]{{0,2}}(?P<link>(?:(?:这个?|就|才|作|当|做"
    rf"|设)?[是为做成]?"
    rf"(?:[我你他她它这那]们?家?的?)?(?:初始|登[录陆]|新|旧|老|默认|原来的?|开机|wifi|这个?)?"
    rf"|[(（]) ?)"
    rf"{_WORD}",
    re.IGNORECASE,
)
# `我改成xx了还是登不上`: no word for password, but what is changed is what one signs in with.
_SET = re.compile(
    r"(?:[改换设重变][置成为]{1,2}了?|[试填输][了入的过]{1,2}(?:是|的是)?|用的?是"
    r"|[从由将把](?=[!-~ ]+[改换变重]))"
    rf"[ :]{{0,2}}{_OPEN}?(?P<value>[!-~]{{4,64}})"
)
_NOT_SET = re.compile(
    "端口|ip|名字?|昵称|数量|价格?|版本|地址|型号|手机|号码|邮箱|频道|频率|系统|时间|日期|语言"
    "|编码|金额|浏览器|邮编",
    re.IGNORECASE,
)
_WIFI = re.compile(
    r"(?:wi-?fi|无线网?|热点|wlan)[^0-9A-Za-z。!?;\n]{0,4}(?P<value>[!-~]{8,20})", re.IGNORECASE
)
_TYPED = re.compile(
    r"(?:password|passcode|passphrase|pwd)\b[^.!?;:\n]{1,30}?\b(?:was|is|typed|used|using|set|to"
    r"|entered"
    r"|tried|it'?s|like|:) [\"'`]?(?P<value>[!-~]{4,64})",
    re.IGNORECASE,
)
_FIELD = re.compile(
    "[A-Za-z][0-9]+$|(?:p|u|pass[a-z]*|pwd|psw|mima|user[a-z]*|密码)[:=]", re.IGNORECASE
)
_SIGN_IN = re.compile(
    "登[录陆不上]|进不去|解锁|解不开|打不开锁|密|口令|连不上 ?wifi|wifi.{0,4}连不上|账号|帐号"
    "|log ?in"
    "|sign ?in",
    re.IGNORECASE,
)
_USER = (
    r"(?<![A-Za-z0-9_.@/-])(?:root|admin|administrator|sa|sysadmin|postgres|oracle|ubuntu|centos"
    r"|ftp"
    r"user|test[0-9]{0,3}|guest|user[0-9]{0,4}|mysql|sysdba|system|operator|manager|deploy|dev|pi)"
)
_PAIR = re.compile(
    rf"{_USER}(?P<sign> ?[/|:,、+&] ?| {{1,2}}|\n)(?P<value>[!-~]{{4,64}}|{number(4, 12)})",
    re.IGNORECASE,
)
_USER_CUE = re.compile(
    r"(?:账[号户]|帐[号户]|用户名?|登录名|工号|登[录陆]|user(?:name)?|account|login)[ :是为=]{0,3}"
    r"[\ufffcA-Za-z0-9][A-Za-z0-9_.@-]{0,40}(?P<sign>[ ]?[/|,、+&;] ?| {1,2}"
    r"|\n)(?P<value>[!-~]{4,64})",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"[\"'”」』)】]?\s?(?:-+>|=+>|→|[改换变设][成为]了?|或者?是?|[和跟及]|还有|还是|、|/|,"
    r"|to\b)+\s?"
    r"(?:新的?|另一个)?(?:是|[:])?\s?(?P<value>[!-~]{4,64})",
    re.IGNORECASE,
)
# A word or two on, and then the password: `密码换成啥了？Nb666nb`, `密码六个8就是888888`.
_LATER = re.compile(
    rf"{_WORD}[^;\n]{{1,40}}?(?:(?P<said>[是为成]了?|[用填输入设叫写][的了]?)"
    rf"|[:=?,])[ :\"“「]{{0,2}}"
    r"(?P<value>(?![:=,;>)])[!-~]{4,64})",
    re.IGNORECASE,
)
# `mysql -uroot -pS3cret`
_OPTION = re.compile(r"(?<=\s)-p([^\s-][!-~]{3,60})|sshpass +-p +[\"']?([!-~]{4,60})")
_NO_PASSWORD = re.compile(
    r"(?:[*•.xX?#-]+|null|none|true|false|string|str|required|optional|undefined|https?:.*"
    r"|protected|reset|admin密码|\$?\{.*|[<?/=].*|&[a-z]*(?:[=;].*)?|\(.*|wrong|incorrect|invalid"
    r"|expired|weak"
    r"|not|too|correct|right|empty|missing|changed|still|always|never|being|fine|okay|good|same"
    r"|different|what|where|stored|encrypted|hashed|blank|short|long|login|email|field|error"
    r"|manager|policy|recovery|please|your|hint|length|strength|with|after|then|when|from|must|need"
    r"|should|does|doesn'?t|isn'?t|won'?t|was|has|have|keeps|works?|working|changes?|contains?"
    r"|input|update|confirm|verify|only|again|really|very|null\)?|!?@#\$.*|[!@#$%^&*]+)"
    r"[,.;)\]\"'`!]*",
    re.IGNORECASE,
)
_NO_GUESS = re.compile(
    r"(?-i:[A-Z]{2,8}-[0-9]{2,6})|0x[0-9a-f]+|(?:md5|sha|aes|rsa|wpa|sm|des|tls|utf|ios"
    r"|win(?:dows)?|validate_.*|bcrypt|scrypt|argon"
    r"|android|app|v|http|oauth|iphone|chrome|base|ieee|err|error|code|e|wi-?fi|usb|centos|ubuntu)"
    r"(?:[-_/ ]?[0-9][0-9.a-z_-]*)?"
    r"|[0-9]+(?:[-~][0-9]+)?[a-z]?|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}:[0-9:]+"
    r"|[0-9]+(?:\.[0-9]+)+|v?[0-9.]+|[0-9.]+%|[0-9]+/[0-9]+|(?:var)?char\([0-9]+\)?|a-z.*"
    r"|[0-9a-z_-]+\.(?:png|jpe?g|gif|pdf|docx?|xlsx?|txt|zip|rar|exe|apk|html?|php|js|py)|www\..*"
    r"|[a-z-]+\.(?:com|cn)"
    r"|(?-i:[A-Z])[0-9]{1,5}|[0-9]+(?:gb?|mb?|kb?|cm|mm|kg|w|v|s|ms|h|hz|px|x[0-9]+)",
    re.IGNORECASE,
)
# `wifi20202020`, said to be the password; `windows2019` is a product.
_NUMBERED = re.compile(
    "(?!err|code|bug|v?[0-9])[a-z]+(?:[0-9]{5,}|(?!19|20)[0-9]{4})", re.IGNORECASE
)
_SYMBOL = re.compile("[!@#$%^&*?~+=]")
_NO_WORD = re.compile("[bcdfghjklmnpqrstvwxz]{6}")
_WALK = re.compile("qwe|asd|zxc|qaz|wsx|abcd|aaaa|iloveyou|woaini|admin|root|hunter", re.IGNORECASE)
_UNIT = re.compile(rf"{UNIT}|[点时]| ?端口")
# Behind these the word is spoken about: `密码错误代码是40013`.
_ABOUT = re.compile(
    "错误|代码|提示|长度|(?<![四六八])位数|上限|下限|次数|规则|版本|页|链接|网址|有效期|端口|接口"
    "|字段|加密"
    "|算法|强度|邮箱|手机|电话|短信|客服|单号|订单|价|返回|报|几|多少|验证|登[录陆]失败|插件|型号|编号"
)
_COIN = re.compile("[¥￥€$]")
_ASKS = re.compile("怎|如何|为什么|哪|什么|谁|找回|能不能|吗|保护|管理|忘")
_SURE = re.compile(
    r"(?:[是为成叫用填输入写用置:=→>]了?|默认|统一|初始|好像|应该|可能|大概|记得|估计"
    r"|[四六八]位数?,?|\bis|\bwas"
    r"|\bto)[\s:\"'“「(（【\[]*$"
)
_SAID = re.compile(r"(?:[是为成:=→>]了?|\bis|\bwas)[\s\"'“「(（【\[]*$")
_ENTRY = re.compile(
    f"[密秘蜜] ?[码碼马吗]|口令|pass|pwd|psw|pw|mm|mima|sql|redis|{_USER}|账[号户]|帐[号户]|用户"
    f"|登录名|工号"
    "|user|account|login|登|解锁|wi-?fi|无线|[改换设重变][置成为]|[试填输][了入的过]",
    re.IGNORECASE,
)


def find_passwords(text: str) -> Iterator[Finding]:
    """Yield the passwords of a shadow text."""
    if _ENTRY.search(text) is None:
        return
    for found in _passwords(text):
        yield found
        for start, end in _after(text, found.end):
            yield Finding("password", start, end, 0.7)
    if "mysql" in text or "psql" in text or "redis" in text or "sshpass" in text:
        for match in _OPTION.finditer(text):
            yield Finding("password", *match.span(match.lastindex or 0), 0.8)


def _after(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Yield the second password of two: `Abc@123 改成 Xyz@456`."""
    match = _NEXT.match(text, end)
    if match is not None:
        value = password_in(match["value"])
        stop = match.start("value") + len(value)
        digits = value.isdigit() and 4 <= len(value) <= 12 and not _UNIT.match(text, stop)
        if digits or _is_random(value):
            yield match.start("value"), stop


def _passwords(text: str) -> Iterator[Finding]:
    for match in _QUOTED.finditer(text):
        group = match.lastindex or 0
        value = match.group(group)
        if not _NO_PASSWORD.fullmatch(value) and not _is_product(value):
            yield Finding("password", *match.span(group), 0.9)
    for match in _CALLED.finditer(text):
        value, start = password_in(match["value"]), match.start("value")
        if _is_guess(value, match["gap"], text[start + len(value) :]):
            sure = _SURE.search(match["gap"]) is not None
            # `Mm#9261x`: the word is the head of the password.
            head = text[match.start() : start]
            first = match.start() if head.isascii() and head.isalpha() else start
            whole = first if _SYMBOL.match(value) else start
            yield Finding("password", whole, start + len(value), 0.9 if sure else 0.7)
    for match in _LATER.finditer(text):
        value, start = password_in(match["value"]), match.start("value")
        rest = text[start + len(value) :]
        numeric = (
            value.isdigit() and match["said"] and 6 <= len(value) <= 8 and not _UNIT.match(rest)
        )
        strong = re.search("[0-9]", value) and _is_random(value)
        if (strong or numeric) and _ABOUT.search(
            match.group()[-len(match["value"]) - 8 : -len(match["value"])]
        ) is None:
            yield Finding("password", start, start + len(value), 0.6)
    for match in _DIGITS.finditer(text):
        value = match["value"]
        if not value.isdigit() and _is_amount(value, match["gap"], text[match.end() :]):
            yield Finding("password", *match.span("value"), 0.7)
    for match in _IN_WORDS.finditer(text):
        value = password_in(match["value"])
        words = re.match("[一-鿿]+", value)
        if words is not None and _TALK.search(words.group()) is None:
            stop = match.start("value") + len(value)
            sure = _SURE.search(match["gap"]) is not None
            numbers = len(re.findall("[0-9]", value))
            if _is_random(value[words.end() :]) and len(value) - words.end() >= 6:
                continue
            if (sure or numbers >= 2) and _UNIT.match(text, stop) is None:
                yield Finding("password", match.start("value"), stop, 0.7)
    for match in _BEHIND.finditer(text):
        value = match["value"]
        linked = re.search("[是为做成当(]|这个", match.group()[len(value) :]) is not None
        linked = linked or text[max(0, match.start() - 1) : match.start()] in ("用", "拿", "以")
        lead = re.match(r" ?(?:[:是为=]|[!-~]*[0-9])", text[match.end() :]) is not None
        if (
            re.search("[0-9]", value)
            and not _NO_GUESS.fullmatch(value)
            and not _NO_PASSWORD.fullmatch(value)
            and (linked or (_is_random(value) and _SYMBOL.search(value) and not lead))
            and "://" not in value
            and value[-1] not in "(:="
        ):
            yield Finding("password", *match.span("value"), 0.7)
    yield from _set_or_paired(text)


def _set_or_paired(text: str) -> Iterator[Finding]:
    if _SIGN_IN.search(text):
        for match in _SET.finditer(text):
            value, start = password_in(match["value"]), match.start("value")
            if _NOT_SET.search(text[max(0, match.start() - 6) : match.start()]):
                continue
            rest = text[start + len(value) :]
            digits = value.isdigit() and 4 <= len(value) <= 12 and not _UNIT.match(rest)
            if (digits and re.match("[了后还也,。]|$", rest)) or _is_random(value):
                yield Finding("password", start, start + len(value), 0.7)
        for match in _WIFI.finditer(text):
            value, start = password_in(match["value"]), match.start("value")
            if (value.isdigit() and not _UNIT.match(text, start + len(value))) or (
                _is_random(value) and re.search("[0-9]", value) and _SYMBOL.search(value)
            ):
                yield Finding("password", start, start + len(value), 0.6)
    for match in _TYPED.finditer(text):
        value, start = password_in(match["value"]), match.start("value")
        digits = value.isdigit() and 4 <= len(value) <= 12
        if _is_random(value) or (digits and not re.match(" ?[a-z]", text[start + len(value) :])):
            yield Finding("password", start, start + len(value), 0.7)
    for match in _PAIR.finditer(text):
        value, start = password_in(match["value"]), match.start("value")
        if _FIELD.match(value):
            continue
        numeric = digits_of(value).isdigit()
        if numeric and not re.search("[.:/]", value):
            plain = match["sign"].strip() not in ("", ":", ",") or len(value) >= 6
            plain = plain and re.fullmatch("(?:19|20)[0-9]{2}", value) is None
            rest = text[start + len(value) :]
            if plain and not _UNIT.match(rest) and not re.match(r"[0-9.:/-]*[0-9]", rest):
                yield Finding("password", *match.span("value"), 0.6)
        elif _is_random(value) and (match["sign"] != ":" or re.search("[0-9]", value)):
            yield Finding("password", start, start + len(value), 0.7)
    for match in _USER_CUE.finditer(text):
        value, start = password_in(match["value"]), match.start("value")
        if (
            _FIELD.match(value) is None
            and _is_random(value)
            and re.search("[0-9]", value)
            and len(value) >= 6
        ):
            yield Finding("password", start, start + len(value), 0.6)


def _is_random(value: str) -> bool:
    """Tell whether `value` looks like a password with no word beside it."""
    if not is_password(value) or value.isdigit() or value.isalpha() or _is_product(value):
        return False
    if re.fullmatch(r"[A-Za-z]+(?:[-_./:'&+][A-Za-z]+)*[:.,!?]*", value) or "://" in value:
        return False
    kinds = sum(
        re.search(kind, value) is not None for kind in ("[0-9]", "[a-z]", "[A-Z]", "[!@#$%^&*?~+=]")
    )
    return kinds >= 2 and len(value) >= (5 if re.search("[0-9]", value) else 8)


def _is_product(value: str) -> bool:
    return re.fullmatch("[0-9A-Za-z./-]*[A-Za-z][0-9A-Za-z./-]*", value) is not None and (
        is_product_word(value)
    )


def _is_guess(value: str, lead: str, rest: str) -> bool:
    """Tell whether what stands behind the word can be one: `password reset` can't."""
    if len(value) < 4 or _NO_PASSWORD.fullmatch(value) or _ABOUT.search(lead) or _COIN.search(lead):
        return False
    sure = _SURE.search(lead) is not None
    if not sure and (leads_away(lead) or _ASKS.search(lead)):
        return False
    if value.isdigit():
        return _is_amount(value, lead, rest)
    said = _SAID.search(lead) is not None
    if _is_product(value) and not (said and _NUMBERED.fullmatch(value)):
        return False
    if value.isalpha():
        tight = lead.strip(" \n:=\"'`") == "" and (
            is_pinyin(value) or _WALK.search(value) or _NO_WORD.search(value)
        )
        tight = tight or (len(value) >= 9 and is_pinyin(value))
        named = sure and (len(value) >= 6 or not value.islower() or is_pinyin(value))
        return bool(tight and len(value) >= 5) or (named and value.lower() not in _SMALL_TALK)
    if re.search("[0-9]", value) is None and not sure:
        return _is_random(value)
    near = sure or lead.strip(" :") == ""
    return said or (len(value) >= (4 if near else 5) and not _NO_GUESS.fullmatch(value))


def _is_amount(value: str, lead: str, rest: str) -> bool:
    """Tell whether a number behind the word is a password, not so many of something."""
    if _ABOUT.search(lead) or leads_away(lead) or _UNIT.match(rest):
        return False
    tight = len(lead.strip()) <= 1 or _SURE.search(lead) is not None
    return tight and 4 <= len(digits_of(value)) <= 12


_SMALL_TALK = frozenset(
    """
    okay hello thanks thank sorry bye haha hehe hahaha yeah none nope fine good great wait help
    please test admin root login reset error chrome edge safari firefox windows android iphone
    wechat alipay email phone
    """.split()
)


def is_password(value: str) -> bool:
    """Tell whether `value`, that somebody sent when asked for a password, can be one."""
    value = password_in(value)
    if _NO_PASSWORD.fullmatch(value) or "://" in value or ("@" in value[1:] and ".com" in value):
        return False
    if value.isdigit():
        return 4 <= len(value) <= 12
    if value.isalpha():
        return len(value) >= 6 and value.lower() not in _SMALL_TALK
    words = re.match("[一-鿿]+", value)
    if words is not None:
        return _TALK.search(words.group()) is None and len(re.findall("[0-9]", value)) >= 2
    return not _NO_GUESS.fullmatch(value)


def password_in(text: str) -> str:
    """Return the password without the punctuation of the sentence it stands in."""
    value = re.split(
        r"[<](?=/)|&(?=[a-z_]+=)|\((?![^)]*\))|-+>|=+>|[,;\"'`)\]}](?=[,;\"'`)\]} ]"
        r"|$)",
        text,
        maxsplit=1,
    )[0]
    return value.rstrip(",;:?\"'`()[]{}<>") or text
