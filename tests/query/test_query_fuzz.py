"""Whatever is typed: an answer, of bounded size and cost, that stays when it is asked again."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.query import Aliases, Vocabulary, understand
from pipelines.query.understanding import MAX_QUESTION
from pipelines.query.wordings import from_lines
from tests.pace import timed

ALIASES = Aliases((("ossbrowser", "oss浏览器", "OSS 客户端"), ("快照", "ossbrowser 盘", "snap")))
WORDINGS = from_lines(["打不开\t无法 登录\n", "慢\t带宽\n"])
MANY = """快照 备按 登陆 登录 伺服器 檔案 oss OSS浏览器 客户端 ossborwser kuaizhao v2.4.0 E-1042
0x80070005 打不开 慢 数剧 臺 後 乾 snap 盘 instnace ＯＳＳ ﷽ İ 帐号 续废 . - _"""
PIECES = st.sampled_from([*MANY.split(), " ", "\u3000", "\n"])
TYPED = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=TYPED)
def test_whatever_is_typed_is_understood_once_and_for_all(
    vocabulary: Vocabulary, question: str
) -> None:
    query = understand(question, vocabulary, ALIASES, WORDINGS)

    assert len(query.text) <= 18 * len(question) + 10  # NFKC: `﷽` is 18 characters
    assert all(0 < term.weight <= 1 and term.text for term in query.terms)
    assert len({term.text for term in query.terms}) == len(query.terms)
    again = understand(query.text, vocabulary, ALIASES, WORDINGS)
    assert again.text == query.text


def test_a_long_question_is_cut_and_costs_its_length(vocabulary: Vocabulary) -> None:
    for piece in ("备按", "oss客户端", "kuaizhao", "伺服器檔案", "a.", "ossborwser ", "的", "盘"):
        question = piece * (100_000 // len(piece))

        query, seconds = timed(lambda text=question: understand(text, vocabulary, ALIASES))

        assert len(query.text) <= MAX_QUESTION
        assert seconds < 2, piece


def test_a_question_takes_two_milliseconds(vocabulary: Vocabulary) -> None:
    question = "我的ossborwser打不开，网站备按的数剧在伺服器上，慢死了 E-1042"
    understand(question, vocabulary, ALIASES)

    _, seconds = timed(lambda: [understand(question, vocabulary, ALIASES) for _ in range(50)])

    assert seconds / 50 < 0.004
