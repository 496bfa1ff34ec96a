"""What the code may say on a page of the console, read from the code itself."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pipelines

LIBRARY = Path(pipelines.__file__).parent
# Modules whose sentences are shown; of those with functions, only what these say.
SPEAKING: dict[str, frozenset[str]] = {
    "changelog/location.py": frozenset({"changelog_at"}),
    "changelog/quarantine.py": frozenset({"misread"}),
    "checks.py": frozenset(),
    "dialogues/days.py": frozenset({"_withheld"}),
    "dialogues/log.py": frozenset(),
    "dialogues/logs.py": frozenset({"_problem"}),
    "dialogues/openclaw_database.py": frozenset(),
    "dialogues/readers.py": frozenset(),
    "dialogues/rows.py": frozenset(),
    "dialogues/transcripts.py": frozenset(),
    "drafting/accept.py": frozenset(),
    "enrichment/screen.py": frozenset({"refusal"}),
    "enrichment/similar.py": frozenset(),
    "faq/markdown/answers.py": frozenset(),
    "faq/markdown/comments.py": frozenset(),
    "faq/markdown/document.py": frozenset(),
    "faq/markdown/entries.py": frozenset(),
    "faq/markdown/front_matter.py": frozenset(),
    "faq/markdown/includes.py": frozenset(),
    "faq/markdown/review.py": frozenset(),
    "gateway/access/middleware.py": frozenset(),
    "gateway/access/quotas.py": frozenset(),
    "gateway/access/session.py": frozenset(),
    "gateway/refusals.py": frozenset({"as_refusal"}),
    "publish.py": frozenset({"rollback", "_before"}),
    "sources/bucket.py": frozenset({"_load", "_unfit"}),
    "sources/files.py": frozenset({"_walk", "read_below", "decode"}),
    "sources/fsspec_bucket.py": frozenset({"content"}),
    "sources/repository.py": frozenset({"read", "_refused", "_load"}),
    "sources/s3.py": frozenset({"content"}),
    "stale/reasons.py": frozenset({"_chinese", "_english"}),
    "versions.py": frozenset({"__init__", "version_folder"}),
}
# Of these `SourceError` and `SettingsError` become a reason of quarantine, or of a refusal.
CAUGHT = {"drafting/accept.py", "sources/repository.py"}
# What makes a sentence that a page shows; whoever calls one of them is listed above, or here.
MAKERS = {
    "Quarantined", "RefusedError", "TooComplexError", "RefusalError", "CheckResult", "refused_file",
}  # fmt: skip
SAYS_NOTHING_ON_A_PAGE = {
    "cli/faq_lint.py",  # a terminal
    "cli/versions.py",
    "gateway/analytics_api.py",  # protocols, which say JSON to programs
    "gateway/context.py",
    "gateway/conversation/question.py",
    "gateway/protocols/embedding_queue.py",
    "gateway/protocols/embeddings_api.py",
    "gateway/protocols/model_api.py",
    "gateway/protocols/ollama_api.py",
    "gateway/protocols/openai_api.py",
    "gateway/console/records.py",  # repeats what `versions` says
}
# Raised for whoever runs a command, and never told on a page.
UNTOLD = frozenset(
    {"AssertionError", "SettingsError", "SourceError", "WarehouseError", "unreadable"}
)
# Neither a sentence nor a part of one that is shown as it stands.
OTHER_TEXT = {
    "the heading is read as a question although it asks nothing; word it as a question, or, if it "
    "is none, make its text part of the answer above",  # of `sanku faq lint`
    # Parts, tried whole below.
    "and so the question is held back as a draft",
    "and so what it stands for is held back as a draft",
    " near line {}",
    "the front matter is not valid YAML{}",
    ", and so the file is held back as a draft",
    "{}{}; mend it (lines that can be read by themselves were used)",
    "recall@1 {}, recall@{} {} on {} questions",
    ", {} of them because no FAQ entry asks what they expect any more: name the entry that answers "
    "by now in `{}`",
    ". Mend the entries, or raise `publish.max_recall_loss` where the loss is meant",
    ". Mend the FAQ entry that answers, raise `answer.direct` where its confidence is told, or "
    "change the golden question where the FAQ answers it by now",
    ". Mend the entry that answers or its similar questions, or change the golden question where "
    "it is answered by now; no threshold helps",
    "If that is meant, let them go with `sanku faq confirm SOURCE`, whether or not the source is "
    "declared still; of another tier, raise `publish.max_removed` for this run.",
    "{}: Sanku serves the chat calls of Ollama and of OpenAI",
    # Rows of a check, which say in Dagster which records are to blame.
    "is in the table but not in the build",
    "is in the build but not in the table",
    "is not as it was published",
    "its files are as published, but {}",  # of `sanku verify`
    "does not have the content it was built with",
    "is read by search otherwise than its columns say",
    "{} rows hold {} different chunks",
    "{} days",
    "not found",
    "not in the FAQ",
    "was rank",
    "first now",
    "answered by",
    "it asks this very question",
    "confidence {}",
    # Of errors that end a command, and values of sentences.
    "It has ",
    "Its first line looks like a record: write the column names above it.",
    "`{}` (`fields.{}`)",
    "`gateway.host` is `{}`, which other machines reach",
    "`gateway.hosts` names `{}`, which others call through a proxy",
    "a loop of symbolic links",
    "unexpected end of data",
    "login {}",
    "Ollama is running",
    "{}; nothing to compare with",
    "{}; published {}, {} questions got worse",
    "{} 版本把{}改为「{}」，这里仍写着「{}」。",
    "Version {} moved the {} to “{}”; this still says “{}”.",
}

# What stands in patterns, queries and headers alone.
NO_SENTENCE = ("(?", "|", "[,", "\\", "SELECT ", "PRAGMA ", "'none'", "<span", "max-age", "%s")


def template_of(node: ast.expr, constants: dict[str, str]) -> str | None:
    """Return a text as the code has it, with `{}` for values, and its own constants filled in."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_part_of(part, constants) for part in parts)
    return None


def _part_of(part: ast.expr, constants: dict[str, str]) -> str:
    match part:
        case ast.Constant(value=str() as text):
            return text
        case ast.FormattedValue(value=ast.Name(id=name)):
            return constants.get(name, "{}")
    return "{}"


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((LIBRARY / module).read_text(encoding="utf-8"))


def called(node: ast.AST) -> str:
    """Return the name of what a node calls; empty where it calls nothing."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def texts_below(node: ast.AST, constants: dict[str, str], untold: frozenset[str]) -> Iterator[str]:
    """Yield the texts of a piece of code, but for docstrings and for what only a command says."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Raise(exc=ast.Call() as error) if called(error) in untold:
                continue
        if called(child) in {"compile", "field"}:
            continue
        text = template_of(cast(ast.expr, child), constants)
        if text is None:
            yield from texts_below(child, constants, untold)
        else:
            yield text


def is_sentence(text: str) -> bool:
    """Tell a sentence, or the end of one, from a pattern, a query, a header or a word."""
    if any(mark in text for mark in NO_SENTENCE):
        return False
    return (any(map(str.islower, text)) and " " in text.strip()) or "，" in text


def said_in(module: str) -> Iterator[str]:
    """Yield the sentences that a module may say on a page, with `{}` for values."""
    tree, functions = tree_of(module), SPEAKING.get(module, frozenset())
    untold = UNTOLD - {"SourceError", "SettingsError"} if module in CAUGHT else UNTOLD
    constants: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if (text := template_of(value, constants)) is not None:
                    constants[name] = text
    within = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in functions
    ]
    assert {node.name for node in within} == functions, module
    parts: list[ast.AST] = [*within] or [tree]
    for part in parts:
        yield from filter(is_sentence, texts_below(part, constants, untold))


@cache
def making() -> frozenset[str]:
    """Return the modules that make a sentence for a page, or may."""
    modules = (file.relative_to(LIBRARY).as_posix() for file in LIBRARY.rglob("*.py"))
    return frozenset(
        module
        for module in modules
        if any(called(node) in MAKERS for node in ast.walk(tree_of(module)))
    )


@cache
def speaking() -> frozenset[str]:
    """Return the modules whose sentences are shown, all that refuse in the console among them."""
    of_console = {module for module in making() if module.startswith("gateway/console/")}
    return frozenset(SPEAKING) | (of_console - SAYS_NOTHING_ON_A_PAGE)
