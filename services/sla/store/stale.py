"""Finding clocks that were counted with an older revision of their town's days, and keeping what moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.sla.domain.subjects import ClockedCase
from services.sla.store.tables import UNSETTLED, clocks, flow, moved
from shared.db.driver import KeptQuery
from shared.db.work import Work
from shared.kernel.subject import SubjectKind
from shared.rules.clocks.clock import Clock

_calendars = flow.calendars
# One probe of a partial index for each town that has ever amended its days.
_BEHIND = sa.and_(
    clocks.c.town == _calendars.c.town,
    clocks.c.revision < _calendars.c.revision,
    # As the index has it: SQLite finds it by no other words.
    sa.text(f"clocks.{UNSETTLED}"),
)
_SINCE = KeptQuery(sa.select(_calendars.c.as_of).select_from(_calendars.join(clocks, _BEHIND)).limit(1))
_IS_DUTY = clocks.c.subject_kind == SubjectKind.DUTY.value


@dataclass(frozen=True, slots=True)
class StaleClock:
    """A clock that was counted with an older revision of its town's days."""

    clock_id: str
    subject_id: str
    is_duty: bool = False


class SqlStaleClocks:
    """Stale clocks in this service's own store."""

    def find(self, work: Work, limit: int) -> Sequence[StaleClock]:
        """Return up to `limit` clocks that are behind; empty where there are none.

        Nothing is locked yet: cases must be locked before their clocks, as handlers do, or the two would wait for
        each other.
        """
        statement = sa.select(clocks.c.clock_id, clocks.c.subject_id, _IS_DUTY).select_from(
            _calendars.join(clocks, _BEHIND)
        )
        return [StaleClock(*row) for row in work.conn.execute(statement.limit(limit))]

    def keep_moved(self, work: Work, revision: int, case: ClockedCase, before: Clock, after: Clock) -> None:
        """Keep that a revision moved a clock, once for each revision and clock."""
        work.rows(moved).add(
            {
                "town": case.town,
                "revision": revision,
                "clock_id": after.id,
                "subject_id": case.subject.id,
                "number": case.number,
                "stage": after.stage,
                "was_due_at": before.due_at,
                "due_at": after.due_at,
                "was_state": before.state.value,
                "state": after.state.value,
                "recorded_at": work.at,
            }
        )

    def since(self, conn: sa.Connection) -> datetime | None:
        """Return since when a town's days wait to be counted with, or None."""
        # Any of them will do: whichever it is, it lies in the past, and the duty is due.
        found: datetime | None = _SINCE.value(conn)
        return found
