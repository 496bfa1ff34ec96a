"""`python -m tests.console_screenshots`: the pictures of `docs/console.md`, of the sample company.

It is published twice into a temporary folder, before and after an edit of its FAQ; the model is a
fake one that quotes what it is given.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from pipelines import pull, refresh
from pipelines.answer import Answerer
from pipelines.embedding.model import load_embedder
from pipelines.evaluation.golden import load_golden
from pipelines.gateway.access.session import COOKIE
from pipelines.gateway.app import create_app
from pipelines.ollama import Ollama
from pipelines.passages.sentences import sentences
from pipelines.publish import kept_versions
from pipelines.search import Searcher
from pipelines.settings import Settings
from pipelines.text import digest
from pipelines.versions import PublishedVersion
from pipelines.warehouse import Warehouse
from tests.conftest import CHECKOUT, publish_sample
from tests.console.conftest import CHROMIUM, TOKEN, cookie_of_session
from tests.fake_ollama import FakeOllama
from tests.gateway.served import serving
from tests.small_index import pass_checks

IMAGES = CHECKOUT / "docs" / "images"
DESK, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 800}
_PASSAGE = re.compile(r"<资料 \w+ (\d+) \w+>\n[^\n]*\n(.*?)\n</资料", re.DOTALL)
_EDITS = (("验证码 10 分钟内有效", "验证码 15 分钟内有效"), ("每天最多 10 条", "每天最多 20 条"))
_DECISIONS = {
    "": ("direct", "faq_match"),
    "colloquial": ("grounded", "passages"),
    "change": ("grounded", "passages"),
    "unanswerable": ("refuse", "not_found"),
    "handoff": ("handoff", "asks_for_person"),
    "chitchat": ("refuse", "greeting"),
}
_ADDED = "\n\n## 注销\n\n**Q**: 注销账号后还能恢复吗？\n\n**A**: 7 天内重新登录即可恢复。\n"


def quoting(messages: list[dict[str, Any]]) -> list[str]:
    """Say the first sentences of the first passage, each with its mark."""
    return [
        f"{sentence}[{number}] "
        for number, text in _PASSAGE.findall(messages[-1]["content"])[:1]
        for _, sentence in list(sentences(text, 500))[:3]
    ]


def publish(folder: Path) -> Settings:
    """Publish the sample company, and once more after an edit."""
    sources = folder / "sample"
    shutil.copytree(CHECKOUT / "kb_sources", sources)
    settings, warehouse = publish_sample(sources / "sources.toml", folder, "builtin", days=30)
    file = sources / "faq" / "handbook" / "account.md"
    text = file.read_text(encoding="utf-8") + _ADDED
    for before, after in _EDITS:
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    pull.faq(settings, warehouse, settings.faq[0])
    embedder = load_embedder(settings)
    refresh.embed(settings, warehouse, lambda: embedder)
    pass_checks(refresh.build(settings, warehouse, lambda: embedder))
    refresh.publish_candidate(settings, warehouse)
    return settings


def write_conversations(settings: Settings) -> None:
    """Write a log of a month, in which customers ask the golden questions."""
    folder = Warehouse(settings.warehouse).conversations
    folder.mkdir()
    asked = load_golden(settings)
    for back, day in enumerate(reversed(settings.window_days())):
        lines = []
        for number in range(14 + back * 7 % 11 - 6 * (day.weekday() > 4)):
            golden = asked[(back * 5 + number * number) % len(asked)]
            tier = golden.expect.tier or "faq"
            decision, reason = _DECISIONS[golden.kind if golden.kind in _DECISIONS else ""]
            who = {"conversation": digest(f"{day} {number}"), "customer": "",
                   "at": f"{day}T09:{number:02}:00+08:00"}  # fmt: skip
            spent = 60 + (number * 37 + back * 11) % 90 + 1900 * (decision == "grounded")
            lines += [
                who | {"role": "customer", "text": golden.question},
                who | {"role": "other", "text": "…", "decision": decision, "reason": reason,
                       "tiers": [tier] if decision in ("direct", "grounded") else [],
                       "milliseconds": float(spent), "first_piece": spent * 0.6},
            ]  # fmt: skip
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{day}.jsonl").write_text(text, encoding="utf-8")


@contextmanager
def gateway(settings: Settings, ollama_url: str) -> Iterator[str]:
    """Serve the company with the fake model."""
    ollama = settings.ollama.model_copy(update={"url": ollama_url})
    settings = settings.model_copy(update={"ollama": ollama})
    searcher = Searcher(
        PublishedVersion(Warehouse(settings.warehouse)), lambda: load_embedder(settings)
    )
    answerer = Answerer(settings, searcher, Ollama(settings.ollama))
    with serving(create_app(settings, answerer, searcher, environ={"SANKU_TOKEN": TOKEN})) as url:
        yield url


def asked(*questions: str) -> Callable[[Page], None]:
    """Return what asks questions on the first page, one after another."""

    def act(page: Page) -> None:
        for number, question in enumerate(questions):
            page.fill("#question", question)
            page.press("#question", "Enter")
            page.wait_for_selector(f"input[name=asked] >> nth={number}", state="attached")
        page.evaluate("scrollTo(0, 0)")
        page.locator("h1").click()

    return act


def drafted(page: Page) -> None:
    """Have the entries drafted."""
    page.click("form[action='/console/drafts/make'] button")
    for _ in range(60):
        page.goto("/console/drafts")
        if page.locator("article.card").count() == page.locator("textarea").count():
            return
        page.wait_for_timeout(500)


def scrolled(page: Page) -> None:
    """Wait for the charts."""
    for image in page.locator("figure img").all():
        image.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete", arg=image.element_handle())
    page.evaluate("scrollTo(0, 0)")


def nothing(page: Page) -> None:
    """Leave a page as it opens."""


def main() -> None:
    """Write every picture."""
    with tempfile.TemporaryDirectory() as temporary, FakeOllama(quoting) as ollama:
        settings = publish(Path(temporary))
        warehouse = Warehouse(settings.warehouse)
        write_conversations(settings)
        first, second = sorted(version.name for version in kept_versions(warehouse))
        compared = f"/console/versions/compare?before={first}&after={second}"
        pictures = {
            "ask": ("/", asked("忘记密码怎么办？", "验证码多久失效？"), "zh-CN", "light", DESK),
            "ask-phone": ("/", asked("忘记密码怎么办？"), "zh-CN", "dark", PHONE),
            "versions": (compared, nothing, "en-US", "light", DESK),
            "stale": ("/console/stale", nothing, "zh-CN", "light", DESK),
            "drafts": ("/console/drafts", drafted, "zh-CN", "light", DESK),
            "freshness": ("/console/freshness", nothing, "en-US", "dark", DESK),
            "analytics": ("/console/analytics", scrolled, "en-US", "light", DESK),
        }
        with gateway(settings, ollama.url) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=["--no-sandbox"]
            )
            for name, (path, act, locale, colours, size) in pictures.items():
                context = browser.new_context(
                    base_url=url, locale=locale, color_scheme=colours, viewport=size
                )
                context.add_cookies([{"name": COOKIE, "value": cookie_of_session(), "url": url}])
                page = context.new_page()
                page.goto(path)
                act(page)
                page.screenshot(path=IMAGES / f"console-{name}.png")
                context.close()
            browser.close()


if __name__ == "__main__":
    main()
