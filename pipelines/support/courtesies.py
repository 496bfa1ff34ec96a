"""A courtesy: what is said around an answer and states nothing, such as `请放心。`, `Here is how:`.

A closed list. Whatever else a sentence says is a claim, however short: `终身免费。`
"""

import re

from pipelines.text import fold

_HAN = (
    r"(?:尊敬的|亲爱的)?(?:客户|用户|顾客|朋友)?[您你]好|亲爱的|亲|大家好|好的|嗯|哈喽"
    r"|(?:非常|十分)?感谢(?:[您你]的?)?(?:咨询|提问|反馈|耐心|等待|支持|理解|联系|来信|关注|使用)*"
    r"|谢谢(?:[您你]的?)?(?:咨询|提问|反馈|耐心|等待|支持|理解|联系|关注|使用)*"
    r"|(?:非常|十分|很|实在)?(?:抱歉|对不起|不好意思|遗憾)|(?:由此)?给[您你](?:带来|造成)(?:的|了)?不便"
    r"|敬?请(?:[您你])?(?:谅解|理解|见谅|放心)|[您你]?别(?:担心|着急)|别急|请注意|注意|温馨提示|提示|说明"
    r"|(?:很)?高兴(?:能)?为[您你](?:服务|解答)|(?:我来)?为[您你](?:服务|解答|说明|介绍)(?:如下)?"
    r"|希望(?:这些?|以上|上述)?(?:信息|回答|内容|说明|解答)?(?:能够?|可以)?(?:对[您你]有所?帮助|帮助?到?[您你]|帮到[您你])"
    r"|(?:如果?|若)?(?:[您你])?(?:还|仍)?有(?:任何|其[他它]|别的|什么|更多)?(?:问题|疑问|需要|需求)(?:的话)?"
    r"|(?:请|可以?|欢迎)?(?:[您你])?(?:可以)?(?:随时|再|继续)?(?:联系|咨询|告诉|询问|告知)(?:我们?|客服|人工客服)"
    r"|(?:请|欢迎)?(?:[您你])?(?:随时|继续|再)(?:提问|咨询|联系)"
    r"|祝[您你]?(?:生活|工作|使用|购物|一切|旅途)?(?:愉快|顺利)"
    r"|(?:请|[您你])*(?:可以?)?(?:按照?|参考|参照|遵循|根据|依照|通过)(?:以下|下列|下面|如下)的?"
    r"(?:步骤|方法|方式|说明|流程|操作)(?:来)?(?:进行)?(?:操作|处理|设置|办理|解决)?(?:即可)?"
    r"|(?:具体|操作|详细)?(?:的)?(?:操作|步骤|方法|方式|流程|说明|情况|内容)?(?:如下|为|是)(?:所示)?"
    r"|(?:以下|下面)(?:是|为)?(?:具体|详细|操作|相关)*的?(?:步骤|方法|方式|流程|说明|内容|信息)"
    r"|(?:具体|操作|详细|相关)*(?:步骤|方法|方式|流程|说明)|(?:根据|按照?)(?:以上|现有|相关|提供的)*(?:资料|文档|信息)"
    r"|[您你]可以(?=:)|总之|总的来说|简单来说|另外|此外|其次|首先|最后|第[一二三四五]步"
)
_LATIN = (
    r"(?:hello|hi|hey)(?: there)?|dear (?:customer|user)|good (?:morning|afternoon|evening)"
    r"|thanks?(?: you)?(?: (?:so|very) much)?(?: for (?:asking|contacting us|reaching out"
    r"|getting in touch|your (?:question|patience|message|understanding|feedback|interest)))?"
    r"|(?:i['’]m |we['’]re |i am |we are |so |very )*sorry"
    r"(?: (?:for|about) (?:the|any) (?:inconvenience|trouble))?"
    r"|we apologi[sz]e(?: for (?:the|any) inconvenience)?|unfortunately"
    r"|(?:that['’]s a )?(?:great|good) question"
    r"|(?:i['’]m |we['’]re |i am |we are )?(?:happy|glad) to help|(?:i )?hope (?:this|that) helps"
    r"|(?:please )?let (?:me|us) know|feel free to (?:ask|contact us|reach out)"
    r"|if you (?:have|need) (?:any )?(?:other |more |further )?(?:questions?|help)"
    r"|(?:please )?(?:contact|ask) us|you['’]re welcome|don['’]t worry|rest assured|please note"
    r"|here(?:['’]s| is| are) (?:how|(?:the |what )?(?:steps|answer|details|you need to do))"
    r"(?: to do (?:it|that|this|so))?"
    r"|(?:please |just |you can )?(?:follow|use|take) (?:these|the following|the) steps(?: below)?"
    r"|(?:please )?(?:proceed )?as follows|to do (?:so|this|that|it)"
    r"|(?:the )?(?:following )?steps(?: are)?(?: below)?"
    r"|you can(?=:)|in short|in summary|also|first|second|next|then|finally|step|note"
)
_COURTESY = re.compile(rf"(?>{_HAN}|\b(?:{_LATIN})\b|[\s\W_]|[啊呀哦呢哈啦吧哟])*+")
_CLAUSE = re.compile(r"(?<=[,，.。!！:：;；\n])")


def is_courtesy(text: str) -> bool:
    """Tell whether a sentence states nothing, or has no letter at all."""
    return _COURTESY.fullmatch(fold(text)) is not None


def without_courtesies(text: str) -> str:
    """Return a sentence without the clauses of it that state nothing."""
    return "".join(clause for clause in _CLAUSE.split(text) if not is_courtesy(clause))
