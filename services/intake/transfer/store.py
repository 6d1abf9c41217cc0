"""Which line of which older system became which case; and cases with all that goes along, read for an export."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from services.intake.domain.case import Case
from services.intake.domain.chain import HistoryEntry
from services.intake.domain.copies import ClockCopy
from services.intake.domain.records import PublicRecord
from services.intake.store.reading import clock_copy_of, entry_of, public_record_of
from services.intake.store.tables import cases, clocks, history, publications
from services.intake.transfer.domain.export import CaseRecords
from services.intake.transfer.tables import imported
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class TakenLine:
    """The case that a line became; `digest`: of the line's content."""

    case: str
    digest: str


class SqlImportedLines:
    """Lines of older systems that were taken, and the numbers that are taken by anybody."""

    def known(self, work: Work, town: str, source: str, numbers: Collection[str]) -> dict[str, TakenLine]:
        """Return what was imported from this source under these numbers."""
        rows = work.rows(imported)
        keys = [(town, source, number) for number in numbers]
        rows.prefetch(keys)
        found = {key[2]: rows.get(key) for key in keys}
        return {
            number: TakenLine(row["case_id"], row["digest"])
            for number, row in found.items()
            if row is not None
        }

    def taken(self, work: Work, town: str, numbers: Sequence[str]) -> Collection[str]:
        """Return which of these numbers a case of the town has."""
        named = sa.and_(cases.c.town == town, cases.c.number.in_(list(numbers)))
        return set(work.conn.scalars(sa.select(cases.c.number).where(named)))

    def keep(
        self, work: Work, town: str, source: str, number: str, line: TakenLine, *, is_new: bool = True
    ) -> None:
        """Note that a line became a case; not new: that it came again with more that happened."""
        rows = work.rows(imported)
        (rows.add if is_new else rows.put)(
            {
                "town": town,
                "source": source,
                "number": number,
                "case_id": line.case,
                "digest": line.digest,
                "imported_at": work.at,
            }
        )

    def raise_numbers(self, work: Work, town: str, last: Mapping[int, int]) -> None:
        """See to it that the town's own numbers of a year go on after these.

        The years' rows stay locked until the commit: whoever else imports into the town or draws a number waits.
        They are taken in the order of years, so that two imports can't wait for each other.
        """
        for year in sorted(last):
            work.conn.execute(_RAISE, {"town": town, "year": year, "last": last[year]})


# `greatest` is PostgreSQL's alone, `max` of two values SQLite's: a case expression serves both.
_RAISE = sa.text(
    "insert into case_numbers (town, year, last) values (:town, :year, :last) "
    "on conflict (town, year) do update set last = "
    "case when case_numbers.last < excluded.last then excluded.last else case_numbers.last end"
)


def records_of(conn: sa.Connection, found: Sequence[Case]) -> dict[str, CaseRecords]:
    """Return what is kept beside each of these cases of one town: three statements however many they are."""
    keys = [case.id for case in found]
    histories, copies, public = _histories(conn, keys), _clocks(conn, keys), _publications(conn, found)
    return {
        case.id: CaseRecords(histories.get(case.id, ()), copies.get(case.id, ()), public.get(case.number, ()))
        for case in found
    }


def _histories(conn: sa.Connection, keys: Sequence[str]) -> dict[str, list[HistoryEntry]]:
    of_cases = sa.select(history).where(history.c.case_id.in_(keys))
    rows = conn.execute(of_cases.order_by(history.c.case_id, history.c.n)).mappings()
    entries = map(entry_of, rows)
    return {case: list(own) for case, own in groupby(entries, key=lambda entry: entry.subject.id)}


def _clocks(conn: sa.Connection, keys: Sequence[str]) -> dict[str, list[ClockCopy]]:
    of_cases = sa.select(clocks).where(clocks.c.case_id.in_(keys))
    rows = conn.execute(of_cases.order_by(clocks.c.case_id, clocks.c.id)).mappings()
    copies = map(clock_copy_of, rows)
    return {case: list(own) for case, own in groupby(copies, key=lambda copy: copy.case_id)}


def _publications(conn: sa.Connection, found: Sequence[Case]) -> dict[str, list[PublicRecord]]:
    towns, numbers = {case.town for case in found}, [case.number for case in found]
    named = sa.and_(publications.c.town.in_(towns), publications.c.number.in_(numbers))
    rows = conn.execute(
        sa.select(publications).where(named).order_by(publications.c.number, publications.c.id)
    )
    records = map(public_record_of, rows.mappings())
    return {number: list(own) for number, own in groupby(records, key=lambda record: record.number)}
