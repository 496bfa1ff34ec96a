"""Addresses in a network: IPv4, IPv6 and MAC."""

import ipaddress
import re
from collections.abc import Iterator

from pipelines.redaction import context
from pipelines.redaction.findings import Finding

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_DOT = r"(?: ?[.。·] ?| ?点 ?| ?[(\[{](?:\.|dot)[)\]}] ?)"
_IPV4 = re.compile(
    rf"(?<![0-9_.])(?P<letter>(?<=[A-Za-z]))?{_OCTET}(?:{_DOT}{_OCTET}){{3}}"
    r"(?:/(?:[12][0-9]|3[0-2]|[89])(?![0-9.])"
    r"| ?[-~] ?(?:(?:[0-9]{1,3}\.){3})?[0-9]{1,3}(?![0-9.]))?"
    r"(?![0-9A-Za-z_]|\.[0-9]|/[0-7](?![0-9])|/[89][.])",
    re.IGNORECASE,
)
_CALLED_IPV4 = re.compile(
    rf"(?<![a-z])ip(?:v4)?(?:地址)?[是为:\s]{{0,3}}({_OCTET}(?:(?P<sign> ?[ ,、_/*-] ?|\. )"
    rf"{_OCTET})(?:(?P=sign){_OCTET}){{2}})(?![0-9.])",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"127\.|0\.0\.0\.0|255\.|169\.254\.169\.254|(?:8\.8\.8\.8|8\.8\.4\.4"
                     r"|1\.1\.1\.1|1\.0\.0\.1|114\.114\.11[45]\.11[459]|223\.[56]\.[56]\.[56]"
                     r"|119\.29\.29\.29|180\.76\.76\.76)$")  # fmt: skip
_SYSTEMS = "鸿蒙|欧拉|harmony ?os|miui|emui|coloros|hyperos|澎湃os|originos|magicos"
_SYSTEM = re.compile(rf"(?:{_SYSTEMS}) ?$", re.IGNORECASE)
# Whose releases have four small numbers; a 服务端 or 管理端 has an address.
_CLIENT = re.compile(
    r"(?:(?:客户|pc|电脑|桌面|手机|移动|安卓|android|苹果|ios|mac|windows|web|网页)端|版|微信|qq"
    r"|钉钉|飞书|(?<![a-z])(?:app|windows)) ?$",
    re.IGNORECASE,
)
_ANY_VERSION = re.compile(
    rf"{_SYSTEMS}|版本|升级|升到|更新到|降级|降到|回退|回滚|兼容|冲突|固件|驱动|补丁|灰度|安卓"
    r"|(?<![a-z])ios|尺寸|规格|手机系统|系统版"
    r"|客户端 ?[0-9]|插件|修复|发版|发布"
    r"|章节|条款|条例|小节|[第节]|安装包|内核|引擎|release|version|changelog|firmware|upgrade"
    r"|patch|build|(?<![a-z])v[0-9]",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"(?<![a-z])(?:ip|ping|ssh|telnet|host|server|dns|nas|nginx|redis|mysql|vpn|tcp|udp|http"
    r"|login|from|trace\w*|gateway|whitelist|blacklist"
    r"|dhcp|arp|vlan|nat|subnet|snmp|s?ftp|smb|rdp|vnc|proxy|socks5?)(?![a-z])|地址|服务器|内网|公网|外网"
    r"|登[录陆]|访问"
    r"|连[不接上]|网关|端口|主机|节点|白名单|黑名单|封|机器|解析|防火墙|源站|反代|出口|数据库"
    r"|远程|网段|摄像头"
    r"|打印机|攻击|监控|请求|来源|放行"
    r"|局域网|子网|掩码|静态路由|[地网]址冲突|交换机"
    r"|(?<![0-9a-f:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![0-9a-f:-])",
    re.IGNORECASE,
)
_SMALL = re.compile(r"[1-9](?:\.[0-9]{1,2}){3}")
_PORT = re.compile(r"(?::[0-9]{2,5}(?![0-9:])|/[0-9]{1,2}(?![0-9]))")
_IPV6 = re.compile(
    r"(?:(?<![0-9A-Za-z_.])|(?<![A-Za-z]ip)(?<=ip)|(?<=ipv6)|(?<=addr))"
    r"[0-9A-F:]*:[0-9A-F:]*:[0-9A-F:.]*(?![0-9A-Za-z_])",
    re.IGNORECASE,
)
_GLOBAL = re.compile("(?:fe[89ab]|f[cd]|2[0-9a-f]{3}|3f)", re.IGNORECASE)

_PAIR = "[0-9A-FOIl]{2}"
_PAIRS = re.compile(r"[0-9A-Fa-fOIl]{2}[ .:·_-]{0,3}(?:[0-9A-Fa-fOIl]{2}[ .:·_-]{0,3}){5}")
_MAC = re.compile(
    rf"(?:(?<![0-9A-Za-z_])(?<![^A-Za-z][0-9A-F]{{2}}[:-])|(?<=mac)"
    rf"|(?<=addr)){_PAIR}(?:(?P<sign>[:.·_-]| ?[:-] ?){_PAIR})"
    rf"(?:(?P=sign){_PAIR}){{4}}(?![0-9A-Za-z_]|[:-][0-9A-F]{{2}})"
    rf"|(?:(?<![0-9A-Za-z_.-])(?<![0-9]:)|(?<=mac)"
    rf"|(?<=mac:))[0-9A-F]{{4}}(?P<mark>[.:·-])[0-9A-F]{{4}}(?P=mark)[0-9A-F]{{4}}"
    r"(?![0-9A-Za-z_]|[.:-][0-9A-F])",
    re.IGNORECASE,
)
_BARE_MAC = re.compile(
    r"(?:(?<![0-9A-Za-z_:-])|(?<=mac)|(?<=addr))[0-9A-F]{12}(?![0-9A-Za-z_])"
    r"|(?<=:)[0-9A-F]{12}(?![0-9A-Za-z_])"
    r"|(?<![0-9A-Za-z_])[0-9A-F]{2}(?: [0-9A-F]{2}){5}(?![0-9A-Za-z_]| [0-9A-F]{2}(?![0-9A-Za-z]))"
    r"|(?<![0-9A-Za-z_])[0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}(?![0-9A-Za-z_])"
    r"|(?<![0-9A-Za-z_])[0-9A-F]{6}[-: ][0-9A-F]{6}(?![0-9A-Za-z_])",
    re.IGNORECASE,
)
_TIGHT = re.compile(r"(?:mac|物理)[^0-9A-Za-z]{0,8}$", re.IGNORECASE)
_MAC_CUE = re.compile(
    r"(?<![a-z])mac|物理地址|网卡|硬件地址|蓝牙地址|设备(?!号|型|编)|光猫|机顶盒|路由|无线|网关"
    r"|门禁|入网|白名单|黑名单|绑定"
    r"|(?<![a-z])(?:ap|wlan|wifi|dhcp|arp|bssid|ethernet|ether|device)(?![a-z])",
    re.IGNORECASE,
)


def find_network_addresses(text: str) -> Iterator[Finding]:
    """Yield the IP and MAC addresses of a shadow text."""
    if "ip" in text or "IP" in text:
        for match in _CALLED_IPV4.finditer(text):
            yield Finding("ip", *match.span(1), 0.8)
    if (
        "dot" in text
        or text.count(".") + text.count("。") + text.count("点") + text.count("·") >= 3
    ):
        yield from _ipv4(text)
    if text.count(":") >= 2:
        yield from _ipv6(text)
    if _PAIRS.search(text):
        yield from _macs(text)


def is_ipv4(value: str) -> bool:
    """Tell whether `value` is an address of four numbers and somebody's."""
    return _IPV4.fullmatch(value) is not None and _NOBODY.match(_dotted(value)) is None


def _dotted(value: str) -> str:
    return ".".join(re.findall("[0-9]+", value))


def _ipv4(text: str) -> Iterator[Finding]:
    for match in _IPV4.finditer(text):
        address = _dotted(match.group())
        if _NOBODY.match(address) or _is_version(text, match, address):
            continue
        yield Finding("ip", match.start(), match.end(), 0.9)


def _is_version(text: str, match: re.Match[str], address: str) -> bool:
    """Tell whether four numbers are a release: by the word before, or by what the text is about."""
    left = context.before(text, match.start())
    if (
        context.VERSION.search(left)
        or _SYSTEM.search(left)
        or text.startswith(("版", " 版"), match.end())
    ):
        return True
    if _SMALL.fullmatch(address) and not _PORT.match(text, match.end()):
        if _CLIENT.search(left):
            return True
        # Nobody's network, near enough: the numbers of a release are small.
        return _NETWORK.search(text, max(0, match.start() - 24), match.end() + 16) is None
    if address.startswith("192.168.") or _PORT.match(text, match.end()):
        return False
    if _ANY_VERSION.search(text, max(0, match.start() - 40), match.end() + 24) is None:
        return False
    return _NETWORK.search(text, max(0, match.start() - 24), match.end() + 24) is None


def _ipv6(text: str) -> Iterator[Finding]:
    for match in _IPV6.finditer(text):
        value = match.group().rstrip(".")
        start = match.start()
        if value.startswith(":") and not value.startswith("::"):
            value, start = value[1:], start + 1
        if value.endswith(":") and not value.endswith("::"):
            value = value[:-1]
        if _is_ipv6(value):
            # Surer than the three groups at its end, which alone may be a MAC.
            yield Finding("ip", start, start + len(value), 0.98)


def _is_ipv6(candidate: str) -> bool:
    try:
        address = ipaddress.IPv6Address(candidate)
    except ValueError:
        return False
    groups = [group for group in candidate.split(":") if group]
    named = len(groups) >= 3 or (len(groups) == 2 and _GLOBAL.match(candidate) is not None)
    return named and any(map(str.isdigit, candidate)) and not address.is_loopback


def _macs(text: str) -> Iterator[Finding]:
    for match in _MAC.finditer(text):
        value = match.group()
        lettered = re.search("[A-Fa-f]", value) is not None
        if match["mark"] in ("-", ":", "·") or match["sign"] in (".", "_", "·") or not lettered:
            # Six pairs of digits alone may be a time, four and four and four a licence.
            called = context.has(_MAC_CUE, text, *match.span())
            if not called and not (match["sign"] and match["sign"] in ":-" and value[:2] == "00"):
                continue
        if set(value) <= set("0:.-_ ·"):
            continue
        yield Finding("mac", *match.span(), 0.97)
    for match in _BARE_MAC.finditer(text):
        value = match.group()
        kinds = (str.isdigit, str.isalpha)
        lettered = all(any(map(kind, value)) for kind in kinds)
        called = context.has(_MAC_CUE, text, *match.span())
        if called and (lettered or _TIGHT.search(context.before(text, match.start()))):
            yield Finding("mac", *match.span(), 0.9)
