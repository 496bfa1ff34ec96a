"""A logger for people at a terminal: the message alone, and only what assets have to say."""

import logging

import dagster as dg


class _Plain(logging.Formatter):
    """Formats a record as the asset's own words, which Dagster keeps beside its long line."""

    def format(self, record: logging.LogRecord) -> str:
        meta = getattr(record, "dagster_meta", None) or {}
        return f"  {meta.get('orig_message', record.getMessage())}"


def _logger(_: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("sanku", level=logging.INFO)
    handler = logging.StreamHandler()
    handler.setFormatter(_Plain())
    logger.addHandler(handler)
    return logger


plain_logger = dg.LoggerDefinition(_logger, description="Messages of assets, without run ids.")
