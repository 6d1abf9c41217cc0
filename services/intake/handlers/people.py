"""Who works on a work order: assigned by the unit or its supervisor, and missed when that person is gone.

Decides when the operator hears of it: once for each work order and person, as soon as that person left the unit
or an absence began.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.actors import PLATFORM, SUPERVISOR, Actor
from services.intake.domain.case import Case
from services.intake.domain.refusal import refusal
from services.intake.handlers.carry_out import raise_alarm
from services.intake.handlers.work_orders import open_order
from services.intake.ports.case_file import CaseFile
from services.intake.ports.people import Gone, People
from shared.contracts.envelope import Envelope
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.instants import parse_instant

CODE = "assignee-left"


@dataclass(frozen=True, slots=True)
class Assigner:
    """Assigns work orders to persons and looks after those persons."""

    store: Store
    files: CaseFile
    people: People

    def assign(
        self, work: Work, case: Case, order_id: str, actor: Actor, person: str | None
    ) -> dict[str, Any]:
        """Give an open work order to a person of its unit, or to nobody; return it.

        Raises:
            Refusal: it is not open, another unit's, or the person holds no place in its unit.
        """
        order = open_order(case, order_id)
        if actor.role != SUPERVISOR and order["unit"] != actor.unit:
            raise refusal("order-not-yours")
        if person is not None and not self.people.belongs(work, person, order["unit"]):
            raise refusal("assignee-not-of-unit", {"field": "person"}, unit=order["unit"])
        row = self.files.move_order(work, order_id, {"assignee": person, "left_alarmed_at": None})
        data = {"id": order_id, "unit": row["unit"], "person": person}
        self.files.record(work, case, "work-order-assigned", actor, data)
        self.files.keep(work, case)
        return row

    def on_membership_changed(self, work: Work, message: Envelope) -> None:
        """Keep a copy of who holds a place in a unit."""
        kept = {name: message.data[name] for name in ("person", "unit", "held")}
        self.people.keep_member(work, {**kept, "as_of": message.at})

    def on_absence_changed(self, work: Work, message: Envelope) -> None:
        """Keep a copy of who is away."""
        data = message.data
        row = {
            "id": data["absence"],
            "town": message.town,
            "person": data["person"],
            "substitute": data["substitute"],
            "from_at": parse_instant(data["from_at"]),
            "until_at": parse_instant(data["until_at"]),
            "stands": data["stands"],
            "as_of": message.at,
        }
        self.people.keep_absence(work, row)

    def run(self, limit: int) -> int:
        """Raise the alarm for at most `limit` work orders whose person is gone; return for how many."""
        with self.store.begin() as work:
            found = self.people.gone(work, limit)
            self.files.prefetch(work, [one.case for one in found])
            for one in found:
                self._miss(work, one)
        return len(found)

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next person is gone."""
        return self.people.next_gone_at(conn, self.store.now(conn))

    def _miss(self, work: Work, gone: Gone) -> None:
        """Told already by another process: the row, locked by now, says so."""
        case = self.files.find(work, gone.case)
        row = self.files.move_order(work, gone.order, {})
        if case is None or row["left_alarmed_at"] is not None:
            return
        self.files.move_order(work, gone.order, {"left_alarmed_at": work.at})
        detail: Mapping[str, Any] = {
            "work_order": gone.order, "unit": row["unit"], "person": row["assignee"], "cause": gone.cause,
            "substitute": gone.substitute,
        }  # fmt: skip
        self.files.record(work, case, CODE, PLATFORM, detail)
        raise_alarm(work, case, CODE, detail)
        self.files.keep(work, case)
