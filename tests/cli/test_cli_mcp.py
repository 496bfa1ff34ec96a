"""`sanku mcp`: the official client starts it and talks to it over stdin and stdout."""

import asyncio
import json
import subprocess

from mcp import Client
from mcp.client.stdio import StdioServerParameters

from tests.cli.command import CHECKOUT, COMMAND, sanku


def environment(model: str) -> dict[str, str]:
    return {
        "SANKU_EMBEDDING_MODEL": model,
        "SANKU_REDACTION_KEY": "ab" * 32,
        "OLLAMA_HOST": "127.0.0.1:9",
        "PATH": "",
    }


def test_an_assistant_lists_searches_and_asks(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    started = StdioServerParameters(
        command=COMMAND[0],
        args=[*COMMAND[1:], "mcp", *sample_options],
        env=environment(sample_model),
        cwd=CHECKOUT,
    )

    async def talk() -> None:
        async with Client(started, read_timeout_seconds=60) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            assert tools == {"search_knowledge", "ask"}
            found = await client.call_tool("search_knowledge", {"question": "忘记密码怎么办"})
            assert any(
                "密码" in passage["title"] for passage in found.structured_content["passages"]
            )
            told = await client.call_tool("ask", {"question": "转人工"})
            assert told.structured_content["handoff"] is True
            assert told.structured_content["published"].startswith("0001-")

    asyncio.run(talk())


def test_nothing_but_the_protocol_is_written_to_stdout(
    sample_options: tuple[str, ...], sample_model: str
) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    ask = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": "忘记密码怎么办？"}},
    }
    process = subprocess.Popen(
        [*COMMAND, "mcp", *sample_options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env=environment(sample_model),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lines = []
    for message in (hello, ask):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        lines.append(json.loads(process.stdout.readline()))
    rest, complaint = process.communicate(timeout=30)
    assert [line["id"] for line in lines] == [1, 2]
    assert lines[1]["result"]["isError"] is False
    assert (rest, complaint, process.returncode) == ("", "", 0)


def test_mcp_says_when_nothing_is_published(tmp_path: object) -> None:
    done = sanku("mcp", "--warehouse", str(tmp_path))
    assert done.exit_code == 5
    assert "sanku run" in done.stderr
    assert done.stdout == ""
