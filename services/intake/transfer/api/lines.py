"""Reading an import line by line: JSON lines or CSV, never more than one line of it in memory.

Decides where a line begins and ends, how long it may be and how many there may be, and that a fault of one line is that
line's alone; a fault that hides where lines begin ends the reading, told with its line.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any
from zoneinfo import ZoneInfo

from services.intake.domain.refusal import Refusal, refusal
from services.intake.transfer.api.columns import COLUMNS, IDENTITY, from_cells, in_zone
from shared.kernel.problems import Problem
from shared.web.app_config import app_config

LONGEST = 512 * 2**10
MOST_LINES = 1_000_000  # blank ones too: the largest file has no room for more that say something
_BOM = b"\xef\xbb\xbf"
# The module's own limit of a cell (131,072 characters) is one of the whole process, and lower than that of a row here.
csv.field_size_limit(LONGEST)


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a table is written: its encoding, and what parts its cells."""

    encoding: str
    separator: str


PLAIN = TextForm("utf-8-sig", ",")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it begins in the file, from 1, what it states or what is wrong with it, and its bytes."""

    number: int
    content: dict[str, Any] | Refusal | Problem
    size: int = 0


def json_lines(stream: IO[bytes]) -> Iterator[Line]:
    """Yield what each line of JSON says; empty lines are passed over."""
    number = 0
    while number < MOST_LINES:
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
            yield Line(number, _object(raw), len(raw))
    yield Line(number + 1, refusal("too-many-lines", {"field": "line"}, limit=MOST_LINES))


def _skip_rest(stream: IO[bytes], raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(LONGEST)


def _object(raw: bytes) -> dict[str, Any] | Refusal | Problem:
    try:
        found = app_config().json.read(raw)
    except Problem as wrong:
        return wrong.with_traceback(None)
    return found if isinstance(found, dict) else refusal("line-not-object", {"field": "line"})


def csv_lines(stream: IO[bytes], form: TextForm = PLAIN, zone: ZoneInfo | None = None) -> Iterator[Line]:
    """Yield what each row of a table says; the first row names the columns.

    Args:
        zone: of instants without an offset; None: they go as they stand.

    Raises:
        Refusal: `unknown-columns`, `columns-twice`, `no-columns` – nothing of the file can be read.
    """
    text = _Rows(io.TextIOWrapper(stream, encoding=form.encoding, newline=""))
    reader = csv.reader(text, strict=True, delimiter=form.separator)
    heads = _heads(reader)
    while True:
        number = reader.line_num + 1
        text.next_row()
        if number > MOST_LINES:
            yield Line(number, refusal("too-many-lines", {"field": "line"}, limit=MOST_LINES))
            return
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as wrong:
            yield Line(number, refusal("unreadable-from-here", {"field": "line"}, detail=_plainly(wrong)))
            return
        if any(cells):
            yield Line(number, row_line(heads, cells, zone), sum(map(len, cells)))


class _Rows:
    """Lines of a table for the reader, which would gather a row of any length: of each row no more than is allowed."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._left = LONGEST

    def next_row(self) -> None:
        """Another row begins."""
        self._left = LONGEST

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise csv.Error(f"row > {LONGEST}")
        if not line:
            raise StopIteration
        return line


def _heads(reader: Any) -> list[str]:
    try:
        first = next(reader)
        # 'sep=;' before the heads is a word to Excel alone.
        return known_heads(next(reader) if first[:1] and first[0].lower() == "sep=" else first)
    except StopIteration:
        raise refusal("no-columns") from None
    except (csv.Error, UnicodeDecodeError) as wrong:
        raise refusal("unreadable-from-here", {"line": 1}, detail=_plainly(wrong)) from wrong


def known_heads(cells: Sequence[str]) -> list[str]:
    """Return the names of a table's columns; those of empty columns at the end are left out.

    Raises:
        Refusal: `unknown-columns`, `columns-twice`.
    """
    heads = [head.strip() for head in cells]
    while len(heads) > 1 and not heads[-1]:
        heads.pop()
    if unknown := [head for head in heads if head not in (*COLUMNS, *IDENTITY)]:
        shown = ", ".join(head[:40] for head in unknown[:10])
        raise refusal("unknown-columns", {"line": 1}, given=shown, known=", ".join(COLUMNS))
    if len(set(heads)) < len(heads):
        raise refusal("columns-twice", {"line": 1})
    return heads


def row_line(heads: Sequence[str], row: Sequence[str], zone: ZoneInfo | None) -> dict[str, Any] | Refusal:
    """Return what a row states, or why it can't be read; blank cells beyond the last column say nothing."""
    cells = list(row)
    while len(cells) > len(heads) and not cells[-1]:
        cells.pop()
    if len(cells) != len(heads):
        return refusal("cells-differ", {"field": "line"}, number=len(cells), wanted=len(heads))
    try:
        return from_cells({head: in_zone(head, cell, zone) for head, cell in zip(heads, cells, strict=True)})
    except Refusal as wrong:
        return wrong.with_traceback(None)


def _plainly(wrong: Exception) -> str:
    return "UTF-8" if isinstance(wrong, UnicodeDecodeError) else str(wrong)
