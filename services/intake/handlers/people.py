"""Who works on a work order: assigned by the unit or its supervisor, and missed when that person is gone.

Decides when the operator hears of it: once for each work order and person, as soon as that person left the unit
or an absence began.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from msgspec import to_builtins
from msgspec.structs import replace

from services.intake.domain.actors import PLATFORM, SUPERVISOR
from services.intake.domain.case import Case
from services.intake.domain.refusal import refusal
from services.intake.domain.work_orders import AssigneeEntry, AssigneeGoneEntry, WorkOrder
from services.intake.handlers.emitting import raise_alarm
from services.intake.handlers.work_orders import open_order
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.people import MissingAssignee, SqlPeople
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AbsenceChanged, Actor, MembershipChanged
from shared.db.store import Store
from shared.db.work import Work

CODE = "assignee-left"


@dataclass(frozen=True, slots=True)
class Assigner:
    """Assigns work orders to persons and looks after those persons."""

    store: Store
    files: SqlCaseFile
    people: SqlPeople

    def assign(self, work: Work, case: Case, order_id: str, actor: Actor, person: str | None) -> WorkOrder:
        """Give an open work order to a person of its unit, or to nobody; return it.

        Raises:
            Refusal: it is not open, another unit's, or the person holds no place in its unit.
        """
        order = open_order(case, order_id)
        if actor.role != SUPERVISOR and order.unit != actor.unit:
            raise refusal("order-not-yours")
        if person is not None and not self.people.belongs(work, person, order.unit):
            raise refusal("assignee-not-of-unit", {"field": "person"}, unit=order.unit)
        # The alarm was about the one before: when the new person is gone, the operator is to hear of that as well.
        assigned = replace(self.files.order(work, order_id), assignee=person, left_alarmed_at=None)
        self.files.keep_order(work, assigned)
        entry = AssigneeEntry(order_id, assigned.unit, person)
        self.files.record(work, case, "work-order-assigned", actor, entry)
        self.files.keep(work, case)
        return assigned

    def on_membership_changed(self, work: Work, message: Envelope, changed: MembershipChanged) -> None:
        """Keep a copy of who holds a place in a unit."""
        self.people.keep_member(work, changed, message.at)

    def on_absence_changed(self, work: Work, message: Envelope, changed: AbsenceChanged) -> None:
        """Keep a copy of who is away."""
        self.people.keep_absence(work, message.town, changed, message.at)

    def run(self, limit: int) -> int:
        """Raise the alarm for at most `limit` work orders whose person is gone; return for how many."""
        with self.store.begin() as work:
            found = self.people.gone(work, limit)
            # Found without locks; each is looked at again once its case is held.
            self.files.prefetch(work, [missing.case for missing in found])
            for missing in found:
                self._miss(work, missing)
        return len(found)

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next person is gone."""
        return self.people.next_gone_at(conn, self.store.now(conn))

    def _miss(self, work: Work, missing: MissingAssignee) -> None:
        """Told already by another process: the row, locked by now, says so."""
        case = self.files.find(work, missing.case)
        order = self.files.order(work, missing.order)
        if case is None or order.left_alarmed_at is not None:
            return
        self.files.keep_order(work, replace(order, left_alarmed_at=work.at))
        entry = AssigneeGoneEntry(order.id, order.unit, order.assignee, missing.cause, missing.substitute)
        self.files.record(work, case, CODE, PLATFORM, entry)
        raise_alarm(work, case, CODE, to_builtins(entry))
        self.files.keep(work, case)
