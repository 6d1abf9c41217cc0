"""Reading clocks for lists: a town's deadlines page by page, a case with every form of its clocks, what moved."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from services.sla.domain.listed import ClockVersion, FoundCase, ListedClock, MovedClock
from services.sla.store.cases import SHARES, assisting_units
from services.sla.store.clock_rows import clock_of
from services.sla.store.stale import StaleClock
from services.sla.store.tables import assisting, clock_versions, clocks, flow, moved, situations
from shared.db.types import Instant
from shared.db.visibility import visible
from shared.kernel.roles import Viewer
from shared.rules.clocks.changes import ClockEvent
from shared.rules.clocks.clock import ClockState, ClockVerdict


@dataclass(frozen=True, slots=True)
class DeadlineFilter:
    """What a list of deadlines is narrowed to; everything that is None is not asked for.

    Args:
        unit: leads or assists.
        accepted: 'never': of cases that nobody ever accepted.
        extended: 'without-due': extended, and no new due instant written yet.
        is_open: without those that have stopped.
    """

    state: str | None = None
    stage: str | None = None
    unit: str | None = None
    verdict: str | None = None
    accepted: str | None = None
    extended: str | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    is_open: bool = False


DeadlinePlace = tuple[datetime | None, str]  # where a clock stands in the list: due instant, then id


def list_deadlines(
    conn: sa.Connection, viewer: Viewer, narrowed: DeadlineFilter, after: DeadlinePlace | None, limit: int
) -> Sequence[ListedClock]:
    """Return clocks of cases that the viewer may see, what is due first; those without a due instant come last.

    Args:
        after: the last row of the page before; None: from the begin. limit: how many rows at most.
    """
    found: list[ListedClock] = []
    for part in _parts(after):
        if len(found) < limit:
            rows = conn.execute(_listed(viewer, narrowed, part).limit(limit - len(found))).mappings()
            found += [
                ListedClock(clock_of(row), row["subject_id"], row["number"], assisting_units(row["snapshot"]))
                for row in rows
            ]
    return found


def _parts(after: DeadlinePlace | None) -> Iterator[sa.ColumnElement[bool]]:
    """What is left of the list, in its order: first what has a due instant, then the rest.

    Asked for one after the other, either is a stretch of the town's index. Asked for together, or ordered by whether
    there is an instant, every clock of the town would be read and sorted for each page.
    """
    due_at, clock_id = after or (None, "")
    if after is None:
        yield clocks.c.due_at.is_not(None)
    elif due_at is not None:
        place = sa.tuple_(sa.literal(due_at, Instant()), sa.literal(clock_id))
        yield sa.tuple_(clocks.c.due_at, clocks.c.clock_id) > place
        clock_id = ""
    yield sa.and_(clocks.c.due_at.is_(None), clocks.c.clock_id > clock_id)


def _listed(
    viewer: Viewer, narrowed: DeadlineFilter, part: sa.ColumnElement[bool]
) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(clocks, situations.c.snapshot)
        .join_from(clocks, situations, situations.c.subject_id == clocks.c.subject_id)
        # The town twice: by the clock's own the index is found that gives the order.
        .where(clocks.c.town == viewer.town, part, _visible(viewer), *_conditions(narrowed))
        .order_by(clocks.c.due_at, clocks.c.clock_id)
    )


def _visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Who may see a case may see its clocks, and nobody else."""
    return visible(viewer, SHARES.columns(situations, situations.c.subject_id))


def _conditions(narrowed: DeadlineFilter) -> list[sa.ColumnElement[bool]]:
    wanted = (
        (clocks.c.state, narrowed.state),
        (clocks.c.stage, narrowed.stage),
        (clocks.c.verdict, narrowed.verdict),
    )
    chosen = (
        (narrowed.unit is not None, _of_unit(narrowed.unit or "")),
        (narrowed.accepted is not None, situations.c.accepted_at.is_(None)),
        (narrowed.extended is not None, _without_due()),
        (narrowed.is_open, clocks.c.stopped_at.is_(None)),
    )
    return [
        *(column == value for column, value in wanted if value is not None),
        *(condition for is_wanted, condition in chosen if is_wanted),
        *_between(narrowed.due_after, narrowed.due_before),
    ]


def _between(after: datetime | None, before: datetime | None) -> Iterator[sa.ColumnElement[bool]]:
    if before is not None:
        yield clocks.c.due_at < before
    if after is not None:
        yield clocks.c.due_at >= after


def _of_unit(unit: str) -> sa.ColumnElement[bool]:
    """A limit common to lead and assisting units is shown to all of them."""
    cases = sa.select(assisting.c.subject_id).where(assisting.c.unit == unit, assisting.c.assists)
    return sa.or_(clocks.c.unit == unit, clocks.c.subject_id.in_(cases))


def _without_due() -> sa.ColumnElement[bool]:
    return sa.and_(clocks.c.state == ClockState.EXTENDED.value, clocks.c.due_at.is_(None))


def find_case(conn: sa.Connection, viewer: Viewer, key: str) -> FoundCase | None:
    """Return what is kept of a case, by id or number; None also where the viewer may see no such case."""
    wanted = sa.select(situations).where(
        _visible(viewer), sa.or_(situations.c.subject_id == key, situations.c.number == key)
    )
    row = conn.execute(wanted.limit(1)).mappings().one_or_none()
    return FoundCase(**{name: row[name] for name in FoundCase.__slots__}) if row else None


def clocks_of(conn: sa.Connection, case: FoundCase) -> Sequence[tuple[ListedClock, Sequence[ClockVersion]]]:
    """Return a case's clocks in order of their start, each with all its versions, oldest first."""
    assist = assisting_units(case.snapshot)
    found = {
        row["clock_id"]: ListedClock(clock_of(row), case.subject_id, row["number"], assist)
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
) -> Sequence[MovedClock]:
    """Return what a revision has moved, by clock, of cases that the viewer may see.

    Args:
        after: id of the last clock of the page before; None: from the begin. limit: how many rows at most.
    """
    statement = (
        sa.select(moved)
        .join_from(moved, situations, situations.c.subject_id == moved.c.subject_id)
        .where(moved.c.town == viewer.town, moved.c.revision == revision, _visible(viewer))
    )
    if after is not None:
        statement = statement.where(moved.c.clock_id > after)
    rows = conn.execute(statement.order_by(moved.c.clock_id).limit(limit)).mappings()
    return [MovedClock(**{name: row[name] for name in MovedClock.__slots__}) for row in rows]


def unsettled_clocks(conn: sa.Connection, viewer: Viewer, after: str, limit: int) -> Sequence[StaleClock]:
    """Return clocks of a town on which its days may still bear, by id, of cases that the viewer may see."""
    of_case = situations.c.subject_id == clocks.c.subject_id
    statement = sa.select(clocks.c.clock_id, clocks.c.subject_id).join_from(clocks, situations, of_case)
    wanted = (
        clocks.c.town == viewer.town,
        clocks.c.is_unsettled,
        clocks.c.clock_id > after,
        _visible(viewer),
    )
    found = conn.execute(statement.where(*wanted).order_by(clocks.c.clock_id).limit(limit))
    return [StaleClock(*row) for row in found]


def count_waiting(conn: sa.Connection, town: str, revision: int) -> int:
    """Return how many clocks of a town are still to be counted with a revision."""
    return (
        conn.scalar(
            sa.select(sa.func.count())
            .select_from(clocks)
            .where(clocks.c.town == town, clocks.c.revision < revision, clocks.c.is_unsettled)
        )
        or 0
    )
