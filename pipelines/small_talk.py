"""Small talk: messages that ask nothing, told piece by piece from closed lists.

A message is small talk only where every piece of it is, so that a question is never taken for it,
whatever stands around. Longer pieces stand before those that they begin with.
"""

import re
from collections.abc import Iterator
from typing import Literal

from pipelines.front_ends.placeholders import without_placeholders
from pipelines.text import clean, fold

Talk = Literal["greeting", "closing", "no_words"]
_Kind = Literal["over", "hello", "thanks", "opens", "intro", "name"]

# A matter is over: solved, dropped, or goodbye.
_OVER_HAN = (
    "(?:(?:那|哦|噢|我们?|自己|已经?|现在|刚才|刚刚?|这次|这下|终于|总算|应该|好像|都|又|这边|"
    "问题|全部|一切)*+"
    "(?:找到(?:那个|这个|你说的)?(?:地方|位置|入口|按钮|选项|设置|文件夹?|菜单|开关|原因|页面|"
    "答案|办法|方法|功能|"
    "消息|记录|文档)?|解决|弄好|弄完|搞定|搞好|搞完|弄明白|搞明白|弄懂|搞懂|弄清楚|搞清楚|处理好|"
    "处理完|设置好|改好|修好|"
    "登上去?|登录上去?|连上|进去|能用|可以用|好用|好使|能登录?|可以登录?|能打开|恢复正常|正常|"
    "恢复|成功|办好|"
    "办妥|装好|收到|"
    "学会|会用|会|完成|看到|看懂|看明白|行|可以|ok|好|没问题|没事|通)(?:啦|了|咯|喽|嘞)(?!解))"
    "|(?:那|就|先|已经?|暂时|都)*(?:不用|不需要|不必|不麻烦|无需)(?:再)?(?:管|麻烦|看|查|处理|"
    "回复?|理|帮忙|帮|转|找|问)?"
    "(?:我|你们?|您们?|人工|客服)?(?:了|啦)|不用管我?了?"
    "|(?:暂时|目前|现在|应该|就)*没有?(?:什么|啥|别的|其[他它]|更多)*(?:的)?(?:问题|疑问|事(?:情|"
    "儿)?|需要)(?:了|啦|的)?"
    "|不(?:用|必)?(?:谢|客气)|不用(?=[哦呢啦哈]|\\W|$)|没(?:别的|其他的?|有)了|没别的"
    "|(?:问题)?(?:已经?|都|全部|终于)++(?:解决|搞定|弄好|处理好|修好|恢复正常|恢复|收到|找到|完成|"
    "办好)(?=\\W|$)|搞定(?=\\W|$)"
    "|(?:现在|已经|应该|大概|这下|我)*+(?:知道|会|明白)(?:该)?怎么(?:弄|做|办|操作|设置|用|搞|"
    "改)(?:了|啦)(?=\\W|$)"
    "|(?:刚才|刚刚?|是|我|自己)*+(?:点|看|搞|弄|记|输|填|选)错了(?=\\W|$)|有(?:什么)?(?:问题|"
    "事(?:情|儿)?|需要)再(?:来|说|聊|问)(?=\\W|$)"
    "|我(?:现在|明天|晚点|回头|待会儿?|等下|这就|马上|先|再|自己)*+去?(?:弄|搞|改|找|看|操作|处理|"
    "设置)(?:一?下|看看?|弄|找|改)?(?=\\W|$)"
    "|(?:明天|晚点|回头|待会儿?|等下)+我?(?:再|去)+(?:弄|搞|改|找|看|试|操作|处理|设置)(?:一?下|"
    "看看?|弄|找|改|试)?(?=\\W|$)"
    "|(?:那|就|今天|暂时|先)*(?:先|就|就先)(?:这样|到这里?|聊到这里?|不聊)(?:吧|了|啦)?|算了(?:吧)?"
    "|(?:如果)?(?:以后|之后|下次|回头|后面|还)?(?:有(?:什么|其他|别的)?(?:问题|事情?|需要|"
    "不懂的?)(?:我)?)?"
    "(?:我)?(?:再|随时)(?:来)?(?:联系|找|问|咨询|麻烦|请教)(?:你|您)们?|(?:回头|下次|改天|"
    "以后)再(?:说|聊|看)(?:吧)?"
    "|(?:那|我|你|您)*(?:先|去)(?:忙|下|撤|走|睡)(?:吧|了|啦|去了?)|你忙|您忙|忙去了"
    "|那?(?:我|我?(?:先|去|再|自己|这就|马上|等下|回去|待会儿?)+)(?:试一?试看?|看看|研究|操作|"
    "弄弄|试)(?:一?下|吧)?"
    "|再见|拜+(?!托|访|年)|回见|回头见|明天见|下次见|(?<![0-9])(?:88|886|8 8)(?![0-9])|晚安"
    "|祝?(?:[您你]们?)?(?:工作|生活|周末|假期|一切|生意|身体)(?:愉快|顺利|开心|兴隆|健康)"
)
_HELLO_HAN = (
    "(?:大家|各位|你们|您们|亲|客服|助手|老师|[您你])好(?!像|了)|(?:早上|上午|中午|下午|晚上|早|"
    "午|晚|新年|过年|"
    "周末|周[一二三四五])好|(?:新年|春节|元旦|中秋|国庆|圣诞|节日|元宵)快乐|早安|早(?!上|就)|"
    "哈[喽啰罗咯]|嗨+|嘿|喂+|"
    "好久不见|(?:有人|客服|人工?|你们?|您)?(?:还|都)?在(?:不在|不(?=\\W|$)|吗|嘛|么|没有?|线吗|"
    "线么|(?=[?]))|"
    "(?:还)?有(?:没有)?人(?:在)?(?:吗|么|嘛|没有?|不|啊|呀|呢)?(?=\\W|$|在|你|您|哈|嗨)|客服?人呢|"
    "人呢|"
    "客服呢|你是谁|"
    "你是(?:机器人|ai|智能客服|人工智能)(?:吗|嘛|么)|吃了[吗没]|"
    # A question is announced.
    "(?:我们?|这边|这里|又|还|现在|正好)*(?:有|遇到|碰到|出)(?:了)?(?:一?[个些点件]|几个|一些|"
    "一点)?(?:小|新|急|点)?"
    "(?:问题|事(?:情|儿)?|疑问|疑惑|麻烦|情况|状况)(?:想要?|要|需要|得|来)?"
    "(?:(?:请教|咨询|问问|问|找|麻烦|求助|请你?帮忙)(?:一?下|一声)?)?(?:你们?|您们?|"
    "客服)?(?:一?下|了)?(?=\\W|$)|"
    "(?:我们?|那|就|再|还|先|麻烦|打扰|可以|可不可以|能|能不能|方便|是)*(?:想要?|要|来|需要|得)?"
    "(?:请教|请问|咨询|打听|问)(?:一?下|一声|问)?(?:你们?|您们?|客服)?(?:一?下|一声)?"
    "(?:一?[个些点件]|几个|些|点)(?:小|简单的?)?(?:问题|事(?:情|儿)?|东西|情况)(?:可以吗|行吗|好吗|"
    "方便吗|吗|嘛|么|不)?|"
    "(?:我们?|那|就|先|可以|可不可以|能|能不能|方便)*+(?:想要?|要|来|需要)?(?:咨询|请教|"
    "问)(?:(?:你们?|您们?)?(?:一?下|一声)|问)"
    "(?:你们?|您们?|客服|问题)?(?:可以吗|行吗|好吗|方便吗|吗|嘛|么|不)?(?=\\W|$)|"
    "(?:方便|可以|能|能不能)(?:咨询|请教|问)(?:吗|么|嘛|不)|"
    "(?:我们?|就)*想(?:咨询|请教|问|问问|了解)(?:一?下|点|些)?(?:情况|东西|问题|信息|你们?|"
    "您们?)?(?=\\W|$)|"
    "(?:能|可以|能不能|可不可以|麻烦|请)(?:你|您)?(?:帮帮|帮一?下|帮)(?:个?忙|我个忙|我一?下|"
    "我)(?:吗|嘛|么|不)?(?=\\W|$)|"
    "帮帮(?:我|忙)|帮(?:一个|个|下|一下)?忙|帮我一下|求助|(?:我)?需要(?:你们?的?|您的?|一点|点|"
    "一些)?(?:帮助|帮忙)"
)
_THANKS_HAN = (
    "(?:非常|十分|万分|太|真的|真是|实在|很|好|先|那|再次|特别)*(?:感谢|多谢|谢谢+|谢+(?!绝|幕)|"
    "感激不尽|感恩|有劳|费心|辛苦|3q)"
    "(?:[您你]们?|大家|各位)?(?:的)?(?:帮忙|帮助|解答|回复|支持|耐心|指点|提醒|讲解|配合)*(?:了|"
    "啦|哈|咯|喽)?"
    "|麻烦(?:[您你]们?)?(?:了|啦)|给[您你]添麻烦了|让[您你]费心了"
    "|好(?:的|滴|嘞|哒|咧|呢|吧|啦)(?:好的)?|好+(?!像|友|评|多|几)|行(?:吧|的|啦)?(?!为|业|政|程)|"
    "可以了(?!解)|嗯+|恩+|哦+|噢+|喔+|"
    "(?:我|都|大概|差不多|这下|现在|基本)*(?:知道|明白|了解|懂|清楚|晓得|理解|get(?=了))(?:了|啦|"
    "咯)?(?!怎|如|为|吗|哪|什)|"
    "收到(?!的|过)|没问题|没事儿?的?|没关系|不要紧|ok+(?:的|啦|了)|妥(?:了|的)?|得嘞"
    "|(?:你|您|你们|回复|速度|服务|态度)*(?:真|太|很|好|真的|实在|这么|非常|确实|挺)+(?:棒|给力|"
    "厉害|牛|赞|好|完美|贴心|专业|好用|"
    "不错|有帮助|有用|及时|快|热情|周到|到位|耐心)(?:了|啦)?|棒(?=\\W|$|极|啊|呀)(?:极了)?|给力|"
    "厉害了?|牛(?:逼|批|啊|哇)|赞(?=\\W|$|赞)|完美(?=\\W|$)|不错"
    "|帮(?:了)?(?:我)?大忙了|点赞|原来(?:如此|[在是]?[这那](?:样|里|儿|个)?)|学到了|长知识了|"
    "涨知识了"
)
_OPENS_HAN = (
    "亲+(?:爱的|们)?(?!戚|自)|(?:冒昧)?打扰(?:一?下|[您你]们?|了)*|不好意思|麻烦(?:一?下|"
    "[您你]们?)*|劳驾|"
    "请[教问](?:一?下)?(?=\\W|$|有人|在)|[啊呀哈嘻呵诶欸哎唉额呃]+"
)
_NAME_HAN = (
    "小哥哥|小姐姐|小哥|小姐|小妹|哥哥|姐姐|大哥|大姐|帅哥|美女|老板|大佬|大神|老师|师傅|同学|"
    "朋友们?|家人们|兄弟们?|哥们|"
    "店家|掌柜|先生|女士|客服|小?助手|机器人|各位|大家|宝子?|老铁|哥|姐|[您你]们?(?!呢)"
    "|很急|挺急|急+|在线等|求解|快点?|尽快|那|先|就|[呢哒啦了哟呐]"
)
# Who somebody is and what just happened; that it is no report of a fault, its last word tells.
_NO_FAULT = (
    "怎|吗|么|什|不|没|无法|失败|错|问题|能|可以|想|要|如何|哪|多少|几|谁|打开|登|绑|报|屏|闪|卡|"
    "慢|丢|掉|收|发不|被|"
    "让|把|账号|密码|权限|审批|文档|消息|以后|之后|时候"
)
_WHEN = (
    "昨天|今天|前天|昨晚|今早|早上|上午|下午|上周|这周|本周|上个?月|这个月|本月|最近|近期|前几天|"
    "前段时间|前阵子"
)
_INTRO_HAN = (
    "(?:(?:我们?|咱们?|本人|这里|这边|我这边|我这里)(?:公司|单位|学校|团队)?(?:是|在|来自|就职于)|"
    "是一[家名个位])"
    f"(?:(?!{_NO_FAULT})[\\w·]){{0,16}}?"
    f"(?:(?:做|搞|开|干|卖|管|负责|从事)(?:(?!{_NO_FAULT})\\w){{1,12}}?的|(?:介绍|推荐|过来|新来|"
    f"刚来)的|公司|企业|老师|学生|学校|"
    "用户|客户|会员|管理员|负责人|部门?|行政|财务|人事|hr|it|经理|店长|老板|新人|新手|小白|员工|"
    "先生|女士|工程师|程序员|"
    "开发|产品|运营|医生|护士|医院|工厂|团队|单位|机构|协会|工作室|个体户|律师|会计|采购|销售|"
    "助理|主管|上班|工作)(?=\\W|$)"
    "|(?:我|本人)?(?:姓|叫|名叫)(?![不没])[\u3400-\u9fff]{1,4}(?=\\W|$)"
    f"|(?:我们?|公司|咱们|单位|也)*(?:(?:{_WHEN})(?:才|刚刚?|新)?|刚刚?|刚才|新)"
    "(?:注册|开通|加入|入职|接手|开始用|开始使用|下载|安装|装|买|购买|来|接触|用上|试用|上手|搬来|"
    "成立)(?:了|的|好|完)*"
    "(?:你们|贵司|咱们)?(?:家)?的?(?:产品|软件|系统|平台|账号|公司|企业|会员|企业版|团队版|免费版|"
    "专业版|app)?(?:不久)?(?:的|了)?(?=\\W|$)"
    "|(?:我们?|公司|也)*(?:是)?(?:第一次|头一次|初次)(?:来|用|使用|接触|咨询|联系)+(?:你们|贵司|"
    "这个|咱们)?(?:家)?的?(?:产品|软件|系统|平台)?"
    "(?=\\W|$)|(?:朋友|同事|老板|领导|客户|同行|别人)(?:介绍|推荐)(?:我们?)?(?:过来|来)?(?:用|"
    "看看)?的?(?=\\W|$)"
    "|(?:我们?)?对(?:你们|贵司|贵公司|咱们)(?:家)?的?(?:产品|软件|系统|平台)(?:很|挺|比较|"
    "非常)?(?:有兴趣|感兴趣)"
)

_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_FINE = "good|nice|great|lovely|wonderful|pleasant|awesome|blessed|fantastic|beautiful"
# What may be found without anything being wrong with it.
_PLACE = (
    "folders?|files?|settings?|options?|buttons?|menus?|pages?|links?|place|tabs?|toggle|switch|"
    "answer|"
    "screen|documents?|docs?|messages?|invoice|section|article|guide|list|logs?|entry|form|solution"
)
_OVER_LATIN = (
    r"bye+(?: ?bye+)?|good ?bye|good ?night|see (?:you|ya|u)(?: (?:later|soon|around|tomorrow|"
    r"then|next time))?|"
    r"(?:talk|speak|catch)(?: to)?(?: (?:you|ya))? (?:soon|later)|ttyl|take care|"
    rf"(?:have|enjoy) (?:an?|your|the)(?: very| really)?(?: (?:{_FINE}))? "
    rf"(?:one|day|night|evening|afternoon|morning|week(?:end)?|{_DAY}|rest of (?:your|the) (?:day|"
    rf"week))(?: too)?|"
    r"(?:you|u) too|same to you|"
    r"(?:so |and )?(?:that|this|it)(?: was|'s| is|s|'ll be| will be|'d be)? (?:all|everything|it)"
    r"(?: (?:that )?(?:i|we) (?:need(?:ed)?|wanted|had)(?: to know)?)?(?: (?:for )?(?:now|today|"
    r"me))*|"
    r"nothing (?:else|more)(?: (?:for )?(?:now|today))?|no (?:more|other|"
    r"further) questions(?: for now)?|"
    r"no,? ?(?:thanks?(?: you)?|i'm good|that's (?:all|fine|ok|okay|it))|"
    r"(?:i'm|im|we're|i am|we are) (?:all )?(?:good|set|fine|done|sorted)(?: now| for now)?|"
    r"all (?:good|set|sorted|done|clear)(?: now| here)?|never ?mind|nvm|no worries|"
    r"forget (?:about )?it|"
    r"don't (?:worry|bother)(?: about it)?|no (?:need|problem|prob|probs)(?: any ?more)?|"
    r"(?:(?:it|that|this|everything|all)(?:'s| is| has)? )?(?:all |now |just |finally )*"
    r"(?:works?|worked|working|sorted|fixed|solved|resolved|done)"
    r"(?: (?:out|it|perfectly|fine|great|well|now|again|like a charm|beautifully|as expected|"
    r"for me|too|already|myself|on my own|by myself))*|"
    r"(?:the )?(?:problem|issue)(?:'s| is| has been| was)?(?: now)? (?:solved|fixed|resolved|gone|"
    r"sorted)(?: now)?|"
    r"(?:(?:i|we)(?:'ve| have)? )?(?:just |finally |already |now )*(?:found|figured|sorted|solved|"
    r"fixed|managed)"
    rf"(?: (?:it|that|them|this|what i (?:needed|wanted)|"
    rf"the (?:[a-z]+ )?(?:{_PLACE})))?(?: out)?(?: (?:in|under|"
    rf"on) (?:the )?(?:[a-z]+ )?(?:{_PLACE}))?"
    r"(?: (?:now|myself|already|by myself|on my own))*|that (?:did|does) (?:it|the trick)|"
    r"that (?:helped|helps)(?: a lot)?"
)
_ANYONE = "any ?(?:one|body)|some(?:one|body)"
_HELLO_LATIN = (
    r"(?:hi+|hey+|h[eaiu]ll+o+|hiya|howdy|yo|greetings|hola|ni ?hao)(?: there)?|good (?:morning|"
    r"afternoon|evening|day)|"
    rf"(?:morning|afternoon|evening)|happy (?:{_DAY}|new year|holidays)|merry christmas|"
    rf"nice to meet you|"
    rf"(?:(?:is|are) )?(?:there )?(?:{_ANYONE})(?: (?:there|here|around|home|online|available|"
    rf"awake|alive))?"
    r"(?: (?:to|who can|that can) (?:help|assist)(?: me| us)?)?(?: out there)?|(?:are )?(?:you|"
    r"u) (?:still )?(?:there|around|online|here)|"
    r"who are you|are you an? (?:chat)?(?:bot|robot|ai|machine)|"
    r"how(?:'s| is| are|'re| r)? (?:you|u|things|everyone|it|everything|your day)(?: (?:doing|"
    r"going))?(?: today)?|"
    r"what'?s up|sup|wass?up|"
    # A question is announced.
    rf"(?:can|could|would|will) (?:you|u|{_ANYONE})(?: please| pls| kindly)? (?:help|"
    rf"assist)(?: (?:me|us))?(?: out)?"
    r"(?: with something)?(?: (?:please|pls))?|"
    r"(?:(?:i|we)(?: just)?(?:'ve|'ve got| have| have got| got) )(?:an?|one|another|some|a few|"
    r"a couple of) "
    r"(?:quick |small |simple |little )?(?:questions?|issues?|problems?|thing)(?: for (?:you|u))?|"
    r"quick question|"
    r"(?:(?:i|we) )?(?:need|want|could use|would like|'d like)(?: (?:some|your|a bit of|"
    r"a little))? (?:help|assistance)|"
    r"(?:(?:i'd|i would) like to|i want to|i need to|i wanted to|(?:can|could|"
    r"may) i)(?: just)? ask(?: you)?"
    r"(?: (?:something|an? (?:quick )?question|some questions|a few questions))?|"
    r"help(?: me)?(?: out)?|"
    r"i was wondering if you (?:can|could) help(?: me)?(?: out)?|got a (?:min(?:ute)?|sec(?:ond)?|"
    r"moment)"
)
_THANKS_LATIN = (
    r"(?:many |big |huge |much )?(?:thanks|thx+|thnx|tnx|tks|thanx|thank (?:you|u|ya)|ty|tyvm|"
    r"tysm|cheers|ta|gracias|merci)"
    r"(?: (?:you|so|very|much|a|lots?|bunch|million|tons?|again|anyway|though|all|everyone|guys|"
    r"team|mate|man|buddy|"
    r"friend|sir|bro|dear|for|the|your|help|helping|quick|fast|prompt|reply|response|answer|info|"
    r"information|"
    r"support|time|patience|assistance|clearing|that|this|up|everything|explaining|me|us|it|"
    r"in advance|and))*|"
    r"(?:i )?(?:really |much |very much |highly )?appreciated?(?: (?:it|that|you|your help|"
    r"the help|your time))?|"
    r"(?:that was |this was |(?:you(?:'ve| have) been ))?(?:very |super |so |really |most |"
    r"extremely )?(?:helpful|useful)|"
    r"(?:you(?:'re| are|r) |ur )(?:the best|an? (?:star|life ?saver|legend|gem)|awesome|amazing|"
    r"great)|life ?saver|"
    r"(?:i'll|i will|let me|gonna|i'm going to)(?: go)?(?: and)? (?:try|do|check|give)"
    r"(?: (?:it|that|this|them|those|a try|a go|a shot))*(?: out)?(?: (?:now|first|later|then))?|"
    r"will do|will (?:try|check)(?: (?:it|that|this))?(?: out)?(?: (?:now|later))?|"
    r"noted|understood|(?:that )?makes (?:perfect |total )?sense|gotcha|(?:i )?got (?:it|ya|that)|"
    r"i see|"
    r"i (?:get it|understand)(?: now)?|ok+|okay+|okey(?: dokey)?|oki|k+|alrighty?|all right|right|"
    r"sure(?: thing)?|"
    r"fine|great|good|cool|nice|sweet|neat|awesome|perfect(?:ly)?|excellent|brilliant|wonderful|"
    r"amazing|fantastic|"
    r"lovely|super|fair enough|sounds (?:good|great)|good (?:to know|stuff|job)|well done|phew|"
    r"yay|wow|"
    r"great (?:stuff|job|help|answer)|very (?:good|nice)|interesting"
)
# Nobody's fault or wish fits into these words.
_OPENS_LATIN = (
    r"(?:i |we )?hope(?: (?:you|you're|you've|u|ur|all|everyone|your|things|this|day|week|weekend|"
    r"morning|afternoon|evening|"
    rf"{_DAY}|had|have|has|having|an?|is|are|was|been|be|going|doing|well|good|great|nice|better|"
    rf"lovely|fine|ok|so|"
    r"far|than|mine|ours|off|to|start|treating|the|finds|message|email|safe|too|today))+|"
    r"excuse me|sorry(?: to (?:bother|disturb)(?: you)?)?|(?:ha)+h?|(?:he){2,}|lol"
)
_NAME_LATIN = (
    r"and|so|then|now|oh+|ah+|aha|hmm+|well|please|pls|plz|mate|man|guys|team|everyone|all|sir|"
    r"madam|dear|buddy|bro|"
    r"friend|folks|there|just|really|again|too|anyway|btw|xo+|for (?:now|today)|today|support|bot|"
    r"assistant|urgent|asap"
)
_WHO = (
    "company|studio|shop|store|school|team|agency|start-?up|charity|non-?profit|ngo|firm|business|"
    "teacher|student|"
    "developer|engineer|designer|manager|accountant|freelancer|customer|user|admin|administrator|"
    "owner|newbie|beginner"
)
_INTRODUCED = "〈me〉"
_INTRO_LATIN = (
    rf"(?:i'm|i am|we're|we are|it's|this is) an? (?:(?!who|which|that|"
    rf"can)[a-z-]+ ){{0,3}}(?:{_WHO})(?: of [a-z]+)?(?: here)?|"
    r"(?:i'm|i am|we're|we are) (?:(?:quite |very |pretty |totally |completely |all )?new (?:here|"
    r"to this)|just getting started|"
    r"just looking(?: around)?)|(?:first time|new) (?:here|user)|"
    r"(?:i|we)(?:'ve| have)?(?: only)? (?:just|recently|only just) (?:signed up|registered|joined|"
    r"started|subscribed)"
    r"(?: (?:yesterday|today|last week|this week|this morning|here|recently))*"
)
# A name and a company are told by their capitals, `I'm locked out` by the lack of them.
_NAMED = re.compile(
    r"\b(?:(?:[Ii]['’]?m|[Ii] am|[Tt]his is|[Ii]t['’]s|[Mm]y name(?: is|['’]s)) "
    r"[A-Z][a-z'’-]{1,20}(?: [A-Z][a-z'’-]{1,20})?)(?! \d)"
    r"(?:,? (?:from|at|with|of)(?: the)?(?: [A-Z][\w&'’.-]{0,20}){1,4}(?: (?:team|department))?)?"
    r"(?: here| speaking)?(?= ?(?:[,.!;~\n-]|$))"
)

_LATIN_EDGE = "(?<![a-z0-9_'])(?:{})(?![a-z0-9_'])"
_LISTS: tuple[tuple[_Kind, str, str], ...] = (
    ("over", _OVER_HAN, _OVER_LATIN),
    ("hello", _HELLO_HAN, _HELLO_LATIN),
    ("intro", f"{_INTRODUCED}|{_INTRO_HAN}", _INTRO_LATIN),
    ("thanks", _THANKS_HAN, _THANKS_LATIN),
    ("opens", _OPENS_HAN, _OPENS_LATIN),
    ("name", _NAME_HAN, _NAME_LATIN),
)
_PIECE = re.compile(
    "|".join(f"(?P<{kind}>{han}|{_LATIN_EDGE.format(latin)})" for kind, han, latin in _LISTS)
)
_BETWEEN = re.compile(r"[^\w〈']|'(?!\w)|_")
# Emoji, and the ones that WeChat and DingTalk write in words.
_IN_WORDS = re.compile(
    r"\[(?:微笑|呲牙|愉快|偷笑|害羞|可爱|憨笑|咖啡|太阳|笑脸|嘿哈|强|玫瑰|抱拳|ok|握手|爱心|鼓掌|"
    r"胜利|合十|庆祝|赞|"
    r"比心|拥抱|感谢|耶|大笑|送花花|捂脸|再见|拜拜)\]"
)
_PLEASED = re.compile(
    "[\U0001f44d\U0001f44c\U0001f64f\U0001f44f\U0001f4aa\U0001f197\U0001f389\U0001f38a\U0001f4af\U0001f339"
    "\U0001f490\U0001f618\U0001f60a\U0001f600-\U0001f60d\U0001f917\U0001f91d\U0001f970\U0001f929\u2764"
    "\u2705\u270c\u263a]|\\[(?:强|玫瑰|抱拳|ok|握手|爱心|鼓掌|合十|庆祝|赞|比心|感谢|送花花|再见|"
    "拜拜|微笑|愉快)\\]"
)
_WAVES = re.compile("[\U0001f44b\u2600\U0001f31e\U0001f305\u2615]|\\[(?:太阳|咖啡|嘿哈)\\]")
_POLITE: frozenset[_Kind | None] = frozenset({"hello", "thanks", "opens", "name"})
# Longer ones say something besides, whatever the lists hold.
_LONGEST = 120


def small_talk(text: str) -> Talk | None:
    """Return what a message is that asks nothing, or None for one that may ask something."""
    words = without_placeholders(clean(text))
    if not words and text.strip():
        return "no_words"
    folded = fold(_NAMED.sub(_INTRODUCED, words)).replace("’", "'")
    said = _IN_WORDS.sub(" ", folded)
    if not any(map(str.isalnum, said)):
        return _without_letters(folded)
    if len(folded) > _LONGEST:
        return None
    kinds = set(_kinds(said))
    if None in kinds or ("intro" in kinds and "hello" not in kinds):
        return None
    # `可以了？` and `fixed?` ask whether it is so.
    if "over" in kinds:
        return None if "?" in said else "closing"
    if "thanks" in kinds and "hello" not in kinds:
        return "closing"
    return "greeting" if kinds & {"hello", "opens"} else None


def is_courtesy(clause: str) -> bool:
    """Tell whether a clause beside a question greets, announces it, or thanks for the answer.

    A word such as `机器人` alone may be what is asked, and what is over belongs to the story.
    """
    said = fold(_IN_WORDS.sub(" ", without_placeholders(clause))).replace("’", "'")
    kinds = set(_kinds(said)) if len(said) <= _LONGEST else {None}
    return bool(kinds & {"hello", "thanks", "opens"}) and kinds <= _POLITE


def _kinds(said: str) -> Iterator[_Kind | None]:
    """Yield the kind of each piece; None, and no more, where one is none."""
    at = 0
    while at < len(said):
        if between := _BETWEEN.match(said, at):
            at = between.end()
            continue
        piece = _PIECE.match(said, at)
        if piece is None or piece.end() == at:
            yield None
            return
        yield next(kind for kind, _, _ in _LISTS if piece[kind] is not None)
        at = piece.end()


def _without_letters(folded: str) -> Talk | None:
    """Return what is meant by emoji or signs alone; nothing can be read from a placeholder."""
    if not folded:
        return None
    if _PLEASED.search(folded):
        return "closing"
    return "greeting" if _WAVES.search(folded) else "no_words"
