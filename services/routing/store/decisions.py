"""Cases and the decisions about them in routing's own tables."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from services.routing.domain.decisions import DecisionRecord, KnownCase
from services.routing.store.tables import cases, decisions
from shared.db.work import Work
from shared.rules.decide.answers import UnroutableCause

_COLUMNS = [decisions.c[field.name] for field in fields(DecisionRecord)]


class SqlDecisions:
    """Keeps cases and decisions; nothing is ever changed but what a case says of its latest decision."""

    def prefetch(self, work: Work, case_ids: Collection[str]) -> None:
        """Read many cases at once; PostgreSQL locks them, so that two workers decide about one case in turn."""
        work.rows(cases).prefetch(case_ids)

    def find(self, work: Work, case: str) -> KnownCase | None:
        """Return a case as this transaction sees it; None: nothing was decided about it yet."""
        row = work.rows(cases).get(case)
        if row is None:
            return None
        return KnownCase(row["case_id"], row["town"], row["edition"], row["reported_at"], row["decisions"])

    def keep(self, work: Work, case: KnownCase, record: DecisionRecord) -> None:
        """Write down a decision, and the case with it as the latest.

        Args:
            case: as it was before.
        """
        work.rows(cases).put(
            {
                "case_id": case.case,
                "town": case.town,
                "edition": record.edition,
                "reported_at": case.reported_at,
                "decisions": record.decision,
            }
        )
        # Its key is the case with the number: of two workers that decide about a case not known yet the later fails
        # as it writes, is taken anew whole, and then finds what the other has left.
        work.rows(decisions).add({"case_id": case.case, "town": case.town, **_columns(record)})

    def of_case(self, conn: sa.Connection, town: str, case: str) -> list[DecisionRecord]:
        """Return every decision about a town's case, oldest first; none where the town has no such case."""
        found = conn.execute(
            sa.select(*_COLUMNS)
            # The town as well: whoever may read in one town must not read another's case by its id.
            .where(decisions.c.case_id == case, decisions.c.town == town)
            .order_by(decisions.c.decision)
        )
        return [_record(row) for row in found.mappings()]


def _columns(record: DecisionRecord) -> dict[str, Any]:
    columns = {field.name: getattr(record, field.name) for field in fields(record)}
    return {**columns, "because": list(record.because), "cause": record.cause.value if record.cause else None}


def _record(row: sa.RowMapping) -> DecisionRecord:
    cause = UnroutableCause(row["cause"]) if row["cause"] else None
    return DecisionRecord(**{**row, "because": tuple(row["because"]), "cause": cause})
