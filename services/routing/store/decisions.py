"""Cases and the decisions about them in routing's own tables."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from services.routing.domain.decisions import DecisionRecord, KnownCase
from services.routing.store.tables import cases, decisions, shares
from shared.contracts.messages import WorkOrderChanged
from shared.db.sight import Shares, sight_of
from shared.db.visibility import visible
from shared.db.work import Work
from shared.kernel.roles import Viewer
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.decide.answers import UnroutableCause

_SHARES = Shares(shares)
_COLUMNS = [decisions.c[field.name] for field in fields(DecisionRecord)]


class SqlDecisions:
    """Keeps cases and decisions; nothing is ever changed but what a case says of its latest decision, and to whom."""

    def prefetch(self, work: Work, case_ids: Collection[str]) -> None:
        """Read many cases at once; PostgreSQL locks them, so that two workers decide about one case in turn."""
        work.rows(cases).prefetch(case_ids)

    def find(self, work: Work, case: str) -> KnownCase | None:
        """Return a case as this transaction sees it; None: nothing was decided about it yet."""
        row = work.rows(cases).get(case)
        if row is None:
            return None
        return KnownCase(row["case_id"], row["town"], row["edition"], row["reported_at"], row["decisions"])

    def keep(self, work: Work, case: KnownCase, record: DecisionRecord, snapshot: CaseSnapshot) -> None:
        """Write down a decision, and the case with it as the latest.

        Args:
            case: as it was before; snapshot: as it stands, which says who may see it.
        """
        work.rows(cases).put(
            {
                "case_id": case.case,
                "town": case.town,
                "edition": record.edition,
                "reported_at": case.reported_at,
                "decisions": record.decision,
                **sight_of(snapshot),
            }
        )
        # Its key is the case with the number: of two workers that decide about a case not known yet the later fails
        # as it writes, is taken anew whole, and then finds what the other has left.
        work.rows(decisions).add({"case_id": case.case, "town": case.town, **_columns(record)})

    def note_sight(self, work: Work, case: str, snapshot: CaseSnapshot) -> None:
        """Keep who may see a case after a step; most steps change nothing of it."""
        row = work.rows(cases).get(case)
        if row is not None and row != (seen := {**row, **sight_of(snapshot)}):
            work.rows(cases).put(seen)

    def note_share(self, work: Work, case: str, changed: WorkOrderChanged) -> None:
        """Keep what became of a unit's share of a case."""
        _SHARES.take(work, case, changed)

    def prefetch_shares(self, work: Work, changes: Iterable[tuple[str, str]]) -> None:
        """Read shares at once, by case and unit."""
        _SHARES.prefetch(work, changes)

    def of_case(self, conn: sa.Connection, viewer: Viewer, case: str) -> list[DecisionRecord]:
        """Return every decision about a case, oldest first; none where the viewer may see no such case."""
        found = conn.execute(
            sa.select(*_COLUMNS)
            .join_from(decisions, cases, cases.c.case_id == decisions.c.case_id)
            .where(decisions.c.case_id == case, visible(viewer, _SHARES.columns(cases, cases.c.case_id)))
            .order_by(decisions.c.decision)
        )
        return [_record(row) for row in found.mappings()]


def _columns(record: DecisionRecord) -> dict[str, Any]:
    columns = {field.name: getattr(record, field.name) for field in fields(record)}
    return {**columns, "because": list(record.because), "cause": record.cause.value if record.cause else None}


def _record(row: sa.RowMapping) -> DecisionRecord:
    cause = UnroutableCause(row["cause"]) if row["cause"] else None
    return DecisionRecord(**{**row, "because": tuple(row["because"]), "cause": cause})
