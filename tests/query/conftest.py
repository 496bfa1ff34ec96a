"""A vocabulary as the documents of a small cloud company make it."""

import pyarrow as pa
import pytest

from pipelines.query.vocabulary import Vocabulary, from_table, vocabulary_table
from pipelines.terms import index_terms

# What one entry says, and how many entries say it.
DOCUMENTS = {
    "如何创建快照，并用快照回滚云盘？": 40,
    "服务器实例无法启动，数据丢失怎么办？": 40,
    "登录控制台，用账号和密码连接实例。": 40,
    "网站备案需要多久？": 12,
    "公网 IP 和带宽如何计费？文件保存在哪里？": 20,
    "包年包月的镜像如何续费？重启实例以后使用。": 20,
    "用 ossbrowser 上传文件，instance 的 InvalidDataDiskCategory.NotSupported 报错": 8,
    "登陆失败的旧文档": 1,
    "升级到 v2.4.0 解决 E-1042": 3,
}


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary of `DOCUMENTS`."""
    texts = [text for text, times in DOCUMENTS.items() for _ in range(times)]
    return from_table(vocabulary_table(rows_of(texts)))


def rows_of(texts: list[str], tier: str = "faq") -> pa.Table:
    """Return the rows that an index holds of `texts`, each a record of its own."""
    return pa.table(
        {
            "tier": [tier] * len(texts),
            "entry_id": [f"{tier}{number}" for number in range(len(texts))],
            "terms": [index_terms(text) for text in texts],
        }
    )
