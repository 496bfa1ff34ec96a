"""What stands before and after a name in a sentence: the words, and what each kind is worth."""

import rjieba

_BEFORE: dict[str, str] = {
    "label": """
        收件人 寄件人 收货人 发件人 联系人 户名 持卡人 开户人 登记人 申请人 报名人 投保人 被保人
        被保险人 保人 受益人 负责人 经办人 法人 法代 法定代表人 法人代表 投诉人 派送员 配送员 预订人
        订房人 订票人 预约人 入住人 乘机人 付款人 收款人 汇款人 签收人 取件人 提货人 发货人 审批人
        审核人 复核 复核人 经办 审批 审核 姓名 名字 大名 全名 真名 本名 中文名 曾用名 称呼 抬头 署名
        签名 落款 实名 昵称 报修人 代办人 承办 介绍人 推荐人 注册人 机主 户主 车主 处理人 跟进人
        对接人 接待人 值班 讲师 主讲 作者 参会人 嘉宾 收票人 监护人 出纳 会计 监事 合伙人 主治
        责任人 回访人 记录人 决策人 影响者 抄送 收方 寄方 开户名 借款人 委托人 代理人 继承人 存款人
        保管人 创建者 发起人 候选人 中奖人 经手 经手人 对接 领队 收件 绑定 人选 逝者 失主 导师
        用户名 户头 被叫 主叫 送检 申报人 当事人 紧急联系人 第一联系人 第二联系人 联络人 见证人
        证明人 担保人 承租人 出租人 买方 卖方 甲方 乙方
    """,
    "role": """
        客服 坐席 工程师 销售 顾问 经理 主管 店长 专员 员工 用户 客户 会员 学员 学生 老师 班主任
        患者 病人 医生 护士 快递员 师傅 代表 同学 同事 朋友 室友 领导 老板 司机 骑手 外教 教练 房东
        租客 租户 业主 邻居 物业 前台 保安 管家 中介 律师 秘书 助理 主任 店员 柜员 导游 乘客 旅客
        住客 顾客 访客 贵宾 老公 老婆 爱人 丈夫 妻子 爸爸 妈妈 爸 妈 我爸 我妈 父亲 母亲 儿子 女儿
        闺女 孩子 哥哥 姐姐 弟弟 妹妹 爷爷 奶奶 姥姥 姥爷 外婆 外公 侄子 侄女 外甥 外甥女 孙子 孙女
        外孙 表哥 表姐 表弟 表妹 堂哥 堂弟 堂姐 堂妹 嫂子 弟媳 媳妇 婆婆 公公 岳父 岳母 男友 女友
        男朋友 女朋友 未婚妻 未婚夫 家属 管理员 技术员 维修工 安装工 业务员 理赔员 收银员 采购 财务
        人事 队长 班长 组长 院长 大夫 总监 技师 设计师 测试 开发 运维 产品 客户经理 项目经理 楼长
        宝宝 娃 弟 妹 哥 姐 婶 叔 舅舅 舅妈 姑姑 姑妈 姨妈 阿姨 叔叔 大爷 大妈 家长 辅导员 博士 教授
        主播 博主 群主 主持人 选手 原告 被告 保洁 技工 师父 徒弟 骑士 跑腿 小哥 经纪人 经纪 团长
        店主 买家 卖家 掌柜 商家 股东 董事 法务 质检 督导 督导员 厂长 站长 园长 校长 行长 所长 书记
        村长 村主任 处长 科长 局长 民警 社工 网格员 本人 老人 新郎 新娘 实习生 主人 志愿者 研究生
        新生 考生 产妇 住户 居民 市民 村民 供应商 家教 成员 党员 对象 老伴 同班 老客户 前任 证人
        监理 监考 驻场 前同事 值班员 收费员 话务员 接线员 审核员 操作员 接待员 营业员 调解员 检票员
        乘务员 安检员 其子 其父 其母 其女 那口子 双胞胎
    """,
    "call": """
        叫 名叫 叫做 我叫 是叫 写 写着 写的 显示 写成 署 登记 预留 填 填写 备注 打成 写错 报 念 念成
        改成 改为 换成 换为 变成 应为 应是 实为 查无 叫成 认成 名为 自称 印成 录成 变更为 更名为 特
        欢迎 恭喜 尊敬的 亲爱的 致 @ 叫我 喊我 称我 叫他 叫她 是我 敬的 爱的 好的
    """,
    "preposition": """
        让 找 跟 和 与 给 由 被 把 替 帮 问 陪 托 请 烦请 恳请 劳驾 拜托 派 向 对 为 为何 同 比 连
        除了 等 听 加 问问 找到 找下 找找 得问 通知 告诉 转告 转给 发给 交给 寄给 借给 租给 送给 转
        打给 联系 感谢 谢谢 麻烦 多亏 辛苦 投诉 表扬 举报 怪 经 归 通过 关于 按 按照 凭 以 代 替换
        带 约 喊 见 拉 分给 派给 留给 还给 卖给 退给 汇给 转到 转账 分配 指派 指定 认识 认得 认不出
        不要 转接 接 提醒 催 代替 请问 委托 授权 邀请 移出 踢 拉黑 换 换掉 缺 漏 删 删掉 加上 需要
        认 冒充 属于 有 没有 还有 只有 以及 及 或 或者 还是 不如 先 轮到 选 骂 谢 夸 说 据 根据 求
        盯 见到 遇到 碰到 看到 收到 交到 批给 落到 派到 挂在 挂到 记在 算 存 从 含 包括 尤其 唯独
        特别 因 将 欠 要 要不是 不管 至于 鉴于 随 除 诉求 对接 查 搜 回复 培训 推 管 欢迎 祝 祝贺 退
        补 扫 畀 問 給 搵 同埋 而 致电 回访 联系下 联系一下 at cc to and
    """,
    "copula": """
        是 为 就是 不是 还是 应该是 我是 这是 那是 便是 像 即 说是 都是 正是 只是 係 是不是 系
    """,
    "particle": "的 之 了 着 过",
    "adverb": """
        昨天 今天 明天 前天 后天 上次 上回 刚才 刚刚 刚 之前 以前 原来 原先 后来 现在 目前 当时 早上
        上午 中午 下午 晚上 昨晚 今晚 周一 周二 周三 周四 周五 周六 周日 那天 下周 上周 那次 这次
        已经 已 最近 一直 平时 如今 到时 其实 因为 如果 既然 虽然 但是 但 可是 可 所以 然后 据说
        听说 可能 也许 估计 好像 结果 为什么 为啥 怎么 又 那 这 那个 这个 还 就 都 也 才 却 再 只要
        只 除非 难道 万一 没想到 反正 明明 到底 究竟 而且 不过 当初 幸好 幸亏 显然 居然 竟然 感觉
        觉得 以为 知道 记得 希望 怀疑 发现 反映 反馈 指出 表示 证明 说明 能不能 可以 必须 不用 别
        这边 那边 我们 你们 他们 咱们 我 你 您 咱 咱家 我家 你家 们 名 位 等等 今儿 按理 其中 会后
        建议 要求
    """,
}
_AFTER: dict[str, str] = {
    "person": """
        先生 女士 小姐 小姐姐 老师 同学 师傅 经理 主管 主任 医生 大夫 护士 律师 总监 总裁 工程师 哥
        姐 叔 叔叔 阿姨 老板 队长 店长 校长 教练 客服 家长 本人 您好 你好 同志 客户 教授 博士 警官
        会计 导游 医师 大哥 大姐 妈妈 爸爸 妈 爸 奶奶 爷爷 家属 同事 收 亲启 签收 代收 启 二字 两位
        三位 俩 夫妇 一家 自己 他们 他 她 家 老公 老婆 爱人 女儿 儿子 孩子 亲收 手里 家住 等人 的话
        户
    """,
    "deed": """
        说 说过 告诉 答应 负责 接 接手 接待 对接 签 签字 签名 代签 发我 让 叫 给 跟 找 问 来电 走
        回复 回我 回来 处理 跟进 办 办理 填 填写 写 反映 反馈 反应 投诉 申请 报 报修 报名 打电话
        打来 联系 承诺 保证 建议 同意 拒绝 拒收 确认 审批 批 离职 辞职 请假 休假 休 出差 上班 下班
        在不在 住 住院 想 刚 刚才 刚刚 拿 带 弄 教 讲 替 帮 帮我 帮忙 介绍 推荐 提醒 催 催单 休息
        值班 迟到 缺勤 入职 转岗 转正 到场 到账 出院 出生 生日 挂失 实名 名下 身份证 护照 看 看下
        看看 听 知道 清楚 认识 记得 取件 签收 验收 开会 参加 参会 预约 订房 入住 退房 值机 登机 改签
        退票 乘坐 名字 那边 这边 那里 那儿 这儿 反复 尾号 工号 家里 女 男 亲自 单独 两人 三人 称 骂
        吵 撤回 邀请 离开 接入 辛苦 态度 材料 报告 成绩 作业 病历 工资 押金 保单 医保卡 银行卡
        信用卡 证件 建 误 爽约 欠 家 拉 留 查 登记 咨询 耐心 重新 代办 转告 通知 回访 审核 签约 收货
        手机 手机号 微信 邮箱 电话 账号 卡 个人 办公电话 台胞证 通行证 护照号 身份证号 宽带 学号
        户口 简历 押金条 收 要求 到底 居然 擅自 私下 亲口 帮着 把 跟我 替我 給 話 係 为您 为您服务
        绕路 请求
    """,
    "plain": """
        和 与 同 来 去 到 收到 要 能 会 可以 应该 可能 已 已经 正在 正 就 也 都 还 没 没有 不 别 再
        又 才 先 一直 总是 经常 从 用 送 买 下单 订 付 交 转 退 改 删 做 修 装 量 上 登录 开 开户 被
        是 不是 为 服务 代 等 调 升 到店 注册 显示 看到 好 好了 取 预订 乘 那 这 那个 这个 昨天 今天
        明天 后天 上次 上周 上午 下午 早上 晚上 昨晚 今晚 周一 最近 之前 以前 原先 本来 然后 什么
        怎么 为什么 究竟 谁 何时 几点 是不是 有没有 吗 呢 吧 啊 呀 哦 哈 嘛 了 么 咋 啦 以外 之外 于
        需要 得 必须 多次 谢谢 麻烦 抱歉 请 尽快 下 进 一个 一起 两个 三个 兼 即 及 或 还是 以及 并
        但 但是 如果 表示 失败 成功 加入 退出 上线 下线 结束 评价 补 情况 检查 快递 包裹 订单 合同
        工单 发票 号 件 车 车牌 有 占用 变更 提示 创建 升级 上门 未 将 当 我 你 您 今 發 个 在 在线
        发 发来 打 加 坐 在吗 不在 这两天 人 诶 欸 嘞 喂 名字
    """,
    "of": "的 之",
}
_BEFORE_CLASS = {word: kind for kind, words in reversed(_BEFORE.items()) for word in words.split()}
_AFTER_CLASS = {word: kind for kind, words in reversed(_AFTER.items()) for word in words.split()}
# Who does or bears something: `志愿者`, `保育员`.
_ROLE_ENDS = frozenset("人员师生长友客工手妇娘郎主者")
_TAGS = {"n": "noun", "v": "verb", "d": "adverb", "t": "time", "r": "pronoun", "p": "preposition"}
_MARKS = {
    "、": "list", "/": "list", "&": "list", "@": "call", ":": "colon", "：": "colon", "=": "colon",
    "(": "bracket", "（": "bracket", ")": "bracket", "）": "bracket", "【": "bracket",
    "】": "bracket", '"': "bracket", "“": "bracket", "”": "bracket", "「": "bracket",
    "[": "bracket", "]": "bracket", " ": "space", "\n": "edge", "→": "list", ">": "list",
}  # fmt: skip


def leads(word: str) -> bool:
    """Tell whether `word` often stands right before a name."""
    return word in _BEFORE_CLASS


def follows(word: str) -> bool:
    """Tell whether `word` often stands right after a name."""
    return word in _AFTER_CLASS


def before(text: str, start: int) -> str:
    """Return the kind of what stands before `start`."""
    if start == 0:
        return "edge"
    char = text[start - 1]
    if not "\u3400" <= char <= "\u9fff":
        return _mark(char)
    tagged = rjieba.tag(text[max(0, start - 6) : start], False)
    word, tag = tagged[-1]
    if (kind := _BEFORE_CLASS.get(word)) is not None:
        return kind
    if len(tagged) > 1 and (kind := _BEFORE_CLASS.get(tagged[-2][0][-1] + word)) is not None:
        return kind
    if word in ("一下", "下", "个", "一个"):
        return "bit"
    if tag[0] == "n" and word[-1] in _ROLE_ENDS:
        return "role"
    return _TAGS.get(tag[0], "other")


def after(text: str, end: int) -> str:
    """Return the kind of what stands at `end`."""
    if end >= len(text):
        return "edge"
    char = text[end]
    if not "\u3400" <= char <= "\u9fff":
        return _mark(char)
    word, tag = rjieba.tag(text[end : end + 5], False)[0]
    if (kind := _AFTER_CLASS.get(word)) is not None:
        return kind
    if word[0] in _AFTER_CLASS and len(word) > 1 and tag[0] in "vdpt":
        return "plainlike"
    return _TAGS.get(tag[0], "other")


def _mark(char: str) -> str:
    if char in _MARKS:
        return _MARKS[char]
    if char.isdigit():
        return "digit"
    return "latin" if char.isalpha() else "stop"
