"""From the rows of a table to reports, by a column mapping: each row for itself.

Decides what a cell means. A row that can't be read is a fault with its line, column, cause and remedy, and stops none
of the others.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, field

from gridcase.intake_client import ReportBody, StepBody
from gridcase.recorded.mapping import (
    Column,
    ColumnMapping,
    ColumnValue,
    FactColumn,
    StepColumns,
    check_columns,
)
from gridcase.recorded.tables import TableFile, TableRow
from gridcase.recorded.words import problem
from shared.files.local_time import WrittenInstant, written_instant
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.logic.facts import Value

# What programs and people put where they know nothing; as a category or a text it may be a word like any other.
_NOTHING = frozenset({"n/a", "#n/a", "na", "null", "none", "nan", "-", "--", "/", "无", "空", "不详", "未知"})
_SPOKEN = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}


def _number(raw: str) -> Value | None:
    try:
        return int(raw)
    except ValueError:
        pass
    try:
        return float(raw)
    except ValueError:
        return None


_READERS: Mapping[str, Callable[[str], Value | None]] = {
    "text": lambda raw: raw or None,
    "number": _number,
    "yes or no": lambda raw: _SPOKEN.get(raw.lower()),
}


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """Why a row is left out.

    Args:
        line: its first one in the file.
        column: by the file's own name; '' where it is about the row.
    """

    line: int
    column: str
    cause: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A step that the record says was taken; by the lead."""

    at: datetime
    body: StepBody


@dataclass(frozen=True, slots=True)
class RecordedReport:
    """One recorded report with what happened to it.

    Args:
        line: where it begins in its file, from 1.
    """

    line: int
    at: datetime
    body: ReportBody
    steps: tuple[RecordedStep, ...]


class LineStep(Struct, frozen=True, omit_defaults=True):
    """A step as a line of an import states it."""

    step: str
    at: str
    facts: dict[str, Value] = {}
    note: str | None = None


class ImportLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of an import, as `POST …/cases/import` takes it; what is not known is not said."""

    number: str
    category: str | None = None
    channel: str
    text: str
    reported_at: str
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    title: str | None = None
    lead: str | None = None
    state: str | None = None
    accepted_at: str | None = None
    settled_at: str | None = None
    verified_at: str | None = None
    closed_at: str | None = None
    rejected_at: str | None = None
    answers: dict[str, Value] = field(default_factory=dict)
    identity: dict[str, str] = field(default_factory=dict)
    steps: tuple[LineStep, ...] = ()


class MappedTable:
    """A table and the mapping by which it is read.

    Args:
        path: of the mapping.
        zone: of the town, where the mapping names none.

    Raises:
        Problem: `mapping-columns`, `bad-mapping` – there is no such time zone.
    """

    def __init__(self, table: TableFile, mapping: ColumnMapping, path: Path, zone: str) -> None:
        check_columns(mapping, table.heads, path, table.path)
        self._table, self._mapping = table, mapping
        try:
            self._zone = ZoneInfo(mapping.time_zone or zone)
        except (ZoneInfoNotFoundError, ValueError) as wrong:
            raise problem("bad-mapping", file=path, detail=f"time zone: {mapping.time_zone}") from wrong

    def reports(self) -> Iterator[RecordedReport | UnreadRow]:
        """Yield what each row says, in their order."""
        for row in self._table.rows:
            yield self.report(row)

    def report(self, row: TableRow) -> RecordedReport | UnreadRow:
        """Return the report of a row."""
        try:
            return _report(self._cells(row), self._mapping)
        except _BadCell as bad:
            return bad.of(row.line)

    def import_line(self, row: TableRow) -> ImportLine | UnreadRow:
        """Return the line of an import that a row is."""
        try:
            return _import_line(self._cells(row), self._mapping)
        except _BadCell as bad:
            return bad.of(row.line)

    def _cells(self, row: TableRow) -> "_Cells":
        heads = self._table.heads
        if len(row.cells) > len(heads):
            raise _BadCell("", problem("row-cells", number=len(row.cells), wanted=len(heads)))
        padded = (*row.cells, *[""] * (len(heads) - len(row.cells)))
        nothing = _NOTHING | {word.lower() for word in self._mapping.empty}
        return _Cells(
            row.line, dict(zip(heads, padded, strict=True)), self._zone, nothing, self._mapping.empty
        )


class _BadCell(Exception):
    """A cell that can't be read."""

    def __init__(self, column: str, why: Problem) -> None:
        super().__init__(column)
        self._column, self._why = column, why

    def of(self, line: int) -> UnreadRow:
        """Return the fault of the row."""
        return UnreadRow(line, self._column, self._why.cause, self._why.remedy)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a row by the names of their columns.

    Args:
        nothing: words, in lower case, that say nothing where a number or an instant is expected.
        empty: words that say nothing anywhere.
    """

    line: int
    cells: Mapping[str, str]
    zone: ZoneInfo
    nothing: frozenset[str]
    empty: tuple[str, ...]

    def text(self, column: Column) -> str:
        """Return what stands in a column, in the town's own words; '' where nothing does."""
        if not isinstance(column, ColumnValue):
            return self._raw(column)
        if column.always is not None:
            return column.always
        raw = self._raw(column.column)
        listed = {str(written): meant for written, meant in column.values.items()}
        return listed.get(raw, raw if column.otherwise is None else column.otherwise)

    def instant(self, column: str) -> WrittenInstant | None:
        """Return the instant in a column; None where nothing stands there."""
        raw = self._stated(column)
        try:
            return written_instant(raw, self.zone) if raw else None
        except ValueError as wrong:
            raise _BadCell(column, problem("cell-no-instant", given=raw[:40])) from wrong

    def degrees(self, column: str) -> float | None:
        """Return the number in a column; None where nothing stands there."""
        raw = self._stated(column)
        try:
            return float(raw) if raw else None
        except ValueError as wrong:
            raise _BadCell(column, problem("cell-no-degrees", given=raw[:40])) from wrong

    def fact(self, fact: Value | FactColumn) -> Value | None:
        """Return a fact's value; None where nothing is said."""
        if not isinstance(fact, FactColumn):
            return fact
        raw = self._raw(fact.column)
        value = _READERS[fact.kind](raw)
        if value is None and raw and raw.lower() not in self.nothing:
            raise _BadCell(fact.column, problem("cell-no-fact", given=raw[:40], kind=fact.kind))
        return value

    def _stated(self, column: str) -> str:
        raw = self._raw(column)
        return "" if raw.lower() in self.nothing else raw

    def _raw(self, column: str) -> str:
        raw = self.cells[column].strip() if column else ""
        return "" if raw in self.empty else raw


def _reported(cells: _Cells, mapping: ColumnMapping) -> WrittenInstant:
    found = cells.instant(mapping.reported_at)
    if found is None:
        raise _BadCell(mapping.reported_at, problem("row-undated"))
    return found


def _later(cells: _Cells, column: str, reported: WrittenInstant) -> datetime | None:
    """The instant of what happened since the report; without an hour, on the same day, it may have been after it."""
    found = cells.instant(column)
    if found is None:
        return None
    began = reported.at.astimezone(cells.zone).date()
    if found.is_day and found.at.astimezone(cells.zone).date() == began:
        return reported.at
    if found.at < reported.at:
        told = f"{reported.at.astimezone(cells.zone):%Y-%m-%d %H:%M:%S}"
        raise _BadCell(column, problem("row-before-report", given=cells.cells[column].strip(), reported=told))
    return found.at


def _facts(cells: _Cells, named: Mapping[str, Value | FactColumn]) -> dict[str, Value]:
    read = {name: cells.fact(fact) for name, fact in named.items()}
    return {name: value for name, value in read.items() if value is not None}


def _report(cells: _Cells, mapping: ColumnMapping) -> RecordedReport:
    reported = _reported(cells, mapping)
    body = ReportBody(
        category=cells.text(mapping.category) or None,
        channel=cells.text(mapping.channel),
        place=cells.text(mapping.place) or None,
        text=cells.text(mapping.text),
        lat=cells.degrees(mapping.lat),
        lon=cells.degrees(mapping.lon),
        answers=_facts(cells, mapping.answers),
    )
    steps = (
        RecordedStep(at, StepBody(step.step, _facts(cells, step.facts)))
        for at, step in _taken(cells, mapping, reported)
    )
    return RecordedReport(cells.line, reported.at, body, tuple(steps))


def _taken(
    cells: _Cells, mapping: ColumnMapping, reported: WrittenInstant
) -> Iterator[tuple[datetime, StepColumns]]:
    for step in mapping.steps:
        at = _later(cells, step.at, reported)
        if at is not None:
            yield at, step


def _import_line(cells: _Cells, mapping: ColumnMapping) -> ImportLine:
    reported = _reported(cells, mapping)
    reached = {name: _later(cells, column, reported) for name, column in mapping.milestones().items()}
    identity = {name: cells.text(column) for name, column in _reporter(mapping).items()}
    return ImportLine(
        **{name: format_instant(at) for name, at in reached.items() if at is not None},
        number=cells.text(mapping.number),
        category=cells.text(mapping.category) or None,
        channel=cells.text(mapping.channel),
        text=cells.text(mapping.text),
        reported_at=format_instant(reported.at),
        place=cells.text(mapping.place) or None,
        lat=cells.degrees(mapping.lat),
        lon=cells.degrees(mapping.lon),
        title=cells.text(mapping.title) or None,
        lead=cells.text(mapping.lead) or None,
        state=cells.text(mapping.state) or None,
        answers=_facts(cells, mapping.answers),
        identity={name: value for name, value in identity.items() if value},
        steps=tuple(
            LineStep(step.step, format_instant(at), _facts(cells, step.facts), cells.text(step.note) or None)
            for at, step in sorted(_taken(cells, mapping, reported), key=lambda taken: taken[0])
        ),
    )


def _reporter(mapping: ColumnMapping) -> Mapping[str, str]:
    found = mapping.reporter
    return {"name": found.name, "phone": found.phone, "email": found.email, "address": found.address}
