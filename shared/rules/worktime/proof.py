"""Checking a certificate from the certificate alone.

Decides whether its end follows from its own days, amount, readings and pauses, by computing it anew on a
calendar made of nothing but the days it shows. Whether those days are the true ones is the calendar's matter:
compare its revision.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import convert

from shared.kernel.instants import parse_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.certificate import VERSION, OwnEnd, certify
from shared.rules.worktime.days import DayKind, OwnDay
from shared.rules.worktime.pauses import Span
from shared.rules.worktime.readings import TimeReadings
from shared.rules.worktime.reckoning import Question, reckon

# What somebody hands in is counted before it is worked on: 10,000 working days take some 14,600, pauses come on top.
_MOST_DAYS = 40_000
_MOST_PAUSES = 10_000
_ELSEWHERE = ("official", "revision")  # of the calendar: what the certificate cannot know of itself


def check_certificate(certificate: Mapping[str, Any]) -> bool:
    """Tell whether the certificate's end follows from what it shows; False for anything malformed.

    Args:
        certificate: from anywhere, so anything may stand in it; days and pauses are bounded before they are counted.
    """
    return not differences(certificate)


def differences(certificate: Mapping[str, Any]) -> list[str]:
    """Return the keys whose values do not follow from the others, ['malformed'] if it is no certificate.

    Args:
        certificate: as `check_certificate` takes it.
    """
    try:
        question = _question(certificate)
        anew = certify(question, reckon(question))
        return [key for key in anew if _comparable(key, anew[key]) != _comparable(key, certificate[key])]
    except (Problem, KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return ["malformed"]


def _question(certificate: Mapping[str, Any]) -> Question:
    if certificate["version"] != VERSION or len(certificate["pauses"]) > _MOST_PAUSES:
        raise ValueError("another version, or too many pauses")
    amount = certificate["amount"]
    return Question(
        start_at=parse_instant(certificate["started_at"]),
        amount=Amount(amount["number"], TimeUnit(amount["unit"])),
        calendar=_shown_calendar(certificate),
        readings=TimeReadings.of(certificate["readings"]),
        pauses=[_span(pause) for pause in certificate["pauses"]],
        target_minutes=certificate["target_minutes"],
        ends_at=_minute(convert(certificate, OwnEnd).ends_at),
    )


def _minute(written: str | None) -> int | None:
    if written is None:
        return None
    hours, minutes = written.split(":")
    return int(hours) * 60 + int(minutes)


def _shown_calendar(certificate: Mapping[str, Any]) -> Calendar:
    shown = certificate["calendar"]
    listed = _by_source(certificate["days"])
    # A day of which a list or the week says something lies in a year whose days were known.
    known = {on.year for source, days in listed.items() if source in ("own", "weekly") for on in days}
    return Calendar.build(
        zone=certificate["zone"],
        office_hours=[tuple(pair) for pair in shown["office_hours"]],
        office_hours_on={
            day: [tuple(pair) for pair in pairs] for day, pairs in shown["office_hours_on"].items()
        },
        weekend=shown["weekend"],
        official=None,
        days=listed.get("own"),
        known_years=known - set(certificate["provisional_years"]),
    )


def _by_source(runs: list[Mapping[str, Any]]) -> dict[str, dict[date, OwnDay]]:
    """Return the days shown by who says so, listed days of the official table with the own ones."""
    days: dict[str, dict[date, OwnDay]] = {}
    for on, run in _each_day(runs):
        source = "own" if run.get("source") == "china" else run.get("source")
        if source is not None:
            days.setdefault(source, {})[on] = OwnDay(DayKind(run["kind"]), Text(**run.get("name", {})))
    return days


def _each_day(runs: list[Mapping[str, Any]]) -> Iterator[tuple[date, Mapping[str, Any]]]:
    left = _MOST_DAYS
    for run in runs:
        first, last = date.fromisoformat(run["from"]), date.fromisoformat(run["to"])
        left -= (last - first).days + 1
        if left < 0:
            raise ValueError("too many days")
        for number in range((last - first).days + 1):
            yield first + timedelta(days=number), run


def _span(pause: Mapping[str, Any]) -> Span:
    end = pause["end_at"]
    return Span(parse_instant(pause["begin_at"]), None if end is None else parse_instant(end))


def _comparable(key: str, value: Any) -> object:
    if key == "calendar":
        return {name: part for name, part in value.items() if name not in _ELSEWHERE}
    if key == "days":
        return [run | {"source": "own"} if run.get("source") == "china" else run for run in value]
    return value
