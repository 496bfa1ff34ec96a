"""Chinese surnames, titles, and the words that look like names and are not."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

COMMON_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭"
    "郎鲁韦昌马苗凤"
    "花俞袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余顾孟黄穆萧尹姚邵湛汪祁毛禹狄"
    "米贝臧计伏戴谈宋茅庞熊纪舒屈祝董梁杜阮蓝闵季麻贾江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯"
    "管卢莫房裘缪解应宗丁邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲封储靳段焦巴牧山谷车侯"
    "宓蓬全班仰仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白蒲邰鄂索赖卓蔺屠蒙池乔胥能苍"
    "闻莘党翟谭贡劳姬申扶堵冉宰郦雍桑桂濮牛寿边扈燕冀浦尚农温别庄晏柴瞿阎充慕茹习宦艾鱼容向古易"
    "慎戈廖"
    "庾居衡步耿满弘匡文寇广禄东欧沃利蔚越隆师巩聂晁勾敖融冷訾辛阚简饶曾沙养鞠须丰关查游权盖益桓"
    "肖涂覃闫代付苟仝佟岳尧帅亓亢佘冼凃初刀郗揭由经邸邝郇郄逄逯銮钭禚虢晋楚闪隗鄢缑亢况后有琴商"
    "牟佴墨哈"
    "仉谯笪年爱阳第五言福缪修强信奉招招操教敬斯旷昝暴曾朴来檀母濯火烟牙犹玉瓮生矫祭种竺笃粟綦线缐"
    "肇自芮苑英荆莱"
    "萨蒯蔄衣补裕见訚谌豆豫贵赏赫起迟邓酒问隽雒雪零霜静青顿颉风首香骞魁麦黑麴战展展鹿宛尉苑栗庹淳晓"
)
COMPOUND_SURNAMES = tuple(
    """
        欧阳 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳
        公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马
        公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门
        羊舌 微生 公户 梁丘 左丘 东门 西门 南荣 端木 纳兰 完颜 耶律 叶赫 爱新觉罗 公培
    """.split()
)
# Surnames that are also everyday words or pieces of them: alone they prove nothing.
WEAK_SURNAMES = frozenset(
    "和于向从时应能都全万连单方常过会有安明成路元管相项后那师关经查支由来自见起信种生第年首问言"
    "线母招代强风"
    "高白黑马包水平广东文山石金花车车费解易别边利越居计束充须容补修教敬操晓静青贵初战展爱零麻满"
    "简游权盖益索能党"
    "华江海古天台谷米伏印尚通宁何曲程段号季步双荣莫幸温冷乐于严顾谈谢雷许任祝贺毕齐左"
)

TITLES = (
    "先生|女士|小姐姐?|太太|夫人|老师|同学|经理|总监|总裁|主任|主管|医生|大夫|律师|师傅|阿姨|大爷"
    "|大妈|大哥|大姐|叔叔?"
    "|老板|教授|博士|局长|处长|科长|院长|校长|部长|组长|店长|队长|董事长?|秘书|会计|护士|警官"
    "|工程师|工(?![作具单号人资期程业])"
    "|总(?![店站是共部计额数之体结会觉的得算监裁有线量价分])|哥|姐|姨|伯|婶|爷爷|奶奶|sir|女生"
    "|男士|客服|顾问|专员"
)

NOT_NAMES = frozenset(
    """
        小爱同学 小爱 小度 小冰 小程序 飞书 钉钉 云雀 支付宝 微信 淘宝 京东 拼多多 美团 抖音
        华为 小米 苹果 谷歌 百度 腾讯 阿里 阿里云 谢谢 谢谢您 谢谢你 谢啦 亲亲 亲 客官 宝贝
        安卓 老师 先生 女士 小姐 客服 小姐姐 小哥哥 小哥 老板 师傅 管理员 超管 张三李四 甲方
        乙方 万事达 维萨 银联 云闪付 花呗 白条 余额宝 顺丰 韵达 圆通 中通 申通 德邦 高德
        明天 周一 周二 周三 周四 周五 周六 周日 周末 周报 周会 方案 方法 方式 方便 马上 高级
        安全 安装 常见 管理 管控 文件 文档 文本 金额 金融 单位 单据 单点 单独 包括 包含 包装
        应用 应该 能否 能不能 全部 全员 全局 万一 任务 任何 关于 关闭 由于 经常 经过 经理
        查询 查看 支持 支付 申请 解决 解除 程序 程式 后台 后续 那个 那么 简单 简介 路径 路由
        通知 通过 华北 华东 华南 山东 江苏 江西 浙江 广东 广西 海南 海外 石油 石家庄 温度
        温馨 时间 时候 曲线 段落 计费 计算 计划 索引 景点 周边 牛肉 花园 边缘 边界 黑名单
        白名单 别名 贵公司 贵司 贵方 易用 尚未 谈话 毕竟 利用 应收 严重 顾问 祝福 祝您 许可
        许多 何时 何处 何种 阳光 龙头 雷达 齐全 车辆 车牌 车型 米其林 万达 宁波 成都 沈阳
        洛阳 云盾
        英文名 中文名 卡顿 高清 容灾 高斯 安骑士 小白 王府井 全聚德 东来顺 雍和宫 黄金
        申请人 盖章 红冲 红字 白条 冲红 查到 别人 超管
        黄色 白色 黑色 红色 康复 英文
        英语 文字 越来越
    """.split()
)

ENGLISH_FIRST_NAMES = (
    "James|John|Robert|Michael|William|David|Richard|Joseph|Thomas|Charles|Christopher|Daniel"
    "|Matthew|Anthony"
    "|Donald|Steven|Paul|Andrew|Joshua|Kenneth|Kevin|Brian|George|Edward|Ronald|Timothy|Jason"
    "|Jeffrey|Ryan"
    "|Jacob|Gary|Nicholas|Eric|Jonathan|Stephen|Larry|Justin|Scott|Brandon|Benjamin|Samuel|Frank"
    "|Gregory|Raymond"
    "|Alexander|Patrick|Jack|Dennis|Jerry|Tyler|Aaron|Henry|Douglas|Peter|Adam|Nathan|Zachary"
    "|Walter|Kyle|Harold"
    "|Carl|Jeremy|Keith|Roger|Gerald|Ethan|Arthur|Terry|Christian|Sean|Lawrence|Austin|Mary"
    "|Patricia|Jennifer"
    "|Linda|Elizabeth|Barbara|Susan|Jessica|Sarah|Karen|Nancy|Lisa|Margaret|Betty|Sandra|Ashley"
    "|Dorothy|Kimberly"
    "|Emily|Donna|Michelle|Carol|Amanda|Melissa|Deborah|Stephanie|Rebecca|Laura|Sharon|Cynthia"
    "|Kathleen|Amy|Anna"
    "|Angela|Shirley|Brenda|Pamela|Emma|Nicole|Helen|Samantha|Katherine|Christine|Debra|Rachel"
    "|Carolyn|Janet"
    "|Catherine|Maria|Heather|Diane|Olivia|Julie|Joyce|Victoria|Kelly|Christina|Joan|Evelyn"
    "|Lauren|Judith|Megan"
    "|Alice|Bob|Tom|Jerry|Lucy|Lily|Sophia|Tony|Mike|Steve|Cindy|Vivian|Leo|Jane|Kate|Bruce|Simon"
    "|Martin|Oliver"
)
PINYIN_SURNAMES = (
    "Zhao|Qian|Sun|Li|Zhou|Wu|Zheng|Wang|Feng|Chen|Chu|Wei|Jiang|Shen|Han|Yang|Zhu|Qin|Xu|He|Lv"
    "|Lyu|Shi|Zhang|Kong"
    "|Cao|Yan|Jin|Tao|Qi|Xie|Zou|Su|Pan|Ge|Fan|Peng|Lu|Ma|Fang|Ren|Yuan|Liu|Tang|Luo|Bi|Hao|Yu|Fu"
    "|Kang|Meng|Huang"
    "|Xiao|Yin|Yao|Shao|Mao|Dai|Song|Xiong|Ji|Dong|Liang|Du|Ruan|Lan|Jia|Guo|Mei|Lin|Zhong|Gao"
    "|Xia|Cai|Tian|Hu|Ling"
    "|Wan|Ke|Guan|Mo|Ding|Deng|Hong|Cui|Gong|Cheng|Xing|Pei|Rong|Duan|Hou|Long|Ye|Bai|Lai|Qiao"
    "|Tan|Zeng|Liao|Wen"
)
