"""Zones and summer time: days and office hours by the wall clock, clock hours by the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.rules.worktime.amount import parse_amount
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.due import check_certificate, due
from shared.rules.worktime.readings import TimeReadings
from tests.worktime.moments import at

LA = "America/Los_Angeles"
SPRING = "2026-03-08"  # clocks jump from 02:00 to 03:00
AUTUMN = "2026-11-01"  # clocks show 01:00 … 02:00 twice


def los_angeles(
    office_hours: list[tuple[str, str]] | None = None, weekend: tuple[str, ...] = ("fri",)
) -> Calendar:
    return Calendar.build(
        zone=LA, official=None, weekend=weekend, known_years=[2026], office_hours=office_hours or []
    )


@pytest.mark.parametrize(
    ("start", "amount", "readings", "label"),
    [
        ("2026-03-07 10:00", "24 hours", {}, "2026-03-08 11:00"),
        ("2026-10-31 10:00", "24 hours", {}, "2026-11-01 09:00"),
        ("2026-03-07 10:00", "1 day", {"rc2": "exact"}, "2026-03-08 10:00"),
        ("2026-10-31 10:00", "1 day", {"rc2": "exact"}, "2026-11-01 10:00"),
        ("2026-03-07 02:30", "1 day", {"rc2": "exact"}, "2026-03-08 03:30"),  # 02:30 does not exist
        ("2026-03-07 10:00", "1 working day", {}, "2026-03-08 24:00"),
        ("2026-10-31 10:00", "1 working day", {}, "2026-11-01 24:00"),
        ("2026-03-08 00:00", "23 office hours", {}, "2026-03-08 24:00"),
        ("2026-11-01 00:00", "25 office hours", {}, "2026-11-01 24:00"),
        ("2026-03-08 01:30", "90 minutes", {}, "2026-03-08 04:00"),
    ],
)
def test_los_angeles_on_the_days_when_clocks_change(
    start: str, amount: str, readings: dict[str, str], label: str
) -> None:
    """A day is a day though it has 23 or 25 hours; hours are hours whatever the clocks show."""
    deadline = due(
        start_at=at(start, LA),
        amount=parse_amount(amount),
        calendar=los_angeles(),
        readings=TimeReadings(**readings),
    )
    assert deadline.label == label
    assert check_certificate(deadline.certificate)


@pytest.mark.parametrize(("day", "offset"), [(SPRING, -7), (AUTUMN, -8)])
def test_a_days_end_is_the_next_local_midnight(day: str, offset: int) -> None:
    """24:00 of a day on which clocks change is midnight in the offset that holds after the change."""
    start_at = at(f"{day} 00:00", LA) - timedelta(hours=10)
    deadline = due(
        start_at=start_at, amount=parse_amount("1 day"), calendar=los_angeles(), readings=TimeReadings()
    )
    midnight = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=UTC) + timedelta(days=1)
    assert deadline.due_at == midnight - timedelta(hours=offset)


def test_office_hours_over_the_change() -> None:
    """Office hours that begin before and end after the jump are an hour shorter by the clock."""
    calendar = los_angeles([("00:00", "06:00"), ("12:00", "18:00")])
    deadline = due(
        start_at=at(f"{SPRING} 00:00", LA),
        amount=parse_amount("6 office hours"),
        calendar=calendar,
        readings=TimeReadings(),
    )
    assert deadline.label == f"{SPRING} 13:00"


def test_a_midnight_that_does_not_exist_is_the_moment_of_the_jump() -> None:
    """Where clocks jump at midnight itself, a day ends at the jump and is still called 24:00."""
    calendar = Calendar.build(zone="America/Sao_Paulo", official=None, known_years=[2018], weekend=["sun"])
    deadline = due(
        start_at=at("2018-11-02 10:00", "America/Sao_Paulo"),
        amount=parse_amount("1 working day"),
        calendar=calendar,
        readings=TimeReadings(),
    )
    assert deadline.due_at == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert deadline.label == "2018-11-03 24:00"


def test_an_instant_may_come_in_any_offset() -> None:
    """The same instant in another offset gives the same deadline."""
    calendar = Calendar.build()
    asked = {"amount": parse_amount("3 working days"), "calendar": calendar, "readings": TimeReadings()}
    start_at = datetime.fromisoformat("2026-03-09T23:30:00-05:00")
    assert due(start_at=start_at, **asked) == due(start_at=start_at.astimezone(UTC), **asked)
    assert due(start_at=start_at, **asked).label == "2026-03-13 24:00"


def test_seconds_are_never_rounded_up() -> None:
    """A label leaves seconds off and never promises more time than there is; midnight alone is 24:00."""
    for start, label in (
        ("2026-03-09 10:00:59.999999", "2026-03-09 12:00"),
        ("2026-03-09 22:00:00", "2026-03-09 24:00"),
        ("2026-03-09 22:00:01", "2026-03-10 00:00"),
    ):
        deadline = due(
            start_at=at(start),
            amount=parse_amount("2 hours"),
            calendar=Calendar.build(),
            readings=TimeReadings(),
        )
        assert deadline.label == label
