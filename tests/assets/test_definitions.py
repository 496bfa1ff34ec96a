"""The code location: what a data engineer finds in it."""

import warnings
from datetime import timedelta

import dagster as dg
import pytest

from assets.definitions import build_definitions
from assets.partitions import ranges, release_of
from pipelines.checks import CHECKS
from pipelines.errors import SettingsError
from pipelines.settings import Settings
from pipelines.warehouse import SCHEMAS
from tests.assets.conftest import Ran

TIERS = ("faq", "dialogues", "changelog")


@pytest.fixture(scope="module")
def definitions(ran: Ran) -> dg.Definitions:
    return build_definitions(ran.settings)


def spec(definitions: dg.Definitions, name: str) -> dg.AssetSpec:
    return definitions.resolve_asset_graph().get(dg.AssetKey(name)).to_asset_spec()


def parents(definitions: dg.Definitions, name: str) -> set[str]:
    keys = definitions.resolve_asset_graph().get(dg.AssetKey(name)).parent_keys
    return {key.to_user_string() for key in keys}


def test_the_lineage_runs_from_three_tiers_to_one_published_index(
    definitions: dg.Definitions,
) -> None:
    assert parents(definitions, "embeddings") == set(TIERS)
    assert parents(definitions, "stale_faq") == {"embeddings"}
    assert parents(definitions, "candidate") == {"embeddings", "stale_faq"}
    assert parents(definitions, "published") == {"candidate"}
    assert parents(definitions, "golden_answers") == {"published"}
    assert parents(definitions, "similar_questions") == {"published"}


def test_a_release_does_not_wait_for_what_the_model_writes(definitions: dg.Definitions) -> None:
    jobs = {name: definitions.resolve_job_def(name) for name in ("faq_job", "changelog_job")}
    makes = {name: {node.name for node in job.nodes} for name, job in jobs.items()}
    later = makes["faq_job"] - makes["changelog_job"]
    assert "similar_questions" in later
    assert {name for name in later if not name.startswith("faq")} == {"similar_questions"}


def test_every_asset_says_what_it_is_who_owns_it_and_what_it_is_made_with(
    definitions: dg.Definitions,
) -> None:
    for key in definitions.resolve_asset_graph().materializable_asset_keys:
        about = spec(definitions, key.to_user_string())
        assert about.description, key
        assert about.owners, key
        assert about.kinds, key
        assert about.code_version, key
        assert about.group_name != "default", key


def test_a_tier_shows_its_columns_with_their_meaning(definitions: dg.Definitions) -> None:
    for tier in TIERS:
        columns = spec(definitions, tier).metadata["dagster/column_schema"].value.columns
        assert [column.name for column in columns] == SCHEMAS[tier].names
        assert all(column.description for column in columns)


def test_a_tier_is_overdue_when_the_gate_would_refuse_it(ran: Ran) -> None:
    stale = {"faq": 7, "dialogues": 2, "changelog": 100}
    publish = ran.settings.publish.model_copy(update={"stale_after_days": stale})
    definitions = build_definitions(ran.settings.model_copy(update={"publish": publish}))

    for tier in ("faq", "dialogues"):
        policy = spec(definitions, tier).freshness_policy
        assert isinstance(policy, dg.FreshnessPolicy)
        assert policy.fail_window.to_timedelta() == timedelta(days=stale[tier])
    # A product without a new release is fresh for as long as somebody looks for one.
    assert spec(definitions, "changelog").freshness_policy is None


def test_every_check_of_the_gate_blocks_the_publish(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    blocking = {
        key.name
        for key in graph.asset_check_keys
        if key.asset_key == dg.AssetKey("candidate") and graph.get(key).blocking
    }

    assert blocking == set(CHECKS)


def test_loading_warns_of_nothing(ran: Ran) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build_definitions(ran.settings)


def test_a_pinned_clock_ends_the_days_at_its_own(ran: Ran) -> None:
    def days(settings: Settings) -> list[str]:
        graph = build_definitions(settings).resolve_asset_graph()
        partitions = graph.get(dg.AssetKey("dialogues")).partitions_def
        assert partitions
        return list(partitions.get_partition_keys())

    pinned = days(ran.settings)

    assert pinned[0] == ran.settings.window.first_day.isoformat()
    assert pinned[-1] == str(ran.settings.as_of)
    now = ran.settings.model_copy(update={"as_of": None}).now()
    assert days(ran.settings.model_copy(update={"as_of": None}))[-1] in {
        (now.date() - timedelta(days=back)).isoformat() for back in (0, 1)
    }


def test_only_what_is_fetched_over_the_network_is_tried_again(ran: Ran) -> None:
    def retried(settings: Settings) -> set[str]:
        definitions = build_definitions(settings)
        job = definitions.resolve_implicit_global_asset_job_def()
        return {node.name for node in job.nodes if node.definition.retry_policy}

    assert retried(ran.settings) == set()
    (product,) = ran.settings.changelog
    remote = product.model_copy(update={"repo": "https://git.example/yunque.git"})
    assert retried(ran.settings.model_copy(update={"changelog": (remote,)})) == {"changelog"}


def test_a_partition_of_an_undeclared_product_names_the_way_out(ran: Ran) -> None:
    with pytest.raises(SettingsError, match=r"add a `\[\[changelog\]\]` named `other`|Add a"):
        release_of(ran.settings, "other@v1.0.0")


def test_neighbouring_partitions_make_one_range() -> None:
    assert list(ranges(["a", "b", "c", "d"], {"a", "b", "d"})) == [("a", "b"), ("d",)]
    assert list(ranges(["a", "b"], {})) == []
