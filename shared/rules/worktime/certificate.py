"""The certificate of a deadline: the whole computation as JSON, so that everyone can check it.

Decides what is shown: every day that counted or did not and why, every pause and what it added, the
readings that mattered, the calendar's revision. Adds nothing to the result and computes no deadline.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from shared.kernel.instants import format_instant
from shared.rules.worktime.amount import TimeUnit
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.certificate_days import DayRole, DayRun, day_runs
from shared.rules.worktime.pauses import Span, closed
from shared.rules.worktime.readings import ALLOWED, name_of
from shared.rules.worktime.reckoning import Question, Reckoning, deadline_label
from shared.rules.worktime.terms import Addition
from shared.rules.worktime.whole_days import WholeDays
from shared.rules.worktime.windows import clock_text, window_pairs

Certificate = dict[str, Any]
VERSION = 1


class OwnEnd(Struct, frozen=True):
    """What of a certificate stands there only where the limit says it: the time of its last day, '15:00'."""

    ends_at: str | None = None


def certify(question: Question, reckoning: Reckoning) -> Certificate:
    """Return the certificate of a question: plain JSON values, instants as RFC 3339, days as ISO dates.

    Args:
        question: what the deadline was computed from; reckoning: what followed.
    """
    runs = day_runs(question, reckoning)
    pauses = [*_pauses(question, reckoning), *_open_pauses(question.pauses)]
    return {
        "version": VERSION,
        "started_at": format_instant(question.start_at),
        "begins_at": format_instant(reckoning.begins_at),
        "zone": question.calendar.zone,
        "amount": {"number": question.amount.number, "unit": question.amount.unit.value},
        "target_minutes": question.target_minutes if question.amount.unit is TimeUnit.AT_ONCE else None,
        **_ends_at(reckoning),
        "readings": _readings(question, reckoning, paused=bool(pauses)),
        "calendar": _calendar(question.calendar),
        "days": [_run(run) for run in runs],
        "pauses": pauses,
        "roll": _roll(runs),
        "close": _close(reckoning),
        "provisional": bool(reckoning.provisional_years),
        "provisional_years": list(reckoning.provisional_years),
        "due_at": format_instant(reckoning.ending.due_at),
        "label": deadline_label(reckoning.ending, reckoning.terms),
    }


def _ends_at(reckoning: Reckoning) -> dict[str, str]:
    """Return the limit's own time of day; nothing where it has none, as certificates were before there was any."""
    minute = reckoning.terms.ends_at
    has_own = minute is not None and isinstance(reckoning.way, WholeDays)
    return {"ends_at": clock_text(minute)} if minute is not None and has_own else {}


def _readings(question: Question, reckoning: Reckoning, *, paused: bool) -> dict[str, str]:
    """Return the readings that could have changed the result, by their RC ids."""
    unit, terms = question.amount.unit, reckoning.terms
    in_days = unit in (TimeUnit.WORKING_DAYS, TimeUnit.DAYS)
    whole = isinstance(reckoning.way, WholeDays)
    # A reading that could not have changed the result is not shown: whoever checks would look for what it did.
    mattered = {
        "rc2": in_days,
        "rc3": terms.calendar.has_office_hours
        and (unit is TimeUnit.AT_ONCE or (whole and terms.ends_at is None)),
        "rc4": reckoning.judged is not None,
        "rc5": unit is TimeUnit.DAYS,
        "rc6": unit is not TimeUnit.AT_ONCE,
        "rc7": unit is TimeUnit.AT_ONCE,
        "rc19": paused,
        "rc22": bool(reckoning.provisional_years),
    }
    return {name_of(name): getattr(question.readings, name) for name in ALLOWED if mattered[name]}


def _calendar(calendar: Calendar) -> dict[str, object]:
    return {
        "official": calendar.official,
        "revision": calendar.revision,
        "weekend": calendar.weekend_names(),
        "office_hours": window_pairs(calendar.office_hours),
        "office_hours_on": calendar.week_pairs(),
    }


def _run(run: DayRun) -> dict[str, object]:
    shown: dict[str, object] = {"from": _iso(run.first), "to": _iso(run.last), "role": run.role.value}
    if run.day is not None:
        shown |= {"kind": run.day.kind.value, "source": run.day.source}
        if name := {key: text for key, text in (("zh", run.day.name.zh), ("en", run.day.name.en)) if text}:
            shown["name"] = name
    if run.seconds is not None:
        shown["seconds"] = _number(run.seconds)
    return shown


def _pauses(question: Question, reckoning: Reckoning) -> Iterator[dict[str, object]]:
    additions = iter(reckoning.additions)
    for begin, end in closed(question.pauses):
        shown: dict[str, object] = {"begin_at": format_instant(begin), "end_at": format_instant(end)}
        shown["effect"] = effect = _effect(begin, end, question, reckoning)
        if effect == "added":
            shown |= _added(next(additions), in_days=reckoning.ending.day is not None)
        yield shown


def _effect(begin: datetime, end: datetime, question: Question, reckoning: Reckoning) -> str:
    if question.readings.rc19 == "runs_on":
        return "runs_on"
    if end <= reckoning.begins_at:
        return "before_start"
    return "added" if begin < reckoning.ending.due_at else "after_due"


def _added(addition: Addition, *, in_days: bool) -> dict[str, object]:
    shown: dict[str, object] = {"days" if in_days else "seconds": _number(addition.added)}
    return shown | ({"moved": addition.moved} if addition.moved else {})


def _open_pauses(pauses: Sequence[Span]) -> Iterator[dict[str, object]]:
    for span in sorted((span for span in pauses if span.end_at is None), key=lambda span: span.begin_at):
        yield {"begin_at": format_instant(span.begin_at), "end_at": None, "effect": "open"}


def _roll(runs: list[DayRun]) -> dict[str, str] | None:
    moved = [run for run in runs if run.role is DayRole.ROLLED]
    return {"from": _iso(moved[0].first - 1), "to": _iso(moved[-1].last)} if moved else None


def _close(reckoning: Reckoning) -> dict[str, str] | None:
    ending = reckoning.ending
    return None if ending.day is None else {"on": _iso(ending.day), "at": clock_text(ending.minute)}


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value
