"""Pairs of answers made by hand, a judge's replies, and a folder of an experiment."""

import json
from collections.abc import Sequence
from pathlib import Path

from pipelines.experiment.folder import Folder, Setup
from pipelines.experiment.pairs import Pair
from pipelines.experiment.sheet import sheet_of
from pipelines.followup import Turn

SETUP = Setup(company="云雀协作", version="0001-aaaaaaaa", model="qwen3:32b", seed=7)
KNOWN = "有知识库的回答"
ALONE = "模型自己的回答"


def pair(name: str, *, kind: str = "常见", grounded: str = KNOWN, alone: str = ALONE) -> Pair:
    """Return a pair of answers to the question of that name, asked after another one."""
    return Pair(
        id=name,
        kind=kind,
        question=f"{name}怎么办？",
        history=(Turn("user", "你好"), Turn("assistant", "您好，请说")),
        reference="重新设置即可",
        grounded=grounded,
        alone=alone,
        decision="direct",
    )


def begun(path: Path, pairs: Sequence[Pair], setup: Setup = SETUP) -> Folder:
    """Return the folder of an experiment that holds these pairs and their sheet."""
    folder = Folder(path)
    folder.begin(setup)
    folder.keep_pairs(pairs)
    folder.sheet.write_text(sheet_of(pairs, setup.seed, {}), encoding="utf-8", newline="")
    return folder


def reply(first: int, second: int) -> str:
    """Return what a judge says that gives each answer one score in everything."""
    names = ("accuracy", "relevance", "tone")
    return json.dumps(
        {"first": dict.fromkeys(names, first), "second": dict.fromkeys(names, second)}
    )
