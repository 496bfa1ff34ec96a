"""Full-text terms: the same cut for index and query, codes kept whole."""

import pytest

from pipelines.terms import index_terms, query_terms, simplified


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("请在账单页申请退款，三日内到账。", "退款"),
        ("API 密钥泄露后立即重置密钥", "密钥"),
        ("遇到 ERR-4013 时请重试", "err 4013"),
        ("遇到 ERR-4013 时请重试", "ERR-4013"),
        ("遇到 ERR-4013 时请重试", "ERR4013"),
        ("遇到 ERR_4013 时请重试", "err-4013"),
        ("自 v2.4.0 起支持", "2.4.0"),
        ("自 2.4.0 起支持", "v2.4.0"),
        ("升级到版本2.4.0。", "V2.4.0 有什么"),
        ("ＡＰＩ 密钥", "api"),
        ("设置 max_upload_size", "max_upload_size"),
        ("打开 Settings 页", "settings"),
        ("报错 InvalidDataDiskCategory.NotSupported", "invalid data disk 报错"),
        ("用 OSSBrowser 上传", "browser"),
        ("规格 ecs.g6.large", "g6"),
        ("Windows2019 蓝屏", "windows"),
        ("自 2.4.0 起支持 E–1042", "E-1042"),
        ("伺服器的檔案", "服务器"),
        ("服务器的文件", "檔案"),
    ],
)
def test_a_question_shares_a_telling_term_with_the_passage(text: str, question: str) -> None:
    assert set(query_terms(question).split()) & set(index_terms(text).split())


@pytest.mark.parametrize(
    ("text", "question", "kept"),
    [
        ("v2.4.0", "v2.4.0", "ver:2.4.0"),
        ("err-4013", "ERR-4013", "err-4013"),
        ("退款", "请问怎么退款", "退款"),
        ("E-1042", "e‑1042", "e-1042"),
        ("0x80070005", "0X80070005 是什么", "0x80070005"),
        ("v2.4.0-rc.1", "V2.4.0-RC.1", "v2.4.0-rc.1"),
        ("ecs.g6.large", "ECS.G6.LARGE", "ecs.g6.large"),
        ("user_config.json", "user_config.json", "user_config.json"),
        ("RunInstances", "runinstances", "runinstances"),
        (
            "InvalidDataDiskCategory.NotSupported",
            "InvalidDataDiskCategory.NotSupported",
            "invaliddatadiskcategory.notsupported",
        ),
        ("IPv6", "ipv6", "ipv6"),
    ],
)
def test_codes_and_versions_stay_whole(text: str, question: str, kept: str) -> None:
    assert kept in index_terms(text).split()
    assert kept in query_terms(question).split()


def test_another_version_or_code_is_another_term() -> None:
    assert "ver:2.4.0" not in index_terms("v2.4.1 和 12.4.0 和 2.4.05").split()
    assert "err-4013" not in index_terms("ERR-4014").split()
    assert "ver:10.2.4" not in index_terms("2.4.0").split()


def test_the_words_around_a_question_are_dropped_unless_nothing_else_is_left() -> None:
    assert query_terms("请问怎么退款呢") == "退款"
    assert query_terms("How do I export a table").split() == ["export", "table"]
    assert "怎么办" in query_terms("怎么办").split()
    assert query_terms("？！") == ""


@pytest.mark.parametrize("question", ["怎么开发票", "我要开发票！", "可以开发票吗"])
def test_an_invoice_is_issued_and_nothing_is_developed(question: str) -> None:
    assert "发票" in query_terms(question).split()
    assert "开发" not in query_terms(question).split()
    assert "开发" not in index_terms(question).split()
    assert "开发" in query_terms("怎么开发插件").split()


def test_single_characters_are_indexed_but_not_asked() -> None:
    assert {"退", "款"} <= set(index_terms("退款").split())
    assert not {"退", "款"} & set(query_terms("退款").split())


def test_invisible_characters_do_not_part_a_word() -> None:
    assert index_terms("退\u200b款") == index_terms("退款")


def test_a_long_run_of_marks_takes_no_time() -> None:
    assert index_terms("a" + "-" * 200_000) == "a"
    assert len(query_terms("." * 100_000 + "1" + "." * 100_000)) == 1


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("伺服器的檔案要怎麼備份", "服务器的文件要怎么备份"),
        ("网站的文件和程序", "网站的文件和程序"),
        ("网络编辑程序「臺」", "网络编辑程序「台」"),  # one name in traditional script
        ("第一行的程序\n伺服器的檔案", "第一行的程序\n服务器的文件"),
        ("plain text", "plain text"),
    ],
)
def test_words_are_exchanged_in_lines_of_traditional_script_only(written: str, plain: str) -> None:
    assert simplified(written) == plain
    assert simplified(plain) == plain


def test_a_long_run_of_capitals_takes_no_time() -> None:
    assert len(index_terms("Aa" * 50_000).split()) < 100_000
    assert index_terms("A" * 100_000) == "a" * 100_000
