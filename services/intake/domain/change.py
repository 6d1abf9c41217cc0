"""What a step or a decision changes, as a value: the case is changed by it, the message tells it.

Decides nothing beyond bookkeeping of milestones. The instant is the transaction's.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from services.intake.domain.case import Case, OpenOrder, Progress
from services.intake.domain.corrections import Corrections
from services.intake.domain.milestones import (
    ENDED,
    MOVES_A_DEADLINE,
    REOPENED,
    SETTLED,
    milestones_of,
    state_of,
)
from shared.contracts.messages import OrderPart, OrderState
from shared.rules.case.snapshot import Assignment, Place
from shared.rules.case.timeline import milestones_after
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Effect, EffectKind, Pack


@dataclass(frozen=True, slots=True)
class OrderChange:
    """A work order that begins or moves on, and the state that it comes to."""

    order: OpenOrder
    state: OrderState


def issue(unit: str, part: OrderPart) -> OrderChange:
    """Return the change that a new work order is."""
    return OrderChange(OpenOrder("", unit, part), OrderState.ISSUED)


def withdraw_all(case: Case) -> tuple[OrderChange, ...]:
    """Return the changes that take back every open work order of a case."""
    return tuple(OrderChange(order, OrderState.WITHDRAWN) for order in case.orders)


@dataclass(frozen=True, slots=True)
class LinkToOpen:
    """A jurisdiction in which a linked case is to be opened, with the facts that go along."""

    jurisdiction: str
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One step's consequences.

    Args:
        step: the step's key, or 'assigned' for a decision.
        reached: milestones, the step's key among them.
        undone: milestones that fell.
        facts, texts: declared facts that it states, parted by whether they may leave the case file.
        category, place, progress, assignment, earlier: None: as before.
    """

    step: str
    reached: tuple[str, ...]
    undone: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    facts: Mapping[str, Value] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    category: str | None = None
    place: Place | None = None
    ask_decision: bool = False
    orders: tuple[OrderChange, ...] = ()
    links: tuple[LinkToOpen, ...] = ()
    progress: Progress | None = None
    assignment: Assignment | None = None
    corrections: Corrections = field(default_factory=Corrections)
    earlier: Mapping[str, tuple[str, ...]] | None = None

    def has(self, kind: EffectKind) -> bool:
        """Tell whether an effect of this kind is among the consequences."""
        return any(effect.kind is kind for effect in self.effects)


def apply(case: Case, change: Change, at: datetime) -> None:
    """Bring the case to where the change leads; orders are the caller's, who gives them their ids."""
    case.milestones = milestones_after(case.milestones, change.undone, change.reached, at)
    case.state = state_of(case.standing)
    # What a correction makes void goes first: the same step may state it anew.
    case.facts = {**without(case.facts, change.corrections.forgotten), **change.facts}
    case.texts = {**case.texts, **change.texts}
    case.category = change.category or case.category
    case.place = change.place or case.place
    case.earlier = case.earlier if change.earlier is None else change.earlier
    case.progress = _asked_at(change.progress, at) if change.progress else case.progress
    if change.has(EffectKind.REOPEN):
        case.round += 1
    if change.assignment is not None:
        case.assignment = change.assignment
        case.lead = change.assignment.lead
        case.level = next(iter(change.assignment.levels), None)


def _asked_at(progress: Progress, at: datetime) -> Progress:
    """What the step itself asks for is asked at its instant."""
    asked = tuple(
        request if request.asked_at else replace(request, asked_at=at) for request in progress.requests
    )
    return replace(progress, requests=asked) if asked else progress


def still_without_due(case: Case, change: Change, has_due: bool) -> bool:
    """Tell whether the case then waits with a reason for more time but no new due instant (RC-9)."""
    if {SETTLED, REOPENED, *ENDED} & set(change.reached):
        return False
    if any(effect.kind in MOVES_A_DEADLINE for effect in change.effects):
        return not has_due
    return case.extended_without_due


def without(facts: Mapping[str, Value], names: Collection[str]) -> dict[str, Value]:
    """Return facts but those named."""
    return {name: value for name, value in facts.items() if name not in names}


def falling(case: Case, milestones: Iterable[str], pack: Pack) -> tuple[str, ...]:
    """Return which of the milestones stand and now fall, with the keys of the steps that reach them."""
    fallen = [milestone for milestone in milestones if case.stands(milestone)]
    keys = [key for key in case.standing if key in pack.steps and _reaches(pack, key, fallen)]
    return tuple(dict.fromkeys([*fallen, *keys]))


def _reaches(pack: Pack, key: str, milestones: Collection[str]) -> bool:
    return not set(milestones).isdisjoint(milestones_of(pack.steps[key]))


def progress_after_fall(case: Case, pack: Pack, undone: Collection[str]) -> Progress:
    """Return the progress once milestones fell: from the earliest fallen step on, all must be taken again."""
    taken = case.progress.taken
    procedure = pack.procedures.get(case.assignment.procedure) if case.assignment else None
    order = procedure.steps if procedure else ()
    fallen = [order.index(key) for key in taken if key in order and _reaches(pack, key, undone)]
    first = min(fallen, default=len(order))
    kept = tuple(key for key in taken if key not in order or order.index(key) < first)
    return Progress(kept, requests=case.progress.requests)
