"""Has the time passed that a step must wait?

Decides whether a step comes too early, and says from when it may be taken and why. Whose step it is and what
must stand before it is the guard's.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.case import Case
from services.intake.domain.naming import named
from services.intake.domain.refusal import Refusal, refusal
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.case.timing import AmendedDays
from shared.rules.decide.waiting import Opening, opening
from shared.rules.pack.model import NotBefore, Pack, Step
from shared.rules.worktime.amount import format_amount


def opening_of(pack: Pack, case: Case, step: Step, days: AmendedDays | None) -> Opening | None:
    """Return when the step's waiting time ends; None where it waits for nothing, or nothing has begun."""
    waiting = step.not_before
    if waiting is None or not case.stands(waiting.start):
        return None
    return opening(pack, waiting, case.milestones[waiting.start].at, days)


@dataclass(frozen=True, slots=True)
class YearAwaited:
    """A step whose waiting time needs a year without a calendar; `is_provisional`: it goes on by weekends."""

    step: str
    year: int
    is_provisional: bool


def years_awaited(
    pack: Pack, case: Case, reached: Collection[str], days: AmendedDays | None
) -> Iterator[YearAwaited]:
    """Yield the years without a calendar that waiting times need which have just begun (RC-22).

    Args:
        reached: milestones that were just reached, which the case has.
    """
    for step in pack.steps.values():
        if step.not_before is None or step.not_before.start not in reached:
            continue
        found = opening_of(pack, case, step, days)
        if found is not None and found.missing_year is not None:
            yield YearAwaited(step.key, found.missing_year, False)
        for year in found.ends.provisional_years if found is not None and found.ends is not None else ():
            yield YearAwaited(step.key, year, True)


def too_early(pack: Pack, case: Case, step: Step, days: AmendedDays | None, at: datetime) -> Refusal | None:
    """Return from when the step may be taken, or None when its time has come or it waits for nothing."""
    found = opening_of(pack, case, step, days)
    if step.not_before is None or found is None or found.is_open(at):
        return None
    where: dict[str, str | int] = {"step": step.key, "from": step.not_before.start}
    terms = _terms(pack, step, step.not_before)
    if found.ends is None:
        year = found.missing_year or 0
        return refusal("step-awaits-calendar", {**where, "year": year}, **terms, year=year)
    where["not_before"] = format_instant(found.ends.due_at)
    return refusal("step-too-early", where, **terms, label=found.ends.label)


def _terms(pack: Pack, step: Step, waiting: NotBefore) -> dict[str, object]:
    return {
        "step": step.name,
        "amount": amount_of(waiting),
        "start": begins(pack, waiting),
        "because": ", ".join(waiting.because) or "–",
    }


def begins(pack: Pack, waiting: NotBefore) -> Text:
    """Return the step or milestone from which the time counts, as people read it."""
    return named(pack, [waiting.start])


def amount_of(waiting: NotBefore) -> Text:
    """Return the amount of a waiting time in words."""
    return Text(format_amount(waiting.amount, "zh"), format_amount(waiting.amount, "en"))
