"""Checks the times that steps wait: that they can be counted, and that they leave room for the limits."""

from shared.rules.pack.build.amounts import said
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.limits import is_longer, is_without_hours
from shared.rules.pack.checks.reach import milestones_of
from shared.rules.pack.model import LateKind, Limit, NotBefore, Pack, Step
from shared.rules.worktime.amount import TimeUnit


def check_waiting(pack: Pack, draft: Draft) -> None:
    """Complain of waiting times that nobody can count, or that make a breach certain."""
    for step in pack.steps.values():
        if step.not_before is not None:
            _check(pack, step, step.not_before, draft)


def _check(pack: Pack, step: Step, waiting: NotBefore, draft: Draft) -> None:
    where = draft.entries["step", step.key].where("not_before")
    amount = said(waiting.amount)
    if waiting.amount.unit is TimeUnit.OFFICE_HOURS and is_without_hours(pack):
        draft.complain("office-hours-not-declared", where, amount=amount)
    for limit in pack.limits:
        if _always_ends_first(pack, limit, step, waiting):
            terms = {"amount": amount, "within": said(limit.within), "name": waiting.start}
            draft.complain("waits-past-limit", where, step=step.key, limit=limit.origin.rule, **terms)


def _always_ends_first(pack: Pack, limit: Limit, step: Step, waiting: NotBefore) -> bool:
    """A limit ends before the instant named; what may be done only from that instant on is late."""
    if limit.within is None or limit.otherwise is LateKind.NOTED or limit.readings != waiting.readings:
        return False
    is_same_start = (limit.start or "").removeprefix("first ") == waiting.start
    is_longer_or_same = limit.within == waiting.amount or is_longer(waiting.amount, limit.within)
    return is_same_start and is_longer_or_same and _ends_only_with(pack, limit, step)


def _ends_only_with(pack: Pack, limit: Limit, step: Step) -> bool:
    makers = {key for key, one in pack.steps.items() if not set(limit.until).isdisjoint(milestones_of(one))}
    return makers == {step.key}
