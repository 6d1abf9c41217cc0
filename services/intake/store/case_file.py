"""The case file in intake's store: one row a case for what stands now, further rows for how it came there."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from services.intake.domain.actors import Actor
from services.intake.domain.case import COLUMNS, Case
from services.intake.domain.chain import digest, link
from services.intake.domain.likeness import Likeness
from services.intake.ports.case_file import Row
from services.intake.ports.seal import Seal
from services.intake.store import tables
from services.intake.store.alike import find_alike
from services.intake.store.reading import case_of
from services.intake.store.visibility import Viewer
from shared.db.work import Work
from shared.flow.editions import current_edition
from shared.kernel.instants import format_instant


class StoredCaseFile:
    """Implements `ports.case_file.CaseFile`.

    Args:
        seal: closes identities before they are stored.
    """

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def prefetch(self, work: Work, cases: Iterable[str]) -> None:
        """Read cases and their open work orders in bulk: two statements however many."""
        wanted = list(cases)
        rows = work.rows(tables.cases)
        rows.prefetch(wanted)
        found = [row for case in wanted if (row := rows.get(case))]
        work.rows(tables.orders).prefetch(order["id"] for row in found for order in row["orders"])

    def find(self, work: Work, case: str) -> Case | None:
        """Return a case as this transaction sees it."""
        row = work.rows(tables.cases).get(case)
        return case_of(row) if row else None

    def alike(self, work: Work, likeness: Likeness, actor: Actor, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return cases that look like one and that the actor may see, newest first."""
        viewer = Viewer(likeness.town, actor.role, actor.unit, actor.person)
        return find_alike(work.conn, viewer, likeness, limit)

    def open(self, work: Work, case: Case) -> None:
        """Keep a new case."""
        work.rows(tables.cases).add(_row(case))

    def keep(self, work: Work, case: Case) -> None:
        """Keep a changed case."""
        case.changed_at = work.at
        work.rows(tables.cases).put(_row(case))

    def record(
        self,
        work: Work,
        case: Case,
        what: str,
        by: Actor,
        data: Mapping[str, Any],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Append to the case's history and note its new end on the case."""
        salted = {name: (work.new_id(), text) for name, text in (texts or {}).items()}
        said = {**data, "texts": {name: digest(*pair) for name, pair in salted.items()}} if salted else data
        at, who, n = format_instant(work.at), by.as_data(), case.history_n + 1
        seal = link(case.id, n, at, what, who, said, case.history_head)
        work.rows(tables.history).add(
            {"case_id": case.id, "n": n, "at": at, "what": what, "by": who, "data": said,
             "previous": case.history_head, "hash": seal, "texts": salted or None})  # fmt: skip
        case.history_n, case.history_head = n, seal

    def join(self, work: Work, case: Case, reporters: Iterable[str]) -> None:
        """Let whoever reported a case merged into this one follow this one."""
        rows = work.rows(tables.joint_reporters)
        for ref in reporters:
            rows.put({"case_id": case.id, "reporter": ref})

    def keep_decision(self, work: Work, row: Row) -> None:
        """Keep a decision of routing."""
        work.rows(tables.decisions).add(row)

    def open_order(self, work: Work, row: Row) -> None:
        """Keep a new work order."""
        work.rows(tables.orders).add(row)

    def move_order(self, work: Work, order: str, changes: Mapping[str, Any]) -> Row:
        """Change a work order and return it whole."""
        rows = work.rows(tables.orders)
        moved = {**(rows.get(order) or {}), **changes}
        rows.put(moved)
        return moved

    def keep_clock(self, work: Work, row: Row) -> None:
        """Keep the copy of a clock as sla last told it; its certificate comes with every new count alone."""
        rows = work.rows(tables.clocks)
        known = rows.get(row["id"]) or {}
        rows.put({**row, "certificate": row["certificate"] or known.get("certificate", {})})

    def keep_notice(self, work: Work, row: Row) -> None:
        """Keep the copy of a notification as notify last told it."""
        work.rows(tables.notices).put(row)

    def publish(self, work: Work, row: Row) -> None:
        """Keep a publication."""
        work.rows(tables.publications).add({"id": work.new_id(), **row})

    def keep_identity(
        self, work: Work, town: str, ref: str, identity: Mapping[str, str], *, is_new: bool
    ) -> None:
        """Seal and keep an identity under its reference; one known to be new is not looked for."""
        sealed = self._seal.close(identity)
        row = {"town": town, "ref": ref, "sealed": sealed, "made_at": work.at, "erased_at": None}
        rows = work.rows(tables.identities)
        (rows.add if is_new else rows.put)(row)

    def edition_in_force(self, work: Work, town: str) -> str | None:
        """Return the edition in force in a town now."""
        return current_edition(work.conn, work.flow.editions, town, work.at)

    def next_number(self, work: Work, town: str, year: int, count: int) -> int:
        """Reserve numbers with one statement; the row stays locked until the commit, so take them late."""
        last: int = work.conn.execute(_NEXT, {"town": town, "year": year, "count": count}).scalar_one()
        return last - count + 1


_NEXT = sa.text(
    "insert into case_numbers (town, year, last) values (:town, :year, :count) "
    "on conflict (town, year) do update set last = case_numbers.last + excluded.last returning last"
)


def _row(case: Case) -> Row:
    row = dict(zip(COLUMNS, _values(case), strict=True))
    row["place_key"] = case.place_key
    return row


_values = attrgetter(*COLUMNS)  # a bulk writes hundreds of cases at once
