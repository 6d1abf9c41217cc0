"""What a step does: its effects, turned into a change of the case.

Decides the meaning of every effect of the closed list. Whether the step may be taken is the guard's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case, Value
from services.intake.domain.change import Change, OrderChange, falling, progress_after_fall
from services.intake.domain.corrections import corrections
from services.intake.domain.guard import Given
from services.intake.domain.milestones import FALLS_WITH_REOPENING, milestones_of
from services.intake.domain.publishing import with_nouns
from services.intake.domain.situations import jurisdiction_of
from shared.rules.decide.addresses import address
from shared.rules.logic.facts import Kind
from shared.rules.pack.model import Effect, EffectKind, Pack, Step

_ASKS = frozenset({EffectKind.DECIDE_AGAIN, EffectKind.DECLINE})
LEAD, ASSIST = "lead", "assist"


def consequences(pack: Pack, case: Case, step: Step, actor: Actor, given: Given) -> Change:
    """Return what taking the step changes."""
    undone = _undone(pack, case, step)
    facts, texts = _split(pack, {**_declared(given), **step.sets})
    category, place = _text(given, "category"), _place(pack, given)
    return Change(
        step=step.key,
        reached=tuple(dict.fromkeys((*milestones_of(step), step.key))),
        undone=undone,
        effects=with_nouns(pack, step.does),
        facts=facts,
        texts=texts,
        category=category,
        place=place,
        ask_decision=any(effect.kind in _ASKS for effect in step.does),
        orders=tuple(_orders(pack, case, step, actor)),
        links=tuple((effect.value or "", effect.facts) for effect in _of(step, EffectKind.OPEN_LINKED)),
        progress=_progress(pack, case, step, undone),
        assignment=_with_issued(pack, case, step),
        corrections=corrections(pack, case, category=category, place=place, facts=facts, texts=texts),
    )


def _undone(pack: Pack, case: Case, step: Step) -> tuple[str, ...]:
    if not any(_of(step, EffectKind.REOPEN)):
        return ()
    return tuple(mark for mark in falling(case, FALLS_WITH_REOPENING, pack) if mark != step.key)


def _declared(given: Given) -> dict[str, Any]:
    return {name: value for name, value in given.facts.items() if name not in ("category", "place")}


def _split(pack: Pack, facts: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, str]]:
    """Part facts from free texts: the latter never leave the case file."""
    texts = {name: value for name, value in facts.items() if pack.facts[name].type.kind is Kind.TEXT}
    return {name: value for name, value in facts.items() if name not in texts}, texts


def _text(given: Given, name: str) -> str | None:
    value = given.facts.get(name)
    return value if isinstance(value, str) else None


def _place(pack: Pack, given: Given) -> Mapping[str, Any] | None:
    key = _text(given, "place")
    return (
        None
        if key is None
        else {"key": key, "jurisdiction": jurisdiction_of(pack, key), "lat": None, "lon": None}
    )


def _of(step: Step, *kinds: EffectKind) -> list[Effect]:
    return [effect for effect in step.does if effect.kind in kinds]


def _progress(pack: Pack, case: Case, step: Step, undone: Sequence[str]) -> dict[str, Sequence[str]]:
    before = progress_after_fall(case, pack, undone) if undone else case.progress
    approvals = [key for key in before["approvals"] if key != step.key]
    approvals += [effect.value for effect in _of(step, EffectKind.ASK_APPROVAL) if effect.value]
    return {
        "taken": [*(key for key in before["taken"] if key != step.key), step.key],
        "run": [] if undone else [*before["run"], step.key],
        "approvals": approvals,
    }


def _orders(pack: Pack, case: Case, step: Step, actor: Actor) -> list[OrderChange]:
    """Open work orders follow the step of whoever holds them; a reopening issues them anew."""
    kinds = {effect.kind for effect in step.does}
    changes = [change for order in case.orders if (change := _moved(order, kinds, actor))]
    if EffectKind.REOPEN in kinds:
        changes += _anew(case)
    changes += [OrderChange(order_for(unit, ASSIST), "issued") for unit in issued_to(pack, case, step)]
    return changes


def _moved(order: Mapping[str, Any], kinds: set[EffectKind], actor: Actor) -> OrderChange | None:
    if EffectKind.REJECT in kinds:
        return OrderChange(order, "withdrawn")
    if EffectKind.SETTLE in kinds or EffectKind.CLOSE in kinds:
        return OrderChange(order, "done")
    if order["part"] == LEAD and EffectKind.DECLINE in kinds:
        return OrderChange(order, "declined")
    acts = order["unit"] == actor.unit or (order["part"] == LEAD and EffectKind.ACCEPT in kinds)
    return OrderChange(order, "accepted") if acts and order["accepted_at"] is None else None


def _anew(case: Case) -> list[OrderChange]:
    held = case.assignment or {"lead": None, "assisting": ()}
    units = [(held["lead"], LEAD), *((unit, ASSIST) for unit in held["assisting"])]
    open_now = {(order["unit"], order["part"]) for order in case.orders}
    return [
        OrderChange(order_for(unit, part), "issued")
        for unit, part in units
        if unit and (unit, part) not in open_now
    ]


def order_for(unit: str, part: str) -> dict[str, Any]:
    """Return a work order still to be issued."""
    return {"id": "", "unit": unit, "part": part, "issued_at": None, "accepted_at": None}


def issued_to(pack: Pack, case: Case, step: Step) -> list[str]:
    """Return the addresses of units that the step gives a work order and that hold none yet."""
    wanted = [
        address(pack, effect.value, case.place_key) for effect in _of(step, EffectKind.ISSUE) if effect.value
    ]
    holding = {order["unit"] for order in case.orders}
    return [unit for unit in dict.fromkeys(wanted) if unit not in holding]


def _with_issued(pack: Pack, case: Case, step: Step) -> Mapping[str, Any] | None:
    """Units that a step gives a work order assist from now on."""
    more = [
        unit
        for unit in issued_to(pack, case, step)
        if case.assignment and unit not in case.assignment["assisting"]
    ]
    if case.assignment is None or not more:
        return None
    return {**case.assignment, "assisting": [*case.assignment["assisting"], *more]}
