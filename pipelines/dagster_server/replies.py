"""What is asked of Dagster, and how it answers: of each reply, what Sanku reads."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class Problem(_Reply):
    """An error as Dagster words it, with what raised it first, outermost first."""

    class Link(_Reply):
        """One error of the chain."""

        error: "Problem"

    message: str = ""
    chain: tuple[Link, ...] = Field((), alias="errorChain")

    @property
    def root(self) -> str:
        """What was raised in Sanku itself, beneath what Dagster wraps it in."""
        message = self.chain[-1].error.message if self.chain else self.message
        return message.strip().removeprefix("pipelines.errors.")


class _Named(_Reply):
    name: str


class Repository(_Named):
    """A repository of a code location, and its jobs."""

    jobs: tuple[_Named, ...] = ()


class _Loaded(Problem):
    repositories: tuple[Repository, ...] = ()


class Location(_Named):
    """A code location; `loaded` is None while it loads."""

    loaded: _Loaded | None = Field(None, alias="locationOrLoadError")


class _Locations(_Reply):
    entries: tuple[Location, ...] = Field((), alias="locationEntries")
    message: str = ""


class _Keys(_Reply):
    keys: tuple[str, ...] = Field(alias="partitionKeys")


class _Tag(_Reply):
    key: str
    value: str


class _Key(_Reply):
    path: tuple[str, ...]


class _Step(_Reply):
    key: str = Field(alias="stepKey")


class ActiveRun(_Reply):
    """A run that has not ended."""

    id: str = Field(alias="runId")
    status: str
    tag_list: tuple[_Tag, ...] = Field((), alias="tags")
    begun: tuple[_Step, ...] = Field((), alias="stepStats")

    @property
    def tags(self) -> dict[str, str]:
        """Its tags by name."""
        return {tag.key: tag.value for tag in self.tag_list}

    @property
    def has_begun(self) -> bool:
        """Whether it reads releases, or has read them, as they were then."""
        return any(step.key == "changelog" for step in self.begun)


class _Runs(_Reply):
    results: tuple[ActiveRun, ...] = ()
    message: str = ""


class Workspace(_Reply):
    """The code locations, the releases that are known, and the runs that have not ended."""

    locations: _Locations = Field(alias="workspaceOrError")
    changelog: tuple[_Keys, ...] = Field(alias="assetNodes")
    runs: _Runs = Field(alias="runsOrError")


WORKSPACE = """
query SankuWorkspace($job: String!, $statuses: [RunStatus!]!) {
  workspaceOrError {
    ... on Workspace {
      locationEntries {
        name
        locationOrLoadError {
          ... on RepositoryLocation { repositories { name jobs { name } } }
          ... on PythonError { message errorChain { error { message } } }
        }
      }
    }
    ... on PythonError { message }
  }
  assetNodes(assetKeys: [{path: ["changelog"]}]) { partitionKeys }
  runsOrError(filter: {pipelineName: $job, statuses: $statuses}) {
    ... on Runs {
      results {
        runId
        status
        tags { key value }
        stepStats { stepKey }
      }
    }
    ... on PythonError { message }
  }
}
"""


class _Outcome(_Reply):
    kind: str = Field(alias="__typename")
    message: str = ""


class Added(_Reply):
    """Whether a partition was added."""

    outcome: _Outcome = Field(alias="addDynamicPartition")


ADD_PARTITION = """
mutation SankuAddRelease($name: String!, $key: String!, $repository: RepositorySelector!) {
  addDynamicPartition(
    partitionsDefName: $name, partitionKey: $key, repositorySelector: $repository
  ) {
    __typename
    ... on PythonError { message }
    ... on UnauthorizedError { message }
  }
}
"""


class _LaunchOutcome(_Outcome):
    run: ActiveRun | None = None
    errors: tuple[Problem, ...] = ()


class Launched(_Reply):
    """The run that was started, or why none was."""

    outcome: _LaunchOutcome = Field(alias="launchRun")


LAUNCH = """
mutation SankuStartRelease($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId status } }
    ... on RunConfigValidationInvalid { errors { message } }
    ... on Error { message }
  }
}
"""


class _Table(_Reply):
    records: tuple[str, ...]


class Metadata(_Reply):
    """One entry of an asset's metadata."""

    label: str
    text: str | None = None
    number: int | None = Field(None, alias="intValue")
    flag: bool | None = Field(None, alias="boolValue")
    document: str | None = Field(None, alias="jsonString")
    table: _Table | None = None

    @property
    def value(self) -> Any:
        """The value: text, number, flag, JSON, or the rows of a table; None for other kinds."""
        if self.table is not None:
            return [json.loads(record) for record in self.table.records]
        if self.document is not None:
            return json.loads(self.document)
        given = (one for one in (self.text, self.number, self.flag) if one is not None)
        return next(given, None)


class Check(_Reply):
    """A check as it was evaluated."""

    name: str = Field(alias="checkName")
    passed: bool = Field(alias="success")
    severity: str
    description: str | None = None


class _Told(_Reply):
    description: str | None = None


class Event(_Reply):
    """An event of a run's log."""

    kind: str = Field(alias="__typename")
    message: str = ""
    level: str = ""
    step: str | None = Field(None, alias="stepKey")
    asset: _Key | None = Field(None, alias="assetKey")
    partition: str | None = None
    entries: tuple[Metadata, ...] = Field((), alias="metadataEntries")
    check: Check | None = Field(None, alias="evaluation")
    error: Problem | None = None
    failure: _Told | None = Field(None, alias="failureMetadata")

    @property
    def metadata(self) -> dict[str, Any]:
        """Its metadata by name."""
        return {entry.label: entry.value for entry in self.entries}


class _Status(_Reply):
    status: str = ""
    message: str = ""


class _Events(_Reply):
    events: tuple[Event, ...] = ()
    cursor: str = ""
    more: bool = Field(False, alias="hasMore")
    message: str = ""


class RunLog(_Reply):
    """How a run stands, and what happened since the last look."""

    run: _Status = Field(alias="runOrError")
    log: _Events = Field(alias="logsForRun")


RUN_LOG = """
query SankuRunLog($id: ID!, $cursor: String) {
  runOrError(runId: $id) {
    ... on Run { status }
    ... on Error { message }
  }
  logsForRun(runId: $id, afterCursor: $cursor, limit: 500) {
    ... on EventConnection {
      cursor
      hasMore
      events {
        __typename
        ... on MessageEvent { message level stepKey }
        ... on MaterializationEvent {
          assetKey { path }
          partition
          metadataEntries {
            label
            ... on TextMetadataEntry { text }
            ... on IntMetadataEntry { intValue }
            ... on BoolMetadataEntry { boolValue }
            ... on JsonMetadataEntry { jsonString }
            ... on TableMetadataEntry { table { records } }
          }
        }
        ... on AssetCheckEvaluationEvent {
          evaluation { checkName success severity description }
        }
        ... on ExecutionStepFailureEvent {
          error { message errorChain { error { message } } }
          failureMetadata { description }
        }
        ... on RunFailureEvent { error { message errorChain { error { message } } } }
        ... on EngineEvent { error { message errorChain { error { message } } } }
      }
    }
    ... on Error { message }
  }
}
"""
