"""The lines of a file on their way into an import: as the older system wrote them, or by a column mapping.

Decides what is sent for a line, and keeps it as it stands in the file, for whoever must mend it. Must not know where it
is sent.
"""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from gridcase.recorded.mapping import ColumnMapping
from gridcase.recorded.rows import ImportLine, MappedTable, UnreadRow
from gridcase.recorded.tables import TableFile, TableRow, csv_row, open_table
from gridcase.recorded.words import problem
from shared.files.local_time import states_offset, written_instant
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text

# The columns of the platform's own tables that hold instants.
_INSTANTS = frozenset({"reported_at", "accepted_at", "settled_at", "verified_at", "closed_at", "rejected_at"})
JSON_LINES, CSV = "application/x-ndjson", "text/csv"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One case as it stands in the file.

    Args:
        line: its first one, from 1.
        kept: as it stands there, for the file of refused lines.
        sent: what is sent of it; a row that can't be read is not sent.
        end: how far into the file it reaches, measured as the file's size is.
        mapped: what it became by the mapping.
    """

    line: int
    kept: str
    sent: str | UnreadRow
    end: int
    mapped: ImportLine | None = None


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that is being imported.

    Args:
        content: media type of what is sent.
        head: stands before all that is sent; kept_head: before all that is kept.
        ending: of a file in which lines are kept.
        size: of the whole file, 0 where it is not known.
        read_as: how the file was read; empty where nothing had to be found out.
    """

    content: str
    head: str
    kept_head: str
    ending: str
    records: Iterator[FileRecord]
    size: int
    read_as: Text


@contextmanager
def open_import(
    path: Path, form: str, mapping: tuple[Path, ColumnMapping] | None, zone: str
) -> Iterator[ImportFile]:
    """Open a file whose lines are to be imported.

    Args:
        form: 'jsonl', or 'table' for CSV and workbooks.
        mapping: with the file that says it.
        zone: of the town.

    Raises:
        Problem: `table-…`, `bad-mapping`, `mapping-columns`, `mapping-no-lines`; while lines are read too.
    """
    if form == "jsonl":
        if mapping is not None:
            raise problem("mapping-no-table", file=path)
        with path.open("rb") as lines:
            records = _lines(path, iter(lines.readline, b""))
            yield ImportFile(JSON_LINES, "", "", path.suffix, records, path.stat().st_size, Text())
        return
    with open_table(path) as table:
        # Excel takes a file without a mark for one in the machine's own encoding.
        kept_head = codecs.BOM_UTF8.decode() + csv_row(table.heads)
        if mapping is None:
            records = _as_written(table, ZoneInfo(zone))
            yield ImportFile(CSV, csv_row(table.heads), kept_head, ".csv", records, table.size, table.read_as)
        else:
            records = _mapped(MappedTable(table, mapping[1], mapping[0], zone), table)
            yield ImportFile(JSON_LINES, "", kept_head, ".csv", records, table.size, table.read_as)


def _lines(path: Path, lines: Iterator[bytes]) -> Iterator[FileRecord]:
    end = 0
    for number, raw in enumerate(lines, start=1):
        end += len(raw)
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as wrong:
            raise problem("lines-not-utf-8", file=path, line=number) from wrong
        if text.strip():
            line = text.rstrip("\r\n") + "\n"
            yield FileRecord(number, line, line, end)


def _as_written(table: TableFile, zone: ZoneInfo) -> Iterator[FileRecord]:
    places = [n for n, head in enumerate(table.heads) if head in _INSTANTS]
    for row in table.rows:
        cells = list(row.cells)
        for n in places:
            if n < len(cells):
                cells[n] = _with_offset(cells[n], zone)
        yield FileRecord(row.line, csv_row(row.cells), csv_row(cells), row.end)


def _with_offset(cell: str, zone: ZoneInfo) -> str:
    """An instant as an office writes it is the town's; what is none goes as it stands, to be refused with its field."""
    if states_offset(cell):
        # As it stands: the line is known again by its very words.
        return cell
    try:
        return format_instant(written_instant(cell, zone).at)
    except ValueError:
        return cell


def _mapped(reading: MappedTable, table: TableFile) -> Iterator[FileRecord]:
    for row in table.rows:
        line = reading.import_line(row)
        kept = _kept(row, len(table.heads))
        if isinstance(line, UnreadRow):
            yield FileRecord(row.line, kept, line, row.end)
        else:
            yield FileRecord(row.line, kept, msgspec.json.encode(line).decode() + "\n", row.end, line)


def _kept(row: TableRow, width: int) -> str:
    return csv_row((*row.cells, *[""] * (width - len(row.cells))))
