"""Sanku as an MCP server of two read-only tools; who calls over what is not its business.

The SDK's low-level server, because its `MCPServer` reconfigures the logging of the whole process.
Imported where it is first needed: the SDK takes 0.4 s to load.
"""

import logging
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError

from pipelines.errors import SankuError
from pipelines.gateway.context import Context, problems_of
from pipelines.gateway.protocols.mcp_tools import (
    AskArguments,
    Knowledge,
    SearchArguments,
    Told,
    ask,
    search_knowledge,
)
from pipelines.gateway.refusals import as_refusal

_LOG = logging.getLogger("sanku.gateway")
_INSTRUCTIONS = (
    "Knowledge of {company}: its FAQ, and what its releases changed. Use `ask` for an answer to a "
    "customer, and give it on as it is, with its sources; where `handoff` is true, a person should "
    "take over. Use `search_knowledge` to read passages yourself. Both only read."
)


def _tool(
    name: str, title: str, says: str, takes: type[BaseModel], returns: type[BaseModel]
) -> Tool:
    return Tool(
        name=name,
        title=title,
        description=says,
        input_schema=takes.model_json_schema(),
        output_schema=returns.model_json_schema(),
        annotations=ToolAnnotations(
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


_TOOLS = [
    _tool(
        "search_knowledge",
        "Search the knowledge",
        "Find passages of the FAQ and of release notes that fit a question.",
        SearchArguments,
        Knowledge,
    ),
    _tool(
        "ask",
        "Ask for an answer",
        "Answer a customer's question from the FAQ and the release notes, with sources.",
        AskArguments,
        Told,
    ),
]


def knowledge_server(context: Context, headers: Mapping[str, str], client: str) -> Server[Any]:
    """Return a server for what `client` asks in a request with these headers."""

    async def call(name: str, arguments: Mapping[str, Any]) -> CallToolResult:
        match name:
            case "search_knowledge":
                searching = SearchArguments.model_validate(arguments)
                return _result(*await search_knowledge(context, searching))
            case "ask":
                asking = AskArguments.model_validate(arguments)
                return _result(*await ask(context, asking, headers, client))
            case _:
                return _failure(f"there is no tool `{name[:80]}`; ask for the list of them")

    async def on_list_tools(request: Any, params: Any) -> ListToolsResult:
        return ListToolsResult(tools=_TOOLS)

    async def on_call_tool(request: Any, params: CallToolRequestParams) -> CallToolResult:
        try:
            return await call(params.name, params.arguments or {})
        except ValidationError as error:
            return _failure(problems_of(error))
        except Exception as error:  # noqa: BLE001 - any: the assistant is told what it may know
            # Without the traceback, which could quote a customer.
            told = error if isinstance(error, SankuError) else type(error).__name__
            _LOG.error("mcp %s: %s", params.name, told)
            return _failure(as_refusal(error).message)

    company = context.settings.company.name
    return Server(
        "sanku",
        version=version("sanku"),
        title=f"Sanku: {company}",
        instructions=_INSTRUCTIONS.format(company=company),
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
    )


async def serve_stdio(context: Context) -> None:
    """Serve the assistant that started this process, until it closes its end of the pipe."""
    server = knowledge_server(context, {}, "stdio")
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _result(text: str, data: BaseModel) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=data.model_dump(mode="json"),
    )


def _failure(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)
