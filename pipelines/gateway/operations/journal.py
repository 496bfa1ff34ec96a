"""The log of `sanku serve` on stderr: a line for each thing, as text or as JSON."""

import logging
import sys
import traceback
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_LOGGERS = ("sanku", "uvicorn")


def keep_journal(form: Literal["text", "json"]) -> None:
    """Write what Sanku and its server log to stderr, from now on."""
    render: Processor
    if form == "json":
        render = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        render = structlog.processors.LogfmtRenderer(
            key_order=("timestamp", "level", "event"), bool_as_flag=False
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=(
                structlog.stdlib.ExtraAdder(),
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ),
            processors=(
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_words,
                render,
            ),
        )
    )
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
    logging.getLogger("sanku").setLevel(logging.INFO)


def _without_words(logger: WrappedLogger, method: str, told: EventDict) -> EventDict:
    """Keep where an exception came from, and drop its message, which may quote a customer."""
    del logger, method
    if failure := told.pop("exc_info", None):
        kind, _, trace = failure
        told["exception"] = kind.__name__
        told["trace"] = "".join(traceback.format_tb(trace))
    return told
