"""Checks for what is written and can have no effect, and for what is missing without a word (from format 2 on)."""

from collections.abc import Iterator

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.together import Decided, decided_by, is_towns
from shared.rules.pack.model import EffectKind, Pack, Step
from shared.rules.pack.proof.situations import View

_STOPS = "stops"
_NONE_MEANT = "RC-20"


def check_idle(pack: Pack, draft: Draft, own: View) -> None:
    """Complain of pauses that stop nothing and of matters that have no limit and do not say so."""
    for step in pack.steps.values():
        _check_pauses(pack, step, draft)
    for route in decided_by(own):
        _check_limited(own, route, draft)
    draft.rule = None


def _check_pauses(pack: Pack, step: Step, draft: Draft) -> None:
    """A template's pause is not idle only because this town reads RC-19 otherwise; nor where it says so."""
    entry = draft.entries["step", step.key]
    is_said = "RC-19" in draft.sourced("readings")
    if is_said or not entry.node.where.file.startswith(f"{pack.town}/"):
        return
    for stage in _paused(step):
        limits = [limit for limit in pack.limits if stage in (limit.clock, "all")]
        if not any(pack.reading("RC-19", limit.readings) == _STOPS for limit in limits):
            draft.complain("pause-stops-nothing", entry.where("does"), step=step.key, clock=stage)


def _paused(step: Step) -> Iterator[str]:
    return (effect.value or "all" for effect in step.does if effect.kind is EffectKind.PAUSE)


def _check_limited(view: View, route: Decided, draft: Draft) -> None:
    """No limit applies to some category that the rule decides, and RC-20 is not among its reasons."""
    rule = route.rule
    is_meant = rule.then.returned or _NONE_MEANT in rule.origin.because
    if is_meant or not is_towns(view.pack, rule):
        return
    limits = [box for limit in view.pack.limits for box in view.boxes(limit, rule)]
    left = (key for key in view.pack.categories if _is_without(view, route, key, limits))
    if (key := next(left, None)) is not None:
        draft.rule = rule.origin.rule
        where = draft.entries["rule", rule.origin.rule].where("because")
        draft.complain("matter-without-limit", where, category=key)


def _is_without(view: View, route: Decided, key: str, limits: list[int]) -> bool:
    """Tell whether cases of this category alone are decided by the rule, and no limit ever applies to them."""
    alone = view.categories(lambda named: named == (key,))
    pieces = [box & alone for box in route.boxes if not view.space.is_empty(box & alone)]
    is_decided = any(view.space.outside(piece, route.earlier) is not None for piece in pieces)
    return is_decided and not any(view.space.meeting(piece, limits) for piece in pieces)
