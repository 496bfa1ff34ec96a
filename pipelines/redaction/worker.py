"""One redacting process: `python -m pipelines.redaction.worker`, JSON lines in and out.

The first line holds the key and the options, every other one conversations. An answer is
`{"done": …}` or `{"error": …}`. The process ends when its input does, and so with its parent.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Any

from pipelines.errors import SankuError
from pipelines.redaction.redactor import Redactor
from pipelines.redaction.wire import pack, read_line, write_line
from pipelines.urgency import LOG, step_back


def main() -> None:
    """Answer until the input ends."""
    received, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a company's recognizer prints must not stand among the answers.
    os.dup2(2, 1)
    try:
        options = read_line(received)
        redactor = _redactor(options)
        redactor.prepare()
        # Not before: where others want both cores, loading would take longer than a gateway that
        # ends waits for its log.
        if options["steps_back"]:
            step_back(LOG)
        while True:
            redacted = redactor.redact_conversations(read_line(received), lambda _: None)
            write_line(answers, {"done": pack(redacted)})
    except (EOFError, BrokenPipeError):
        # What is left in the buffer has no reader; Python would complain when it flushes it.
        os._exit(0)
    except SankuError as error:
        write_line(answers, {"error": str(error)})
    except Exception as error:  # noqa: BLE001 - any: its message may be what a customer wrote
        write_line(answers, {"error": _without_message(error)})


def _without_message(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Redaction failed with {type(error).__name__} in `{place.filename}`, line {place.lineno}. "
        "That is a bug of Sanku: report it. Nothing unfinished was stored."
    )


def _redactor(options: dict[str, Any]) -> Redactor:
    return Redactor(
        bytes.fromhex(options["key"]),
        allow=options["allow"],
        replace_orders=options["replace_orders"],
        recognizers=[Path(file) for file in options["recognizers"]],
    )


if __name__ == "__main__":
    main()
