"""What of a changelog was not read, or not as it stands, and how its author mends that."""

from dataclasses import dataclass

from pipelines.changelog.published import Line
from pipelines.changelog.releases import Release
from pipelines.records import Quarantined
from pipelines.text import digest, one_line


@dataclass(frozen=True, slots=True)
class Place:
    """Where a release's changelog stands: the source's name, the path, the release."""

    source: str
    path: str
    release: Release

    def kept_whole(self, line: Line) -> Quarantined:
        """Return the record of a section that became one entry."""
        mend = (
            f"name the version in the heading, like `## {self.release.version}`, or set it one "
            "level deeper to be part of the release above"
        )
        return self._record(line, "kept whole as one entry", mend)

    def left_out(self, line: Line) -> Quarantined:
        """Return the record of a section that stands among older releases and names none."""
        mend = (
            "name the version in the heading, or leave it as it is: no release is said to bring it"
        )
        return self._record(line, "left out", mend)

    def misread(self, line: int) -> Quarantined:
        """Return the record of the first line that is no UTF-8, and was read as what it can be."""
        reason = (
            f"line {line} is not UTF-8 and was read as Windows-1252, so letters in it may be "
            "wrong; save the file as UTF-8"
        )
        return self._quarantined(
            line, reason, "", digest("changelog", self.source, self.path, str(line))
        )

    def _record(self, line: Line, what: str, mend: str) -> Quarantined:
        if line.heading:
            heading = one_line(line.heading)
            told = (
                f"the heading `{heading}` names no version, date or kind of change, so its section"
            )
        else:
            told = "what stands above the first release's heading is under none, so it"
        key = digest("changelog", self.source, self.path, line.heading, line.text)
        return self._quarantined(line.line, f"{told} was {what}; {mend}", one_line(line.text), key)

    def _quarantined(self, line: int, reason: str, excerpt: str, key: str) -> Quarantined:
        return Quarantined(
            "changelog", self.source, one_line(self.path), line, reason, excerpt, key
        )
