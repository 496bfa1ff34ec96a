"""The words in which customers ask about releases, in Chinese and English, as patterns."""

import re

# Stand for a version, and where words that ask were taken out, while rules read the question: no
# customer types them (a private use area).
MARK = "\ue000"
CUT = "\ue001"


# Latin letters alone make a word: Chinese is written without spaces, `从2.3升到2.5有哪些bug`.
FLAGS = re.IGNORECASE | re.ASCII


def one_of(words: str) -> str:
    """Return a pattern of any of `words`, the longest first; `_` stands for a space in a phrase."""
    ordered = sorted(words.split(), key=len, reverse=True)
    each = [
        word.replace("_", " ?") if not word[0].isascii() else _english(word) for word in ordered
    ]
    return f"(?:{'|'.join(each)})"


def _english(word: str) -> str:
    return rf"\b{word.replace('_', ' ')}\b"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), FLAGS)


# --- Versions, and numbers that are none ---------------------------------------------------------

VERSION = re.compile(
    r"(?<![\w.$¥￥#/:-])(?:版本号?|version|release|ver\.?)?[ ]?"
    r"(?P<v>v)?[ ]?(?P<number>(?P<release>\d{1,4}(?:\.\d{1,4}){1,3})"
    r"(?:-?(?:alpha|beta|rc)[.-]?\d*|-\d{1,3})?)"
    r"(?:\.x)?(?![\w.]*\d|-?\w)",
    FLAGS,
)
# What stands behind a number that counts something.
UNIT = re.compile(
    r"[ ]?(?:[倍万亿千元块折号%℃°寸米克秒天月年人条章节款页楼层]|"
    r"分(?!支)|英寸|公里|毫秒|小时|个(?!版本)|"
    r"(?:[gmkt]?hz|[gmkt]i?b?|x|times|ms|s|px|per|million|billion|usd|rmb|dollars?|lit(?:er|re)s?|"
    r"inch(?:es)?|hours?|minutes?|days?|seconds?|[kc]?m|kg|stars?|percent)\b)",
    FLAGS,
)
# What stands before an amount.
AMOUNT = re.compile(
    r"(?:[$¥￥€]|价格?|费用?|比例|评分|分数|大约|大概|"
    r"\b(?:cost|price|paid|score|above|below|about))[ ]?$",
    FLAGS,
)
# The name in front of a version that is its own: `Python 3.8`, `安卓 8.0`.
OWNER = re.compile(
    r"(?P<name>[A-Za-z][\w+#-]*(?:\.[A-Za-z]\w*)*|安卓|鸿蒙|系统|浏览器|内核|微信|钉钉)[ /]?$",
    FLAGS,
)
_NO_OWNER_WORDS = """
version release ver v in of for with since from to and between after before until does did has is
was can do the on what which by at or than till through vs about new fix fixed fixes changed changes
changelog bugs bug supports added removed features notes apart also see under run use using
"""
NO_OWNER = frozenset(_NO_OWNER_WORDS.split())

# --- Who asks something else ---------------------------------------------------------------------

# Whoever asks how, or why, wants an explanation.
EXPLAIN = _pattern(
    one_of("怎么 怎样 如何 咋 为什么 为啥 为何 哪里 在哪儿 多少钱 价格 收费 会员"),
    r"\bhow (?:do|can|should|to|did|does|would|come)\b|\b(?:why|where)\b",
)
# Accounts, orders, offers and people are no features of a product.
NOT_A_FEATURE = _pattern(
    one_of("""
        客服 订单 优惠 发票 账单 余额 试用 名额 库存 活动 折扣 退款 快递 优惠券 积分 合同 多久 我的
        我的账号 账号 密码 邀请 链接 二维码 额度 流量 课程 岗位 门店 几天 多少 多长 管理员
        refund invoice discount coupon subscription trial account payment agent delivery anyone
        anybody someone price prices deal deals offer offers seat seats ticket tickets room sale
        stock promotion my_order an_order your_order my_plan i_was was_i you_still_there
    """),
    "(?<!所)有人",
)

# What somebody does, and when, is kept in no changelog.
PERSONAL = _pattern(
    one_of("被 谁 把我 我什么时候 我啥时候 我是什么时候 was_i when_did_i my will going_to")
)
# Whoever buys, installs or picks a version asks for another kind of version, or for advice.
PICKS = _pattern(
    one_of("""
        推荐 适合 便宜 划算 选哪 买 下载 安装 区别 我用的 我现在 我装的 should buy choose recommend
        best better cheap cheaper cheapest download install am_i i_have right difference compare
        pick suits
    """)
)

# --- Which release -------------------------------------------------------------------------------

_RELEASE = one_of("版本号 版本 发行版 版 release version ver tag")
WHICH = _pattern(
    r"(?:(?:从|在|到|是|于|自|要)[ ]?)*"
    r"(?:(?:v|\d[ ]?点|\d\.)[ ]?(?:几|多少)|版本是(?:哪一?个|多少|几|什么)|从几(?=开始)|几点几|"
    rf"(?:哪一?个?|那一?个?|什么|啥|第?几)个?[ ]?[大小]?{_RELEASE}|哪一?次(?:更新|升级|发布|发版))"
    r"(?:里面?|中)?(?:以上)?(?:开始|起)?",
    r"\b(?:(?:in|since|from|as of|starting (?:in|with)|by|with) )?(?:what|which) "
    r"(?:\w+ )?(?:version|ver|release|update|build|tag)s?\b",
    r"\b(?:first|earliest|minimum|min|lowest|oldest) (?:\w+ )?(?:version|release)\b",
    r"\bsince when\b",
    r"\b(?:version|release) that (?=added|introduced|fixed|removed|dropped|changed)",
    r"(?<=(?:fixed|added)) in(?= ?[?])|(?<=introduced) in(?= ?[?])",
)
WHEN = _pattern(
    r"(?:从|是|在)?(?:什么时候|啥时候|何时|哪天|几时|哪一?年|哪个月)(?:开始|起)?",
    r"\bwhen\b(?! it comes to)(?:'d)?(?: (?:did|was|were|has|have))?"
    r"(?: (?:you|they|we)(?: guys)?)?\b",
    r"\bhow long (?:has|have)\b",
)
# `什么时候支持` looks ahead without one of these.
PAST = _pattern(
    r"的[吗呢啊呀?!。 ]*$|了[吗呢?!。 ]*$|开始|起|"
    r"(?:什么时候|啥时候|何时).{1,5}的",
    r"\bwhen (?:did|was|were|has|have)\b|\bwhen'd\b|\bhow long\b|"
    r"\b(?:added|introduced|fixed|removed|dropped|renamed|changed|deprecated)\b",
)
LAST = _pattern(
    r"(?:支持|用)到(?=哪|什么|几|第)|\b(?:until|up to) (?=which|what)",
    r"最后一?个?(?:还?支持|能用|兼容|版本)",
    r"\blast (?:one )?(?:(?:version|release) )?(?:to|that|with)\b",
)
# `哪个版本支持单点登录` asks which plan to buy; a release began it, or brought it.
BEGINS = _pattern(
    one_of("""
        开始 起 以上 最低 最早 才 加的 加了 加上 加进 新增 添加 增加 引入 推出 上线 加入 出的 出来
        version 什么时候 啥时候 何时 哪次 点几 release 以后 之后 的功能 哪天 有了
    """),
    r"的[?。 ]*$",
)

FIXES = one_of("""
    修复 修正 修好 修掉 修了 修的 修 解决 处理了 补丁 就好了 好了 正常了 搞定 没这个 补丁 fix fixes
    fixed fixing patch patches patched resolve resolves resolved solve solves solved
    addresses addressed correct corrects corrected works_again handled bugfix
""") + (
    # What stops working was not cured.
    r"|\bstop(?:s|ped)?\b(?! (?:\w+ )?(?:support|work|be|offer|ship|provid|allow|accept|maintain|"
    r"run|sell|exist|answer|respond)\w*)"
    r"|(?:开始|起|就|才|^|[ ])不(?:会|再)?+(?!支持|兼容|能用|提供|用|需要|能)[\u3400-\u9fff]|"
    r"\bno longer (?:crash|hang|leak|fail|error|freez|break|throw)\w*"
)
REMOVES = (
    r"(?:(?:停止|取消|不再|不|移除|放弃)[ ]?[了再]?(?:对.{0,20}的)?"
    r"(?:支持|兼容|提供|能用|可用|维护)|"
    + one_of("""
        移除 删除 删掉 删了 删 去掉 去除 砍掉 砍了 砍 拿掉 下线 下架 关掉 关闭 停用 停掉 停服 没了
        没有了 废弃 弃用 淘汰 取消 放弃 为止 支持到 没的 关了 用不了 不能用 消失 不见了 干掉 remove
        removes removed removing removal drop drops dropped dropping deprecate deprecates
        deprecated deprecation delete deleted discontinue discontinued sunset retire retired kill
        killed ditch ditched gone no_longer disappear disappeared go_away went_away get_rid got_rid
        stop_supporting stops_supporting stopped_supporting stop_working stopped_working
        end_support unsupported not_supported taken_out support_end unsupported not_supported
        taken_out support_ended ended_support
    """)
    + ")"
)
# `switch off the v1 API`, `turned the old push address off`: what stands between is what ended.
_BETWEEN = r"(?=(?: [\w./'-]+){1,6}?"
_OFF = (
    rf"\b(?:(?:switch|turn)(?:e[ds]|s|ing)?+(?: off\b|{_BETWEEN} off\b))|"
    rf"shut(?:s|ting)?+(?: (?:off|down)\b|{_BETWEEN} (?:off|down)\b))|"
    rf"(?:phase[sd]?|phasing)(?: out\b|{_BETWEEN} out\b))|"
    rf"(?:took|takes?|taken|taking)(?: (?:away|out|offline)\b|{_BETWEEN} (?:away|out|offline)\b))|"
    r"pull(?:ed|s)? the plug on\b|"
    r"stop(?:s|ped)? (?:offer|ship|provid|allow|accept|maintain|answer|respond)\w*|"
    r"(?:axe[ds]?|scrap(?:ped|s)?|withdr(?:ew|awn|aw)|abolish(?:ed)?)\b)"
    # What somebody may still choose has not ended.
    r"(?!.*\bby default\b)|"
    r"(?<![相有无])关(?:的|掉)|(?<!暂)停的|撤[掉了的]|禁用"
)
OFF_BEHIND = rf"\b(?:off|down|out|away|offline)\b(?= ?(?:[?!.,{CUT}]|$))"
# The other direction: `switched on` brings what `switched off` ends.
BRINGS = (
    rf"\b(?:(?:switch|turn)(?:e[ds]|s|ing)?+(?: on\b|{_BETWEEN} on\b))|"
    r"(?:roll(?:ed|s)?|bring|brought) (?:out|in)\b|open(?:ed|s)? up\b)(?!.*\bby default\b)|"
    r"开放[了的]"
)
REMOVES += f"|{_OFF}"
CHANGES = (
    one_of("""
        改成 改为 改到 改名 改叫 更名 重命名 变成 变为 变更为 变的 变了 提到 提高 提升 升到 降到
        降低 减少 上调 下调 调大 调小 放到 延长 缩短 放宽 换成 换到 调整 调到 调成 增加到 加到 涨到
        改的 改了 默认 change changes changed changing rename renames renamed renaming switch
        switched switching become becomes became increase increases increased increasing raise
        raises raised lower lowered decrease decreased reduce reduced move moves moved moving
        replace replaces replaced replacing require required requires mandatory default defaults
        defaulted extend extended bump bumped doubled halved tripled 翻倍 went_from go_from
        goes_from go_up went_up turn_into turned_into start_using started_using make makes made
        flip flipped turn turned enable enabled disable disabled
    """)
    + r"|从.{1,12}变"
)
ADDS = one_of("""
    新增 添加 增加 引入 推出 上线 加入 加的 加了 加上 加进 支持 可以 能够 能 出现 出的 出来 出 发布
    提供 有的 有了 有 加 用 装 add adds added adding introduce introduces introduced introducing
    support supports supported supporting available land lands landed appear appears appeared first
    ship ships shipped have has had get got there release released launch launched come came can
    able work works worked exist exists existed bring brought implement implemented include
    includes included accept accepts accepted allow allows allowed
""")

# Who asks for help asks of no release: `这个问题你能解决吗`.
ASKS_FOR_HELP = _pattern(
    r"(?:[能会]|可以|帮.{0,2}|给我|麻烦)(?:修|解决|搞定)|"
    r"^(?:电脑|手机|车|空调|打印机)(?:给我)?修|\b(?:can|could|will) you\b"
)
_CURED = r"\b(?:fix|fixed|resolved?|patched|solved?)\b"
# `修了没` asks of a bug whether any release has cured it.
IS_FIXED = _pattern(
    r"(?:修|修复|修正|解决|搞定)(?:好|掉)?了?(?:没有?|吗|么|不|嘛)[ ]?(?:啊|呀|呢)?"
    r"(?=[?!。,~ ]*$)",
    r"(?:修没修|修好没|解决没|(?:有没有|是不是|是否)已?经?(?:修|解决)|有修)(?:复|好|掉|了|过){0,3}"
    r"(?:吗|呢|啊)?(?=[?!。,~ ]*$)",
    rf"^(?:so )?(?:has|have|is|was|did|were|are)\b(?=.*{_CURED})|"
    r"\b(?:is|was|has|did|have) (?:that|this|it|you|they)(?: guys)?"
    rf"(?: (?:been|ever|already|finally|you)){{0,3}} {_CURED}|"
    rf"{_CURED} (?:yet|already|now|by now)\b",
)

# --- The newest release --------------------------------------------------------------------------

LATEST_RELEASE = _pattern(
    r"(?:最新|最近|当前|目前|上一?)(?:的|一)?[个次]?(?:正式|稳定)?(?:版本|版|发布|更新|发版)",
    r"\b(?:latest|newest|most recent|last|current)(?: \w+){0,2} (?:version|release|update)\b",
)
_NEWEST = r"最新(?:的|发布的?|正式|稳定|一个?|版本|版|号|现在|目前)*(?:是|到|出到)?[ ]?"
# Nothing else may stand before it: `I can't update to the latest version` asks for help.
_ASKS_FOR_IT = (
    r"(?:what|what's|whats|which|is|are|the|your|our|its|and|so|ok|hi|hello|hey|please|pls|"
    r"(?:can|could) you|do you know|(?:tell|show|give) me|i(?: would|'d) like to know|i wonder)"
)
LATEST = _pattern(
    rf"{_NEWEST}(?:v[ ]?几|多少|几|哪一?个?(?:版本|版)?|什么版本|什么(?=[?。 ]*$)|啥)",
    r"(?:出|更新|发布|发|迭代)到[了第]?[ ]?(?:v?[ ]?几|第几版|多少|哪一?个?(?:版本|版)|什么版本)",
    r"(?:现在|目前|当前)的?(?:版本号?)?[是到]了?(?:几|多少|什么|哪一?个?|第几)个?(?:版本|版)",
    r"(?:现在|目前|当前|你们)的?版本号?是?(?:多少|几)",
    r"最近(?:一次)?(?:发布|发版|更新)的?(?:版本)?是(?:哪|什么|多少|几)",
    rf"^(?:请问|你们的?)?[ ]?(?:{LATEST_RELEASE.pattern})号?(?: of \w+)?(?:是?啥|呢)?[?!。. ]*$",
    r"\b(?:which|what) (?:version|release) (?:is|are) (?:the )?(?:latest|newest|most recent|"
    r"current|out|you on|we on|you at|it now)\b",
    r"\bwhat(?:'s| is| was) (?:the|your) last (?:version|release)(?! (?:to|that|with|supp))",
    r"\b(?:what(?:'s| is| are)?|which is) (?:the |your )?(?:latest|newest|most recent|current)"
    r"(?: \w+){0,2} (?:version|release)\b",
    r"(?:最新|当前)的?(?:版本号?|版|release|version|tag)呢?[?。 ]*$",
    rf"^(?:{_ASKS_FOR_IT}\W+)*(?:latest|newest|current) (?:\w+ ){{0,2}}"
    r"(?:version|release|tag)[^a-z]*$",
    r"^[\w-]+ (?:latest|newest)[^a-z]*$",
    rf"(?:{LATEST_RELEASE.pattern}).{{0,3}}(?:什么时候|哪天|何时|几号)",
    rf"\bwhen (?:was|did) (?:the |your )?(?:{LATEST_RELEASE.pattern})",
)

# Who has it, or wants to have it, does not ask which one it is.
SPEAKS_OF_LATEST = _pattern(
    r"\b(?:to|in|on|with|from|not|after|use|using|runs?|running|have|has|got|restore|"
    r"(?:install|download|updat|upgrad)(?:e[ds]?|s|ed|ing)?|send(?: me| us)?) "
    r"(?:the |your |an? )?(?:very )?(?:latest|newest|current) (?:\w+ ){0,2}"
    r"(?:version|release|tag)\b",
    r"(?:[到是装]|用的?)了?最新的?版本?号?了?[。! ]*$",
)

# --- Lists of changes ----------------------------------------------------------------------------

_TOLD = one_of("""
    更新 改动 改进 改变 改善 变更 变化 变动 修改 升级 优化 修复 修正 修 改 变 新增 增加 添加 加
    移除 删除 删 砍 下线 去掉 弃用 废弃 新东西 新功能 新特性 新内容 bug bugs 漏洞 缺陷 不兼容 区别
    差别 不同
""")
TELLS = one_of("功能 特性 问题 内容") + f"|{_TOLD}"
_CHANGED = one_of("""
    new fix fixes fixed change changes changed add adds added remove removes removed deprecate
    deprecates deprecated improve improves improved break breaks broke bring introduce introduces
    introduced drop dropped update updated different
""")
RELEASED = _pattern(
    rf"{MARK}(?:版本|版)?[ ]?(?:是|在)?(?:什么时候|啥时候|何时|哪天|几号|哪一?年)"
    r"(?:发布|发版|发行|发出|发|出来|出|上线|推出)(?:的|了)?(?=[吗呢?。! ]*$)",
    rf"\bwhen (?:was|did|is) {MARK} (?:released|published|out|come out|ship|land)\b",
    rf"\brelease date (?:of|for) {MARK}|{MARK} release date\b",
)
WHAT = _pattern(
    RELEASED.pattern,  # when a release came out stands above what it brought
    rf"{_TOLD}.{{0,16}}(?:什么|啥|哪些|哪几|多少)|(?:什么|啥|哪些|哪几).{{0,8}}{_TOLD}",
    r"(?:更新|变更|改动|修复|发布|升级)的?(?:内容|日志|说明|记录|列表|清单)",
    r"\brelease ?notes?\b|\bchange ?logs?\b",
    r"(?:有没有|有无|是否有).{0,6}(?:更新|改动|变化|变更|修复|新功能|新特性|优化|漏洞|bug)",
    r"[有修加做][了过]?(?:安全|性能|新|重大|破坏性|不兼容)?的?"
    r"(?:更新|改动|变化|变更|修复|新功能|新特性|优化|漏洞|bug)了?[吗么没不]",
    r"(?:安全|性能|重大|破坏性|不兼容)?的?(?:更新|改动|变更|变化|修复|新功能|新特性)呢?[?。 ]*$",
    rf"\b(?:what(?:'s|s|'d)?|which|list|any(?:thing)?|something|some)\b.*{_CHANGED}",
    rf"\bwhat(?:'s| is| was) in (?:the )?(?:{MARK}|last|latest|newest)",
    rf"{MARK}.*{_CHANGED} what\b|区别|差别|\bwhat did i miss\b|\beverything that changed\b",
    r"(?:解决|带来|上|(?<![移滚自启互运变手])动)了?.{0,2}(?:什么|啥|哪些)|版本说明",
    r"(?:安全|性能)(?:方面|相关|类|性)?的?(?:内容|补丁)",
    r"(?:有没有|有无|是否有?)[^ ]{0,4}(?:涉及|关于|针对)(?:安全|性能)|"
    r"[和跟与](?:安全|性能)[相有]关的|(?:安全|性能)[相有]关的?[吗么有呢?。 ]*+$",
    rf"{_CHANGED} any(?:thing)?\b|\bany(?:thing)? \w+ (?:related )?in {MARK}",
    r"\b(?:what|which)\b.*\b(?:came|comes?|includes?|was in|is in)\b",
    r"\b(?:changes?|bugs?|fix(?:es)?|features?|improvements?|deprecations?|removals?|additions?|"
    r"updates?|vulnerabilities|cves?|differences?)\b.{0,16}\b(?:in|of|for|since|between|from|after|with)\b",
    rf"{MARK} ?(?:breaking |security |bug |new )?(?:changes|fixes|features|bugfixes|updates)\b",
    rf"{MARK}.*\b(?:breaking changes|security (?:fixes|issues))\b",
    rf"\b(?:about|summari[sz]e|summary of|details? (?:of|on)) {MARK}[?. ]*$",
)
# What a month is asked of must be the product's own.
CAME_OUT = _pattern(
    r"发布|发版|推出|上线|更新|出的|出了|升级",
    r"\b(?:released?|shipp?(?:ed)?|came out|come out|published|launched|rolled out|updated?)\b",
)
WHAT_CAME = _pattern(r"\bwhat (?:did|was|were|has|have)\b|(?:发布|推出|上线)了?(?:什么|啥|哪些)")
TELLS_OF_RELEASE = _pattern(
    r"新功能|新特性|新增|修复|版本|改版|changelog|更新日志",
    r"\b(?:what(?:'s|s| is| was) new|fix(?:ed|es)?|bugs?|features?|change ?log|release ?notes?|"
    r"chang\w+)\b",
)
_BOTH = r"、|,|，|和|与|跟|以及|\band\b"
_AND = rf"[ ]?(?:到|至|~|～|-|–|—|->|→|升级?到?|\bto\b|\bthrough\b|\bvs\.?|{_BOTH})[ ]?"
_INSIDE = r"[ ]?(?:版本|版里|版|里面|里|中|上(?!传|线|限|下))"
VERSION_PLACE = rf"(?:(?:升级?|更新)[到至]?[了 ]?)?{MARK}(?:{_INSIDE})?(?:[ ]?[之以]?后)?"
RANGE = _pattern(
    rf"{VERSION_PLACE}{_AND}{MARK}",
    rf"{VERSION_PLACE}[,，]? ?(?:想|要)?(?:升级|更新|升)到? ?{MARK}",
)
SINCE_VERSION = _pattern(
    rf"{VERSION_PLACE}[ ]?(?:之后|以后|以来|后|起|开始|往后)|(?:自|从){MARK}",
    rf"{VERSION_PLACE}[ ]?[到至升](?:级到)?[ ]?(?:最新|现在|目前|今天)",
    rf"\b(?:since|after|from|newer than)(?: \w+)? ?{MARK}",
)
FROM_ON = _pattern(
    rf"{VERSION_PLACE}[ ]?(?:起|开始)", rf"\bfrom {MARK} on\b|{MARK} and (?:later|newer)"
)
# `2.3 和 2.4 修了什么` asks of both, `2.3 和 2.4 的区别` of what lies between.
BOTH = _pattern(rf"{VERSION_PLACE}[ ]?(?:{_BOTH})[ ]?{MARK}")
APART = _pattern(r"区别|差别|不同|之间|\bbetween\b|\bdifferen")
BREAKING = _pattern(
    one_of("不兼容 破坏性 重大变更 重大改动 重大变化 重大更新"), r"\b(?:break|broke|incompatib)"
)

# --- Whether a release has it, and whether it is still there -------------------------------------

_SUPPORT = one_of("支持 有 带 能 可以 可用 包含 具备 提供 兼容 还在 已经 没有")
IN_VERSION = _pattern(
    rf"{MARK}(?:(?!什么|哪|啥).){{0,24}}?{_SUPPORT}(?:(?!什么|哪|啥).)*[吗么嘛不没?]",
    rf"{MARK}.{{0,8}}?(?:有没有|是否有|支不支持|能不能|是否支持|可不可以|是不是).",
    r"(?:^|[,;–-] ?)(?:so |and |but )?(?:do(?:es)?|did|is|are|was|were|has|have|can|could|will)\b"
    rf"(?=.*{MARK})|{MARK}.*[,–-] ?(?:do(?:es)?|is|are|can|has) (?:it|we|i|you|they|the)\b",
    rf"{MARK}(?:.*[,] ?(?:is|are)\b| (?:has|have|supports?|includes?|comes)\b)",
    r"\b(?:is|are|was|were|can|does|do|did)\b.*"
    r"\b(?:available|supported|included|there|present|work|exist|use)\b.*"
    rf"\b(?:in|on|with|by) (?:version |release )?{MARK}",
    rf"\b(?:is|are|was) (?:the )?(?:\S+ ){{1,5}}in {MARK}",
    rf"\b(?:i'm|i am|we're|we are|we|i) (?:\w+ )?(?:on )?{MARK},? .*"
    r"\b(?:do|does|is|can|has|have|support)",
    rf"\b(?:works?|supported|available|included|usable|possible)\b.*\b(?:in|on|with) {MARK}",
    rf"^(?:\S+ ){{1,5}}in {MARK} ?[?]",
)
_GONE = one_of("不支持 不再支持 不兼容 停止支持 下线 移除 关 关闭 废弃 弃用 废 去掉 砍 删 删掉 没")
STILL = _pattern(
    r"(?:还|仍然?|依然|是不是还)(?:能|可以|能够|在|会|继续)?不?.{0,20}?"
    r"(?:支持|用|兼容|维护|装|提供|保留|适用|跑|运行|连)(?:.*[吗么嘛不没吧?]|$)",
    r"还行[吗么不]|[还仍](?:有|存在|在|活着|留着)[吗么没不]|还有没有|还支不支持|还能不能",
    rf"{_GONE}了?[吗么没]|是(?:不是|否)已?经?(?:被)?{_GONE}",
    r"\bkeep (?:using|running)\b|"
    r"\bstill (?:support(?:s|ed)?|available|there|works?|working|running|install\w*|"
    r"maintained|have|has|use[ds]?|usable|run|exists?|compatible|around|included?|allowed|possible|"
    r"alive|a thing|ok|an?|supporting)\b|\bunsupported\b|\bgoing away\b",
    r"\bdid\b.*\b(?:remove|drop|get (?:removed|dropped))\b",
    r"\b(?:has|have|was|were|is|are)\b.*\b(?:removed|dropped|deprecated|discontinued|sunset|gone|"
    r"dead|no longer (?:supported|available|maintained|there))\b",
)
