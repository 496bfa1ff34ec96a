"""A running Dagster, asked over GraphQL to read a release; Dagster itself is never imported."""

from pipelines.dagster_server.graphql import GraphQL, open_server
from pipelines.dagster_server.release_run import (
    ASKED,
    JOB,
    PARTITIONS,
    Run,
    RunResult,
    follow,
    partition_key,
    start_release,
)

__all__ = [
    "ASKED",
    "JOB",
    "PARTITIONS",
    "GraphQL",
    "Run",
    "RunResult",
    "follow",
    "open_server",
    "partition_key",
    "start_release",
]
