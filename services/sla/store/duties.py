"""Keeping occurrences of duties with their clocks; a clock's row is the same as a case's."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from services.sla.domain.subjects import ClockedDuty
from services.sla.store.cases import deadline_keys
from services.sla.store.clock_rows import clock_of
from services.sla.store.tables import clocks, deadlines, duties
from shared.db.work import Work
from shared.kernel.subject import Subject, SubjectKind


class _Row(Struct, frozen=True):
    """A row of `duties`."""

    subject_id: str
    town: str
    edition: str
    number: str
    duty: str
    clock_id: str | None


class SqlDuties:
    """Occurrences in this service's own store, within a transaction."""

    def prefetch(self, work: Work, occurrences: Iterable[str]) -> None:
        """Read occurrences, their clocks and what these wait for: three statements for a whole batch."""
        ids = sorted(set(occurrences))
        work.rows(duties).prefetch(ids)
        known = (row for occurrence in ids if (row := _row(work, occurrence)) is not None)
        clock_ids = [row.clock_id for row in known if row.clock_id]
        work.rows(clocks).prefetch(clock_ids)
        rows = (work.rows(clocks).get(clock_id) for clock_id in clock_ids)
        work.rows(deadlines).prefetch(key for row in rows if row for key in deadline_keys(row))

    def load(self, work: Work, occurrence: str) -> ClockedDuty | None:
        """Return an occurrence with its clock, or None if it is not known."""
        row = _row(work, occurrence)
        if row is None:
            return None
        clock = work.rows(clocks).get(row.clock_id) if row.clock_id else None
        subject = Subject(SubjectKind.DUTY, occurrence)
        return ClockedDuty(
            subject, row.number, row.town, row.edition, row.duty, clock_of(clock) if clock else None
        )

    def add(self, work: Work, duty: ClockedDuty) -> None:
        """Keep an occurrence that is owed from now on; its clock is kept as every clock is."""
        clock_id = duty.clock.id if duty.clock else None
        row = _Row(duty.subject.id, duty.town, duty.edition, duty.number, duty.duty, clock_id)
        work.rows(duties).put(msgspec.structs.asdict(row))


def _row(work: Work, occurrence: str) -> _Row | None:
    row = work.rows(duties).get(occurrence)
    return None if row is None else msgspec.convert(row, _Row)
