"""Messages that ask nothing, and questions that only sound like them; `|` parts them."""

import random
import time

import pytest

from pipelines.small_talk import is_courtesy, small_talk

GREETINGS = """
早上好呀☀️ | 亲，晚上好，想咨询点事情 | 你好，我是做装修公司的，昨天刚注册
hey there, good morning | Hello?? anyone there | 你好👋 | 您好呀~~ | 嗨，有人在吗？ | 在不在呀亲
老师您好 | 客服你好 | 客服在吗 | 客服小姐姐在吗 | 哈喽，打扰一下 | hi，我想问个问题
你好，请教一下 | 您好，有个事想咨询一下 | 想问点事 | 能问个问题吗 | 可以咨询一下吗 | 方便咨询吗
有个问题想请教你们 | 我有几个问题 | 遇到点问题 | 出问题了 | 能帮我个忙吗 | 帮帮我 | 求助
需要帮助 | 你好，急，在线等 | 下午好！我是新来的管理员
您好，我们是一家设计工作室，刚开始用你们的产品 | 你好，朋友推荐来的 | 你好，第一次用你们软件
你好，我姓王 | 你好，我叫李雷，是一家贸易公司的采购 | Hi, I'm Anna from Acme
Hello, this is Tom Baker from the Finance team | Good afternoon! We're a small design studio
hi, I just signed up yesterday | hey, I'm new here
Morning! Hope your Monday is going better than mine lol | Hi team, hope you're doing well | hiii
heyyy | Yo | anybody home? | is anyone there? | are you there | hello hello? | Can you help me?
I have a question | hi, quick question | I need help | could someone help me please
may I ask something | how are you today? | 你好 hi~ | 大家好 | 新年好 | 周末好呀 | 早 | 喂？
有人吗🙋 | 亲 | 亲在吗 | 早上好[太阳] | What's up | hello 客服 | 你是机器人吗 | 在吗在吗在吗
在？ | 您好，打扰了，想了解一下 | Dear team, good morning | hi all | 嗨嗨 | 早呀～
您好呀，在吗？ | 哎你好 | 请问有人在线吗 | Hi there!! | good afternoon 😊 | hola
你好，我是一名高校老师，刚接触你们平台 | 您好，我们公司是做外贸的 | 你好，想请教个事儿
hey guys, got a minute? | Hello, my name is Maria. | hi, we're a team of designers, new here
亲亲，在不 | 客服，你好，咨询一下 | 你好，我有点事想问下 | hi! hope you had a nice weekend :)
你好，麻烦问一下 | 晚上好，还有人吗
Hello～有客服在线没 | 晚上好！我是刚注册的新用户哈哈 | 嗯 在的话回一声 | 有人在吗 看到回个话
客服在的话吱一声呗 | 你好，在的话麻烦回复一下 | 哈喽 有人理我吗 | 有客服值班吗 | 还有客服在吗
又来打扰你们了 | 初来乍到，多多关照 | 你好，最近好吗 | 嗨，忙不忙 | 现在方便聊吗 | 你好小云
哈喽～在线客服在吗 | 你好呀 我是今天刚加入的新成员 | 您好 我是你们的老客户了
hey folks, new customer here | hello! just joined today | Good day, this is my first message here
hiya! first time using this chat | Dear support team, greetings from Lisbon | Dear Sir or Madam
Hello from Berlin! | To whom it may concern | hi, it's my first time here | hey, me again
Dear customer service, good morning | just saying hi | Hi all, greetings from sunny Spain
"""
CLOSINGS = """
哦哦找到了，谢谢小哥哥 | 可以了可以了，刚刚自己弄好了，不用管我了 | ok got it, cheers
cool, found the folder. ty! | alright that's everything for today, bye
谢啦, works perfectly now 👍 | 好了好了，已经搞定了 | 现在能登录了，多谢 | 没问题了，谢谢亲
已经恢复正常了 | 我知道了，谢谢老师 | 明白啦～ | 谢谢，辛苦了[玫瑰] | 谢谢[抱拳] | [强][强] | 👌
好的好的，拜拜 | 行，就这样吧 | 那先这样 | 没别的事了 | 没有其他问题了
暂时没有问题了，有问题再找你 | 不用了谢谢 | 不用麻烦了，我自己解决了 | 太好了 | 你真棒
回复真快，点赞 | 原来如此 | 学到了，感谢 | 晚安 | 再见👋 | 88 | 回头再聊 | 我先去试试 | 我试一下
祝您工作愉快 | 周末愉快 | 收到，感谢解答 | 嗯嗯好 | 好滴谢谢啦 | 终于好了 | 这下懂了
都弄好了，谢谢你们 | 问题解决了，感谢感谢 | thanks a million! | thank you so much for your help
thx | tysm | ty! | that did the trick, thanks | that worked | it's working now
works now, thank you | all sorted, cheers mate | never mind, figured it out | nvm found it
no more questions, thanks | that's all for now | that will be all | No thanks, I'm good
ok perfect | awesome, thanks! | great, that helps a lot | much appreciated
really appreciate your help | you've been very helpful | you're the best | have a great day!
see you later | good night | I'll try that, thanks | will do | gotcha | makes sense, thank you
sounds good | ok bye | okay thanks again | Perfect. Bye! | got it now thanks | I see, thanks
problem solved | fixed it myself | 好的晚安 | 没事了，我找到入口了 | 谢谢，已经收到了 | 不客气
OK了 | ok的 | 好的呢 | 妥了 | 多谢多谢 | 谢谢！问题已解决 | 懂了懂了，谢谢大佬
好嘞，我去弄一下 | 哦，原来在这里，谢谢 | 看到了，3q | 知道怎么弄了，谢谢 | 收到，多谢提醒
嗯，先这样，有问题再来 | 搞定！ | 可以登了，谢谢 | thanks, found it in the settings
oh nice, it works. thank you! | okay I found it, thx | brilliant, cheers | sweet, thanks man
Got it. Thank you very much! | never mind, I found the answer | thank you, that solved it
great thanks, have a good one | that's it, thanks | 没事啦，刚才点错了 | 好的，明天我再看看
谢谢你，再见啦 | amazing, that fixed it | ok thanks, will try it
OK，那我去费用中心弄一下，多谢！ | 好的，我去后台看看 | 行，我去问下管理员 | 嗯嗯我这就去改
好，那我去下载最新版 | 谢谢，我去设置里找找 | 那我联系一下我们管理员 | 好的 我回头去申请
明白，我去费用中心开一下发票 | 谢谢小云，五星好评 | 必须给你好评 | 满分！谢谢 | 小云真棒
解释得很清楚，谢谢 | 666 | 爱了爱了 | 给你们点个大大的赞 | 哦哦原来是人满了 明白
噢，原来要管理员开通啊，谢谢 | 难怪，懂了 | 哦是我看错了，不好意思 | 嗯 原来是网络的问题
哦原来得先审核啊 好的 | thanks, I'll go to billing and do it | ok I'll ask my admin
great, I'll check the settings page then | oh that explains it, thanks | ah my bad, thanks
了解，我去让管理员开通 | 客服小姐姐人真好，谢谢
cheers, gotta run | let me go check, thank you
"""
NO_WORDS = """
[图片] | [语音] | [image] | <voice> | [文件] 合同.pdf | ？？ | ?!?! | 。。。 | …… | [图片][图片]
[图片] [语音] | 【图片】 | [动画表情] | [视频] | [Photo] | <Media omitted> | [图片: a.png]
[语音 0:12] | [语音] 3" | <media:image> | [CQ:image,file=abc.jpg]
![image](data:image/png;base64,xx) | （图片） | [Image #1] | [文件]合同.pdf | [sticker] | ! | ~
- | ！！！ | ❓❓ | [文件：报价单.xlsx] | [图片]？
[图片] 你看看这是啥问题 | IMG_4471.HEIC | image.png | Screenshot 2026-11-20 at 10.22.31.png
微信图片_20261120102231.jpg | 屏幕截图 2026-11-20 102231.png | mmexport1699999999999.jpg
[图片] 看一下 | [图片]这是怎么回事 | 这是什么情况 [截图] | [image] what is this? | [图片] 如图
<image> can you take a look at this please | [screenshot] what does this mean | [图片] 麻烦看看这个
如图 | 请看截图 | IMG_1.jpg IMG_2.jpg | IMG_4471.HEIC what's wrong here | [图片] 这个怎么弄
截图.png
5f2b8c1d-77aa-4c2e-9d1f-aa00bb11cc22.jpg
"""
QUESTIONS = """
图片发不出去 | 你好，怎么退款 | 早上好☀️怎么请假 | 谢谢，那怎么退款 | 好了，可是消息还是收不到
可以了吗 | 可以了？ | 解决了吗 | 都好了吗 | 找到了但是打不开 | 没找到 | 还是不行 | 不行了
[图片] 这个报错怎么办 | [图片]打不开 | <image> how do I fix this | 合同.pdf | 文件 合同.pdf
图片 | 语音 | 语音通话怎么录 | thanks to the update my files are gone | thank you page redirect
ok button greyed out | hello world bot template | hi there, the app crashes
good morning message schedule | Hi, I'm locked out | hi, i'm unable to log in
Hello, this is broken | hi, I'm stuck | hi, this is Anna, I can't log in
found the button missing | found a bug | it works but slow | is it fixed? | works on iPad?
all good? | does it work now | I have a question about billing | can you help me with SSO
need help exporting | help center link | 有问题的审批怎么撤回 | 你好，我是管理员，登录不了
你好，我是企业版用户，怎么开发票 | 你好，我是被邀请的，看不到群 | 你好，昨天刚升级就白屏
你好，我想用审批 | 我是管理员 | 我是做装修公司的，昨天刚注册 | 我想了解一下企业版
想咨询企业版价格 | 咨询电话多少 | 问个问题：可以退款吗 | 请问怎么退款 | 能帮我改一下公司名吗
帮我把手机号换了 | 帮我看看审批 | 早上打卡几点 | 晚上好像收不到消息 | 好友怎么加
好几个群收不到消息 | 成员上限 | 会议室 | 会了议 | 完成率怎么看 | 恢复历史版本 | 恢复
收到的文件在哪 | 正常吗 | 不用验证码能登录吗 | 不用的群怎么解散 | 没有问题类型可以选
拜访记录怎么看 | 祝福语模板 | 晚安模式 | 勿扰 | 赞怎么取消 | 点赞功能在哪 | 谢绝加群怎么设
感谢信模板 | 先试用再买可以吗 | 试用 | 试用多久 | 去试用哪个版本 | OK 手势怎么发
got it, but how do I export | ok how do I export | thanks! where do I find the invoice
cool, and on mobile? | perfect, what about the other group | great. does it cost extra
bye bye card feature | see you can delete this, how | hope you add dark mode
hope you can tell me how to export | I hope this is possible on free plan
human resources module | 2 | 1 | 1️⃣ | ERR-4013 | ????怎么办 | C++ | 😡怎么又崩了
叫你们改个名字怎么改 | 安排会议 | 我要找回密码 | 给我找一下发票 | 帮我找文件
怎么给客户设置欢迎语你好 | 自动回复在吗怎么关 | 早安打卡怎么关 | 谢谢卡怎么发
麻烦问一下怎么退款 | 你好我想问一下群成员上限是多少 | 帮我查下订单 | 帮我转一下余额
talk to a team channel | switch to another account | ok where is it | fine but where
no it doesn't work | not working | it's not fixed | still broken | does not work now
works only on wifi | done button disabled | can I get help with invoices | help desk hours
question limits | thanks. also the app is slow | bye the way how to export | 谢谢，还是不行
好的，但是还是收不到 | 行，那价格呢 | 明白了，那手机上呢 | ok，那多少钱 | 可以了，但是头像没了
好了，文件不见了 | 没问题，怎么付款 | 找到了，不过打不开 | 收到验证码了但是过期 | 已经解决不了了
不用了怎么退款 | 算了，退款吧 | 先这样，怎么退订 | 再见怎么屏蔽 | 你好，我是老师，学校有优惠吗
你好，我是学生，想申请优惠 | hi, I'm a teacher, is there a discount
hello, I'm new here, where do I start | [微笑]怎么关 | [强]表情怎么发 | [图片]这个红点怎么去掉
[文件] 上传不了 | (图片) 不显示 | 文件打不开[文件] | 我设置一下白板背景报错 | 我改一下头像不生效
明天再看板上看不到 | 刚才点错了怎么撤回 | 填错了发票抬头 | 我看看板在哪 | 会怎么收费
知道怎么关吗 | 原来在这里的按钮没了 | 已解决的工单在哪看 | 全部完成的任务怎么归档
found it in the settings but it is greyed out
看图模式怎么开 | 看附件 提示没权限 | 见附件里的合同 怎么盖章 | 如图标不显示 | 人好评价功能
我去让管理员开通哪个权限 | 我是新成员了怎么看旧消息 | can I be a new member
new member notification | just joined a group and can't see history
[图片] 怎么办 | IMG_4471.HEIC 打不开 | IMG_4471.HEIC怎么预览 | how do I open IMG_4471.HEIC | HEIC
报价单2026.pdf | 怎么上传 IMG_4471.HEIC | 这是啥问题 | what does this mean | 图片怎么看 | logo.png
[image] how do I export this | [图片] 这个按钮在哪 | image.png upload fails | [图片] 这个收费吗
封面图.png | 20261120报表.xlsx | 发[图片]失败 | 我去年开的发票 | 我去开发票
我去费用中心开不了票 | 那我去哪里开 | 明天去升级还来得及吗 | 现在去升级还来得及
那我去申请退款可以吗 | 好的，我去后台看了没有 | 我去后台看一下 找不到
那我去设置里改手机号可以吗 | 那我先去改头像会不会掉线 | 原来的手机号不用了
原来是好的，现在打不开 | 原来在设置里的按钮没了，谢谢 | 原来是免费的 | 原来是可以撤回的，谢谢
哦原来是管理员，现在怎么改 | 难怪收不到，怎么改 | 没看到按钮，谢谢 | 谢谢，没看到入口
有客服系统吗 | 有客服机器人吗 | 有在线客服吗 | 有没有客服工作台 | 回声怎么消 | 有回声
小组 | 你好，小组怎么建 | 你好小程序 | 五星好评怎么关 | 好评 | 给好评的入口 | 666号错误
忙碌状态 | 方便面 | 天气卡片 | 今天天气插件不显示 | 你好，天气
first time using this app and it crashes | first time login fails | hi, first time setup
hello from the app fails | I'll go to billing but it is greyed out | let me check if it's on
let me in | thanks, I'll need to export | ok I'll cancel my plan how | I'll check why
greetings message settings | hi from outlook import | no wonder it fails, how do I fix it
thanks, missed that meeting notification | my bad gateway error | ping api | agent
it's me again with the export question | 5 stars rating widget | dear support, the app crashes
best regards signature | customer service | 看到的话怎么显示已读 | 你们的话费怎么充
"""


def each(text: str) -> list[str]:
    return [said.strip() for said in text.replace("\n", "|").split("|") if said.strip()]


@pytest.mark.parametrize("said", each(GREETINGS))
def test_who_greets_or_announces_a_question_asks_nothing_yet(said: str) -> None:
    assert small_talk(said) == "greeting"


@pytest.mark.parametrize("said", each(CLOSINGS))
def test_who_thanks_or_has_found_it_is_done(said: str) -> None:
    assert small_talk(said) == "closing"


@pytest.mark.parametrize("said", each(NO_WORDS))
def test_a_picture_or_a_row_of_signs_holds_no_words(said: str) -> None:
    assert small_talk(said) == "no_words"


@pytest.mark.parametrize("asked", each(QUESTIONS))
def test_a_question_is_not_taken_for_small_talk(asked: str) -> None:
    assert small_talk(asked) is None


@pytest.mark.parametrize(
    "greeting", ["你好，", "早上好呀☀️ ", "亲，晚上好，想咨询点事情。", "hey there, "]
)
@pytest.mark.parametrize("asked", ["怎么退款", "消息收不到", "升级后白屏", "refund policy", "价格"])
@pytest.mark.parametrize("thanks", ["", "，谢谢小哥哥", ", cheers", "，辛苦了[玫瑰]"])
def test_a_question_among_courtesies_is_still_asked(greeting: str, asked: str, thanks: str) -> None:
    assert small_talk(f"{greeting}{asked}{thanks}") is None


def test_nothing_at_all_is_no_message() -> None:
    assert small_talk("") is None


@pytest.mark.parametrize(
    "clause", ["早上好呀☀️", "想咨询点事情", "谢谢小哥哥", "hey there", "cheers"]
)
def test_a_clause_that_greets_or_thanks_is_a_courtesy(clause: str) -> None:
    assert is_courtesy(clause)


@pytest.mark.parametrize(
    "clause", ["机器人", "已经解决了", "我是管理员", "怎么退款", "", "support"]
)
def test_a_subject_or_a_part_of_the_story_is_no_courtesy(clause: str) -> None:
    assert not is_courtesy(clause)


def test_no_mixture_of_pieces_takes_long() -> None:
    draw = random.Random(7)  # noqa: S311 - the same mixtures each time
    pieces = [
        *"哦嗯我那就先再想能可以了有没什么问题刚真太",
        "hope you ",
        "so ",
        "it ",
        "thanks ",
        "[图片] ",
    ]
    started = time.perf_counter()
    for _ in range(2_000):
        small_talk("".join(draw.choices(pieces, k=110)) + "x")
    for piece in pieces:
        small_talk(piece * 2_000)
    assert time.perf_counter() - started < 3
