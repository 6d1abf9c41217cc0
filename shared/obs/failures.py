"""What may be said of a failure where others read it: its kind and where it happened, never its words.

An exception's words come from anywhere: a driver repeats the row that it refused, a `KeyError` the key, a parser the
line – and with them a citizen's text or name. So only what the code itself named is passed on. Must not know stores
or brokers: a driver's codes are recognised by their shape.
"""

import errno
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import structlog

# PostgreSQL's codes of conditions, SQLite's names of results: nothing of what was stored fits either form.
_CODES = re.compile(r"[0-9A-Z]{5}|SQLITE_[A-Z_]{2,40}")
_NAMES = re.compile(r"[a-z_][a-z0-9_]{0,62}")
LONGEST_CHAIN, MOST_PLACES = 8, 12
_GIVEN, _SAID = "exc_info", "failure"  # in a log's event


def told(failure: BaseException) -> str:
    """Return what a failure is, in words of the code alone: 'IntegrityError UniqueViolation 23505 cases_pkey'.

    Args:
        failure: any; of those that it rests on, what the store's driver raised is told with it.
    """
    words = [type(failure).__name__]
    original = getattr(failure, "orig", None)
    if isinstance(original, BaseException):
        words.append(type(original).__name__)
    words += _codes(original if isinstance(original, BaseException) else failure)
    return " ".join(dict.fromkeys(words))


def told_whole(failure: BaseException) -> list[str]:
    """Return a failure and those that it came from, innermost last, each with the places that it passed."""
    return [f"{told(link)} at {' < '.join(_places(link)) or '?'}" for link in _chain(failure)]


def hide_words(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Put what may be told in the place of `exc_info`: a structlog processor, where others format a traceback."""
    info = event.pop(_GIVEN, None)
    failure = info[1] if isinstance(info, tuple) else info
    if info is True:  # the one that is being handled
        failure = sys.exc_info()[1]
    if isinstance(failure, BaseException):
        event[_SAID] = told_whole(failure)
    return event


def _codes(failure: BaseException) -> Iterator[str]:
    """A driver's code and the constraint that it names; an operating system's number, by its name."""
    for name in ("sqlstate", "sqlite_errorname"):
        code = getattr(failure, name, None)
        if isinstance(code, str) and _CODES.fullmatch(code):
            yield code
    constraint = getattr(getattr(failure, "diag", None), "constraint_name", None)
    if isinstance(constraint, str) and _NAMES.fullmatch(constraint):
        yield constraint
    if isinstance(failure, OSError) and (number := failure.errno) in errno.errorcode:
        yield errno.errorcode[number or 0]


def _chain(failure: BaseException) -> Iterator[BaseException]:
    """The failure, then what it came from; bounded, for a chain may bite its tail."""
    link: BaseException | None = failure
    for _ in range(LONGEST_CHAIN):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _places(failure: BaseException) -> list[str]:
    """Files, lines and functions, innermost first; neither source lines nor what variables held."""
    frames = traceback.extract_tb(failure.__traceback__)[-MOST_PLACES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames)]


def _short(path: str) -> str:
    """The end of a path, which tells the file: the rest is the machine's."""
    return "/".join(Path(path).parts[-3:])
