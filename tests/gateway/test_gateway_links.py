"""An author's links stay in what is given verbatim; `test_gateway_injections.py` has the others."""

from pathlib import Path

import httpx

from pipelines.chunks import Chunk, View, make_chunk
from pipelines.index import Recipe
from pipelines.prompt import SYSTEM_PROMPT
from pipelines.versions import Version
from pipelines.warehouse import Warehouse
from tests.fake_ollama import FakeOllama
from tests.gateway.indexed import answering
from tests.small_index import DIM, NOW, RECIPE, build, faq

TITLE = "考勤报表怎么导出"
LINK = "https://partner.example/export"
TEXT = f"打开控制台的考勤报表页面，点右上角的导出按钮，再到 {LINK} 领取文件。"


def version_with_a_link(folder: Path) -> tuple[Version, Chunk]:
    """Build a version, and return with it the entry whose author links to somebody else's page."""
    said: dict[View, str] = {"question": TITLE, "passage": f"{TITLE}\n{TEXT}"}
    chunks = [
        make_chunk(
            tier="faq",
            source="help",
            entry_id="export",
            part=part,
            view=view,
            title=TITLE,
            text=TEXT,
            search_text=said[view],
            path="help.md",
            line_start=1,
            line_end=2,
            at=NOW,
        )
        for part, view in enumerate(said)
    ]
    thresholds = {"direct": 0.98, "support": 0.0, "passage": 0.0}
    recipe = Recipe(RECIPE.embedder_id, DIM, SYSTEM_PROMPT, thresholds)
    built = build(Warehouse(folder), [*chunks, *faq(40)], recipe=recipe)
    return built.version, chunks[0]


def ask(url: str, question: str) -> tuple[str, str]:
    """Return how it was decided, and what was said."""
    body = {"model": "sanku", "stream": False, "messages": [{"role": "user", "content": question}]}
    answer = httpx.post(f"{url}/api/chat", json=body, trust_env=False).json()
    return answer["sanku"]["decision"], answer["message"]["content"]


def test_an_authors_link_stays_where_the_entry_is_given_verbatim(tmp_path: Path) -> None:
    with FakeOllama() as fake, answering(version_with_a_link(tmp_path), fake) as url:
        decision, text = ask(url, f"{TITLE}？")
    assert decision == "direct"
    assert LINK in text
