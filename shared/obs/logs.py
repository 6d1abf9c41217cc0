"""Structured logs: one JSON line an event, with the trace of the case, without any identity.

Whatever else this process would write to standard error comes the same way: what libraries log, and what ends a thread
unforeseen. Of failures the kind and the place are written, never the words (`failures`).
"""

import logging
import sys
import threading
from typing import Any

import structlog

from shared.obs.failures import hide_words, told

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
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[_naming(service), *_PROCESSORS, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=service)
    _take_over(service, least)


def _naming(service: str) -> structlog.typing.Processor:
    """Name the service also in threads that have nothing bound."""

    def name_service(
        _logger: Any, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        return {"service": service, **event}

    return name_service


def _take_over(service: str, least: int) -> None:
    """Have libraries' own logging, and what ends a thread, say as little as ours.

    Not what ends the main thread: that fails at the start, before anybody's words are here, and must say why.
    """
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _LibraryLines)]
    root.addHandler(_LibraryLines(service))
    # Warnings at the least: at 'info' libraries tell of addresses and of single requests.
    root.setLevel(max(least, logging.WARNING))
    logging.captureWarnings(True)
    threading.excepthook = _say_uncaught


def _say_uncaught(ended: threading.ExceptHookArgs) -> None:
    structlog.get_logger().critical(
        "thread-ended", where=ended.thread.name if ended.thread else None, exc_info=ended.exc_value
    )


class _LibraryLines(logging.Handler):
    """Passes what a library logs on as one of our lines."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._log = structlog.get_logger().bind(service=service)

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's template and not its values: a library may put into them whatever passes through it."""
        failure = record.exc_info[1] if record.exc_info else None
        cause = next((told(part) for part in _values(record) if isinstance(part, BaseException)), None)
        more = {"cause": cause} if cause else {}
        self._log.log(
            record.levelno, "library", logger=record.name, said=_template(record), exc_info=failure, **more
        )


def _values(record: logging.LogRecord) -> tuple[object, ...]:
    return record.args if isinstance(record.args, tuple) else ()


def _template(record: logging.LogRecord) -> str:
    """A record's fixed words. Without values to fill in, its text was put together before: then only its place."""
    if isinstance(record.msg, str) and record.args:
        return record.msg
    return f"{record.module}:{record.lineno}"


def _hide_identities(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Last line of defence: nobody is meant to log these at all. Only whole keys are known, texts are not searched."""
    for key in IDENTITIES & event.keys():
        event[key] = "…"
    return event


_PROCESSORS: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # After what is bound to the request was merged in: that is looked through as well.
    _hide_identities,
    hide_words,
)
