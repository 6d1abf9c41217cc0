"""Who came to an occasion, and who asked for leave."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.duties.domain.meeting import Leave, Presence
from services.duties.store.tables import attendance, leaves
from services.duties.store.typed import plain, typed
from shared.db.work import Work


class SqlAttendance:
    """Attendance and leave in this service's own store."""

    def put(self, work: Work, presence: Presence) -> None:
        """Keep that somebody came, or made up for it."""
        work.rows(attendance).put(plain(presence))
        work.write(attendance)

    def get(self, work: Work, occurrence: str, person: str) -> Presence | None:
        """Return whether somebody came."""
        row = work.rows(attendance).get((occurrence, person))
        return None if row is None else typed(row, Presence)

    def of(self, conn: sa.Connection, occurrence: str) -> Sequence[Presence]:
        """Return who came to an occasion, in the order in which they signed in."""
        c = attendance.c
        found = sa.select(attendance).where(c.occurrence == occurrence).order_by(c.at, c.person)
        return [typed(row, Presence) for row in conn.execute(found).mappings()]

    def ask(self, work: Work, leave: Leave) -> None:
        """Keep a request for leave, or its answer."""
        work.rows(leaves).put(plain(leave))

    def leave(self, work: Work, town: str, id_: str) -> Leave | None:
        """Return a request of a town, locked in PostgreSQL."""
        row = work.rows(leaves).get(id_)
        found = None if row is None else typed(row, Leave)
        return found if found is not None and found.town == town else None

    def leaves_of(self, conn: sa.Connection, occurrence: str) -> Sequence[Leave]:
        """Return the requests for leave from an occasion, oldest first."""
        c = leaves.c
        found = sa.select(leaves).where(c.occurrence == occurrence).order_by(c.id)
        return [typed(row, Leave) for row in conn.execute(found).mappings()]
