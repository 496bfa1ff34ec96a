"""Why an older record is wrong, in its own language, and how bad that is."""

from pipelines.records import ChangeEntry
from pipelines.stale.claims import Claim
from pipelines.stale.findings import Severity
from pipelines.stale.ruling import Ruling
from pipelines.text import is_chinese, one_line

_LONGEST = 60


def severity_of(claim: Claim) -> Severity:
    """Return how bad it is to follow the older record: who does so fails, or is misinformed."""
    if claim.kind in ("removed", "renamed") or claim.floor or claim.lowers:
        return "high"
    return "low" if claim.kind == "deprecated" else "medium"


def why(claim: Claim, ruling: Ruling, change: ChangeEntry) -> str:
    """Return one sentence for the person who reviews it: what changed, since when, what is said."""
    sentence = ruling.sentence.text if ruling.sentence else ""
    chinese = is_chinese(sentence)
    wrong = one_line(ruling.wrong, _LONGEST)
    new = one_line(claim.new, _LONGEST)
    named = f"{claim.floor.product} {claim.floor.version}" if claim.floor else claim.object
    thing = one_line(named, _LONGEST)
    version = change.version
    if chinese:
        return _chinese(claim, version, thing, wrong, new)
    return _english(claim, version, thing, wrong, new)


def _chinese(claim: Claim, version: str, thing: str, wrong: str, new: str) -> str:
    match claim.kind:
        case "removed":
            return f"{version} 版本移除了「{thing}」，这里仍写着「{wrong}」。"
        case "deprecated":
            return f"{version} 版本弃用了「{thing}」，这里仍在推荐「{wrong}」。"
        case "renamed":
            return f"{version} 版本把「{wrong}」改名为「{new}」，这里仍用旧名。"
        case "supported":
            return f"{version} 版本起支持「{thing}」，这里仍说「{wrong}」。"
        case "default" | "limit" if new:
            what = "默认值" if claim.kind == "default" else "限制"
            return f"{version} 版本把{what}改为「{new}」，这里仍写着「{wrong}」。"
        case _:
            return f"{version} 版本改变了「{thing}」，这里仍写着「{wrong}」。"


def _english(claim: Claim, version: str, thing: str, wrong: str, new: str) -> str:
    match claim.kind:
        case "removed":
            return f"Version {version} removed “{thing}”; this still says “{wrong}”."
        case "deprecated":
            return f"Version {version} deprecated “{thing}”; this still recommends “{wrong}”."
        case "renamed":
            return f"Version {version} renamed “{wrong}” to “{new}”; this uses the old name."
        case "supported":
            return f"Version {version} brought “{thing}”; this still says “{wrong}”."
        case "default" | "limit" if new:
            what = "default" if claim.kind == "default" else "limit"
            return f"Version {version} moved the {what} to “{new}”; this still says “{wrong}”."
        case _:
            return f"Version {version} changed “{thing}”; this still says “{wrong}”."
