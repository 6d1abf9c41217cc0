"""A post's week on one page: what each day owed with what was recorded, and what closes the week (民情日志、日清周结).

Decides nothing about a diary: whatever a post owes by the day or by the week stands here, for whoever keeps it and for
whoever checks it. What may be seen the service decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked, day_in
from services.console.domain.duty_sheets import (
    FormRows,
    OccurrenceRows,
    OccurrenceSheet,
    RecordRows,
    RecordSheet,
)
from services.console.handlers.client import Query, at

MOST = 200
WEEK = 7


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of a post: what it owed on it, and what was recorded of it."""

    day: date
    owed: tuple[OccurrenceSheet, ...]
    records: tuple[RecordSheet, ...]


@dataclass(frozen=True, slots=True)
class WeekPages:
    """A post's week."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/duties/week", "duties-week", self.week)

    def week(self, town: str) -> ResponseReturnValue:
        """Show a week of the reader's own post, or of another that the reader may see."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        today = self.frame.now().astimezone(ZoneInfo(names.book.zone)).date()
        chosen = day_in(asked("day")) or today
        first = chosen - timedelta(days=chosen.weekday())
        last = first + timedelta(days=WEEK - 1)
        role = reader().role
        unit = asked("unit") or (role.unit if role else None) or ""
        span: Query = {"unit": unit, "from": first.isoformat(), "to": last.isoformat(), "limit": MOST}
        owed, records = OccurrenceRows(), RecordRows()
        if unit:
            owed = client.read(at("towns", town, "occurrences"), OccurrenceRows, span)
            records = client.read(at("towns", town, "records"), RecordRows, span)
        forms = client.read(at("towns", town, "forms"), FormRows).forms
        shown = {
            "days": list(_days(first, owed.occurrences, records.records)),
            "first": first,
            "last": last,
            "today": today,
            "unit": unit,
            "before": first - timedelta(days=WEEK),
            "after": first + timedelta(days=WEEK),
            "forms": {form.key: form for form in forms},
            "is_cut": bool(owed.next or records.next),
        }
        return self.frame.page(
            "duties_week.html", 200, **shown, names=names, times=self.frame.times_in(names)
        )


def _days(
    first: date, owed: tuple[OccurrenceSheet, ...], records: tuple[RecordSheet, ...]
) -> Iterator[WeekDay]:
    """Each day with what is of it; of a record that was corrected, what stands in its place."""
    standing = [record for record in reversed(records) if record.corrected_by is None]
    for number in range(WEEK):
        day = first + timedelta(days=number)
        yield WeekDay(
            day,
            tuple(each for each in owed if (each.on or each.label) == day),
            tuple(record for record in standing if record.day == day),
        )
