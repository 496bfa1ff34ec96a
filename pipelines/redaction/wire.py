"""What goes between a redaction process and its parent: JSON, a line each."""

import json
from typing import IO, Any

from pipelines.redaction.findings import Span
from pipelines.redaction.redactor import Redacted

Answer = dict[str, list[Redacted]]


def read_line(stream: IO[bytes]) -> Any:
    """Return what `write_line` wrote; raises `EOFError` where the other side is gone."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return json.loads(line.decode("utf-8", "surrogatepass"))


def write_line(stream: IO[bytes], message: Any) -> None:
    """Write `message` as one line of JSON, lone surrogates and all."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    stream.write(text.encode("utf-8", "surrogatepass") + b"\n")
    stream.flush()


def pack(redacted: Answer) -> dict[str, list[Any]]:
    """Return redacted conversations as plain lists."""
    return {
        name: [
            [one.text, [[span.type, span.start, span.end] for span in one.spans], one.residue]
            for one in messages
        ]
        for name, messages in redacted.items()
    }


def unpack(packed: dict[str, list[Any]]) -> Answer:
    """Return what `pack` packed."""
    return {
        name: [
            Redacted(text, tuple(Span(*span) for span in spans), tuple(residue))
            for text, spans, residue in messages
        ]
        for name, messages in packed.items()
    }
