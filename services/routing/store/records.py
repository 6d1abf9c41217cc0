"""The case book in routing's own tables."""

from dataclasses import asdict

from services.routing.ports.records import KnownCase, Record
from services.routing.store.tables import cases, decisions
from shared.db.work import Work


class TableRecords:
    """Keeps cases and decisions; nothing is ever changed but the count of a case's decisions."""

    def find(self, work: Work, case: str) -> KnownCase | None:
        """Return a case as this transaction sees it."""
        row = work.rows(cases).get(case)
        return (
            None
            if row is None
            else KnownCase(row["case_id"], row["town"], row["edition"], row["reported_at"], row["decisions"])
        )

    def keep(self, work: Work, case: KnownCase, record: Record) -> None:
        """Write down the decision that `case.decisions` now counts."""
        work.rows(cases).put(
            {
                "case_id": case.case,
                "town": case.town,
                "edition": case.edition,
                "reported_at": case.reported_at,
                "decisions": case.decisions,
            }
        )
        work.rows(decisions).add(
            {
                **asdict(record),
                "because": list(record.because),
                "case_id": case.case,
                "decision": case.decisions,
                "town": case.town,
                "edition": case.edition,
                "decided_at": work.at,
            }
        )
