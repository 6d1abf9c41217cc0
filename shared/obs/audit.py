"""The record of who was refused, who read an identity and who gave or took a token: one JSON line each.

Decides where these lines go: to the process's log, whatever becomes of that, or to a file of their own where a house
says so (the embedded one, whose log holds errors alone). A line names tokens by reference and people by reference, and
never what was read. Must not know what is refused or why.
"""

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

AUDIT_FILE = "audit.jsonl"
LARGEST_FILE = 10 * 2**20  # bytes; with the older ones it is all that whoever is refused without end can fill
OLDER_FILES = 9


class AuditFile:
    """A file of lines that only its owner reads; older ones stand beside it under numbers."""

    def __init__(self, path: Path) -> None:
        self._handler = _OwnersFile(path, maxBytes=LARGEST_FILE, backupCount=OLDER_FILES, encoding="utf-8")

    def msg(self, line: str) -> None:
        """Write a line."""
        self._handler.emit(logging.LogRecord("audit", logging.INFO, "", 0, "%s", (line,), None))

    info = warning = msg

    def close(self) -> None:
        """Let go of the file."""
        self._handler.close()


class _OwnersFile(RotatingFileHandler):
    """Made with its permissions: nobody reads it before they are set."""

    def _open(self) -> Any:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "a", encoding=self.encoding)


_logger: Any = structlog.get_logger("audit")


def keep_audit_in(path: Path) -> AuditFile:
    """Have everything that is put on record from now on written to a file; for the whole process, once.

    Args:
        path: of the file; its folder is there.

    Returns:
        The file, open until the process ends or somebody closes it.
    """
    global _logger
    file = AuditFile(path)
    _logger = structlog.wrap_logger(
        file,
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    return file


def audited(event: str, **seen: str | int | None) -> None:
    """Put something on record, with what is bound to the request: role, person, unit, token, trace.

    Args:
        event: 'refused', 'identity-read', 'token-issued' or 'token-revoked'.
        seen: references, codes and addresses of machines; nothing that could name a person, and no token.
    """
    _logger.warning(event, **seen)
