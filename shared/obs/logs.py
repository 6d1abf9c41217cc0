"""Structured logs: one JSON line an event, with the trace of the case, without any identity."""

import logging
import sys
from typing import Any

import structlog

# Keys whose values could name a person; a line that carries one loses its value.
IDENTITIES = frozenset(
    {"name", "phone", "address", "email", "reporter_name", "text", "title", "note", "token"}
)


def set_up_logs(service: str, level: str = "info") -> None:
    """Send this process's logs to standard error as JSON lines; for the whole process, once.

    Args:
        service: stands in every line.
        level: 'debug', 'info', 'warning', 'error' or 'critical', in any case of letters.

    Raises:
        KeyError: no such level.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # After what is bound to the request was merged in: that is looked through as well.
            _hide_identities,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _hide_identities(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Last line of defence: nobody is meant to log these at all. Only whole keys are known, texts are not searched."""
    for key in IDENTITIES & event.keys():
        event[key] = "…"
    return event
