"""The list of a town's deadlines, what is due first, a page at a time; those without a due instant come last.

Decides by which index a filter is answered: a unit's clocks, those that run, all of the town's. What no index answers
is asked of each clock that is looked at (`shared.db.looking`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.listed import ListedClock
from services.sla.domain.standings import StandingBounds
from services.sla.store.cases import listed_clock, may_see
from services.sla.store.clock_rows import clock_of
from services.sla.store.standings import due_within, led_by, standing_of
from services.sla.store.tables import OPEN, assisting, clocks, situations
from shared.db.looking import Looked, NextKeys, Wanted, asked_of_each, few, look
from shared.db.types import Instant
from shared.kernel.roles import Viewer
from shared.rules.clocks.clock import ClockState

FEW_ASSISTED = (
    500  # subjects in which a unit assists, whose clocks are sorted for a page; of more, the town's are
)
Condition = sa.ColumnExpressionArgument[bool]


@dataclass(frozen=True, slots=True)
class DeadlineFilter:
    """What a list of deadlines is narrowed to; everything that is None is not asked for.

    Args:
        unit: leads or assists.
        accepted: 'never': of cases that nobody ever accepted.
        extended: 'without-due': extended, and no new due instant written yet.
        is_open: without those that have stopped.
        lead: leads the case, and 'none' that nobody does; unlike `unit`, without those that assist.
        standing: as one of `DeadlineStanding` says of those that run; bounds: what divides them then.
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
    lead: str | None = None
    level: str | None = None
    category: str | None = None
    place: str | None = None
    standing: str | None = None
    bounds: StandingBounds | None = None


DeadlinePlace = tuple[datetime | None, str]  # where a clock stands in the list: due instant, then id
Places = NextKeys[DeadlinePlace]


def list_deadlines(
    conn: sa.Connection, viewer: Viewer, narrowed: DeadlineFilter, after: DeadlinePlace | None, limit: int
) -> Looked[ListedClock, DeadlinePlace]:
    """Return clocks of cases that the viewer may see, what is due first; those without a due instant come last.

    Args:
        after: the last row of the page before; None: from the begin. limit: how many rows at most.
    """
    shown = sa.select(clocks, situations.c.snapshot).join_from(
        clocks, situations, situations.c.subject_id == clocks.c.subject_id
    )
    fits = asked_of_each(may_see(viewer), *_conditions(narrowed))

    def fitting(places: Sequence[DeadlinePlace]) -> list[ListedClock]:
        these = shown.where(clocks.c.clock_id.in_([key for _, key in places]), fits)
        rows = {row.clock_id: row for row in conn.execute(these)}
        return [_listed(rows[key]) for _, key in places if key in rows]

    return look(_way(conn, viewer.town, narrowed), fitting, after, limit)


def _listed(row: sa.Row[Any]) -> ListedClock:
    return listed_clock(clock_of(row._mapping), row.subject_id, row.number, row.snapshot)


def _way(conn: sa.Connection, town: str, narrowed: DeadlineFilter) -> Places:
    """The way on which the fewest clocks are passed over."""
    if narrowed.accepted is not None:
        is_waiting = (situations.c.town == town, situations.c.accepted_at.is_(None))
        waiting = sa.select(situations.c.subject_id).where(*is_waiting)
        if (subjects := few(conn, Wanted(waiting, situations.c.subject_id))) is not None:
            return _of_subjects(conn, subjects)
    base: list[Condition] = [clocks.c.town == town, *_between(narrowed.due_after, narrowed.due_before)]
    if _runs(narrowed):
        base.append(sa.text(OPEN))
    if narrowed.standing is not None and narrowed.bounds is not None:
        base += due_within(narrowed.standing, narrowed.bounds)
    if narrowed.lead is not None:
        base.append(led_by(narrowed.lead))
    if narrowed.unit is not None:
        helped = sa.select(assisting.c.subject_id).where(assisting.c.unit == narrowed.unit)
        subjects = few(conn, Wanted(helped, assisting.c.subject_id), most=FEW_ASSISTED)
        if subjects is not None:
            own = _stretch(conn, [*base, clocks.c.unit == narrowed.unit])
            return _merged(own, _of_subjects(conn, subjects))
    return _stretch(conn, base)


def _runs(narrowed: DeadlineFilter) -> bool:
    """Whether what has stopped is left out in any case."""
    only_open = (narrowed.is_open, narrowed.extended, narrowed.standing)
    return any(only_open) or narrowed.state not in (None, ClockState.STOPPED)


def _stretch(conn: sa.Connection, conditions: Sequence[Condition]) -> Places:
    def following(after: DeadlinePlace | None, number: int) -> Sequence[DeadlinePlace]:
        found: list[DeadlinePlace] = []
        for part in _parts(after):
            if len(found) < number:
                wanted = sa.select(clocks.c.due_at, clocks.c.clock_id).where(*conditions, part)
                ordered = wanted.order_by(clocks.c.due_at, clocks.c.clock_id).limit(number - len(found))
                found += [(due_at, key) for due_at, key in conn.execute(ordered)]
        return found

    return following


def _parts(after: DeadlinePlace | None) -> Iterator[sa.ColumnElement[bool]]:
    """What is left of the list, in its order: first what has a due instant, then the rest.

    Asked for one after the other, either is a stretch of an index. Asked for together, or ordered by whether there is
    an instant, every clock of the town would be read and sorted for each page.
    """
    due_at, clock_id = after or (None, "")
    if after is None:
        yield clocks.c.due_at.is_not(None)
    elif due_at is not None:
        place = sa.tuple_(sa.literal(due_at, Instant()), sa.literal(clock_id))
        yield sa.tuple_(clocks.c.due_at, clocks.c.clock_id) > place
        clock_id = ""
    yield sa.and_(clocks.c.due_at.is_(None), clocks.c.clock_id > clock_id)


def _of_subjects(conn: sa.Connection, subjects: Iterable[str]) -> Places:
    """The clocks of a few subjects, sorted here."""
    wanted = sa.select(clocks.c.due_at, clocks.c.clock_id).where(clocks.c.subject_id.in_(list(subjects)))
    known = sorted(((due_at, key) for due_at, key in conn.execute(wanted)), key=_order)

    def following(after: DeadlinePlace | None, number: int) -> Sequence[DeadlinePlace]:
        left = known if after is None else [place for place in known if _order(place) > _order(after)]
        return left[:number]

    return following


def _merged(*ways: Places) -> Places:
    def following(after: DeadlinePlace | None, number: int) -> Sequence[DeadlinePlace]:
        return sorted({place for way in ways for place in way(after, number)}, key=_order)[:number]

    return following


def _order(place: DeadlinePlace) -> tuple[bool, datetime, str]:
    due_at, clock_id = place
    return due_at is None, due_at or _NEVER, clock_id


_NEVER = datetime.max.replace(tzinfo=UTC)


def _conditions(narrowed: DeadlineFilter) -> Iterator[Condition]:
    wanted = (
        (clocks.c.state, narrowed.state),
        (clocks.c.stage, narrowed.stage),
        (clocks.c.verdict, narrowed.verdict),
        (clocks.c.level, narrowed.level),
        (situations.c.category, narrowed.category),
        (situations.c.place, narrowed.place),
    )
    yield from (column == value for column, value in wanted if value is not None)
    if narrowed.unit is not None:
        yield _of_unit(narrowed.unit)
    if narrowed.accepted is not None:
        yield situations.c.accepted_at.is_(None)
    if narrowed.extended is not None:
        yield sa.and_(clocks.c.state == ClockState.EXTENDED.value, clocks.c.due_at.is_(None))
    if narrowed.is_open or narrowed.standing is not None:
        yield clocks.c.stopped_at.is_(None)
    if narrowed.lead is not None:
        yield led_by(narrowed.lead)
    if narrowed.standing is not None and narrowed.bounds is not None:
        yield standing_of(narrowed.bounds) == narrowed.standing
    yield from _between(narrowed.due_after, narrowed.due_before)


def _between(after: datetime | None, before: datetime | None) -> Iterator[Condition]:
    if before is not None:
        yield clocks.c.due_at < before
    if after is not None:
        yield clocks.c.due_at >= after


def _of_unit(unit: str) -> sa.ColumnElement[bool]:
    """A limit common to lead and assisting units is shown to all of them."""
    helps = (assisting.c.unit == unit, assisting.c.subject_id == clocks.c.subject_id, assisting.c.assists)
    return sa.or_(clocks.c.unit == unit, sa.select(assisting.c.unit).where(*helps).exists())
