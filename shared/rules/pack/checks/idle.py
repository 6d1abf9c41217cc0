"""Checks for what is written and can have no effect, and for what is missing without a word (from format 2 on)."""

from collections.abc import Iterator, Mapping

from shared.rules.logic.facts import Kind
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.together import Decided, decided_by, is_towns
from shared.rules.pack.model import (
    BY_FACT,
    EffectKind,
    Hidden,
    Limit,
    Notice,
    Pack,
    RoutingRule,
    Step,
    Urgent,
)
from shared.rules.pack.proof.situations import View

_STOPS = "stops"
_NONE_MEANT = "RC-20"


def check_idle(pack: Pack, draft: Draft, own: View) -> None:
    """Complain of pauses that stop nothing and of matters that have no limit and do not say so."""
    if not pack.channels:
        draft.complain("no-channels", draft.assembly.root.where("channels"))
    for step in pack.steps.values():
        _check_pauses(pack, step, draft)
    _check_units_chosen(pack, draft)
    routes = list(decided_by(own))
    deciding = {key: [route for route in routes if _decides(own, route, key)] for key in pack.categories}
    for route in routes:
        _check_limited(own, route, deciding, draft)
    draft.rule = None
    for key, those in deciding.items():
        _check_owned(own, those, key, draft)
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


def _check_units_chosen(pack: Pack, draft: Draft) -> None:
    """Whoever chooses a unit in a step believes that it gets the case: some rule has to look at the choice."""
    read = {name for rule in _conditions(pack) for name in tested_facts(rule.when)}
    read |= {word.removeprefix(BY_FACT) for word in _named(pack) if word.startswith(BY_FACT)}
    for key, fact in pack.facts.items():
        is_choice = fact.source == "step" and fact.type.kind is Kind.CHOICE
        is_of_units = is_choice and all(value in pack.units for value in fact.type.values)
        if is_of_units and key not in read:
            draft.complain("unit-chosen-in-vain", draft.entries["fact", key].where("type"), name=key)


def _named(pack: Pack) -> Iterator[str]:
    """Whom rules name as lead, as assisting, and to be told."""
    for rule in pack.routing:
        yield from filter(None, (rule.then.lead, *rule.then.assist))
    for notice in pack.tell:
        yield from notice.who
    for limit in pack.limits:
        yield from (word for step in limit.escalate for word in step.to)


def _conditions(pack: Pack) -> list[RoutingRule | Limit | Notice | Hidden | Urgent]:
    return [*pack.routing, *pack.limits, *pack.tell, *pack.hidden, *pack.urgent]


def _check_limited(view: View, route: Decided, deciding: Mapping[str, list[Decided]], draft: Draft) -> None:
    """No limit applies to some category that the rule decides, and RC-20 is not among its reasons."""
    rule = route.rule
    is_meant = rule.then.returned or _NONE_MEANT in rule.origin.because
    if is_meant or not is_towns(view.pack, rule):
        return
    limits = [box for limit in view.pack.limits for box in view.boxes(limit, rule)]
    decided = (key for key, those in deciding.items() if any(each is route for each in those))
    left = (key for key in decided if _is_without(view, route, key, limits))
    if (key := next(left, None)) is not None:
        draft.rule = rule.origin.rule
        where = draft.entries["rule", rule.origin.rule].where("because")
        draft.complain("matter-without-limit", where, category=key)


def _is_without(view: View, route: Decided, key: str, limits: list[int]) -> bool:
    """Tell whether no limit ever applies to cases of this category alone that the rule decides."""
    return not any(view.space.meeting(piece, limits) for piece in _alone(view, route, key))


def _check_owned(view: View, deciding: list[Decided], key: str, draft: Draft) -> None:
    """A category that nothing but the fallback unit's own rule for all the rest ever decides, and does not say so."""
    if deciding and all(_is_default(view, route) for route in deciding):
        where = draft.entries["category", key].where("department")
        draft.complain("left-to-fallback", where, category=key, route=deciding[0].rule.origin.rule)


def _is_default(view: View, route: Decided) -> bool:
    """Tell whether a rule gives everything to the fallback unit and is not shown as decided by default."""
    then = route.rule.then
    is_all = view.space.outside(view.space.full, route.boxes) is None
    return is_all and not then.flagged and view.pack.noun(then.lead or "") == view.pack.fallback


def _alone(view: View, route: Decided, key: str) -> list[int]:
    """The situations of a rule in which the case has this category alone."""
    alone = view.alone(key)
    return [box & alone for box in route.boxes if not view.space.is_empty(box & alone)]


def _decides(view: View, route: Decided, key: str) -> bool:
    """Tell whether the rule decides cases of this category alone."""
    pieces = _alone(view, route, key)
    return any(view.space.outside(piece, route.earlier) is not None for piece in pieces)
