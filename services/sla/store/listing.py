"""Reading clocks for people: a case with every form of its clocks, what moved and what is to be counted again."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from services.sla.domain.listed import ClockVersion, FoundCase, ListedClock, MovedClock
from services.sla.store.cases import listed_clock, may_see
from services.sla.store.clock_rows import clock_of
from services.sla.store.stale import StaleClock
from services.sla.store.tables import UNSETTLED, clock_versions, clocks, flow, moved, situations
from shared.db.looking import Looked, asked_of_each, look, stretch
from shared.kernel.roles import Viewer
from shared.rules.clocks.changes import ClockEvent
from shared.rules.clocks.clock import ClockState, ClockVerdict

MOST_COUNTED = 10_000


def find_case(conn: sa.Connection, viewer: Viewer, key: str) -> FoundCase | None:
    """Return what is kept of a case, by id or number; None also where the viewer may see no such case."""
    # With its town: no index has numbers alone, and by one half of an 'or' without an index every case would be read.
    numbered = sa.and_(situations.c.town == viewer.town, situations.c.number == key)
    named = sa.or_(situations.c.subject_id == key, numbered)
    wanted = sa.select(situations).where(named, asked_of_each(may_see(viewer)))
    row = conn.execute(wanted.limit(1)).mappings().one_or_none()
    return FoundCase(**{name: row[name] for name in FoundCase.__slots__}) if row else None


def clocks_of(conn: sa.Connection, case: FoundCase) -> Sequence[tuple[ListedClock, Sequence[ClockVersion]]]:
    """Return a case's clocks in order of their start, each with all its versions, oldest first."""
    found = {
        row["clock_id"]: listed_clock(clock_of(row), case.subject_id, row["number"], case.snapshot)
        for row in conn.execute(sa.select(clocks).where(clocks.c.clock_id.in_(case.clock_ids))).mappings()
    }
    versions: defaultdict[str, list[ClockVersion]] = defaultdict(list)
    for row in conn.execute(
        sa.select(clock_versions)
        .where(clock_versions.c.clock_id.in_(case.clock_ids))
        .order_by(clock_versions.c.clock_id, clock_versions.c.version)
    ).mappings():
        versions[row["clock_id"]].append(_version_of(row))
    return [(found[clock_id], versions[clock_id]) for clock_id in case.clock_ids if clock_id in found]


def _version_of(row: RowMapping) -> ClockVersion:
    return ClockVersion(
        version=row["version"],
        at=row["at"],
        recorded_at=row["recorded_at"],
        event=ClockEvent(row["event"]) if row["event"] else None,
        mark=row["mark"],
        state=ClockState(row["state"]),
        verdict=ClockVerdict(row["verdict"]) if row["verdict"] else None,
        unit=row["unit"],
        due_at=row["due_at"],
        label=row["label"],
        is_provisional=row["is_provisional"],
        was=row["was"],
        certificate=row["certificate"],
    )


def latest_revision(conn: sa.Connection, town: str) -> int:
    """Return the present revision of a town's days, 0 where they were never amended."""
    return conn.scalar(sa.select(flow.calendars.c.revision).where(flow.calendars.c.town == town)) or 0


def list_moved(
    conn: sa.Connection, viewer: Viewer, revision: int, after: str | None, limit: int
) -> Looked[MovedClock, str]:
    """Return what a revision has moved, by clock, of cases that the viewer may see.

    Args:
        after: id of the last clock of the page before; None: from the begin. limit: how many rows at most.
    """
    of_case = situations.c.subject_id == moved.c.subject_id
    of_revision = (moved.c.town == viewer.town, moved.c.revision == revision)
    seen = asked_of_each(may_see(viewer))
    shown = sa.select(moved).join_from(moved, situations, of_case).where(*of_revision, seen)

    def fitting(ids: Sequence[str]) -> list[MovedClock]:
        rows = conn.execute(shown.where(moved.c.clock_id.in_(ids)).order_by(moved.c.clock_id)).mappings()
        return [MovedClock(**{name: row[name] for name in MovedClock.__slots__}) for row in rows]

    return look(stretch(conn, moved.c.clock_id, *of_revision), fitting, after, limit)


def unsettled_clocks(conn: sa.Connection, viewer: Viewer, after: str, limit: int) -> Sequence[StaleClock]:
    """Return clocks of a town on which its days may still bear, by id, of cases that the viewer may see."""
    of_case = situations.c.subject_id == clocks.c.subject_id
    statement = sa.select(clocks.c.clock_id, clocks.c.subject_id).join_from(clocks, situations, of_case)
    wanted = (
        clocks.c.town == viewer.town,
        clocks.c.is_unsettled,
        clocks.c.clock_id > after,
        may_see(viewer),
    )
    found = conn.execute(statement.where(*wanted).order_by(clocks.c.clock_id).limit(limit))
    return [StaleClock(*row) for row in found]


def count_waiting(conn: sa.Connection, town: str, revision: int) -> int:
    """Return how many clocks of a town are still to be counted with a revision; `MOST_COUNTED` says as many or more."""
    waiting = (clocks.c.town == town, clocks.c.revision < revision, sa.text(UNSETTLED))
    first = sa.select(clocks.c.clock_id).where(*waiting).limit(MOST_COUNTED).subquery()
    return conn.scalar(sa.select(sa.func.count()).select_from(first)) or 0
