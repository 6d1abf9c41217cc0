"""How far occurrences are made, one row for each duty of a town, found by when there is something to make."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from services.duties.domain.horizon import Horizon
from services.duties.store.tables import flow, horizons
from services.duties.store.typed import plain, typed
from shared.db.work import Work


class SqlHorizons:
    """Horizons in this service's own store."""

    def due(self, work: Work) -> Horizon | None:
        """Return what has waited longest to be made on, held for this transaction; None: nothing waits."""
        c = horizons.c
        wanted = sa.select(c.town, c.duty).where(c.next_at <= work.at).order_by(c.next_at, c.town, c.duty)
        found = work.conn.execute(wanted.limit(1).with_for_update(skip_locked=True)).one_or_none()
        return None if found is None else self.get(work, *found)

    def get(self, work: Work, town: str, duty: str = "") -> Horizon:
        """Return a duty's horizon, from the begin where nothing was made of it."""
        row = work.rows(horizons).get((town, duty))
        return Horizon(town=town, duty=duty) if row is None else typed(row, Horizon)

    def of_town(self, work: Work, town: str) -> Sequence[Horizon]:
        """Return those of all duties of a town that anything was ever made of."""
        found = sa.select(horizons.c.duty).where(horizons.c.town == town, horizons.c.duty != "")
        return [self.get(work, town, duty) for duty in sorted(work.conn.scalars(found))]

    def put(self, work: Work, horizon: Horizon) -> None:
        """Keep a horizon."""
        work.rows(horizons).put(plain(horizon))

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when there is something to make."""
        c = horizons.c
        wanted = sa.select(c.next_at).where(c.next_at.is_not(None)).order_by(c.next_at).limit(1)
        found: datetime | None = conn.scalar(wanted)
        return found

    def next_edition_at(self, work: Work, town: str) -> datetime | None:
        """Return when a town's next edition takes effect, where one waits to."""
        c = flow.editions.c
        wanted = sa.select(sa.func.min(c.effective_at)).where(c.town == town, c.effective_at > work.at)
        found: datetime | None = work.conn.scalar(wanted)
        return found
