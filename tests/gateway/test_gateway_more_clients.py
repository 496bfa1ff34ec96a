"""LangChain, and Ollama's own JavaScript client from the npm registry."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from langchain_ollama import ChatOllama

from tests.gateway.served import ANSWER, QUESTION

TEXT = "".join(ANSWER)
JS_CLIENT = "ollama@0.6.4"
SCRIPT = """
import { Ollama } from 'ollama'
const client = new Ollama({ host: process.argv[2] })
const messages = [{ role: 'user', content: process.argv[3] }]
const streamed = []
for await (const part of await client.chat({ model: 'sanku', messages, stream: true }))
  streamed.push(part.message.content)
const failed = async (work) => { try { await work } catch (error) { return error.message } }
console.log(JSON.stringify({
  whole: (await client.chat({ model: 'sanku', messages })).message.content,
  streamed: streamed.join(''),
  generated: (await client.generate({ model: 'sanku', prompt: process.argv[3] })).response,
  models: (await client.list()).models.map((model) => model.name),
  loaded: (await client.ps()).models.length,
  shown: (await client.show({ model: 'sanku' })).capabilities,
  version: (await client.version()).version,
  pull: await failed(client.pull({ model: 'x' })),
  unknown: await failed(client.chat({ model: 'x', messages })),
}))
"""


def test_langchain_chats_whole_and_in_a_stream(url: str) -> None:
    model = ChatOllama(
        model="sanku",
        base_url=url,
        validate_model_on_init=True,
        client_kwargs={"trust_env": False},
    )
    # LangChain leaves its connection open.
    with model._client:
        answer = model.invoke([("system", "You are a pirate."), ("human", QUESTION)])
        streamed = "".join(str(part.content) for part in model.stream(QUESTION))
    assert answer.content == streamed == TEXT
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] > 0


@pytest.fixture(scope="module")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Ollama's JavaScript client and a script that calls all of it."""
    folder = tmp_path_factory.mktemp("javascript")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no `npm`: Ollama's JavaScript client needs Node")
    quiet = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
    done = subprocess.run(
        [npm, "install", *quiet, "--fetch-retries=0", "--fetch-timeout=20000", JS_CLIENT],
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    if done.returncode:
        pytest.skip(f"`npm install {JS_CLIENT}` failed: no registry in reach")
    (folder / "call.mjs").write_text(SCRIPT, encoding="utf-8")
    return folder


def test_ollamas_javascript_client_finds_all_that_it_needs(url: str, javascript: Path) -> None:
    done = subprocess.run(
        ["node", "call.mjs", url, QUESTION],
        cwd=javascript,
        env={"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said["whole"] == said["streamed"] == said["generated"] == TEXT
    assert said["models"] == ["sanku:latest"]
    assert said["loaded"] == 1
    assert said["shown"] == ["completion"]
    assert said["version"].count(".") == 2
    assert "manages none" in said["pull"]
    assert "not found" in said["unknown"]
