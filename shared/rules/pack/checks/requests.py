"""Checks requests that wait for an answer: who turns them down, and that what is asked can be given."""

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import EffectKind, Limit, Pack, Step

GIVES_TIME = frozenset({EffectKind.EXTEND, EffectKind.SET_DUE})


def check_requests(pack: Pack, draft: Draft) -> None:
    """Complain of requests that approve and turn down by one step, or ask for a due instant that nobody would give."""
    for step in pack.steps.values():
        for effect in step.does:
            if effect.refusal is not None and effect.value is not None:
                _check(pack, step, effect.value, effect.refusal, draft)
    for limit in pack.limits:
        _check_each_time(pack, limit, draft)


def _check(pack: Pack, step: Step, grant: str, refusal: str, draft: Draft) -> None:
    entry = draft.entries["step", step.key]
    if grant == refusal:
        draft.complain("refusal-is-approval", entry.where("does"), step=grant)
    gives = {effect.kind for effect in (*step.does, *pack.steps[grant].does)} & GIVES_TIME
    if "due_at" in (*step.needs, *step.may_have) and not gives:
        where = entry.where("needs" if "due_at" in step.needs else "may_have")
        draft.complain("due-asked-in-vain", where, step=grant)


def _check_each_time(pack: Pack, limit: Limit, draft: Draft) -> None:
    """What counts from the first time of all has no further time to count from (A-7, RC-12 overall)."""
    is_first = (limit.start or "").startswith("first ") or pack.reading("RC-12", limit.readings) == "overall"
    if limit.each_time and (is_first or limit.start is None):
        draft.rule = limit.origin.rule
        draft.complain("each-time-of-none", draft.entries["rule", limit.origin.rule].where("each_time"))
        draft.rule = None
