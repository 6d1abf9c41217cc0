"""Erasing what has ended and was kept for long enough: contents go, and the entry's course stays.

Decides by the edition in force: a shorter time holds at once, a longer one from then on.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from services.ledger.store.tables import TO_ERASE, entries, groups, statements
from shared.db.store import Store
from shared.flow.editions import PackCache, current_edition
from shared.flow.service import TryLater
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import EntryType

log = structlog.get_logger()
BATCH = 200


@dataclass(frozen=True, slots=True)
class EntryEraser:
    """The duty 'erase'."""

    store: Store
    packs: PackCache

    def run(self, limit: int) -> int:
        """Erase at most `limit` entries; return how many. In a simulated store years pass in a moment: nothing goes."""
        with self.store.read() as conn:
            if self.store.is_simulated(conn):
                return 0
            due = [each for town in self._towns(conn) for each in self._due_types(conn, town)]
        done = 0
        for town, type_, today in due:
            done += self.erase(town, type_, today, min(BATCH, limit - done)) if done < limit else 0
        return done

    def erase(self, town: str, type_: EntryType, today: date, limit: int) -> int:
        """Erase entries of a type that ended long enough ago, in one transaction; return how many."""
        if type_.kept_for is None:
            return 0
        last = (today - type_.kept_for).isoformat()
        with self.store.begin() as work:
            due = (
                entries.c.town == town,
                entries.c.type == type_.key,
                entries.c.ended_on <= last,
                sa.text(TO_ERASE),
            )
            keys = list(work.conn.scalars(sa.select(entries.c.id).where(*due).limit(limit)))
            if keys:
                gone = sa.update(statements).where(statements.c.entry_id.in_(keys))
                work.conn.execute(gone.values(facts={}, sealed={}, source=""))
                work.conn.execute(sa.delete(groups).where(groups.c.entry_id.in_(keys)))
                over = sa.update(entries).where(entries.c.id.in_(keys))
                work.conn.execute(over.values(same_key=None, differs=False, erased_at=work.at))
        if keys:
            log.info("erased", town=town, type=type_.key, entries=len(keys))
        return len(keys)

    def _towns(self, conn: sa.Connection) -> list[str]:
        ended = sa.select(entries.c.town).where(sa.text(TO_ERASE)).distinct()
        return list(conn.scalars(ended))

    def _due_types(self, conn: sa.Connection, town: str) -> list[tuple[str, EntryType, date]]:
        now, editions = self.store.now(conn), self.store.flow.editions
        edition = current_edition(conn, editions, town, now)
        try:
            pack = self.packs.of(conn, editions, edition) if edition else None
        except (PackErrors, TryLater):
            log.exception("edition-unreadable", town=town)
            return []
        if pack is None or pack.ledger is None:
            return []
        today = now.astimezone(ZoneInfo(pack.zone)).date()
        return [(town, type_, today) for type_ in pack.ledger.types.values() if type_.kept_for is not None]
