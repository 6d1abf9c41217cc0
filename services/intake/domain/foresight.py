"""What another edition would make of a running case: who would lead it, and when its limits would fall due.

Asks the same shared computations that routing and sla rest on, and writes nothing. What routing and sla decide
later on the same facts is the same, with two exceptions told in `docs/decisions/0010`: rests of rounds (RC-13
remaining) and due instants written by a person are shown as they stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.decisions import AUTOMATIC
from services.intake.domain.milestones import ACCEPTED, ASSIGNED, FALLS_WITH_REOPENING, REOPENED
from services.intake.domain.situations import situation_of
from shared.kernel.instants import format_instant, local_label, parse_instant
from shared.rules.decide.answers import Decision, Unroutable
from shared.rules.decide.book import Book
from shared.rules.decide.outcome import decided
from shared.rules.decide.situation import Situation
from shared.rules.decide.timing import calendar_of, local_day, start_of, time_readings
from shared.rules.pack.model import EffectKind, Limit, Pack
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import due
from shared.rules.worktime.pauses import Span

FIRST = "first "
_ALL = "all"
_KEPT_AS_IT_IS = frozenset({"extended", "paused", "breached"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What of the case's past the limits need.

    Args:
        clocks: the case's open clocks as last heard of: stage, state, due_at, reason.
        pauses: per stage, or under 'all', as its steps paused and resumed it.
        days: the town's published days.
    """

    clocks: Sequence[Mapping[str, Any]]
    pauses: Mapping[str, Sequence[Span]]
    days: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A limit that would run."""

    stage: str
    rule: str
    due_at: datetime | None
    missing_year: int | None = None


def foresee(book: Book, case: Case, standing: Standing, at: datetime) -> dict[str, Any]:
    """Return decision and due instants of a case before and after it is decided again by `book`."""
    pack = book.pack
    before = situation_of(case)
    answer = book.route(before, local_day(pack, case.reported_at))
    decision = answer.decision if isinstance(answer, Unroutable) else answer
    after = decided(before, decision)
    foreseen = list(_limits(book, case, after, decision, standing, at))
    return {
        "decision": {"before": _before(case), "after": _after(answer, decision)},
        "deadlines": list(_side_by_side(standing.clocks, foreseen, pack)),
    }


def _before(case: Case) -> dict[str, Any] | None:
    if case.assignment is None:
        return None
    return {name: case.assignment[name] for name in ("lead", "levels", "assisting", "procedure")}


def _after(answer: Decision | Unroutable, decision: Decision) -> dict[str, Any]:
    return {
        "lead": decision.lead,
        "levels": list(decision.levels),
        "assisting": list(decision.assisting),
        "procedure": decision.procedure,
        "rule": decision.rule.rule,
        "because": list(decision.rule.because),
        "fallback": decision.fallback,
        "cause": answer.cause if isinstance(answer, Unroutable) else None,
    }


def _limits(
    book: Book, case: Case, after: Situation, decision: Decision, standing: Standing, at: datetime
) -> Iterator[Foreseen]:
    marks = _marks_after(case, decision, at)
    calendar = calendar_of(book.pack, standing.days)
    for limit in book.pack.limits:
        start_at = _start_at(book.pack, limit, case, marks)
        if start_at is None or _is_met(limit, marks, start_at):
            continue
        held = book.limits(after, local_day(book.pack, start_at)).limits
        if any(one.origin.rule == limit.origin.rule for one in held):
            yield _foreseen(book.pack, limit, start_at, calendar, standing)


def _marks_after(case: Case, decision: Decision, at: datetime) -> Mapping[str, datetime]:
    """A lead that changes is dispatched now, and accepts now or later, as the rules say (RC-12)."""
    marks = {name: parse_instant(text) for name, text in case.marks.items()}
    if case.lead == decision.lead and ASSIGNED in marks:
        return marks
    marks[ASSIGNED] = at
    if decision.acceptance == AUTOMATIC:
        return {**marks, ACCEPTED: at}
    return {name: since for name, since in marks.items() if name != ACCEPTED}


def _start_at(pack: Pack, limit: Limit, case: Case, marks: Mapping[str, datetime]) -> datetime | None:
    words = start_of(pack, limit)
    mark = words.removeprefix(FIRST)
    is_first = words.startswith(FIRST) or pack.reading("RC-12", limit.readings) == "overall"
    start_at = marks.get(mark)
    if is_first and mark == ACCEPTED and case.accepted_at is not None:
        start_at = case.accepted_at
    reopened_at = marks.get(REOPENED)
    if start_at is None or case.round == 1 or reopened_at is None:
        return start_at
    falls = not set(limit.until).isdisjoint(FALLS_WITH_REOPENING)
    return reopened_at if falls and (is_first or start_at < reopened_at) else start_at


def _is_met(limit: Limit, marks: Mapping[str, datetime], since: datetime) -> bool:
    return any(mark in marks and marks[mark] >= since for mark in limit.until)


def _foreseen(
    pack: Pack, limit: Limit, start_at: datetime, calendar: Calendar, standing: Standing
) -> Foreseen:
    if limit.within is None:
        return Foreseen(limit.clock, limit.origin.rule, None)
    try:
        deadline = due(
            start_at=start_at,
            amount=limit.within,
            calendar=calendar,
            readings=time_readings(pack, limit),
            pauses=[*standing.pauses.get(limit.clock, ()), *standing.pauses.get(_ALL, ())],
            today_target_minutes=limit.target_minutes,
        )
    except CalendarMissing as missing:
        return Foreseen(limit.clock, limit.origin.rule, None, missing.year)
    return Foreseen(limit.clock, limit.origin.rule, deadline.due_at)


def _side_by_side(
    clocks: Sequence[Mapping[str, Any]], foreseen: Sequence[Foreseen], pack: Pack
) -> Iterator[dict[str, Any]]:
    """The same rule stands beside itself, then what is left of a stage beside what is left of it."""
    left = list(foreseen)
    for clock in clocks:
        beside = _beside(clock, left)
        if beside is not None:
            left.remove(beside)
        yield _compared(clock, beside, pack)
    yield from (_compared(None, one, pack) for one in left)


def _beside(clock: Mapping[str, Any], foreseen: Sequence[Foreseen]) -> Foreseen | None:
    of_stage = [one for one in foreseen if one.stage == clock["stage"]]
    same = [one for one in of_stage if one.rule == clock["reason"]["rule"]]
    return next(iter([*same, *of_stage]), None)


def _compared(clock: Mapping[str, Any] | None, after: Foreseen | None, pack: Pack) -> dict[str, Any]:
    stays = clock is not None and clock["state"] in _KEPT_AS_IT_IS
    due_before = clock["due_at"] if clock else None
    due_after = after.due_at if after else None
    if stays and after is not None and clock is not None and after.rule == clock["reason"]["rule"]:
        due_after = due_before  # what fired stays fired, what a person gave stays given
    return {
        "stage": clock["stage"] if clock else after.stage if after else "",
        "before": _shown(clock["reason"]["rule"], clock["state"], due_before, pack) if clock else None,
        "after": _shown(after.rule, None, due_after, pack, after.missing_year) if after else None,
        "moved": (clock is None) != (after is None) or due_before != due_after,
    }


def _shown(
    rule: str, state: str | None, due_at: datetime | None, pack: Pack, missing_year: int | None = None
) -> dict[str, Any]:
    return {
        "rule": rule,
        "state": state,
        "due_at": format_instant(due_at) if due_at else None,
        "label": local_label(due_at, pack.zone, ends_day=True) if due_at else None,
        "missing_year": missing_year,
    }


def pauses_of(pack: Pack, steps: Sequence[tuple[str, datetime]]) -> dict[str, list[Span]]:
    """Return how the case was paused, by stage, from the steps taken and when; an open pause has no end."""
    spans: dict[str, list[Span]] = {}
    for key, at in steps:
        for effect in pack.steps[key].does if key in pack.steps else ():
            own = spans.setdefault(effect.value or _ALL, []) if effect.kind in _PAUSING else []
            if effect.kind is EffectKind.PAUSE and (not own or own[-1].end_at is not None):
                own.append(Span(at))
            elif effect.kind is EffectKind.RESUME and own and own[-1].end_at is None:
                own[-1] = Span(own[-1].begin_at, at)
    return spans


_PAUSING = frozenset({EffectKind.PAUSE, EffectKind.RESUME})
