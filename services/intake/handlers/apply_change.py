"""Applying a change: the case, its work orders, its history, and the one message that tells of it.

Decides nothing: the domain has decided. The same way for a person's step and for a decision of routing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from services.intake.domain import entries
from services.intake.domain.case import Case, OpenOrder, snapshot_of
from services.intake.domain.change import Change, OrderChange, apply, still_without_due
from services.intake.domain.milestones import ACCEPTED, message_type
from services.intake.domain.publishing import levels_of, levels_of_past, public_record, step_effects
from services.intake.domain.work_orders import WorkOrder, order_entry
from services.intake.handlers.awaited_years import tell_of_years
from services.intake.handlers.emitting import emit
from services.intake.handlers.visibility import VisibilityKeeper
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.messages import Actor, CaseStep, OrderState
from shared.contracts.messages.cases import with_snapshot
from shared.db.work import Work
from shared.flow.editions import days_of
from shared.kernel.instants import format_instant
from shared.rules.case.times import facts_of_time, has_times
from shared.rules.case.timing import AmendedDays
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """What is applied, by whom, with which words.

    Args:
        what: how the history calls it.
        due_at: written by a person; asked_at: when somebody asked for what a step grants.
        texts: free texts that go into the case file only.
        beside: further parts of what the history says.
        accepted: work orders count as accepted when they are issued.
        reason: a reason stands elsewhere than in the texts, such as a rule's title.
        at: when it happened, where that was before it came here; silent: nobody is told of it any more.
        publishes: False: what it published is known from elsewhere.
        other: number of the other case of a merging.
    """

    what: str
    by: Actor
    change: Change
    due_at: datetime | None = None
    asked_at: datetime | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    beside: Sequence[Struct] = ()
    accepted: bool = False
    reason: bool = False
    at: datetime | None = None
    silent: bool = False
    publishes: bool = True
    other: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeApplier:
    """Applies changes within a transaction."""

    files: SqlCaseFile
    visibility: VisibilityKeeper

    def apply(self, work: Work, pack: Pack, case: Case, applied: AppliedChange) -> None:
        """Change the case and whatever hangs on it; keep all of it."""
        # First: work orders and the history's entry take over the round and the state to which it leads.
        change_case(pack, case, applied, applied.at or work.at, days_for(work, pack))
        moved = [self._order(work, case, move, applied) for move in applied.change.orders]
        case.orders = _open_orders(case, moved)
        # The history first, then who may see the case: the message must tell what stands after both.
        self._record(work, case, applied, moved)
        # Kept also while rules hide the case: the public list leaves it out when it is read, until the hiding ends.
        self._publish(work, pack, case, applied)
        differing = self.visibility.hide(pack, case)
        self._tell(work, case, applied, moved)
        # What only asks for a decision, as another edition does, may wait otherwise from milestones that stand already.
        tell_of_years(work, pack, case, applied.change.reached or case.standing)
        self.visibility.tell_difference(work, case, differing)
        # Last: what was recorded and said has moved the case's own counters, and the row is taken as it is now.
        self.files.keep(work, case)

    def _tell(self, work: Work, case: Case, applied: AppliedChange, moved: Sequence[WorkOrder]) -> None:
        change, at = applied.change, applied.at or work.at
        kinds = [effect.kind for effect in change.effects]
        type_ = message_type(change.reached, kinds, corrects=bool(change.corrections))
        emit(work, case, type_, step_of(case, applied, at))
        if change.ask_decision:
            # Before the work orders' messages count on: taken after them, the answer would look like one to an earlier
            # question, and never take effect.
            case.awaiting = case.messages
        for move, order in zip(change.orders, moved, strict=True):
            # one that counts as accepted from the beginning was issued all the same
            emit(work, case, f"work_order.{move.state}", order.change(at))

    def _order(self, work: Work, case: Case, move: OrderChange, applied: AppliedChange) -> WorkOrder:
        at = applied.at or work.at
        if move.state is OrderState.ISSUED:
            order = _issued(work, case, move, at, applied.accepted)
            self.files.open_order(work, order)
            return order
        order = self.files.order(work, move.order.id).moved(move.state, at)
        self.files.keep_order(work, order)
        return order

    def _record(self, work: Work, case: Case, applied: AppliedChange, moved: Sequence[WorkOrder]) -> None:
        change = applied.change
        entry = entries.ChangeEntry(
            step=change.step,
            reached=change.reached,
            undone=change.undone,
            facts=change.facts,
            state=case.state,
            round=case.round,
            orders=tuple(map(order_entry, moved)),
            due_at=format_instant(applied.due_at) if applied.due_at else None,
            at=format_instant(applied.at) if applied.at else None,
        )
        self.files.record(work, case, applied.what, applied.by, entry, *applied.beside, texts=applied.texts)

    def _publish(self, work: Work, pack: Pack, case: Case, applied: AppliedChange) -> None:
        """One publication for each level named, all at the same instant (P002B.12, A-22)."""
        change = applied.change
        levels = levels_of_past(change) if applied.silent else levels_of(change.effects)
        for level in levels if applied.publishes else ():
            self.files.publish(work, public_record(pack, case, level, applied.at or work.at))


def days_for(work: Work, pack: Pack) -> AmendedDays | None:
    """Return the town's published days where the pack has facts from time; else they are not looked up."""
    return days_of(work.conn, work.flow.calendars, pack.town) if has_times(pack) else None


def change_case(
    pack: Pack, case: Case, applied: AppliedChange, at: datetime, days: AmendedDays | None
) -> None:
    """Bring the case alone to where the change leads, at an instant; nothing is kept or said.

    Args:
        days: the town's published days, for facts from time (`days_for`).
    """
    change = applied.change
    apply(case, change, at)
    case.extended_without_due = still_without_due(case, change, _has_due(pack, applied))
    if ACCEPTED in change.reached:
        # Not moved by a later lead's acceptance: the list of cases that nobody ever accepted asks for this one.
        case.accepted_at = case.accepted_at or at
    timed = facts_of_time(pack, dict.fromkeys(change.reached, at), days)
    case.facts = {**case.facts, **counted(pack, case.facts, change.reached), **timed}


def step_of(case: Case, applied: AppliedChange, at: datetime) -> CaseStep:
    """Return the message that tells of a change: the case as it stands after it."""
    change = applied.change
    return with_snapshot(
        CaseStep,
        snapshot_of(case),
        case=case.id,
        number=case.number,
        step=change.step,
        marks=change.reached,
        undone=change.undone,
        effects=step_effects(change.effects),
        ask_decision=change.ask_decision,
        # The question that this message asks itself stands on the case only after the message is said.
        awaits_decision=change.ask_decision or case.awaiting is not None,
        at=at,
        by=applied.by,
        state=case.state,
        # That there are words, and not the words: free texts never leave the case file.
        reason=bool(applied.texts) or applied.reason,
        due_at=applied.due_at,
        asked_at=applied.asked_at,
        silent=applied.silent,
        other=applied.other,
    )


def tell_of(work: Work, case: Case, applied: AppliedChange) -> None:
    """Tell everybody how the case stands after something that is no step of its own procedure."""
    emit(work, case, "case.progressed", step_of(case, applied, work.at))


def counted(pack: Pack, facts: Mapping[str, Value], reached: tuple[str, ...]) -> dict[str, int]:
    """Return the facts that count a step or milestone, one higher where it was just reached."""
    return {
        name: int(facts.get(name, 0)) + 1
        for name, fact in pack.facts.items()
        if fact.counts is not None and fact.counts in reached
    }


def _has_due(pack: Pack, applied: AppliedChange) -> bool:
    """A due instant comes from a person, or where the town reads RC-9 so, from the limit itself."""
    return applied.due_at is not None or pack.readings.get("RC-9") == "double"


def _issued(work: Work, case: Case, move: OrderChange, at: datetime, accepted: bool) -> WorkOrder:
    return WorkOrder(
        id=work.new_id(),
        case_id=case.id,
        town=case.town,
        number=case.number,
        unit=move.order.unit,
        part=move.order.part,
        state=OrderState.ACCEPTED if accepted else OrderState.ISSUED,
        decision=case.decisions,
        round=case.round,
        issued_at=at,
        accepted_at=at if accepted else None,
    )


def _open_orders(case: Case, moved: Sequence[WorkOrder]) -> tuple[OpenOrder, ...]:
    touched = {order.id for order in moved}
    untouched = (order for order in case.orders if order.id not in touched)
    return (*untouched, *(order.as_open for order in moved if order.is_open))
