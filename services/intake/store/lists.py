"""Lists of cases, work orders and publications, newest first, a page at a time; and cases that look like one.

Decides which index answers which filter; ids grow with time, so they are the order, but for publications: theirs is the
day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from msgspec import Struct

from services.intake.domain.duplicates import DuplicateCriteria
from services.intake.domain.milestones import DISMISSED, DRAFT, ENDED, MERGED
from services.intake.domain.receipts import DuplicateCandidate
from services.intake.domain.records import PublicRecord
from services.intake.domain.work_orders import AssigneeState, StaffedOrder
from services.intake.store.people import HELD, is_gone, with_person
from services.intake.store.rows import read_as
from services.intake.store.tables import cases, orders, publications
from services.intake.store.visibility import held_by, not_hidden, visible
from shared.contracts.messages import OrderState
from shared.kernel.instants import format_instant
from shared.kernel.roles import Viewer
from shared.rules.case.snapshot import CaseState, Place

MOST_MEASURED = 500  # cases whose distance is reckoned for one report


class ListedCase(Struct, frozen=True):
    """A case as a list shows it."""

    id: str
    number: str
    category: str
    channel: str
    place: Place
    title: str | None
    state: CaseState
    level: str | None
    lead: str | None
    round: int
    due_at: datetime | None
    breached: bool
    flagged: bool
    fallback: bool
    private: bool
    reported_at: datetime
    changed_at: datetime
    reporter: str | None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is narrowed to; None does not narrow."""

    state: str | None = None
    category: str | None = None
    level: str | None = None
    unit: str | None = None
    number: str | None = None
    overdue: bool | None = None
    flagged: bool | None = None
    accepted: str | None = None
    extended: str | None = None
    assignee: str | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None


def list_cases(
    conn: sa.Connection, viewer: Viewer, wanted: CaseFilter, after: str | None, limit: int
) -> list[ListedCase]:
    """Return up to `limit` cases that the viewer may see, newest first, after the id `after`."""
    statement = (
        sa.select(*(cases.c[name] for name in ListedCase.__struct_fields__))
        .where(visible(viewer), *conditions_of(wanted), *([cases.c.id < after] if after else []))
        .order_by(cases.c.id.desc())
        .limit(limit)
    )
    return [read_as(ListedCase, row) for row in conn.execute(statement).mappings()]


def conditions_of(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    """Return what a filter asks of a row of `cases`."""
    equal = [cases.c[name] == value for name in ("state", "category", "level", "number", "flagged")
             if (value := getattr(wanted, name)) is not None]  # fmt: skip
    if wanted.unit is not None:
        equal.append(sa.or_(cases.c.lead == wanted.unit, held_by(wanted.unit)))
    if wanted.overdue is not None:
        equal.append(cases.c.breached if wanted.overdue else sa.not_(cases.c.breached))
    equal += _waiting(wanted)
    if wanted.reported_from is not None:
        equal.append(cases.c.reported_at >= wanted.reported_from)
    if wanted.reported_to is not None:
        equal.append(cases.c.reported_at < wanted.reported_to)
    return equal


def _waiting(wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    """Cases that nobody ever accepted, that wait for a due instant, that a person works on: none of them over."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.accepted is not None:
        found += [cases.c.accepted_at.is_(None), _is_open()]
    if wanted.extended is not None:
        found += [cases.c.extended_without_due, _is_open()]
    if wanted.assignee is not None:
        held = (
            orders.c.case_id == cases.c.id,
            orders.c.state.in_(HELD),
            orders.c.assignee == wanted.assignee,
        )
        found.append(sa.select(orders.c.id).where(*held).exists())
    return found


def _is_open() -> sa.ColumnElement[bool]:
    return cases.c.state.not_in(sorted({DRAFT, *ENDED}))


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of work orders is narrowed to."""

    unit: str | None = None
    states: Sequence[OrderState] = HELD
    issued_before: datetime | None = None
    assignee: str | None = None


def list_orders(
    conn: sa.Connection, viewer: Viewer, wanted: OrderFilter, now: datetime, after: str | None, limit: int
) -> list[StaffedOrder]:
    """Return up to `limit` work orders, the oldest first: what nobody accepts stands at the top.

    Those of cases that rules hide are shown to whoever may see the case.
    """
    conditions = [orders.c.town == viewer.town, orders.c.state.in_(list(wanted.states))]
    of_case = sa.and_(cases.c.id == orders.c.case_id, not_hidden(viewer))
    conditions.append(sa.select(cases.c.id).where(of_case).exists())
    if wanted.unit is not None:
        conditions.append(orders.c.unit == wanted.unit)
    if wanted.issued_before is not None:
        conditions.append(orders.c.issued_at < wanted.issued_before)
    if wanted.assignee is not None:
        conditions.append(_assigned(wanted.assignee, now))
    if after:
        conditions.append(orders.c.id > after)
    statement = sa.select(*with_person(now)).where(*conditions).order_by(orders.c.id).limit(limit)
    return [read_as(StaffedOrder, row) for row in conn.execute(statement).mappings()]


def _assigned(assignee: str, now: datetime) -> sa.ColumnElement[bool]:
    return is_gone(now) if assignee == AssigneeState.LEFT else orders.c.assignee == assignee


def list_publications(
    conn: sa.Connection, town: str, level: str | None, after: Sequence[str | int] | None, limit: int
) -> list[PublicRecord]:
    """Return up to `limit` publications of a town, the latest day first; private ones are counted elsewhere.

    Args:
        after: day and id of the last one before these, as `by_day` gives them.
    """
    conditions = [*_published(town, level), publications.c.category.is_not(None)]
    # By the day and not by the id alone: what is imported is given its id today, and was published long ago.
    sorting = (publications.c.published_on, publications.c.id)
    conditions += [sa.tuple_(*sorting) < sa.tuple_(*map(sa.literal, after))] if after else []
    latest_first = (column.desc() for column in sorting)
    statement = sa.select(publications).where(*conditions).order_by(*latest_first).limit(limit)
    return [read_as(PublicRecord, row) for row in conn.execute(statement).mappings()]


def by_day(record: PublicRecord) -> tuple[str, str]:
    """Return the values by which publications are sorted."""
    return record.published_on, record.id


def publications_of_case(conn: sa.Connection, town: str, number: str) -> list[PublicRecord]:
    """Return what was published of one case, oldest first; also what nobody sees any more."""
    of_case = sa.and_(publications.c.town == town, publications.c.number == number)
    statement = sa.select(publications).where(of_case).order_by(publications.c.id)
    return [read_as(PublicRecord, row) for row in conn.execute(statement).mappings()]


def count_private(conn: sa.Connection, town: str, level: str | None) -> int:
    """Return how many cases of private categories a town has published: they appear as a number alone (A-20)."""
    conditions = [*_published(town, level), publications.c.category.is_(None)]
    # There is a publication for each level: counted by rows, a case would count several times.
    counted = sa.func.count(publications.c.number.distinct())
    return conn.scalar(sa.select(counted).where(*conditions)) or 0


def _published(town: str, level: str | None) -> list[sa.ColumnElement[bool]]:
    """What is for everybody is for each level (P002B.12).

    What rules still hide is nowhere to be seen, and what was published before the case was reopened no longer (RC-13).
    """
    of_case = sa.and_(cases.c.town == publications.c.town, cases.c.number == publications.c.number)
    is_out_of_sight = sa.or_(cases.c.seen_by.is_not(None), cases.c.round > publications.c.round)
    found = [
        publications.c.town == town,
        sa.not_(sa.select(cases.c.id).where(of_case, is_out_of_sight).exists()),
    ]
    if level is not None:
        found.append(sa.or_(publications.c.level == level, publications.c.level.is_(None)))
    return found


def find_duplicates(
    conn: sa.Connection, viewer: Viewer, criteria: DuplicateCriteria, limit: int
) -> list[DuplicateCandidate]:
    """Return at most `limit` cases that look like one and that the viewer may see, newest first.

    What was merged or dismissed is no candidate.
    """
    conditions = [
        visible(viewer),
        cases.c.id != criteria.but,
        cases.c.reported_at.between(criteria.since_at, criteria.until_at),
        cases.c.state.not_in([MERGED, DISMISSED]),
    ]
    if criteria.category is not None:
        conditions.append(cases.c.category == criteria.category)
    where = criteria.where
    if where is not None and not where.is_measured:
        conditions.append(cases.c.place_key == where.place.key)
    columns = (cases.c.id, cases.c.number, cases.c.state, cases.c.reported_at, cases.c.place)
    # A distance is not the store's to reckon: of the latest cases within the time, those are taken that lie near.
    looked_at = MOST_MEASURED if where is not None and where.is_measured else limit
    statement = sa.select(*columns).where(*conditions).order_by(cases.c.id.desc()).limit(looked_at)
    near = (row for row in conn.execute(statement) if where is None or where.holds(row.place))
    return [
        DuplicateCandidate(row.id, row.number, row.state, format_instant(row.reported_at))
        for row in islice(near, limit)
    ]
