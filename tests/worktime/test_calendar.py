"""What a day is: own days over the official table, years with and without data, revisions."""

from collections.abc import Callable
from datetime import date, timedelta

import chinese_calendar
import pytest

from shared.kernel.texts import Text
from shared.rules.worktime.amount import parse_amount
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarError, CalendarMissing, DayKind, OwnDay
from shared.rules.worktime.due import check_certificate, due
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.wall import day_of
from tests.worktime.moments import ALL_HOURS, DEFAULT, at

PROVISIONAL = TimeReadings(rc22="provisional")


def test_every_day_from_2004_to_2026_is_what_the_official_table_says() -> None:
    """With no own days, a day is worked where the official table says so, counted or asked one by one."""
    working_days = ALL_HOURS.working_days(DEFAULT)
    on, last = date(2004, 1, 1), date(2026, 12, 31)
    seen = 0
    while on <= last:
        worked = chinese_calendar.is_workday(on)
        seen += worked
        assert ALL_HOURS.kind(on).kind.is_worked is worked
        assert working_days.is_working(on.toordinal()) is worked
        on += timedelta(days=1)
    assert working_days.count(date(2004, 1, 1).toordinal(), last.toordinal()) == seen
    assert working_days.nth_from(date(2004, 1, 1).toordinal(), seen) == date(2026, 12, 31).toordinal()
    assert working_days.nth_until(last.toordinal(), seen) == date(2004, 1, 2).toordinal()


def test_a_day_has_a_kind_a_name_and_a_source() -> None:
    """A day says what it is, what it is called and who says so."""
    own = {date(2026, 3, 10): OwnDay(DayKind.HOLIDAY, Text(zh="庙会")), date(2026, 2, 16): DayKind.WORKING}
    calendar = Calendar.build(days=own)
    told = [
        (date(2026, 3, 10), DayKind.HOLIDAY, "庙会", "own"),
        (date(2026, 2, 16), DayKind.WORKING, "", "own"),
        (date(2026, 2, 17), DayKind.HOLIDAY, "春节", "china"),
        (date(2026, 2, 14), DayKind.MAKE_UP, "春节", "china"),
        (date(2026, 3, 14), DayKind.WEEKEND, "", "weekly"),
        (date(2026, 3, 11), DayKind.WORKING, "", "weekly"),
    ]
    for on, kind, name, source in told:
        day = calendar.kind(on)
        assert (day.on, day.kind, day.name.zh, day.source) == (on, kind, name, source)


def test_own_days_win_over_the_official_table_in_deadlines() -> None:
    """A town's own holiday is not counted, and an official holiday that it works is."""
    asked = {
        "start_at": at("2026-02-13 16:40"),
        "amount": parse_amount("3 working days"),
        "readings": DEFAULT,
    }
    assert due(calendar=ALL_HOURS, **asked).label == "2026-02-25 24:00"
    own = Calendar.build(days={date(2026, 2, 14): DayKind.WEEKEND, date(2026, 2, 20): DayKind.WORKING})
    assert due(calendar=own, **asked).label == "2026-02-25 24:00"  # one fewer and one more
    fewer = Calendar.build(days={date(2026, 2, 14): DayKind.WEEKEND})
    assert due(calendar=fewer, **asked).label == "2026-02-26 24:00"


def test_a_year_that_the_own_list_covers_is_its_own() -> None:
    """For a year that own days cover completely the official table is not asked."""
    calendar = Calendar.build(known_years=[2026])
    assert calendar.kind(date(2026, 2, 17)).kind is DayKind.WORKING
    assert calendar.kind(date(2025, 10, 1)).kind is DayKind.HOLIDAY
    deadline = due(
        start_at=at("2026-02-13 16:40"),
        amount=parse_amount("3 working days"),
        calendar=calendar,
        readings=DEFAULT,
    )
    assert deadline.label == "2026-02-18 24:00"


def test_a_year_without_data_is_missing_even_for_an_own_day() -> None:
    """Some own days do not make a year known; declaring it complete does."""
    holiday = {date(2027, 1, 1): DayKind.HOLIDAY}
    with pytest.raises(CalendarMissing) as missing:
        Calendar.build(days=holiday).kind(date(2027, 1, 1))
    assert missing.value.year == 2027
    assert missing.value.where == {"year": 2027}
    assert Calendar.build(days=holiday, known_years=[2027]).kind(date(2027, 1, 1)).kind is DayKind.HOLIDAY
    with pytest.raises(CalendarMissing):
        Calendar.build(official=None).kind(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("start", "amount", "readings", "year"),
    [
        ("2026-12-30 10:00", "1 working day", {}, None),
        ("2026-12-31 10:00", "1 working day", {}, 2027),
        ("2003-12-31 10:00", "1 working day", {}, None),  # the starting day is not judged
        ("2003-12-31 10:00", "1 working day", {"rc2": "exact"}, 2003),
        ("2003-12-31 10:00", "1 working day", {"rc6": "next_office_opening"}, 2003),
        ("2026-12-30 10:00", "5 days", {}, 2027),
        ("2026-12-30 10:00", "5 days", {"rc5": "strict"}, None),
        ("2026-12-30 10:00", "30 hours", {}, None),
        ("2027-06-30 10:00", "at once", {}, None),
        ("2026-12-31 10:00", "14 office hours", {}, None),  # ends with 31 December 24:00
        ("2026-12-31 10:00", "15 office hours", {}, 2027),
        ("2027-06-30 10:00", "5 working days", {"rc4": "mon_fri"}, None),
        ("2027-06-30 10:00", "30 hours", {"rc6": "next_office_opening"}, 2027),
    ],
)
def test_a_calendar_is_missing_only_where_a_day_must_be_judged(
    start: str, amount: str, readings: dict[str, str], year: int | None
) -> None:
    """Under RC-22 refuse a limit is withheld exactly where a day of a year without data decides it."""
    asked = {"start_at": at(start), "amount": parse_amount(amount), "calendar": ALL_HOURS}
    likely = due(readings=TimeReadings(**readings, rc22="provisional"), **asked)
    assert likely.provisional is (year is not None)
    if year is None:
        assert due(readings=TimeReadings(**readings), **asked).due_at == likely.due_at
        return
    assert likely.certificate["provisional_years"] == [year]
    with pytest.raises(CalendarMissing) as missing:
        due(readings=TimeReadings(**readings), **asked)
    assert missing.value.year == year


def test_a_provisional_deadline_goes_by_weekends_and_own_days() -> None:
    """Under RC-22 provisional a year without data has its weekends and the own days known so far."""
    asked = {
        "start_at": at("2026-12-30 10:00"),
        "amount": parse_amount("5 working days"),
        "readings": PROVISIONAL,
    }
    assert due(calendar=ALL_HOURS, **asked).label == "2027-01-06 24:00"
    some = Calendar.build(days={date(2027, 1, 1): DayKind.HOLIDAY})
    assert due(calendar=some, **asked).label == "2027-01-07 24:00"
    assert due(calendar=some, **asked).provisional
    assert check_certificate(due(calendar=some, **asked).certificate)
    known = Calendar.build(days={date(2027, 1, 1): DayKind.HOLIDAY}, known_years=[2027])
    assert due(calendar=known, **asked).label == "2027-01-07 24:00"
    assert not due(calendar=known, **asked).provisional


def test_the_29th_of_february_is_a_day() -> None:
    """A leap day counts as the day of the week that it is."""
    calendar = Calendar.build(official=None, known_years=range(2024, 2029))
    for start, amount, label in (
        ("2024-02-28 10:00", "1 working day", "2024-02-29 24:00"),
        ("2028-02-28 10:00", "2 days", "2028-03-01 24:00"),
        ("2024-02-29 10:00", "366 days", "2025-03-03 24:00"),  # 1 March 2025 is a Saturday
    ):
        deadline = due(start_at=at(start), amount=parse_amount(amount), calendar=calendar, readings=DEFAULT)
        assert deadline.label == label


AMENDMENTS: list[Callable[[], Calendar]] = [
    lambda: Calendar.build(days={date(2026, 3, 10): DayKind.HOLIDAY}),
    lambda: Calendar.build(days={date(2026, 3, 10): DayKind.MAKE_UP}),
    lambda: Calendar.build(days={date(2026, 3, 10): OwnDay(DayKind.HOLIDAY, Text(zh="庙会"))}),
    lambda: Calendar.build(days={date(2026, 3, 11): DayKind.HOLIDAY}),
    lambda: Calendar.build(known_years=[2027]),
    lambda: Calendar.build(zone="Asia/Urumqi"),
    lambda: Calendar.build(weekend=["sun"]),
    lambda: Calendar.build(official=None),
    lambda: Calendar.build(office_hours=[("08:30", "12:00")]),
    lambda: Calendar.build(office_hours=[("08:30", "12:01")]),
    lambda: Calendar.build(office_hours_on={"fri": [("08:30", "12:00")]}),
]


def test_every_amendment_has_a_revision_of_its_own() -> None:
    """What bears on deadlines makes another revision; an equal calendar has the same."""
    revisions = {amend().revision for amend in AMENDMENTS} | {ALL_HOURS.revision}
    assert len(revisions) == len(AMENDMENTS) + 1
    assert all(amend() == amend() and hash(amend()) == hash(amend()) for amend in AMENDMENTS)
    assert Calendar.build().revision == ALL_HOURS.revision
    assert Calendar.build() != "calendar"


def test_the_revision_is_in_the_certificate() -> None:
    """A deadline's certificate names the revision that it was computed with, so that an old one is known."""
    amended = Calendar.build(days={date(2026, 3, 10): DayKind.HOLIDAY})
    certificates = [
        due(
            start_at=at("2026-03-09 10:00"),
            amount=parse_amount("1 day"),
            calendar=calendar,
            readings=DEFAULT,
        ).certificate
        for calendar in (ALL_HOURS, amended)
    ]
    assert [certificate["calendar"]["revision"] for certificate in certificates] == [
        ALL_HOURS.revision,
        amended.revision,
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"zone": "Mars/Olympus"}, "zone-unknown"),
        ({"zone": "../../etc/passwd"}, "zone-unknown"),
        ({"zone": ""}, "zone-unknown"),
        ({"weekend": ["saturday"]}, "weekday-unknown"),
        ({"weekend": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "no-working-days"),
        ({"official": "atlantis"}, "official-unknown"),
        ({"office_hours": [("8:30", "12:00")]}, "office-hours-wrong"),
        ({"office_hours": [("08:30", "24:01")]}, "office-hours-wrong"),
        ({"office_hours": [("08:30", "25:00")]}, "office-hours-wrong"),
        ({"office_hours": [("12:00", "08:30")]}, "office-hours-wrong"),
        ({"office_hours": [("12:00", "12:00")]}, "office-hours-wrong"),
        ({"office_hours": [("08:30", "12:00"), ("11:00", "13:00")]}, "office-hours-wrong"),
        ({"office_hours": [(510, 720)]}, "office-hours-wrong"),
        ({"office_hours": [("08:30", "12:00")] * 1000}, "office-hours-wrong"),
        ({"office_hours": [("٠٨:٣٠", "12:00")]}, "office-hours-wrong"),
        ({"office_hours_on": {"fri": []}}, "office-hours-wrong"),
        ({"office_hours_on": {"payday": [("08:30", "12:00")]}}, "weekday-unknown"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(words: dict[str, object], code: str) -> None:
    """Unknown zones and weekdays, weeks without work and wrong hours are refused with cause and remedy."""
    with pytest.raises(CalendarError) as refused:
        Calendar.build(**words)
    assert refused.value.code == code
    assert refused.value.cause.zh
    assert refused.value.remedy.en


def test_windows_come_in_any_order_and_may_touch() -> None:
    """Office hours are sorted; two that touch are no overlap, and 24:00 is the end of a day."""
    calendar = Calendar.build(office_hours=[("20:00", "24:00"), ("08:00", "12:00"), ("12:00", "13:00")])
    assert [window.begin for window in calendar.office_hours] == [480, 720, 1200]
    deadline = due(
        start_at=at("2026-03-09 10:00"), amount=parse_amount("1 day"), calendar=calendar, readings=DEFAULT
    )
    assert deadline.label == "2026-03-10 24:00"


def test_calendars_that_agree_on_a_year_share_its_days() -> None:
    """Two thousand towns with the same calendar keep each year once."""
    one, other = Calendar.build(), Calendar.build(office_hours=[("08:30", "12:00")])
    day = day_of(at("2026-03-09 10:00"), one.tz)
    for calendar in (one, other):
        assert calendar.working_days(DEFAULT).is_working(day)
    years = [calendar.working_days(DEFAULT)._years[2026] for calendar in (one, other)]
    assert years[0] is years[1]
