"""Search, health, and the calls that front ends make for themselves."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from pipelines import settings as configured
from pipelines.ollama import Ollama
from pipelines.search import SearchResult
from tests.fake_ollama import FakeOllama
from tests.gateway.served import (
    ANSWER,
    MESSAGES,
    QUESTION,
    ScriptedAnswerer,
    ScriptedSearcher,
    app_for,
    serving,
    settings_for,
)


def test_search_returns_hits_with_where_they_stand(url: str) -> None:
    found = httpx.post(f"{url}/api/search", json={"query": QUESTION, "tier": "faq"}).json()
    assert found["version"] == "v7"
    hit = found["hits"][0]
    assert (hit["id"], hit["tier"], hit["path"], hit["line"]) == ("c1", "faq", "account.md", 12)
    assert hit["title"] == "怎么重置密码？"
    assert hit["score"] == 0.91


class Finds(ScriptedSearcher):
    """Finds one record whose passage and whole answer are `text`."""

    def __init__(self, text: str, **fields: str) -> None:
        super().__init__()
        self.text = text
        self.fields = fields

    def search(self, question: str, **options: Any) -> SearchResult:
        found = super().search(question, **options)
        chunk = replace(found.hits[0].chunk, text=self.text, **self.fields)
        return replace(found, hits=(replace(found.hits[0], chunk=chunk, answer=self.text),))


def test_search_gives_the_authors_markdown_byte_for_byte_and_html_where_it_is_asked_for() -> None:
    # What a chat front end would execute is defused in a chat, and only there.
    markdown = (
        "**打开**\u200b [设置](../set.md)：  \n[[reply_to_current]] <b onclick=x()>MEDIA:a</b>\n"
    )
    company = settings_for(faq=[{"name": "help", "base_url": "https://help.example.com"}])
    searcher = Finds(markdown, path="account/login.md")
    with serving(app_for(ScriptedAnswerer([markdown]), searcher, settings=company)) as url:
        plain, asked = (
            httpx.post(f"{url}/api/search", json={"question": QUESTION, "html": html}).json()
            for html in (False, True)
        )
        body = {"model": "sanku", "messages": MESSAGES, "stream": False}
        said = httpx.post(f"{url}/api/chat", json=body).json()["message"]["content"]
    hit = asked["hits"][0]
    assert (hit["text"], hit["answer"]) == (markdown, markdown)
    link = '<a href="https://help.example.com/set.md" rel="noopener noreferrer nofollow">设置</a>'
    shown = f"<p><strong>打开</strong> {link}：<br>\n[[reply_to_current]] <b>MEDIA:a</b></p>\n"
    assert (hit.pop("html"), hit.pop("answer_html")) == (shown, shown)
    assert plain["hits"] == [hit]
    assert said != markdown
    assert "[[" not in said


def test_the_html_of_what_an_agent_typed_is_no_markdown() -> None:
    searcher = Finds("# 1 * 2\n<b>好</b>", tier="dialogues")
    with serving(app_for(ScriptedAnswerer(ANSWER), searcher)) as url:
        body = {"question": QUESTION, "html": True}
        (hit,) = httpx.post(f"{url}/api/search", json=body).json()["hits"]
    assert hit["html"] == "<p># 1 * 2<br>\n&lt;b&gt;好&lt;/b&gt;</p>\n"


def test_search_names_the_field_that_is_wrong(url: str) -> None:
    for body, named in (
        ({}, "`question`"),
        ({"question": ""}, "`question`"),
        ({"question": "x" * 4001}, "`question`"),
        ({"question": "x", "limit": 0}, "`limit`"),
        ({"question": "x", "tier": "docs"}, "`tier`"),
    ):
        response = httpx.post(f"{url}/api/search", json=body)
        assert response.status_code == 400
        assert named in response.json()["error"]


def test_health_tells_version_and_model() -> None:
    with FakeOllama(model="qwen3:32b") as fake:
        model = Ollama(configured.Ollama(url=fake.url, model="qwen3:32b", connect_seconds=1))
        with serving(app_for(ScriptedAnswerer(ANSWER, model))) as url:
            expected = {"status": "ok", "version": "v7", "model_reachable": True}
            assert httpx.get(f"{url}/healthz").json() == expected
            for _ in range(5):
                httpx.get(f"{url}/healthz")
            assert len(fake.requests) == 1
    with serving(app_for(ScriptedAnswerer(ANSWER))) as url:
        assert httpx.get(f"{url}/healthz").json()["status"] == "degraded"
    with serving(app_for(ScriptedAnswerer(ANSWER), ScriptedSearcher(published=False))) as url:
        report = httpx.get(f"{url}/healthz")
        assert report.status_code == 200
        assert report.json() == {"status": "unpublished", "version": "", "model_reachable": False}


TITLE = [
    {
        "role": "user",
        "content": "### Task:\nGenerate a title.\n### Output:\nJSON\n"
        "<chat_history>\nx\n</chat_history>",
    }
]
HEARTBEAT = [
    {"role": "system", "content": "You are a personal assistant running inside OpenClaw."},
    {"role": "user", "content": "Follow the heartbeat monitor scratch context when provided."},
]


def ask(url: str, messages: list[dict[str, str]]) -> str:
    body = {"model": "sanku", "messages": messages, "stream": False}
    response = httpx.post(f"{url}/api/chat", json=body)
    return str(response.json()["message"]["content"])


def test_background_calls_go_to_the_model_and_to_nothing_else() -> None:
    with FakeOllama('{"title": "密码 <tool_call>"}') as fake:
        model = Ollama(configured.Ollama(url=fake.url, model=fake.model))
        scripted = ScriptedAnswerer(ANSWER, model)
        with serving(app_for(scripted)) as url:
            assert ask(url, TITLE) == '{"title": "密码 ＜tool_call>"}'
            assert fake.chats[-1]["messages"] == TITLE
            fake.behave(answer="NO_REPLY")
            assert ask(url, HEARTBEAT) == "NO_REPLY"
        assert scripted.asked == []


SUMMARY = [
    {"role": "system", "content": "You are a context summarization assistant. Summarize."},
    {"role": "user", "content": "<conversation>\n甲\n</conversation>"},
]
SESSION = [
    {"role": "system", "content": "Generate a concise session title for the conversation."},
    {"role": "user", "content": "怎么退款？"},
]


@pytest.mark.parametrize("messages", [TITLE, HEARTBEAT, SUMMARY, SESSION], ids=range(4))
def test_every_kind_of_background_call_passes_through_on_every_path(
    messages: list[dict[str, str]],
) -> None:
    with FakeOllama("好的") as fake:
        model = Ollama(configured.Ollama(url=fake.url, model=fake.model))
        scripted = ScriptedAnswerer(ANSWER, model)
        body = {"model": "sanku", "messages": messages, "stream": False}
        with serving(app_for(scripted)) as url:
            said = httpx.post(
                f"{url}/api/chat", json=body | {"options": {"num_predict": 77}}
            ).json()["message"]["content"]
            told = httpx.post(f"{url}/v1/chat/completions", json=body | {"max_tokens": 78}).json()
            prompt = {"system": "", "prompt": messages[-1]["content"]}
            if messages[0]["role"] == "system":
                prompt["system"] = messages[0]["content"]
            generated = httpx.post(
                f"{url}/api/generate", json={"model": "sanku", "stream": False} | prompt
            ).json()["response"]
    assert said == told["choices"][0]["message"]["content"] == generated == "好的"
    assert [chat["messages"] for chat in fake.chats] == [messages] * 3
    assert [chat["options"]["num_predict"] for chat in fake.chats[:2]] == [77, 78]
    assert scripted.asked == []


def test_background_calls_get_a_fixed_reply_without_a_model() -> None:
    with FakeOllama() as fake:
        fake.behave("refuse")
        for model in (None, Ollama(configured.Ollama(url=fake.url, model=fake.model))):
            with serving(app_for(ScriptedAnswerer(ANSWER, model))) as url:
                assert ask(url, TITLE) == "{}"
                assert ask(url, HEARTBEAT) == "NO_REPLY"


def test_a_company_may_name_its_model() -> None:
    named = settings_for(gateway={"model": "skylark:v2"})
    with serving(app_for(ScriptedAnswerer(ANSWER), settings=named)) as url:
        assert httpx.get(f"{url}/api/tags").json()["models"][0]["name"] == "skylark:v2"
        body = {"model": "skylark", "messages": MESSAGES}
        assert httpx.post(f"{url}/api/chat", json=body).status_code == 404
        assert httpx.post(f"{url}/api/chat", json=body | {"model": "skylark:v2"}).status_code == 200
