"""Which line of which older system became which case."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.intake.store.tables import cases, imported
from shared.db.work import Work

Row = dict[str, Any]


class StoredImports:
    """Implements `ports.imported.ImportedCases`."""

    def known(self, work: Work, town: str, source: str, numbers: Collection[str]) -> Mapping[str, Row]:
        """Return what was imported from this source under these numbers."""
        rows = work.rows(imported)
        keys = [(town, source, number) for number in numbers]
        rows.prefetch(keys)
        return {key[2]: row for key in keys if (row := rows.get(key)) is not None}

    def taken(self, work: Work, town: str, numbers: Sequence[str]) -> Collection[str]:
        """Return which of these numbers a case of the town has."""
        named = sa.and_(cases.c.town == town, cases.c.number.in_(list(numbers)))
        return set(work.conn.scalars(sa.select(cases.c.number).where(named)))

    def keep(self, work: Work, row: Row) -> None:
        """Note that a line became a case."""
        work.rows(imported).add(row)

    def raise_numbers(self, work: Work, town: str, last: Mapping[int, int]) -> None:
        """See to it that the town's own numbers of a year go on after these; held until the commit."""
        for year in sorted(last):
            work.conn.execute(_RAISE, {"town": town, "year": year, "last": last[year]})


_RAISE = sa.text(
    "insert into case_numbers (town, year, last) values (:town, :year, :last) "
    "on conflict (town, year) do update set last = "
    "case when case_numbers.last < excluded.last then excluded.last else case_numbers.last end"
)
