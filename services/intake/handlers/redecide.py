"""Cases decided again under another edition: ordered at once, done by a duty in batches, taken up after a crash.

Decides when a case is bound to the other edition and asked about; who leads it then is routing's answer, by when
is sla's. An edition that says 'running cases follow' orders its own re-decision from its day of effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.actors import PLATFORM, Actor
from services.intake.domain.case import Case
from services.intake.domain.redecision import (
    ASKED,
    FOLLOWS,
    Scope,
    asking_again,
    cause_to_leave,
    facts_known_to,
    moved,
)
from services.intake.handlers.carry_out import Act, Carrier
from services.intake.ports.case_file import CaseFile
from services.intake.ports.redecisions import Redecisions, Row
from shared.contracts.envelope import Envelope
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackShelf, on_edition_published
from shared.kernel.instants import format_instant, parse_instant
from shared.rules.pack.model import Pack

BATCH = 100


@dataclass(frozen=True, slots=True)
class Order:
    """A re-decision as an operator asks for it."""

    town: str
    edition: str
    scope: Scope
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True)
class Redecider:
    """Takes orders, and carries them out."""

    store: Store
    files: CaseFile
    orders: Redecisions
    shelf: PackShelf
    carrier: Carrier

    def order(self, work: Work, order: Order) -> Row:
        """Write an order down with its cases; the duty does the rest."""
        row = _row(work, order.town, order.edition, ASKED, work.at)
        row |= {
            "reason": order.reason,
            "by": order.by.as_data(),
            "scope": _plain(order.scope),
            "state": "under_way",
        }
        self.orders.open(work, row)
        self.orders.choose(work, row, order.scope)
        work.after_commit(self.store.committed.set)  # there is something to do, though nothing was said
        return row

    def on_edition_published(self, work: Work, message: Envelope) -> None:
        """Keep a copy of an edition; whether running cases follow it is looked at on its day of effect."""
        on_edition_published(work, message)
        if message.data["number"] > 1:
            effective_at = parse_instant(message.data["effective_at"])
            self.orders.open(work, _row(work, message.town, message.data["edition"], FOLLOWS, effective_at))

    def run(self, limit: int) -> int:
        """Take up to `limit` cases further; return how much was done."""
        done = 0
        while done < limit:
            found = self._batch(min(BATCH, limit - done))
            done += found
            if not found:
                break
        return done

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return since when an order waits to be carried out, or None."""
        return self.orders.next_at(conn)

    def on_answer(self, work: Work, case: Case, was: Mapping[str, Any] | None, *, counts: bool) -> None:
        """Write down what routing answered to a case that was asked about.

        Args:
            was: the case's assignment before.
            counts: False where the case has ended meanwhile, so that the answer changes nothing.
        """
        if case.redecision is None:
            return
        if counts:
            now = {**_short(case), "decision": case.decisions, "moved": moved(was, case.assignment)}
            self.orders.note(work, case.redecision, case.id, state="decided", now=now)
        else:
            self.orders.note(work, case.redecision, case.id, state="left", cause="case-ended")
        case.redecision = None

    def _batch(self, size: int) -> int:
        with self.store.begin() as work:
            order = self.orders.due(work)
            if order is None:
                return 0
            if order["state"] == "waiting":
                self._begin(work, order)
                return 1
            return self._go_on(work, order, size)

    def _begin(self, work: Work, order: Row) -> None:
        """Nothing is looked up in the edition where nobody could follow it."""
        number = self.orders.choose_older(work, order)
        if number and self._pack(work, order).running_cases == "follow":
            self.orders.keep(work, {**order, "state": "under_way"})
        else:
            self.orders.drop(work, order["id"])

    def _go_on(self, work: Work, order: Row, size: int) -> int:
        waiting = self.orders.waiting(work, order["id"], size)
        self.files.prefetch(work, waiting)
        pack = self._pack(work, order)
        for key in waiting:
            case = self.files.find(work, key)
            if case is not None:
                self._ask(work, pack, case, order)
        if len(waiting) < size:
            self.orders.keep(work, {**order, "state": "done", "ended_at": work.at})
        return max(1, len(waiting))

    def _ask(self, work: Work, pack: Pack, case: Case, order: Row) -> None:
        was = {"edition": case.edition, **_short(case)}
        if cause := cause_to_leave(pack, case):
            self.orders.note(work, order["id"], case.id, state="left", cause=cause, was=was)
            return
        data: dict[str, Any] = {
            "redecision": order["id"],
            "edition": {"was": case.edition, "now": pack.edition},
        }
        before = case.facts
        if case.redecision is not None:
            self.orders.note(work, case.redecision, case.id, state="left", cause="asked-anew")
        case.edition, case.facts, case.redecision = pack.edition, facts_known_to(pack, case), order["id"]
        if unknown := {name: value for name, value in before.items() if name not in case.facts}:
            data["facts_unknown_there"] = unknown
        texts = {"reason": order["reason"]} if order["reason"] else {}
        self.carrier.carry_out(
            work, pack, case, Act("redecision", _by(order), asking_again(), texts=texts, data=data)
        )
        self.orders.note(work, order["id"], case.id, state="asked", was=was)

    def _pack(self, work: Work, order: Row) -> Pack:
        return self.shelf.of(work, work.flow.editions, order["edition"])


def _row(work: Work, town: str, edition: str, cause: str, starts_at: datetime) -> Row:
    return {
        "id": work.new_id(),
        "town": town,
        "cause": cause,
        "edition": edition,
        "reason": None,
        "by": PLATFORM.as_data(),
        "scope": {},
        "state": "waiting",
        "starts_at": starts_at,
        "made_at": work.at,
        "ended_at": None,
    }


def _by(order: Row) -> Actor:
    return Actor(order["by"]["role"], order["by"]["unit"], order["by"]["person"])


def _short(case: Case) -> dict[str, Any]:
    return {"lead": case.lead, "level": case.level}


def _plain(scope: Scope) -> dict[str, Any]:
    values = {name: getattr(scope, name) for name in Scope.__slots__}
    plain = {
        name: format_instant(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    return {name: value for name, value in plain.items() if value is not None}
