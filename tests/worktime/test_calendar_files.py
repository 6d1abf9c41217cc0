"""Own days from plain lists and from iCalendar text."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.texts import Text
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.calendar_files import from_icalendar, from_lists
from shared.rules.worktime.days import CalendarError, DayKind, OwnDay

EVENT = "DTSTART;VALUE=DATE:20270205\nDTEND;VALUE=DATE:20270212\nSUMMARY:春节\nX-GRIDCASE-DAY:HOLIDAY"


def ics(*events: str, head: str = "") -> str:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//a town//EN\n{head}{body}END:VCALENDAR\n"


def test_plain_lists_say_holidays_make_up_days_and_years() -> None:
    """Days may be dates or texts, names plain or in two languages, and years are those covered completely."""
    own = from_lists(
        {
            "holidays": {date(2027, 1, 1): "元旦", "2027-02-05": {"zh": "春节", "en": "Spring Festival"}},
            "make_up": {"2027-02-14": Text(en="make-up"), "2027-02-20": None},
            "years": [2027],
        }
    )
    assert own.days == {
        date(2027, 1, 1): OwnDay(DayKind.HOLIDAY, Text(zh="元旦")),
        date(2027, 2, 5): OwnDay(DayKind.HOLIDAY, Text(zh="春节", en="Spring Festival")),
        date(2027, 2, 14): OwnDay(DayKind.MAKE_UP, Text(en="make-up")),
        date(2027, 2, 20): OwnDay(DayKind.MAKE_UP, Text()),
    }
    assert own.years == {2027}
    calendar = Calendar.build(days=own.days, known_years=own.years)
    assert calendar.kind(date(2027, 2, 14)).kind is DayKind.MAKE_UP


@pytest.mark.parametrize(
    ("lists", "code"),
    [
        ({"holiday": {}}, "calendar-key-unknown"),
        ({"holidays": {"2027-02-30": "?"}}, "calendar-date-wrong"),
        ({"holidays": {20270205: "?"}}, "calendar-date-wrong"),
        ({"holidays": {"2027-02-05": "a"}, "make_up": {"2027-02-05": "b"}}, "calendar-day-twice"),
        ({"years": ["next year"]}, "calendar-year-wrong"),
        ({"years": [20270]}, "calendar-year-wrong"),
        ({"years": [True]}, "calendar-year-wrong"),
    ],
)
def test_lists_that_mean_nothing_are_refused(lists: dict[str, object], code: str) -> None:
    """Unknown keys, wrong dates and years, and days in both lists are refused with a remedy."""
    with pytest.raises(CalendarError) as refused:
        from_lists(lists)
    assert refused.value.code == code
    assert refused.value.remedy.zh


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("X-GRIDCASE-DAY:HOLIDAY", DayKind.HOLIDAY),
        ("X-GRIDCASE-DAY:make-up", DayKind.MAKE_UP),
        ("X-APPLE-SPECIAL-DAY:WORK-HOLIDAY", DayKind.HOLIDAY),
        ("X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", DayKind.MAKE_UP),
        ("CATEGORIES:Holiday", DayKind.HOLIDAY),
        ("CATEGORIES:town,MAKE-UP", DayKind.MAKE_UP),
        ("CATEGORIES:放假", DayKind.HOLIDAY),
        ("CATEGORIES:town\nCATEGORIES:补班", DayKind.MAKE_UP),
        ("CATEGORIES:HOLIDAY\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY", DayKind.HOLIDAY),
    ],
)
def test_events_are_marked_as_holiday_or_make_up_day(mark: str, kind: DayKind) -> None:
    """A mark of our own, of a well-known feed, or a category says what the day is."""
    own = from_icalendar(ics(f"DTSTART;VALUE=DATE:20270205\nSUMMARY:春节\n{mark}"))
    assert own.days == {date(2027, 2, 5): OwnDay(kind, Text(zh="春节"))}


def test_an_event_covers_its_days_without_the_last() -> None:
    """DTEND is exclusive, cancelled events are passed over, and the file may say which years are complete."""
    cancelled = "DTSTART;VALUE=DATE:20270301\nX-GRIDCASE-DAY:HOLIDAY\nSTATUS:CANCELLED"
    own = from_icalendar(ics(EVENT, cancelled, head="X-GRIDCASE-YEARS:2027, 2028\n"), years=[2029])
    assert sorted(own.days) == [date(2027, 2, day) for day in range(5, 12)]
    assert own.years == {2027, 2028, 2029}


def test_unmarked_events_are_refused_or_passed_over_on_request() -> None:
    """A festival without a mark is no day off; it is passed over only where that was asked for."""
    text = ics(EVENT, "DTSTART;VALUE=DATE:20270214\nSUMMARY:festival")
    with pytest.raises(CalendarError) as refused:
        from_icalendar(text)
    assert refused.value.code == "calendar-day-unmarked"
    assert date(2027, 2, 14) not in from_icalendar(text, unmarked="skip").days


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no calendar", "calendar-unreadable"),
        ("", "calendar-unreadable"),
        (ics(EVENT) + "x" * 300_001, "calendar-too-long"),
        (ics(EVENT + "\nRRULE:FREQ=YEARLY"), "calendar-event-repeats"),
        (ics(EVENT + "\nDURATION:P3D"), "calendar-event-repeats"),
        (ics("SUMMARY:x\nX-GRIDCASE-DAY:HOLIDAY"), "calendar-event-undated"),
        (ics("DTSTART:20270205T080000Z\nX-GRIDCASE-DAY:HOLIDAY"), "calendar-event-hours"),
        (ics("DTSTART;VALUE=DATE:202:0205\nX-GRIDCASE-DAY:HOLIDAY"), "calendar-event-broken"),
        (ics(EVENT.replace("20270212", "20270205")), "calendar-event-length"),
        (ics(EVENT.replace("20270212", "20990205")), "calendar-event-length"),
        (ics(EVENT + "\nCATEGORIES:MAKE-UP"), "calendar-day-unmarked"),
        (ics(EVENT, EVENT.replace("HOLIDAY", "MAKE-UP")), "calendar-day-twice"),
        (ics(EVENT, head="X-GRIDCASE-YEARS:soon\n"), "calendar-year-wrong"),
        (ics(EVENT + "\nDTEND;VALUE=DATE:20270213"), "calendar-event-undated"),
    ],
)
def test_an_icalendar_text_that_could_mean_two_things_is_refused(text: str, code: str) -> None:
    """Repeating events, hours, contradictions and broken lines are refused, never guessed."""
    with pytest.raises(CalendarError) as refused:
        from_icalendar(text)
    assert refused.value.code == code


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever is cut out of a file or put into it, the answer is days or one kind of error."""
    text = ics(EVENT, "DTSTART;VALUE=DATE:20270214\nCATEGORIES:MAKE-UP", head="X-GRIDCASE-YEARS:2027\n")
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(begin + 40, len(text))))
    damaged = text[:begin] + data.draw(st.text(max_size=20)) + text[end:]
    try:
        own = from_icalendar(damaged, unmarked=data.draw(st.sampled_from(("refuse", "skip"))))
    except CalendarError:
        return
    assert all(isinstance(day, OwnDay) for day in own.days.values())
