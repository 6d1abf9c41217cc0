"""Samples as rows: only ever added, with all that there was to draw from."""

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from services.duties.domain.samples import Sample, SampleThing
from services.duties.store.tables import DRAWN, sample_things, samples
from services.duties.store.typed import plain, typed
from shared.db.looking import Looked, look, stretch
from shared.db.work import Work

_DRAWN = sa.text(DRAWN)  # by the letter, as the index has it


class SqlSamples:
    """Samples in this service's own store."""

    def add(self, work: Work, sample: Sample, things: Iterable[SampleThing]) -> None:
        """Keep a sample."""
        work.rows(samples).add(plain(sample))
        for each in things:
            work.rows(sample_things).add(plain(each))

    def hold(self, work: Work, town: str, post: str, form: str) -> None:
        """Have nobody else draw for a post with a form until this transaction's end."""
        # No row has such a key: it is held as one that is not there yet.
        work.rows(samples).hold([f"{town}\n{post}\n{form}"])

    def get(self, conn: sa.Connection, town: str, id_: str) -> Sample | None:
        """Return a sample of a town."""
        wanted = sa.select(samples).where(samples.c.id == id_, samples.c.town == town)
        return next((typed(row, Sample) for row in conn.execute(wanted).mappings()), None)

    def of(self, conn: sa.Connection, town: str, post: str, form: str, source: str) -> Sequence[Sample]:
        """Return what was drawn before for a post, with a form, from the same."""
        c = samples.c
        wanted = sa.select(samples).where(c.town == town, c.post == post, c.form == form)
        found = (typed(row, Sample) for row in conn.execute(wanted.order_by(c.id)).mappings())
        return [each for each in found if each.of == source]

    def drawn(self, conn: sa.Connection, id_: str) -> Sequence[SampleThing]:
        """Return what the lot fell on, in the order in which it did."""
        c = sample_things.c
        wanted = sa.select(sample_things).where(c.sample == id_, _DRAWN).order_by(c.place)
        return [typed(row, SampleThing) for row in conn.execute(wanted).mappings()]

    def things(self, conn: sa.Connection, id_: str, after: str | None, limit: int) -> Sequence[SampleThing]:
        """Return a page of all that there was, by reference."""
        c = sample_things.c
        wanted = sa.select(sample_things).where(c.sample == id_, c.ref > (after or ""))
        found = conn.execute(wanted.order_by(c.ref).limit(limit)).mappings()
        return [typed(row, SampleThing) for row in found]


def list_samples(
    conn: sa.Connection, town: str, fits: Callable[[Sample], bool], after: str | None, limit: int
) -> Looked[Sample, str]:
    """Return samples, the newest first; arguments as of `list_surveys`."""

    def fitting(ids: Sequence[str]) -> Sequence[Sample]:
        found = sa.select(samples).where(samples.c.id.in_(ids)).order_by(samples.c.id.desc())
        return [each for row in conn.execute(found).mappings() if fits(each := typed(row, Sample))]

    return look(stretch(conn, samples.c.id, samples.c.town == town, descending=True), fitting, after, limit)
