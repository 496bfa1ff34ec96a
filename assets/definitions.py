"""The Dagster code location: everything that `dagster dev` and `dg dev` show."""

import dagster as dg

from assets.automation import JOBS, release_sensor, schedules
from assets.checks import conflict_check, gate_checks, quarantine_checks, stale_check
from assets.company import Company
from assets.index import (
    candidate,
    embeddings,
    golden_answers,
    published,
    similar_questions,
    stale_faq,
)
from assets.logger import plain_logger
from assets.tiers import tier_assets
from pipelines.errors import SettingsError
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return the code location of the company that `settings` describe."""
    return dg.Definitions(
        assets=[
            *tier_assets(settings),
            embeddings,
            stale_faq,
            candidate,
            published,
            similar_questions,
            golden_answers,
        ],
        asset_checks=[*quarantine_checks(), conflict_check(), stale_check(), *gate_checks()],
        jobs=JOBS,
        schedules=schedules(settings),
        sensors=[release_sensor(settings)],
        resources={
            "company": Company(
                sources=str(settings.sources_file), warehouse_folder=str(settings.warehouse)
            )
        },
        loggers={"console": dg.colored_console_logger, "plain": plain_logger},
        # A spawned process costs 3 to 4 seconds a step; these steps take less.
        executor=dg.in_process_executor,
    )


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        # The message says all; the UI would print the parser's own report beneath it.
        raise SettingsError(str(error)) from None


defs = build_definitions(_settings())
