"""`python -m assets.demo`: the whole product once, as `make demo` runs it.

Materializes every asset through Dagster, serves the published version, asks three questions over
HTTP, and goes on serving. The runs are recorded in the warehouse, where the Dagster UI shows them.
"""

import asyncio
import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby

import dagster as dg
import httpx
from dagster_shared.error import SerializableErrorInfo

from assets.partitions import range_tags, release_key, releases
from pipelines.answer import summary
from pipelines.errors import SankuError, WarehouseError
from pipelines.gateway.server import bind, gateway_over, serving
from pipelines.ollama import Ollama
from pipelines.pull import release_states
from pipelines.search import published_searcher
from pipelines.settings import CHECKOUT, Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

QUESTIONS = (
    "忘记密码后如何重新设置？",
    "现在单个文件最大能传多大？",
    "你们支持区块链存证吗？",
)
_INTERRUPTED = 130


def main() -> None:
    """Run the demo; `SERVE=0` in the environment ends it after the answers."""
    try:
        settings = load_settings()
        serve = os.environ.get("SERVE", "1") != "0"
        # Bound before the work, so that a taken port is known at once; nobody needs to find the
        # gateway of a demo that ends, so that it takes any port.
        with bind(settings.gateway.host, settings.gateway.port if serve else 0) as listening:
            materialize_all(settings)
            searcher = published_searcher(settings, Warehouse(settings.warehouse))
            with serving(gateway_over(settings, searcher), listening) as url:
                asyncio.run(_tell_model(settings))
                for question in QUESTIONS:
                    _show(url, settings, question)
                if serve:
                    print(
                        f"\nServing {url} (open it in a browser for the console). Ctrl-C ends it."
                    )
                    threading.Event().wait()
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
        print("\nstopped", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    except SankuError as error:
        print(f"sanku: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


def materialize_all(settings: Settings) -> None:
    """Materialize every asset with all its partitions, in order, and print what each one made.

    Raises `WarehouseError` when a run fails; its log is in the Dagster UI.
    """
    # Loads the environment's settings on import: `main` has told of wrong ones before that.
    from assets.definitions import build_definitions

    definitions = build_definitions(settings)
    with instance_of(settings) as instance:
        if settings.faq:
            _materialize(definitions, instance, ["faq"])
        if settings.dialogues:
            days = [day.isoformat() for day in settings.window_days()]
            _materialize(definitions, instance, ["dialogues"], days)
        if keys := _registered_releases(settings, instance):
            _materialize(definitions, instance, ["changelog"], keys)
        rest = ["embeddings", "stale_faq", "candidate", "published", "golden_answers"]
        _materialize(definitions, instance, rest)


@contextmanager
def instance_of(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Open the Dagster instance whose home is the warehouse, which gets its `dagster.yaml`."""
    home = settings.warehouse
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copyfile(CHECKOUT / "warehouse" / "dagster.yaml", home / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def _registered_releases(settings: Settings, instance: dg.DagsterInstance) -> Sequence[str]:
    """Make partitions of the releases that there are, and only those; return their keys."""
    warehouse = Warehouse(settings.warehouse)
    keys = [
        release_key(source, state.tag)
        for source in settings.changelog
        for state in release_states(settings, warehouse, source)
    ]
    name = str(releases.name)
    for key in set(instance.get_dynamic_partitions(name)) - set(keys):
        instance.delete_dynamic_partition(name, key)
    instance.add_dynamic_partitions(name, keys)
    return instance.get_dynamic_partitions(name)


def _materialize(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    names: Sequence[str],
    partitions: Sequence[str] = (),
) -> None:
    result = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey(name) for name in names],
        instance=instance,
        tags=range_tags(partitions) if partitions else {},
        run_config={"loggers": {"plain": {}}},
        raise_on_error=False,
    )
    made: list[dg.AssetMaterialization] = []
    failures = []
    for event in result.all_events:
        if event.is_step_materialization:
            made.append(event.step_materialization_data.materialization)
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            _print_made(made)
            check = event.asset_check_evaluation_data
            state = "ok" if check.passed else "FAILED" if check.blocking else "warning"
            print(f"  {state:7} {check.check_name}: {check.description or ''}")
        elif event.is_step_failure and event.step_failure_data.error:
            failures.append(f"`{event.step_key}`: {_reason(event.step_failure_data.error)}")
    _print_made(made)
    if not result.success:
        raise WarehouseError(
            f"{' '.join(failures) or 'a blocking check failed, see above.'} "
            f"`make ui` shows the log of the run, `{result.run_id}`."
        )


def _print_made(made: list[dg.AssetMaterialization]) -> None:
    """Print and forget what assets made; the partitions of one asset as their sum."""
    for asset, group in groupby(made, lambda one: one.asset_key.to_user_string()):
        each = list(group)
        told = dict(each[0].metadata.items())
        for name, value in list(told.items()):
            if isinstance(value, dg.IntMetadataValue):
                numbers = [one.metadata[name].value for one in each]
                total = sum(number for number in numbers if isinstance(number, int))
                told[name] = dg.MetadataValue.int(total)
            elif any(one.metadata.get(name) != value for one in each):
                del told[name]  # a rate of one day says nothing of the others
        count = f"{len(each)} partitions, " if each[0].partition else ""
        print(f"{asset}: {count}{_told(told)}")
    made.clear()


def _reason(error: SerializableErrorInfo) -> str:
    """Return what was raised in the asset itself, beneath what Dagster wraps it in."""
    while error.cause:
        error = error.cause
    return error.message.strip().removeprefix("pipelines.errors.")


def _told(metadata: Mapping[str, dg.MetadataValue]) -> str:
    parts = []
    for name, value in metadata.items():
        if isinstance(value.value, int | float | str | bool) and name != "folder":
            shown = f"{value.value:.3g}" if isinstance(value.value, float) else value.value
            parts.append(f"{name.removeprefix('dagster/')} {shown}")
    return ", ".join(parts)


async def _tell_model(settings: Settings) -> None:
    model = Ollama(settings.ollama)
    try:
        there = await model.available()
    finally:
        await model.aclose()
    name = f"`{settings.ollama.model}` at `{settings.ollama.url}`"
    print(f"\nanswers by {name}" if there else f"\nno {name}: answers quote the index")


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
    print(f"\n问 / Q: {question}\n{body['message']['content']}")
    print(summary(body["sanku"]))


if __name__ == "__main__":
    logging.getLogger("httpx").setLevel(logging.WARNING)
    main()
