"""Which entries are the same, and ids that tell apart those that only ask the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from pipelines.records import FaqEntry
from pipelines.text import digest, fold


def with_identities(entries: Iterable[FaqEntry]) -> tuple[list[FaqEntry], int]:
    """Return one source's entries with final ids, and how many duplicates were left out.

    Of entries with the same question and answer the first is kept. Entries that ask the same but
    answer differently are told apart by heading path, then also by path, then also by answer;
    never by their order, so that an id survives its neighbours.
    """
    groups: defaultdict[tuple[str, str], list[FaqEntry]] = defaultdict(list)
    seen: set[tuple[str, str, str]] = set()
    kept: list[FaqEntry] = []
    duplicates = 0
    for entry in entries:
        key = (entry.source, fold(entry.question), entry.answer)
        if key in seen:
            duplicates += 1
            continue
        seen.add(key)
        kept.append(entry)
        groups[key[:2]].append(entry)
    final = {}
    for (source, question), group in groups.items():
        headings = Counter(_heading(entry) for entry in group)
        places = Counter((_heading(entry), entry.path) for entry in group)
        for entry in group:
            parts = ["faq", source, question]
            if len(group) > 1:
                parts.append(_heading(entry))
                if headings[_heading(entry)] > 1:
                    parts.append(entry.path)
                if places[_heading(entry), entry.path] > 1:
                    parts.append(entry.answer)
            final[id(entry)] = digest(*parts)
    return [replace(entry, id=final[id(entry)]) for entry in kept], duplicates


def _heading(entry: FaqEntry) -> str:
    return fold("\n".join(entry.heading_path))
