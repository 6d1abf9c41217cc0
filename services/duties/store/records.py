"""Records as rows: only ever added, found by post, form and day, by what they are about, and by what they correct."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.record import KeptRecord
from services.duties.store.tables import records
from services.duties.store.typed import plain, typed
from shared.db.work import Work

_AT_ONCE = 500  # keys in one question: SQLite takes no list without end


class SqlRecords:
    """Records in this service's own store."""

    def add(self, work: Work, record: KeptRecord) -> None:
        """Keep a record, so that what is asked from here on finds it."""
        work.rows(records).add(plain(record))
        work.write(records)

    def get(self, conn: sa.Connection, town: str, id_: str) -> KeptRecord | None:
        """Return a record of a town."""
        row = conn.execute(sa.select(records).where(records.c.id == id_, records.c.town == town)).mappings()
        return next((typed(each, KeptRecord) for each in row), None)

    def corrected_by(self, conn: sa.Connection, id_: str) -> str | None:
        """Return the id of the record that stands in the place of another."""
        found: str | None = conn.scalar(sa.select(records.c.id).where(records.c.corrects == id_).limit(1))
        return found

    def counting_for(
        self, conn: sa.Connection, occurrence: KeptOccurrence, forms: Sequence[str] | None
    ) -> Sequence[KeptRecord]:
        """Return what may count for an occurrence: of its post and days, finished, and not another's alone.

        Args:
            forms: keys of the forms that are asked for; None: any.
        """
        if occurrence.on is None or occurrence.since is None:
            return ()
        c = records.c
        wanted = sa.select(records).where(
            c.town == occurrence.town,
            c.post == occurrence.post,
            *((c.form.in_(forms),) if forms is not None else ()),
            c.day >= occurrence.since.isoformat(),
            c.day <= occurrence.on.isoformat(),
            c.is_finished,
            *_of(occurrence),
        )
        return [typed(row, KeptRecord) for row in conn.execute(wanted.order_by(c.id)).mappings()]

    def of_occurrence(self, conn: sa.Connection, occurrence: KeptOccurrence) -> Sequence[KeptRecord]:
        """Return every record that names an occurrence, the oldest first."""
        c = records.c
        wanted = sa.select(records).where(c.town == occurrence.town, c.occurrence == occurrence.id)
        return [typed(row, KeptRecord) for row in conn.execute(wanted.order_by(c.id)).mappings()]

    def about(
        self, conn: sa.Connection, occurrence: KeptOccurrence, form: str, subjects: Iterable[str]
    ) -> Sequence[KeptRecord]:
        """Return what anybody recorded on a form about some subjects, in the days of an occurrence."""
        if occurrence.on is None or occurrence.since is None:
            return ()
        c = records.c
        days = c.day.between(occurrence.since.isoformat(), occurrence.on.isoformat())
        found: list[KeptRecord] = []
        for some in _parts(subjects):
            wanted = sa.select(records).where(
                c.town == occurrence.town, c.subject.in_(some), c.form == form, days, c.is_finished
            )
            found += (typed(row, KeptRecord) for row in conn.execute(wanted.order_by(c.id)).mappings())
        return found

    def on_form(
        self, conn: sa.Connection, town: str, form: str, subjects: Iterable[str], since: datetime
    ) -> Sequence[KeptRecord]:
        """Return what was recorded on a form about some subjects since an instant, the oldest of each first."""
        c = records.c
        found: list[KeptRecord] = []
        for some in _parts(subjects):
            asked = (c.town == town, c.subject.in_(some), c.form == form, c.at >= since)
            wanted = sa.select(records).where(*asked).order_by(c.id)
            found += (typed(row, KeptRecord) for row in conn.execute(wanted).mappings())
        return found


def _of(occurrence: KeptOccurrence) -> Iterator[sa.ColumnElement[bool]]:
    """What answers an order names it, and was not sent back; anything else may stand for several."""
    c = records.c
    if occurrence.ordered is None:
        yield sa.or_(c.occurrence.is_(None), c.occurrence == occurrence.id)
        return
    yield c.occurrence == occurrence.id
    if occurrence.returned_at is not None:
        yield c.at > occurrence.returned_at


def _parts(keys: Iterable[str]) -> Iterator[Sequence[str]]:
    all_ = sorted(keys)
    return (all_[first : first + _AT_ONCE] for first in range(0, len(all_), _AT_ONCE))
