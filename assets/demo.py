"""`python -m assets.demo`: the whole product once, as `make demo` runs it.

Materializes every asset through Dagster, serves the published version, asks three questions over
HTTP, and goes on serving. The runs are recorded in the warehouse, where the Dagster UI shows them.
"""

import logging
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dagster as dg
import httpx

from assets.definitions import build_definitions
from assets.partitions import release_key, releases
from pipelines.answer import Answerer
from pipelines.errors import SankuError, SettingsError, WarehouseError
from pipelines.ollama import Ollama
from pipelines.refresh import release_tags
from pipelines.search import Searcher
from pipelines.settings import CHECKOUT, Settings, load_settings
from pipelines.versions import PublishedVersion
from pipelines.warehouse import Warehouse

QUESTIONS = (
    "忘记密码后如何重新设置？",
    "现在单个文件最大能传多大？",
    "你们支持区块链存证吗？",
)
_START_SECONDS = 60.0


def main() -> None:
    """Run the demo; `SERVE=0` in the environment ends it after the answers."""
    settings = load_settings()
    try:
        materialize_all(settings)
        with serving(settings) as url:
            for question in QUESTIONS:
                _show(url, settings, question)
            if os.environ.get("SERVE", "1") != "0":
                print(f"\nServing {url} (Ollama and OpenAI protocols). Ctrl-C ends it.")
                threading.Event().wait()
    except KeyboardInterrupt:
        print("\nstopped")
    except SankuError as error:
        print(f"sanku: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


def materialize_all(settings: Settings) -> None:
    """Materialize every asset with all its partitions, in order.

    Raises `WarehouseError` when a run fails; its log is in the Dagster UI.
    """
    with _instance(settings) as instance:
        warehouse = Warehouse(settings.warehouse)
        keys = [
            release_key(source, tag)
            for source in settings.changelog
            for tag in release_tags(settings, warehouse, source)
        ]
        instance.add_dynamic_partitions(str(releases.name), keys)
        days = settings.window_days()
        definitions = build_definitions(settings)
        _materialize(definitions, instance, ["faq"])
        _materialize(
            definitions, instance, ["dialogues"], days[0].isoformat(), days[-1].isoformat()
        )
        if keys:
            _materialize(definitions, instance, ["changelog"], keys[0], keys[-1])
        rest = ["embeddings", "candidate", "published", "golden_answers"]
        _materialize(definitions, instance, rest)


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve the published version while the block runs; yields the gateway's URL."""
    import uvicorn

    from pipelines.embedding.model import load_embedder
    from pipelines.gateway.app import create_app

    gateway = settings.gateway
    searcher = Searcher(
        PublishedVersion(Warehouse(settings.warehouse)), lambda: load_embedder(settings)
    )
    answerer = Answerer(settings, searcher, Ollama(settings.ollama))
    listening = _bind(gateway.host, gateway.port)
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, answerer, searcher), log_level="warning")
    )
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    url = f"http://{gateway.host}:{listening.getsockname()[1]}"
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise SettingsError(f"the gateway did not start on `{url}`. Its error is above.")
        time.sleep(0.05)
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join(10)


def _bind(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise SettingsError(
            f"`{host}:{port}` cannot be bound: {error.strerror}. Choose another with `SANKU_PORT`."
        ) from error


@contextmanager
def _instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    home = settings.warehouse
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(CHECKOUT / "warehouse" / "dagster.yaml", home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    with dg.DagsterInstance.get() as instance:
        yield instance


def _materialize(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    names: Sequence[str],
    first: str = "",
    last: str = "",
) -> None:
    tags: dict[str, str] = {}
    if first:
        tags["dagster/asset_partition_range_start"] = first
        tags["dagster/asset_partition_range_end"] = last
    result = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey(name) for name in names],
        instance=instance,
        tags=tags,
        run_config={"loggers": {"plain": {}}},
        raise_on_error=False,
    )
    for event in result.get_asset_materialization_events():
        found = event.materialization.metadata
        if event.partition in (None, last):
            print(f"{event.materialization.asset_key.to_user_string()}: {_told(found)}")
    for check in result.get_asset_check_evaluations():
        summary = check.metadata.get("summary") or check.metadata.get("quarantined")
        state = "ok" if check.passed else "warning" if not check.blocking else "FAILED"
        print(f"  {state:7} {check.check_name}: {summary.value if summary else ''}")
    if not result.success:
        raise WarehouseError(
            f"the run `{result.run_id}` of {', '.join(f'`{name}`' for name in names)} failed. "
            "`make ui` shows its log; mend what it names, and run again."
        )


def _told(metadata: Mapping[str, dg.MetadataValue]) -> str:
    parts = []
    for name, value in metadata.items():
        if isinstance(value.value, int | float | str | bool):
            shown = f"{value.value:.3g}" if isinstance(value.value, float) else value.value
            parts.append(f"{name.removeprefix('dagster/')} {shown}")
    return ", ".join(parts)


def _show(url: str, settings: Settings, question: str) -> None:
    request = {
        "model": settings.gateway.model,
        "stream": False,
        "messages": [{"role": "user", "content": question}],
    }
    token = os.environ.get("SANKU_TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(trust_env=False, timeout=settings.ollama.answer_seconds + 30) as client:
        reply = client.post(f"{url}/api/chat", json=request, headers=headers)
        reply.raise_for_status()
    body = reply.json()
    about = body["sanku"]
    print(f"\n问 / Q: {question}\n{body['message']['content']}")
    handed = ", hand-off" if about["handoff"] else ""
    print(
        f"— {about['decision']} ({about['reason']}{handed}), version {about['version']}, "
        f"{about['timings']['total']:.0f} ms"
    )


if __name__ == "__main__":
    logging.getLogger("httpx").setLevel(logging.WARNING)
    main()
