"""What of a model's words is passed on, and how it is laid out."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import pytest

from pipelines.answer import Answerer
from pipelines.answer.writing import Written, write
from pipelines.prompt import Prompt
from pipelines.search import Searcher
from pipelines.tokens import TokenCount
from tests.answer.conftest import MakeHit
from tests.gateway.indexed import FACT, QUESTION, Built, Knowing, small_version
from tests.gateway.served import settings_for

EXPORT = (
    "打开「设置」，进入「数据导出」，选择要导出的空间和格式，点「开始导出」。"
    "完成后，在「下载中心」领取，7 天内有效。"
)
OPEN, CHOOSE, START = (
    "打开「设置」，进入「数据导出」",
    "选择要导出的空间和格式",
    "点「开始导出」",
)


class Scripted:
    """A model that says what it was given, four characters at a time."""

    def __init__(self, said: str) -> None:
        self.tokens = TokenCount()
        self._said = said

    async def chat(
        self,
        messages: Sequence[dict[str, str]],
        *,
        num_predict: int,
        schema: Mapping[str, Any] | None = None,
        whole: bool = False,
    ) -> AsyncGenerator[str, None]:
        for start in range(0, len(self._said), 4):
            yield self._said[start : start + 4]


@pytest.fixture
def prompt(make_hit: MakeHit) -> Prompt:
    """A prompt with one entry, on how to export data."""
    return Prompt((), (make_hit(EXPORT, title="怎么导出数据？"),), 700, 0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return small_version(tmp_path_factory.mktemp("written"))


def told(said: str, prompt: Prompt) -> tuple[str, Written]:
    """Return what the customer gets of what a model said."""
    written = Written()

    async def collect() -> str:
        pieces = write(Scripted(said), prompt, "怎么导出数据？", written)
        return "".join([piece async for piece in pieces])

    return asyncio.run(collect()), written


@pytest.mark.parametrize("mark", ["。[1]", "[1]。"])
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n- ", " "])
def test_steps_and_paragraphs_stay_as_far_apart_as_the_model_wrote_them(
    prompt: Prompt, mark: str, gap: str
) -> None:
    text, _ = told(gap.join(f"{step}{mark}" for step in (OPEN, CHOOSE, START)) + "\n", prompt)
    assert text == gap.join(f"{step}。 [1]" for step in (OPEN, CHOOSE, START))


def test_what_leads_up_to_steps_stays_a_paragraph_of_its_own(prompt: Prompt) -> None:
    text, _ = told(f"按以下步骤操作：\n\n1. {OPEN} [1]\n2. {CHOOSE}。[1]", prompt)
    assert text == f"按以下步骤操作：\n\n1. {OPEN} [1]\n2. {CHOOSE}。 [1]"


@pytest.mark.parametrize("invention", ["再付 300 元。[1]", "再付 300 元 [1]"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_sentence_that_goes_leaves_the_ones_around_it_apart(
    prompt: Prompt, gap: str, invention: str
) -> None:
    text, _ = told(f"{OPEN}。[1]{gap}{invention}\n{START}。[1]", prompt)
    assert text == f"{OPEN}。 [1]{gap}{START}。 [1]"


@pytest.mark.parametrize("code", ["DEVICE_NOT_FOUND", "NOT_FOUND"])
def test_an_error_that_is_called_like_it_is_no_giving_up(make_hit: MakeHit, code: str) -> None:
    said = f"{code} 表示设备编号不存在。"
    asked = Prompt((), (make_hit(said, title=f"返回 {code} 怎么办？"),), 700, 0)
    assert told(f"{said}[1]", asked)[0] == f"{said} [1]"
    text, written = told("NOT_FOUND。", asked)
    assert (text, written.reason) == ("", "model_not_found")


@pytest.mark.parametrize("said", ["NOT_FOUND", "抱歉，NOT_FOUND", "没有资料，输出NOT_FOUND。"])
def test_a_model_gives_up_in_whatever_words(prompt: Prompt, said: str) -> None:
    text, written = told(said, prompt)
    assert (text, written.reason) == ("", "model_not_found")


@pytest.mark.parametrize(
    ("question", "said", "decision"),
    [
        ("How do I export the attendance report?", "Open the console. [1]", "degraded"),
        ("How do I export the attendance report?", "NOT_FOUND", "refuse"),
        (QUESTION, "在火星上领取九千万份文件。[1]", "refuse"),
    ],
)
def test_what_stood_up_to_no_passage_is_quoted_from_one_in_another_language(
    built: Built, question: str, said: str, decision: str
) -> None:
    version, entry = built
    settings = settings_for(answer={"passages": 1})
    searcher = Searcher(version, lambda: Knowing(entry))
    answer = asyncio.run(Answerer(settings, searcher, Scripted(said)).answer(question))
    assert answer.decision == decision
    assert answer.reason == ("model_not_found" if said == "NOT_FOUND" else "unsupported")
    assert (FACT in answer.text) is (decision == "degraded")
    assert bool(answer.citations) is (decision == "degraded")
