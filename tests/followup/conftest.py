"""A vocabulary of a small cloud company's documents, and the sample company searched."""

from typing import Any

import pyarrow as pa
import pytest

from pipelines.answer import Answerer
from pipelines.query import Vocabulary
from pipelines.query.vocabulary import from_table, vocabulary_table
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.terms import index_terms
from pipelines.versions import PublishedVersion
from pipelines.warehouse import Warehouse

# What one record says, and how many records say it.
DOCUMENTS = {
    "如何创建快照，并用快照回滚云盘？": 9,
    "服务器实例无法启动，数据丢失怎么办？": 12,
    "登录控制台，用账号和密码连接实例，怎么重置密码？": 12,
    "申请发票后多久能收到？电子发票和纸质发票有什么区别？": 7,
    "节省计划支持哪些付费方式？到期后怎么续费？": 6,
    "抢占式实例什么时候会被回收？保护期是多久？": 5,
    "带显卡的 GPU 实例支持停机不收费吗？": 3,
    "远程连接 Windows 实例和 Linux 实例": 8,
    "支持单点登录吗？管理员怎么开启两步验证？": 4,
    "How do I reset my password and sign in to the console?": 8,
    "How do I request an invoice, and when will the invoice arrive?": 5,
    "Does single sign-on work on Windows and Linux? Export the audit log": 5,
    "CDN 怎么配置 HTTPS 证书？": 5,
    "升级到 v2.4.0 解决 E-1042": 2,
}
RECORDS = sum(DOCUMENTS.values())


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary of `DOCUMENTS`."""
    texts = [text for text, times in DOCUMENTS.items() for _ in range(times)]
    rows = {
        "tier": ["faq"] * len(texts),
        "entry_id": [str(number) for number in range(len(texts))],
        "terms": [index_terms(text) for text in texts],
    }
    return from_table(vocabulary_table(pa.table(rows)))


@pytest.fixture(scope="session")
def searcher(company: tuple[Settings, Warehouse], embedder: Any) -> Searcher:
    """A searcher over the sample company."""
    return Searcher(PublishedVersion(company[1]), lambda: embedder)


@pytest.fixture
def quoting(company: tuple[Settings, Warehouse], searcher: Searcher) -> Answerer:
    """An answerer without a language model."""
    return Answerer(company[0], searcher)
