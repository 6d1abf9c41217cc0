"""The due dates of the acceptance scenarios, and what they say of readings."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from shared.rules.worktime.amount import Amount, TimeUnit, parse_amount
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import DayKind
from shared.rules.worktime.due import CalendarMissing, Span, due, next_working_day, prev_working_day
from shared.rules.worktime.readings import TimeReadings
from tests.worktime.moments import ALL_HOURS, DEFAULT, OFFICE, OFFICE_HOURS, at
from tests.worktime.scenario_table import ROWS

READ_AS = {
    "WD": (TimeUnit.WORKING_DAYS, DEFAULT),
    "CD": (TimeUnit.DAYS, DEFAULT),
    "CDS": (TimeUnit.DAYS, TimeReadings(rc5="strict")),
    "OPEN": (TimeUnit.WORKING_DAYS, TimeReadings(rc6="next_office_opening")),
    "MF": (TimeUnit.WORKING_DAYS, TimeReadings(rc4="mon_fri")),
    "NOMAKEUP": (TimeUnit.WORKING_DAYS, DEFAULT),
}
WITHOUT_MAKE_UP = Calendar.build(days=dict.fromkeys(chinese_calendar.workdays, DayKind.WEEKEND))


def calendar_for(read_as: str, close: str) -> Calendar:
    if read_as == "NOMAKEUP":
        return WITHOUT_MAKE_UP
    return ALL_HOURS if close == "24:00" else OFFICE_HOURS


@pytest.mark.parametrize("row", [row for row in ROWS if row[3] != "PREV"], ids=lambda row: row[0])
def test_every_due_date_of_the_scenarios(row: tuple[str, str, int, str, str, str]) -> None:
    """Each scenario's limit falls due on the day and at the close that its table gives."""
    _, start, number, read_as, on, close = row
    unit, readings = READ_AS[read_as]
    deadline = due(
        start_at=at(start),
        amount=Amount(number, unit),
        calendar=calendar_for(read_as, close),
        readings=readings,
    )
    assert deadline.label == f"{on} {close}"
    assert deadline.due_at == at(f"{on} 00:00") + timedelta(hours=int(close[:2]), minutes=int(close[3:]))


@pytest.mark.parametrize("row", [row for row in ROWS if row[3] == "PREV"], ids=lambda row: row[0])
def test_a_fixed_day_of_the_month_moves_to_the_working_day_before(row: tuple[str, ...]) -> None:
    """A duty of the third of the month is done on that day or on the working day before it (RC-14)."""
    assert prev_working_day(date.fromisoformat(row[1][:10]), ALL_HOURS, DEFAULT) == date.fromisoformat(row[4])


def test_the_next_working_day_passes_over_a_holiday() -> None:
    """The working day on or after a holiday is the first day worked again, a make-up day among them."""
    assert next_working_day(date(2026, 2, 16), ALL_HOURS, DEFAULT) == date(2026, 2, 24)
    assert next_working_day(date(2026, 2, 14), ALL_HOURS, DEFAULT) == date(2026, 2, 14)


def test_a_limit_of_24_00_ends_with_the_next_midnight() -> None:
    """'24:00' is an exclusive instant: the next local midnight (S-001)."""
    deadline = due(
        start_at=at("2026-03-09 10:00"),
        amount=parse_amount("3个工作日"),
        calendar=ALL_HOURS,
        readings=DEFAULT,
    )
    assert deadline.due_at == at("2026-03-13 00:00")
    assert (deadline.label, deadline.zone) == ("2026-03-12 24:00", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("reading", "label"), [("runs_on", "2026-03-12 24:00"), ("stops", "2026-03-16 24:00")]
)
def test_waiting_for_the_reporter_adds_two_days_if_the_clock_stops(reading: str, label: str) -> None:
    """Asked on 10 March and answered on 12 March 09:00, a limit runs on or has two days added (S-100)."""
    deadline = due(
        start_at=at("2026-03-09 10:00"),
        amount=parse_amount("3 working days"),
        calendar=ALL_HOURS,
        readings=TimeReadings.of({"RC-19": reading}),
        pauses=[Span(at("2026-03-10 09:30"), at("2026-03-12 09:00"))],
    )
    assert deadline.label == label


def test_at_once_is_due_with_the_end_of_the_day() -> None:
    """What is to be done at once is marked due with the end of the same day (S-041, RC-7)."""
    asked = {"start_at": at("2026-03-10 10:15"), "amount": parse_amount("立即"), "readings": DEFAULT}
    assert due(calendar=ALL_HOURS, **asked).label == "2026-03-10 24:00"
    assert due(calendar=OFFICE_HOURS, **asked).label == "2026-03-10 17:30"
    assert due(calendar=OFFICE_HOURS, today_target_minutes=20, **asked).label == "2026-03-10 10:35"


@pytest.mark.parametrize("start", ["2026-03-10 17:30", "2026-03-10 22:10"])
def test_at_once_after_the_close_of_office_is_due_at_midnight(start: str) -> None:
    """A matter that comes after the close is due at 24:00, not at a close that has passed (A-36)."""
    deadline = due(
        start_at=at(start), amount=Amount(0, TimeUnit.AT_ONCE), calendar=OFFICE_HOURS, readings=DEFAULT
    )
    assert deadline.label == "2026-03-10 24:00"


def test_at_once_waits_for_no_opening() -> None:
    """An emergency on a holiday is not moved to the next office opening (A-36, S-026)."""
    deadline = due(
        start_at=at("2026-05-02 22:10"),
        amount=parse_amount("at once"),
        calendar=OFFICE_HOURS,
        readings=TimeReadings(rc6="next_office_opening"),
        today_target_minutes=30,
    )
    assert deadline.label == "2026-05-02 22:40"


def test_no_due_instant_in_a_year_without_calendar_until_it_is_loaded() -> None:
    """Five working days from 30 December 2026 are due once the calendar of 2027 is there (S-016, RC-22)."""
    asked = {
        "start_at": at("2026-12-30 10:00"),
        "amount": parse_amount("5 working days"),
        "readings": DEFAULT,
    }
    with pytest.raises(CalendarMissing) as missing:
        due(calendar=ALL_HOURS, **asked)
    assert missing.value.year == 2027
    loaded = Calendar.build(days={date(2027, 1, 1): DayKind.HOLIDAY}, known_years=[2027])
    assert due(calendar=loaded, **asked).label == "2027-01-07 24:00"
    assert Calendar.build(office_hours=OFFICE).covers(2027) is False
