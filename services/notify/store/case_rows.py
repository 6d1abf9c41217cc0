"""What is remembered of cases, one row each."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.notify.domain.memory import CaseMemory
from services.notify.messages.memory_json import from_json
from services.notify.store.tables import cases
from shared.db.work import Work


class CaseRows:
    """The book of cases."""

    def prefetch(self, work: Work, cases_: Collection[str]) -> None:
        """Read many at once."""
        work.rows(cases).prefetch(cases_)

    def get(self, work: Work, case: str) -> CaseMemory | None:
        """Return a case as this transaction sees it; read once, however many messages of a batch are about it."""
        row = work.rows(cases).get(case)
        if row is None:
            return None
        stored = row["memory"]
        return stored if isinstance(stored, CaseMemory) else from_json(stored)

    def put(self, work: Work, memory: CaseMemory) -> None:
        """Remember a case; its memory becomes JSON when the transaction's rows are written."""
        work.rows(cases).put(
            {
                "case_id": memory.case,
                "town": memory.town,
                "edition": memory.edition,
                "memory": memory,
                "waits_until": memory.patient_until,
            }
        )

    def has_impatient(self, conn: sa.Connection, now: datetime) -> bool:
        """Tell whether any text has waited long enough; asked often, so it locks nothing."""
        return bool(conn.scalar(sa.select(sa.exists().where(cases.c.waits_until <= now))))

    def impatient(self, work: Work, now: datetime, limit: int) -> list[CaseMemory]:
        """Return cases whose texts have waited long enough, each read through the transaction's own eyes."""
        found = work.conn.scalars(
            sa.select(cases.c.case_id)
            .where(cases.c.waits_until <= now)
            .order_by(cases.c.waits_until)
            .limit(limit)
        ).all()
        self.prefetch(work, found)
        return [memory for case in found if (memory := self.get(work, case)) is not None]
