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
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from shared.kernel.problems import Problem
from shared.kernel.texts import Text

TOP = frozenset({"time zone", "reported at", "category", "channel", "place", "text", "lat", "lon", "steps"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step that the record says was taken; by the lead."""

    at: datetime
    step: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded report with what happened to it."""

    line: int
    at: datetime
    body: Mapping[str, Any]  # what `POST …/cases` takes
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping file, read."""

    zone: ZoneInfo
    columns: Mapping[str, Any]


def read_mapping(path: Path) -> Mapped:
    """Read a mapping file.

    Raises:
        Problem: `bad-mapping`, naming what is wrong.
    """
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = set(given) - TOP
    missing = {"time zone", "reported at", "category"} - set(given)
    if unknown or missing:
        raise Problem(
            "bad-mapping",
            Text(
                f"{path}：不认识 {sorted(unknown)}，缺少 {sorted(missing)}",
                f"{path}: unknown {sorted(unknown)}, missing {sorted(missing)}",
            ),
        )
    return Mapped(ZoneInfo(given["time zone"]), given)


def read_reports(path: Path, mapped: Mapped) -> Iterator[Recorded]:
    """Yield the reports of a CSV file in the order of its lines."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield _report(number, row, mapped)


def _report(line: int, row: Mapping[str, str], mapped: Mapped) -> Recorded:
    columns = mapped.columns
    at = _instant(row[columns["reported at"]], mapped.zone)
    assert at is not None, f"line {line} has no time of report"
    body: dict[str, Any] = {
        name: _value(columns[name], row)
        for name in ("category", "channel", "place", "text")
        if name in columns
    }
    body |= {name: float(row[columns[name]]) for name in ("lat", "lon") if row.get(columns.get(name, ""))}
    steps = [
        Step(taken_at, step["step"], step.get("facts", {}))
        for step in columns.get("steps", ())
        if (taken_at := _instant(row[step["at"]], mapped.zone)) is not None
    ]
    return Recorded(line, at, {key: value for key, value in body.items() if value}, tuple(steps))


def _value(rule: Any, row: Mapping[str, str]) -> str:
    """Return a column's value, translated where the mapping lists values."""
    if isinstance(rule, str):
        return row[rule]
    raw = row[rule["column"]]
    if "values" not in rule:
        return raw
    return str(
        {str(key): value for key, value in rule["values"].items()}.get(raw, rule.get("otherwise", raw))
    )


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC) if text else None
