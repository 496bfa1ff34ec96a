"""What people decided on similar questions that the model wrote: by command, kept as JSON."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.enrichment.drafts import State
from pipelines.errors import unreadable
from pipelines.warehouse import Warehouse, write_text

_VERDICTS: Mapping[str, State] = {"accepted": "accepted", "dismissed": "dismissed"}


def read_reviews(file: Path) -> Mapping[str, State]:
    """Return the decisions by draft id; raises `WarehouseError` where the file is damaged."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {str(key): _VERDICTS[verdict] for key, verdict in stored.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(
            file,
            error,
            "Restore it from a backup; or remove it, and decide again with `sanku faq similar`.",
        ) from error


def reviews_text(decided: Mapping[str, State]) -> str:
    """Return the text of the file that `read_reviews` reads; sorted, so that bytes repeat."""
    return json.dumps(dict(sorted(decided.items())), indent=1)


def decide(warehouse: Warehouse, drafts: Iterable[str], state: State | None) -> None:
    """Keep what a person decided on the drafts of these ids; None takes back what was decided."""
    with warehouse.writing():
        decided = dict(read_reviews(warehouse.similar_reviews))
        for one in drafts:
            decided.pop(one, None)
            if state is not None:
                decided[one] = state
        write_text(warehouse.similar_reviews, reviews_text(decided))
