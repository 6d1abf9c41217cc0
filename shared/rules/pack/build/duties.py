"""Builds duties: who owes how many of which records, and when.

Decides what of a duty cannot be meant by itself. When it comes round is for `build.recurrences`, what duties do to one
another for the checks.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from shared.rules.language.entries import Entry, Item
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.ladders import Ladders, build_ladders, missing_of
from shared.rules.pack.build.ordering import check_ordering, ordering_of
from shared.rules.pack.build.owed import owed_of
from shared.rules.pack.build.recurrences import names_a_day, recurrence_of
from shared.rules.pack.build.rules import each_of
from shared.rules.pack.model import DayOff, Duty, DutyKind, Escalation, Meeting
from shared.rules.worktime.amount import Amount


def build_duties(draft: Draft) -> dict[str, Duty]:
    """Return the duties by their ids, in the order of the files."""
    # Ladders are refused where they stand before format 2: of a town without duties that is said of its limits.
    ladders = build_ladders(draft) if draft.assembly.entries("duties") else {}
    return {duty.key: duty for duty in each_of(draft, "duties", partial(_duty, ladders))}


def _duty(ladders: Ladders, draft: Draft, sourced: Sourced, entry: Entry) -> Duty | None:
    every = recurrence_of(draft, entry)
    if every is None:
        return None
    off, kind, origin = entry.name("day_off"), entry.name("kind"), draft.origin(sourced)
    duty = Duty(
        key=entry.name("rule") or "",
        origin=replace(origin, title=entry.text("title") if "title" in entry else entry.text("name")),
        name=entry.text("name"),
        kind=DutyKind(kind or DutyKind.RECORD),
        who=draft.refer_all("unit", entry.items("who")),
        every=every,
        owes=owed_of(draft, entry),
        day_off=DayOff(off) if off else None,
        at=entry.whole("at"),
        before_day=entry.flag("before_day"),
        instead_of=_instead_of(draft, entry),
        meeting=_meeting(draft, entry.entry("meeting")),
        missing=_missing(draft, ladders, entry),
        warn_before=_amount(entry, "warn"),
        in_principle=entry.flag("in_principle"),
        to=draft.refer_all("unit", entry.items("to")),
        ordering=ordering_of(draft, entry),
        readings={
            **draft.readings(sourced.section_readings, entry.language),
            **draft.readings(entry.table("readings"), entry.language),
        },
    )
    _check_days(draft, entry, duty)
    check_ordering(draft, entry, duty)
    return duty


def _instead_of(draft: Draft, entry: Entry) -> tuple[str, ...]:
    named = draft.refer_all("duty", entry.items("instead_of"))
    if entry.name("rule") in named:
        draft.complain("instead-of-itself", entry.where("instead_of"))
    return named


def _amount(entry: Entry, field: str) -> Amount | None:
    item = entry.item(field)
    return item.as_(Amount) if item else None


def _meeting(draft: Draft, entry: Entry | None) -> Meeting | None:
    if entry is None:
        return None
    if "make_up_by" in entry and "make_up_within" not in entry:
        draft.complain("make-up-without-time", entry.where("make_up_by"))
    if "leave_before" in entry and "leave_asked_of" not in entry:
        draft.complain("leave-of-nobody", entry.where("leave_before"))
    return meeting_of(draft, entry)


def meeting_of(draft: Draft, entry: Entry) -> Meeting:
    """Return who comes to a meeting, and what belongs to it."""
    return Meeting(
        attend=draft.refer_all("unit", entry.items("attend")),
        invite=draft.refer_all("unit", entry.items("invite")),
        agenda=tuple(item.value for item in entry.items("agenda")),  # type: ignore[misc]
        leave_asked_of=_unit(draft, entry, "leave_asked_of"),
        leave_before=entry.whole("leave_before"),
        make_up_within=_amount(entry, "make_up_within"),
        make_up_by=_unit(draft, entry, "make_up_by"),
        roll_call_by=_unit(draft, entry, "roll_call_by"),
        plan_needs=tuple(item.value for item in entry.items("plan")),  # type: ignore[misc]
        plan_by=_day_of_year(entry.item("plan_by")),
        carries_open_cases=entry.flag("carries_open_cases"),
    )


def _unit(draft: Draft, entry: Entry, field: str) -> str | None:
    return entry.name(field) if draft.refer("unit", entry.item(field)) else None


def _day_of_year(item: Item | None) -> tuple[int, int] | None:
    day = item.as_(tuple) if item else None
    return (day[0], day[1]) if day else None


def _missing(draft: Draft, ladders: Ladders, entry: Entry) -> tuple[Escalation, ...]:
    """Return who hears of it; a duty has no case whose parties could be meant or whose milestones could be reached."""
    steps = missing_of(draft, ladders, entry)
    for step in steps:
        if step.mark or step.step:
            draft.complain("missing-marks", entry.where("missing"), name=step.mark or step.step)
        for who in _of_a_case(draft, step.to):
            draft.complain("missing-of-case", entry.where("missing"), who=who)
    return steps


def _of_a_case(draft: Draft, told: Iterable[str]) -> list[str]:
    return [
        who
        for who in told
        if who not in ROLES and not who.startswith("$") and not draft.names.has("unit", who)
    ]


def _check_days(draft: Draft, entry: Entry, duty: Duty) -> None:
    """Words about its day are idle where it has none: it is owed at any time within a span."""
    for field in () if names_a_day(duty.every) else ("at", "day_off", "before_day"):
        if field in entry:
            draft.complain("duty-without-day", entry.where(field), key=_written(entry, field))
    for field in () if duty.is_judged else ("missing", "warn"):
        if field in entry:
            draft.complain("never-missing", entry.where(field), key=_written(entry, field))


def _written(entry: Entry, field: str) -> str:
    key = entry.fields[field].key
    return key.text if key else field
