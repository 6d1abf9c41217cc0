"""What a step does: its effects, turned into a change of the case.

Decides the meaning of every effect of the closed list. Whether the step may be taken is the guard's.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from services.intake.domain.case import Case, OpenOrder, Progress, Request
from services.intake.domain.change import Change, LinkToOpen, OrderChange, falling, issue, progress_after_fall
from services.intake.domain.corrections import corrections
from services.intake.domain.decisions import missing_orders
from services.intake.domain.given import Given
from services.intake.domain.milestones import FALLS_WITH_REOPENING, milestones_of
from services.intake.domain.publishing import with_nouns
from shared.contracts.messages import Actor, OrderPart, OrderState
from shared.rules.case.addresses import address, jurisdiction_of
from shared.rules.case.snapshot import Assignment, Place
from shared.rules.logic.facts import Kind, Value
from shared.rules.pack.model import Effect, EffectKind, Pack, Step

_ASKS = frozenset({EffectKind.DECIDE_AGAIN, EffectKind.DECLINE})


def consequences(
    pack: Pack, case: Case, step: Step, actor: Actor, given: Given, unmet: Collection[str] = ()
) -> Change:
    """Return what taking the step changes.

    Args:
        unmet: milestones of the step whose own condition does not hold.
    """
    undone = _undone(pack, case, step)
    facts, texts = _split(pack, {**given.facts, **step.sets})
    category, place = given.category, _place(pack, given.place)
    return Change(
        step=step.key,
        reached=tuple(mark for mark in dict.fromkeys((*milestones_of(step), step.key)) if mark not in unmet),
        undone=undone,
        effects=with_nouns(pack, [effect for effect in step.does if not _is_unmet(effect, unmet)]),
        facts=facts,
        texts=texts,
        category=category,
        place=place,
        ask_decision=any(effect.kind in _ASKS for effect in step.does),
        orders=tuple(_orders(pack, case, step, actor)),
        links=tuple(
            LinkToOpen(effect.value or "", effect.facts) for effect in _of(step, EffectKind.OPEN_LINKED)
        ),
        progress=_progress(pack, case, step, given, undone),
        assignment=_with_issued(pack, case, step),
        corrections=corrections(pack, case, category=category, place=place, facts=facts, texts=texts),
    )


def _is_unmet(effect: Effect, unmet: Collection[str]) -> bool:
    return effect.mark is not None and effect.mark in unmet


def asked_at(pack: Pack, case: Case, step: Step) -> datetime | None:
    """Return when somebody asked for the approval that a step is (from format 2 on); None: nobody did.

    Args:
        case: as it stands before the step.
    """
    if (request := case.progress.request(step.key)) is not None:
        return request.asked_at
    if pack.format < 2 or step.key not in case.progress.approvals:
        return None
    asking = (key for key, other in pack.steps.items() if step.key in _asked_by(other) and case.stands(key))
    return max((case.milestones[key].at for key in asking), default=None)


def _asked_by(step: Step) -> list[str]:
    return [effect.value for effect in _of(step, EffectKind.ASK_APPROVAL) if effect.value]


def _undone(pack: Pack, case: Case, step: Step) -> tuple[str, ...]:
    if not _of(step, EffectKind.REOPEN):
        return ()
    return tuple(
        milestone for milestone in falling(case, FALLS_WITH_REOPENING, pack) if milestone != step.key
    )


def _split(pack: Pack, facts: Mapping[str, Value]) -> tuple[dict[str, Value], dict[str, str]]:
    """Part facts from free texts: the latter never leave the case file."""
    texts = {name: str(value) for name, value in facts.items() if pack.facts[name].type.kind is Kind.TEXT}
    return {name: value for name, value in facts.items() if name not in texts}, texts


def _place(pack: Pack, key: str | None) -> Place | None:
    return None if key is None else Place(key=key, jurisdiction=jurisdiction_of(pack, key))


def _of(step: Step, kind: EffectKind) -> list[Effect]:
    return [effect for effect in step.does if effect.kind is kind]


def _progress(pack: Pack, case: Case, step: Step, given: Given, undone: Sequence[str]) -> Progress:
    before = progress_after_fall(case, pack, undone) if undone else case.progress
    asked, answered = _asked_by(step), _answered_with(case, step)
    return Progress(
        taken=(*(key for key in before.taken if key != step.key), step.key),
        # A new round passes nothing by: steps of the round before would else forbid those that stand before them.
        run=() if undone else (*before.run, step.key),
        approvals=(*(key for key in before.approvals if key not in answered), *asked),
        requests=() if undone else tuple(_requests(case, step, given)),
    )


def _answered_with(case: Case, step: Step) -> tuple[str, ...]:
    """The approvals that are awaited no more: a request that is turned down is answered, too."""
    answered = case.progress.request(step.key)
    return (step.key,) if answered is None else (step.key, answered.grant)


def _requests(case: Case, step: Step, given: Given) -> Iterator[Request]:
    """What is asked again counts from when it was asked first; what it asks for is as said last."""
    asked = {effect.value: effect.refusal for effect in step.does if effect.refusal and effect.value}
    yield from (
        known
        for known in case.progress.requests
        if step.key not in (known.grant, known.refusal) and known.grant not in asked
    )
    for grant, refusal in asked.items():
        before = case.progress.request(grant)
        at, due_at = (before.asked_at, before.due_at) if before else (None, None)
        yield Request(grant=grant, refusal=refusal, asked_at=at, due_at=given.due_at or due_at)


def _orders(pack: Pack, case: Case, step: Step, actor: Actor) -> Iterator[OrderChange]:
    """Open work orders follow the step of whoever holds them; a reopening issues them anew."""
    kinds = {effect.kind for effect in step.does}
    yield from (change for order in case.orders if (change := _moved(order, kinds, actor)))
    if EffectKind.REOPEN in kinds and case.assignment is not None:
        yield from missing_orders(case, case.assignment)
    yield from (issue(unit, OrderPart.ASSIST) for unit in issued_to(pack, case, step))


def _moved(order: OpenOrder, kinds: set[EffectKind], actor: Actor) -> OrderChange | None:
    is_lead = order.part is OrderPart.LEAD
    if EffectKind.REJECT in kinds:
        return OrderChange(order, OrderState.WITHDRAWN)
    if EffectKind.SETTLE in kinds or EffectKind.CLOSE in kinds:
        return OrderChange(order, OrderState.DONE)
    if is_lead and EffectKind.DECLINE in kinds:
        return OrderChange(order, OrderState.DECLINED)
    acts = order.unit == actor.unit or (is_lead and EffectKind.ACCEPT in kinds)
    return OrderChange(order, OrderState.ACCEPTED) if acts and order.accepted_at is None else None


def issued_to(pack: Pack, case: Case, step: Step) -> list[str]:
    """Return the addresses of units that the step gives a work order and that hold none yet."""
    wanted = [
        address(pack, effect.value, case.place_key) for effect in _of(step, EffectKind.ISSUE) if effect.value
    ]
    holding = {order.unit for order in case.orders}
    return [unit for unit in dict.fromkeys(wanted) if unit not in holding]


def _with_issued(pack: Pack, case: Case, step: Step) -> Assignment | None:
    """Units that a step gives a work order assist from now on."""
    held = case.assignment
    more = [unit for unit in issued_to(pack, case, step) if held and unit not in held.assisting]
    return replace(held, assisting=(*held.assisting, *more)) if held is not None and more else None
