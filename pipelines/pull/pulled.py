"""What a pull reports, and what all pulls share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pipelines.dialogues.days import DayOfDialogues
from pipelines.errors import SankuError
from pipelines.faq.changes import EntryChange
from pipelines.settings import CHECKOUT
from pipelines.text import digest
from pipelines.warehouse import PartitionChange

NO_CHANGE = PartitionChange(records=0, added=0, changed=0, removed=0, quarantined=0)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one pull wrote: changes per partition, and what there is to know about it."""

    partitions: Mapping[str, PartitionChange]
    facts: Mapping[str, int | str]
    days: Mapping[str, DayOfDialogues] = field(default_factory=dict)
    """What each partition of a dialogue source was made of."""
    changes: tuple[EntryChange, ...] = ()
    """What an FAQ source holds otherwise than before."""

    @property
    def total(self) -> PartitionChange:
        """The changes of all partitions together."""
        return sum_changes(self.partitions.values())


def sum_changes(changes: Iterable[PartitionChange]) -> PartitionChange:
    """Return what several writes changed together."""
    each = tuple(changes)
    return PartitionChange(
        records=sum(change.records for change in each),
        added=sum(change.added for change in each),
        changed=sum(change.changed for change in each),
        removed=sum(change.removed for change in each),
        quarantined=sum(change.quarantined for change in each),
    )


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Source = TypeVar("_Source", bound=_Named)


def each(
    sources: Iterable[_Source], pull: Callable[[_Source], Pulled]
) -> tuple[dict[str, Pulled], dict[str, SankuError]]:
    """Pull source after source, and return what each gave, or why it gave nothing.

    One that is unreachable, or that lost too much at once, stops no other.
    """
    pulls: dict[str, Pulled] = {}
    failed: dict[str, SankuError] = {}
    for source in sources:
        try:
            pulls[source.name] = pull(source)
        except SankuError as error:
            failed[source.name] = error
    return pulls, failed


Advance = Callable[[int], None]


def quietly(_: int) -> None:
    """Take no notice of progress."""


def rules_digest(*modules: str) -> str:
    """Return a digest of the code that makes a partition.

    A name that a newer rule finds must not stay in a day that an older one let through.
    """
    folder = CHECKOUT / "pipelines"
    files = [file for name in modules for file in (folder / f"{name}.py", folder / name)]
    code = [part for file in files for part in ([file] if file.is_file() else file.rglob("*.py"))]
    return digest(*(file.read_text(encoding="utf-8") for file in sorted(code)))
