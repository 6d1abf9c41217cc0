"""What is known of cases, one row each."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.notify.domain.notified_case import NotifiedCase
from services.notify.store.tables import cases
from shared.db.driver import KeptQuery
from shared.db.work import Work

_HAS_WAITED = KeptQuery(sa.select(sa.exists().where(cases.c.waits_until <= sa.bindparam("now"))))


class SqlNotifiedCases:
    """Keeps cases within a transaction."""

    def prefetch(self, work: Work, case_ids: Collection[str]) -> None:
        """Read many at once; PostgreSQL locks them, so that two workers tell of one case in turn."""
        work.rows(cases).prefetch(case_ids)

    def get(self, work: Work, case: str) -> NotifiedCase | None:
        """Return a case as this transaction sees it, or None if nothing is known of it."""
        row = work.rows(cases).get(case)
        if row is None:
            return None
        known: NotifiedCase = row["memory"]
        return known

    def put(self, work: Work, case: NotifiedCase) -> None:
        """Keep a case as it now stands."""
        work.rows(cases).put(
            {
                "case_id": case.case,
                "town": case.town,
                "edition": case.edition,
                "memory": case,
                "waits_until": case.waits_until,
            }
        )

    def has_waited_enough(self, conn: sa.Connection, now: datetime) -> bool:
        """Tell whether any text has waited long enough; asked often, so it locks nothing."""
        return bool(_HAS_WAITED.value(conn, now=now))

    def waited_enough(self, work: Work, now: datetime, limit: int) -> list[NotifiedCase]:
        """Return cases whose texts have waited long enough, longest first.

        Their ids are found without a lock and the rows read through the transaction: a message that came in between
        may have ended the waiting.
        """
        found = work.conn.scalars(
            sa.select(cases.c.case_id)
            .where(cases.c.waits_until <= now)
            .order_by(cases.c.waits_until)
            .limit(limit)
        ).all()
        self.prefetch(work, found)
        return [case for case_id in found if (case := self.get(work, case_id)) is not None]
