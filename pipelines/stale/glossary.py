"""Words of changelogs and FAQs: those that tell no subject, and Chinese ones in English."""

# Words that hold sentences together, and verbs that tell of the change itself.
_IDLE_WORDS = """
    a an the of to in on at for by with from into as is are was were be been being it its this that
    these those and or not no nor but yet instead rather if then than so when while which who what
    how where why can could should would will may might must do does did has have had you your we
    our they their my me now longer only all any each every more most other some such new old
    legacy use used uses using via per support supports supported supporting add added adds allow
    allows allowed change changed changes remove removed removes drop dropped make makes made set
    get gets please just still also there here same up out yes feat fix instead after before
    between without within both 需要 支持 使用 通过 进行 新增 移除 删除 修改 变更 调整 增加 优化
    修复 改为 不再 如果 我们 可以 现在 目前 已经 以及 并且 或者 什么 怎么 哪些 哪个 多少 多久 是否
    能否 可否 这个 那个 所有 其他 其它 对应 相应 时候 之后 之前 以后 以前 由于 因为 所以 但是 还是
    只能 不能 没有 提供 允许 方便 避免 同时 自己 直接 可能 如何 为什么 请问 一下 一个 一些 用于
    关于 旧版 新版 多余 无用 废弃 弃用 raise raised increase increased lower lowered reduce reduced
    extend extended shorten move moved rename renamed replace replaced deprecate deprecated
    introduce introduced let lets double doubled triple tripled halve halved boost boosted bump
    bumped relax relaxed tighten tightened 提升 翻倍 翻番 上调 下调 放宽 收紧 增至 减半 优化 提高
    降低 延长 缩短 减少 扩大 端的
"""
IDLE = frozenset(_IDLE_WORDS.split())
# Words that texts of any product share, whatever they are about.
_GENERIC_WORDS = """
    option options attribute attributes property properties prop props field fields parameter
    parameters param params setting settings config configuration plugin plugins component
    components method methods event events function functions value values feature features mode
    default defaults limit limits max maximum minimum min size time number name type version
    recognizer command commands flag flags key keys user users page client app code data file
    list item items message messages release api request requests algorithm 属性 方法 事件 参数
    功能 配置 插件 组件 字段 选项 设置 默认 默认值 上限 最大 最长 最多 时间 时长 数量 大小 时限
    期限 次数 等待 等待时间 频率 重试 版本 用户 系统 操作 内容 类型 名称 函数 数据 单个 自定
    自定义 定义 模式 接口 客户端 客户 相关 管理 后台 管理后台
"""
GENERIC = frozenset(_GENERIC_WORDS.split())
# Idle where they tell of the change; in what a customer can do they are what is asked for.
ACTIONS = frozenset(
    [
        "remove",
        "delete",
        "rename",
        "move",
        "replace",
        "add",
        "change",
        "edit",
        "删除",
        "移除",
        "修改",
        "移动",
        "替换",
        "更改",
        "添加",
    ]
)
# Words that name how much or what for, and no thing: two texts are never told apart by them.
_SLIGHT_WORDS = """
    option attribute property prop field parameter param setting config configuration function
    value feature mode default limit max maximum min minimum size length time number count amount
    type version long big large many much often high rate period duration user people member
    members seat seats system app current allow allowed turn on off want give take show find open
    click go choose page run write call possible available work roadmap keep kept retain retention
    last stay store expire use 属性 参数 功能 配置 选项 字段 设置 默认 默认值 上限 下限 限制 最大
    最长 最多 最低 最小 时间 时长 数量 大小 长度 时限 期限 有效期 次数 条数 个数 人数 频率 版本
    用户 系统 操作 内容 类型 模式 单个 每个 一次 有效 生效 方式 格式 客户 支持 服务 启用 开启 过期
    到期 保留 保存 保存期 保留期 关闭 打开 自己 点击 选择 进入 页面 按钮
"""
SLIGHT = frozenset(_SLIGHT_WORDS.split())
# One of both languages is enough to tell that an entry and a bullet are about one thing.
ENGLISH = {
    "文件": "file",
    "上传": "upload",
    "下载": "download",
    "上限": "limit",
    "限制": "limit",
    "默认": "default",
    "默认值": "default",
    "缺省": "default",
    "最大": "maximum",
    "最多": "maximum",
    "最小": "minimum",
    "最低": "minimum",
    "大小": "size",
    "尺寸": "size",
    "时间": "time",
    "超时": "timeout",
    "回收站": "trash",
    "保留": "keep",
    "语音": "voice",
    "视频": "video",
    "消息": "message",
    "插件": "plugin",
    "字段": "field",
    "属性": "attribute",
    "参数": "parameter",
    "方法": "method",
    "事件": "event",
    "组件": "component",
    "配置": "config",
    "选项": "option",
    "命令": "command",
    "接口": "api",
    "请求": "request",
    "响应": "response",
    "端口": "port",
    "地址": "address",
    "路由": "route",
    "上游": "upstream",
    "服务": "service",
    "服务器": "server",
    "客户端": "client",
    "网关": "gateway",
    "证书": "certificate",
    "密码": "password",
    "令牌": "token",
    "密钥": "key",
    "加密": "encrypt",
    "登录": "login",
    "账号": "account",
    "用户": "user",
    "成员": "member",
    "权限": "permission",
    "日志": "log",
    "缓存": "cache",
    "白名单": "allowlist",
    "黑名单": "denylist",
    "重试": "retry",
    "失败": "fail",
    "健康": "health",
    "检查": "check",
    "健康检查": "healthcheck",
    "表格": "table",
    "多维表": "base",
    "表单": "form",
    "按钮": "button",
    "图标": "icon",
    "日历": "calendar",
    "日程": "event",
    "会议室": "room",
    "审批": "approval",
    "文档": "document",
    "导入": "import",
    "导出": "export",
    "搜索": "search",
    "群": "group",
    "群聊": "group",
    "机器人": "bot",
    "通知": "notification",
    "提醒": "reminder",
    "存储": "storage",
    "空间": "space",
    "水印": "watermark",
    "插槽": "slot",
    "对话框": "dialog",
    "弹窗": "dialog",
    "选择器": "select",
    "级联": "cascader",
    "输入框": "input",
    "树形": "tree",
    "滑块": "slider",
    "评分": "rate",
    "开关": "switch",
    "分页": "pagination",
    "菜单": "menu",
    "下拉": "dropdown",
    "轮播": "carousel",
    "走马灯": "carousel",
    "折叠": "collapse",
    "穿梭": "transfer",
    "进度条": "progress",
    "步骤": "step",
    "标签页": "tab",
    "面包屑": "breadcrumb",
    "单选": "radio",
    "复选框": "checkbox",
    "加载": "loading",
    "卡片": "card",
    "头像": "avatar",
    "徽标": "badge",
    "提示": "tooltip",
    "气泡": "popover",
    "算法": "algorithm",
    "上级": "parent",
    "节点": "node",
    "数组": "array",
    "对象": "object",
    "宽度": "width",
    "高度": "height",
    "颜色": "color",
    "样式": "style",
    "主题": "theme",
    "语言": "language",
    "版本": "version",
    "浏览器": "browser",
    "手机": "mobile",
    "手机端": "mobile",
    "桌面": "desktop",
    "桌面端": "desktop",
    "网页": "web",
    "网页版": "web",
    "离线": "offline",
    "同步": "sync",
    "备份": "backup",
    "订阅": "subscribe",
    "推送": "push",
    "签名": "signature",
    "验证": "verify",
    "校验": "verify",
    "认证": "auth",
    "鉴权": "auth",
    "流量": "traffic",
    "频率": "rate",
    "限流": "ratelimit",
    "并发": "concurrency",
    "字符": "character",
    "星期": "week",
    "一周": "week",
    "日期": "date",
    "禁用": "disable",
    "启用": "enable",
    "关闭": "disable",
    "开启": "enable",
    "打开": "enable",
    "自动": "auto",
    "手动": "manual",
    "触发": "trigger",
    "点击": "click",
    "替换": "replace",
    "脱敏": "anonymize",
    "识别": "recognize",
    "实体": "entity",
    "心跳": "heartbeat",
    "会话": "session",
    "代理": "proxy",
    "沙箱": "sandbox",
    "频道": "channel",
    "提供商": "provider",
    "环境变量": "env",
    "容器": "container",
    "镜像": "image",
    "图片": "image",
    "标签": "tag",
    "分支": "branch",
    "仓库": "repository",
    "提交": "commit",
    "发布": "release",
}
