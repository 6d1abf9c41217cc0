"""From the rows of a file to reports: which column means what, said in a YAML file and nowhere else.

time zone: America/Los_Angeles
reported at: created_date
category: {column: type_id, values: {6: illegal-dumping}, otherwise: other}
channel: {column: source_id, values: {7: mobile-app}}
text: {column: srnumber}
lat: latitude
lon: longitude
steps:
  - {at: closed_date, step: settle, facts: {result: closed}}
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import yaml
from msgspec import Struct, field

from gridcase.intake_client import ReportBody, StepBody
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.logic.facts import Value

TOP = frozenset({"time zone", "reported at", "category", "channel", "place", "text", "lat", "lon", "steps"})
Row = Mapping[str, str]


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


class ValueColumn(Struct, frozen=True, forbid_unknown_fields=True):
    """A column whose values are translated; what is not listed is `otherwise`, or stays as it is."""

    column: str
    values: dict[int | str, str] = {}
    otherwise: str | None = None

    def of(self, row: Row) -> str:
        """Return what stands in the column of a row, in the town's own words."""
        raw = row[self.column]
        if not self.values:
            return raw
        listed = {str(written): meant for written, meant in self.values.items()}
        return listed.get(raw, raw if self.otherwise is None else self.otherwise)


Column = str | ValueColumn


class StepColumns(Struct, frozen=True, forbid_unknown_fields=True):
    """A step that was taken where its column holds an instant."""

    at: str
    step: str
    facts: dict[str, Value] = {}


class ReportMapping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping file, read: which column means what. Instants stand as local time of the zone."""

    time_zone: str = field(name="time zone")
    reported_at: str = field(name="reported at")
    category: Column
    channel: Column = ""
    place: Column = ""
    text: Column = ""
    lat: str = ""
    lon: str = ""
    steps: tuple[StepColumns, ...] = ()


def read_mapping(path: Path) -> ReportMapping:
    """Read a mapping file.

    Raises:
        Problem: `bad-mapping`, naming what is wrong.
    """
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = set(given) - TOP
    missing = {"time zone", "reported at", "category"} - set(given)
    if unknown or missing:
        raise _bad(
            f"{path}：不认识 {sorted(unknown)}，缺少 {sorted(missing)}",
            f"{path}: unknown {sorted(unknown)}, missing {sorted(missing)}",
        )
    try:
        return msgspec.convert(given, ReportMapping)
    except msgspec.ValidationError as wrong:
        raise _bad(f"{path}：{wrong}", f"{path}: {wrong}") from wrong


def _bad(zh: str, en: str) -> Problem:
    return Problem("bad-mapping", Text(zh, en))


def read_reports(path: Path, mapping: ReportMapping) -> Iterator[RecordedReport]:
    """Yield the reports of a CSV file in the order of its lines."""
    zone = ZoneInfo(mapping.time_zone)
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield _report(number, row, mapping, zone)


def _report(line: int, row: Row, mapping: ReportMapping, zone: ZoneInfo) -> RecordedReport:
    at = _instant(row[mapping.reported_at], zone)
    assert at is not None, f"line {line} has no time of report"
    body = ReportBody(
        category=_value(mapping.category, row) or None,
        channel=_value(mapping.channel, row),
        place=_value(mapping.place, row) or None,
        text=_value(mapping.text, row),
        lat=_degrees(mapping.lat, row),
        lon=_degrees(mapping.lon, row),
    )
    steps = (
        RecordedStep(taken_at, StepBody(step.step, step.facts))
        for step in mapping.steps
        if (taken_at := _instant(row[step.at], zone)) is not None
    )
    return RecordedReport(line, at, body, tuple(steps))


def _value(column: Column, row: Row) -> str:
    if isinstance(column, ValueColumn):
        return column.of(row)
    return row[column] if column else ""


def _degrees(column: str, row: Row) -> float | None:
    return float(row[column]) if row.get(column) else None


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC) if text else None
