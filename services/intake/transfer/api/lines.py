"""Reading an import line by line: JSON lines or CSV, never more than one line of it in memory.

Decides where a line begins and ends, how long it may be, and that a fault of one line is that line's alone; a
fault that hides where lines begin ends the reading, told with its line.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from services.intake.domain.refusal import Refusal, refusal
from services.intake.transfer.api.columns import COLUMNS, IDENTITY, from_cells
from shared.kernel.problems import Problem
from shared.web.app_config import app_config

LONGEST = 512 * 2**10
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it begins in the file, from 1, and what it states or what is wrong with it."""

    number: int
    content: dict[str, Any] | Refusal | Problem


def json_lines(stream: IO[bytes]) -> Iterator[Line]:
    """Yield what each line of JSON says; empty lines are passed over."""
    number = 0
    while True:
        # One byte more than is allowed tells that a line is too long, however long it is.
        raw = stream.readline(LONGEST + 1)
        if not raw:
            return
        number += 1
        if len(raw) > LONGEST:
            _skip_rest(stream, raw)
            yield Line(number, refusal("line-too-long", {"field": "line"}, limit=LONGEST))
            continue
        raw = raw.removeprefix(_BOM) if number == 1 else raw
        if raw.strip():
            yield Line(number, _object(raw))


def _skip_rest(stream: IO[bytes], raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(LONGEST)


def _object(raw: bytes) -> dict[str, Any] | Refusal | Problem:
    try:
        found = app_config().json.read(raw)
    except Problem as wrong:
        return wrong
    return found if isinstance(found, dict) else refusal("line-not-object", {"field": "line"})


def csv_lines(stream: IO[bytes]) -> Iterator[Line]:
    """Yield what each row of a table says; the first row names the columns.

    Raises:
        Refusal: `unknown-columns`, `columns-twice`, `no-columns` – nothing of the file can be read.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    heads = _heads(reader)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as wrong:
            yield Line(number, refusal("unreadable-from-here", {"field": "line"}, detail=_plainly(wrong)))
            return
        if any(cells):
            yield Line(number, _row(heads, cells))


def _heads(reader: Any) -> list[str]:
    try:
        heads = [head.strip() for head in next(reader)]
    except StopIteration:
        raise refusal("no-columns") from None
    except (csv.Error, UnicodeDecodeError) as wrong:
        raise refusal("unreadable-from-here", {"line": 1}, detail=_plainly(wrong)) from wrong
    if unknown := [head for head in heads if head not in (*COLUMNS, *IDENTITY)]:
        shown = ", ".join(head[:40] for head in unknown[:10])
        raise refusal("unknown-columns", {"line": 1}, given=shown, known=", ".join(COLUMNS))
    if len(set(heads)) < len(heads):
        raise refusal("columns-twice", {"line": 1})
    return heads


def _row(heads: list[str], cells: list[str]) -> dict[str, Any] | Refusal:
    if len(cells) != len(heads):
        return refusal("cells-differ", {"field": "line"}, number=len(cells), wanted=len(heads))
    try:
        return from_cells(dict(zip(heads, cells, strict=True)))
    except Refusal as wrong:
        return wrong


def _plainly(wrong: Exception) -> str:
    return "UTF-8" if isinstance(wrong, UnicodeDecodeError) else str(wrong)
