"""Certificates: complete, plain JSON, readable in both languages, and not to be tampered with."""

import copy
import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.kernel.texts import Text
from shared.rules.worktime.amount import Amount, TimeUnit, parse_amount
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import DayKind, OwnDay
from shared.rules.worktime.due import Deadline, Span, check_certificate, describe, due
from shared.rules.worktime.proof import differences
from shared.rules.worktime.readings import ALLOWED, TimeReadings, name_of
from shared.rules.worktime.words import READINGS
from tests.worktime.moments import ALL_HOURS, DEFAULT, OFFICE, OFFICE_HOURS, at
from tests.worktime.test_elapsed import minutes, pauses_from, readings, spans, towns
from tests.worktime.worlds import Town, readings_of

UNKNOWN = "2026-12-30 10:00"


def spring_festival(**changes: object) -> Deadline:
    asked: dict[str, Any] = {
        "start_at": at("2026-02-13 16:40"),
        "amount": parse_amount("3 working days"),
        "calendar": OFFICE_HOURS,
        "readings": DEFAULT,
    }
    return due(**asked | changes)


def test_every_day_is_shown_with_its_reason() -> None:
    """The starting day, each counted day, the make-up day and the holiday by name are all there (S-003)."""
    certificate = spring_festival().certificate
    shown = [(run["from"], run["to"], run["role"], run["kind"]) for run in certificate["days"]]
    assert shown == [
        ("2026-02-13", "2026-02-13", "start", "working"),
        ("2026-02-14", "2026-02-14", "counted", "make_up"),
        ("2026-02-15", "2026-02-23", "rest", "holiday"),
        ("2026-02-24", "2026-02-25", "counted", "working"),
    ]
    assert certificate["days"][2]["name"] == {"zh": "春节", "en": "Spring Festival"}
    assert certificate["readings"] == {
        "RC-2": "next_day",
        "RC-3": "close_of_office",
        "RC-4": "official",
        "RC-6": "at_once",
    }
    assert certificate["close"] == {"on": "2026-02-25", "at": "17:30"}
    assert certificate["calendar"]["revision"] == OFFICE_HOURS.revision


def test_a_roll_and_a_pause_are_shown() -> None:
    """A moved end says from where to where, a pause what it added."""
    rolled = spring_festival(
        start_at=at("2026-03-13 10:00"), amount=parse_amount("1 day"), calendar=ALL_HOURS
    ).certificate
    assert rolled["roll"] == {"from": "2026-03-14", "to": "2026-03-16"}
    paused = spring_festival(
        start_at=at("2026-03-09 10:00"),
        calendar=ALL_HOURS,
        readings=TimeReadings(rc19="stops"),
        pauses=[
            Span(at("2026-03-10 09:30"), at("2026-03-12 09:00")),
            Span(at("2026-03-01 09:30"), at("2026-03-02 09:00")),
            Span(at("2026-05-01 09:30"), at("2026-05-02 09:00")),
            Span(at("2026-03-11 10:00")),
        ],
    ).certificate
    effects = [(pause["effect"], pause.get("days")) for pause in paused["pauses"]]
    assert effects == [("before_start", None), ("added", 2), ("after_due", None), ("open", None)]
    assert [run["role"] for run in paused["days"]] == [
        "start",
        "counted",
        "paused",
        "counted",
        "rest",
        "counted",
    ]


def test_office_time_is_shown_day_by_day() -> None:
    """A limit of office hours shows how much ran on each day, and that adds up to the amount."""
    certificate = spring_festival(amount=parse_amount("10 office hours")).certificate
    ran = [(run["from"], run["role"], run.get("seconds", 0)) for run in certificate["days"]]
    assert ran == [
        ("2026-02-13", "counted", 3_000),
        ("2026-02-14", "counted", 25_200),
        ("2026-02-15", "rest", 0),
        ("2026-02-24", "counted", 7_800),
    ]


@settings(max_examples=150)
@given(towns, readings, minutes, st.integers(1, 30), spans)
def test_the_office_time_of_all_days_is_the_amount(
    town: Town, values: dict[str, str], start_at: datetime, number: int, offsets: list[tuple[int, int]]
) -> None:
    """The office time shown for the days, that of pauses left out, adds up to the amount."""
    certificate = due(
        start_at=start_at,
        amount=Amount(number, TimeUnit.OFFICE_HOURS),
        calendar=town.calendar,
        readings=readings_of(values),
        pauses=pauses_from(start_at, offsets),
    ).certificate
    ran = 0
    for run in certificate["days"]:
        days = (date.fromisoformat(run["to"]) - date.fromisoformat(run["from"])).days + 1
        ran += days * run.get("seconds", 0)
    assert ran == number * 3_600


def test_a_provisional_deadline_says_so() -> None:
    """The certificate of a provisional deadline names the years that had no calendar."""
    deadline = spring_festival(start_at=at(UNKNOWN), readings=TimeReadings(rc22="provisional"))
    certificate = deadline.certificate
    assert (certificate["provisional"], certificate["provisional_years"]) == (True, [2027])
    assert certificate["readings"]["RC-22"] == "provisional"
    assert check_certificate(certificate)
    assert any("2027" in line for line in describe(certificate, "zh"))


@settings(max_examples=300)
@given(towns, st.sampled_from(list(TimeUnit)), readings, minutes, st.integers(1, 30), spans, st.booleans())
def test_every_certificate_is_plain_json_checks_and_can_be_read(
    town: Town,
    unit: TimeUnit,
    values: dict[str, str],
    start_at: datetime,
    number: int,
    offsets: list[tuple[int, int]],
    has_target: bool,
) -> None:
    """After a round trip through JSON a certificate still confirms its deadline, and people can read it."""
    deadline = due(
        start_at=start_at,
        amount=Amount(0 if unit is TimeUnit.AT_ONCE else number, unit),
        calendar=town.calendar,
        readings=readings_of(values),
        pauses=pauses_from(start_at, offsets),
        today_target_minutes=number if has_target else None,
    )
    certificate = json.loads(json.dumps(deadline.certificate))
    assert certificate == deadline.certificate
    assert differences(certificate) == []
    assert certificate["label"] == deadline.label
    for language in ("zh", "en"):
        lines = describe(certificate, language)
        assert deadline.label in lines[-1]
        assert all(line.isprintable() for line in lines)


TAMPERED = [
    ("due_at", "2026-02-26T09:30:00.000000Z"),
    ("label", "2026-02-26 17:30"),
    ("started_at", "2026-02-12T08:40:00.000000Z"),
    ("begins_at", "2026-02-14T00:30:00.000000Z"),
    ("amount", {"number": 4, "unit": "working_days"}),
    ("amount", {"number": 3, "unit": "days"}),
    ("readings", {}),
    (
        "readings",
        {"RC-2": "include_start_day", "RC-3": "close_of_office", "RC-4": "official", "RC-6": "at_once"},
    ),
    ("zone", "America/Los_Angeles"),
    ("provisional", True),
    ("provisional_years", [2026]),
    ("close", {"on": "2026-02-25", "at": "24:00"}),
    ("roll", {"from": "2026-02-14", "to": "2026-02-16"}),
    ("days", []),
    ("pauses", [{"begin_at": "2026-02-14T00:00:00.000000Z", "end_at": None, "effect": "open"}]),
    ("target_minutes", 5),
]


@pytest.mark.parametrize(("key", "value"), TAMPERED)
def test_a_changed_certificate_is_found(key: str, value: object) -> None:
    """Whichever part is changed, the certificate does not confirm its deadline any more."""
    certificate = spring_festival().certificate
    assert check_certificate(certificate)
    assert not check_certificate(certificate | {key: value})


def test_a_changed_day_is_found() -> None:
    """A day that is turned from rest into work, a role that is changed, or a day left out is found."""
    certificate = spring_festival().certificate
    for number in range(len(certificate["days"])):
        for change in ({"role": "paused"}, {"from": "2026-02-01"}, {"kind": "weekend"}, {"source": "weekly"}):
            changed = copy.deepcopy(certificate)
            if change.items() <= changed["days"][number].items():
                continue
            changed["days"][number] |= change
            same_by_the_week = change == {"kind": "weekend"} and number == 2  # rest by another name
            assert check_certificate(changed) is same_by_the_week
        assert not check_certificate(certificate | {"days": certificate["days"][:number]})


def test_the_end_is_confirmed_without_the_calendar_that_it_was_computed_with() -> None:
    """A certificate holds all that it needs: own days and names, and hours of single weekdays."""
    calendar = Calendar.build(
        office_hours=OFFICE,
        office_hours_on={"fri": [("08:30", "12:00")]},
        weekend=["sun"],
        days={date(2026, 3, 11): OwnDay(DayKind.HOLIDAY, Text(zh="庙会", en="fair"))},
    )
    certificate = spring_festival(start_at=at("2026-03-10 10:00"), calendar=calendar).certificate
    assert certificate["label"] == "2026-03-14 17:30"
    assert check_certificate(certificate)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.data())
def test_whatever_stands_in_a_certificate_the_check_answers(data: st.DataObject) -> None:
    """A certificate with any JSON anywhere in it is confirmed or not; the check itself never fails."""
    certificate: dict[str, Any] = copy.deepcopy(spring_festival().certificate)
    key = data.draw(st.sampled_from(sorted(certificate)))
    inner = certificate[key]
    if isinstance(inner, dict) and inner and data.draw(st.booleans()):
        inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(json_values)
    elif isinstance(inner, list) and inner and data.draw(st.booleans()):
        inner[0] = data.draw(json_values)
    else:
        certificate[key] = data.draw(json_values)
    assert check_certificate(certificate) in (True, False)
    assert check_certificate(data.draw(st.dictionaries(st.text(), json_values))) is False


def test_a_certificate_of_endless_days_is_refused_soon() -> None:
    """Runs of days that no limit can have are not walked."""
    certificate = spring_festival().certificate
    certificate["days"][0] |= {"from": "0001-01-01", "to": "9999-12-31"}
    assert differences(certificate) == ["malformed"]


def test_every_reading_has_words_in_both_languages() -> None:
    """Each value of each reading can be said in Chinese and in English."""
    for name, values in ALLOWED.items():
        assert set(READINGS[name_of(name)]) == set(values)
        assert all(text.zh and text.en for text in READINGS[name_of(name)].values())


def test_a_certificate_reads_like_a_calculation() -> None:
    """People see the start, the limit, every day, the readings and the end, in their language."""
    lines = describe(spring_festival().certificate, "zh")
    assert lines[0] == "起算：2026-02-13 16:40（Asia/Shanghai）"
    assert lines[1] == "时限：3个工作日"
    assert "2026-02-14 调休上班 · 春节：计入" in lines
    assert "2026-02-15 – 2026-02-23 放假 · 春节：不计" in lines
    assert lines[-1] == "到期：2026-02-25 17:30"
    english = describe(spring_festival().certificate, "en")
    assert "2026-02-14 make-up working day · Spring Festival: counted" in english
    assert english[-1] == "Due: 2026-02-25 17:30"
