"""Re-decisions in intake's store: one row for what was ordered, one for each of its cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.milestones import DRAFT, ENDED
from services.intake.domain.redecision import Scope
from services.intake.store.reading import plain
from services.intake.store.tables import cases, flow, redecided_cases, redecisions
from shared.db.work import Work

Row = dict[str, Any]
WAITING, UNDER_WAY, DONE = "waiting", "under_way", "done"
_OVER = sorted({*ENDED, DRAFT})


class StoredRedecisions:
    """Implements `ports.redecisions.Redecisions`."""

    def open(self, work: Work, row: Row) -> None:
        """Keep a new one."""
        work.rows(redecisions).add(row)

    def choose(self, work: Work, row: Row, scope: Scope) -> int:
        """Note the cases of one that was asked for; return how many."""
        return _note_all(work, row["id"], in_scope(row["town"], scope))

    def choose_older(self, work: Work, row: Row) -> int:
        """Note the running cases that are bound to an edition before this one's; return how many."""
        return _note_all(
            work, row["id"], [cases.c.town == row["town"], _is_running(), _is_before(row["edition"])]
        )

    def due(self, work: Work) -> Row | None:
        """Return the first that has begun and is not done, held for this transaction alone."""
        statement = (
            sa.select(redecisions)
            .where(redecisions.c.state.in_([WAITING, UNDER_WAY]), redecisions.c.starts_at <= work.at)
            .order_by(redecisions.c.starts_at, redecisions.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = work.conn.execute(statement).mappings().one_or_none()
        return plain(found) if found else None

    def keep(self, work: Work, row: Row) -> None:
        """Keep a changed one."""
        work.rows(redecisions).put(row)

    def drop(self, work: Work, redecision: str) -> None:
        """Forget one that came to nothing."""
        work.conn.execute(sa.delete(redecided_cases).where(redecided_cases.c.redecision_id == redecision))
        work.conn.execute(sa.delete(redecisions).where(redecisions.c.id == redecision))

    def waiting(self, work: Work, redecision: str, limit: int) -> Sequence[str]:
        """Return cases that were not asked about yet."""
        table = redecided_cases
        of_state = sa.and_(table.c.redecision_id == redecision, table.c.state == WAITING)
        found = sa.select(table.c.case_id).where(of_state).order_by(table.c.case_id).limit(limit)
        keys = list(work.conn.scalars(found))
        work.rows(table).prefetch((redecision, key) for key in keys)
        return keys

    def note(self, work: Work, redecision: str, case: str, **values: Any) -> None:
        """Write down what became of a case."""
        rows = work.rows(redecided_cases)
        if (row := rows.get((redecision, case))) is not None:
            rows.put({**row, **values, "at": work.at})

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next one begins or goes on, or None."""
        table = redecisions
        found: datetime | None = conn.scalar(
            sa.select(sa.func.min(table.c.starts_at)).where(table.c.state.in_([WAITING, UNDER_WAY]))
        )
        return found


def in_scope(town: str, scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a town's cases that are meant."""
    of_town = cases.c.town == town
    if scope.cases is not None:
        named = list(scope.cases)
        return [of_town, sa.or_(cases.c.id.in_(named), cases.c.number.in_(named))]
    equal = [
        cases.c[name] == value
        for name, value in (("category", scope.category), ("state", scope.state))
        if value is not None
    ]
    if scope.reported_from is not None:
        equal.append(cases.c.reported_at >= scope.reported_from)
    if scope.reported_to is not None:
        equal.append(cases.c.reported_at < scope.reported_to)
    return [of_town, _is_running(), *equal]


def _is_running() -> sa.ColumnElement[bool]:
    return cases.c.state.not_in(_OVER)


def _is_before(edition: str) -> sa.ColumnElement[bool]:
    """Editions of one town follow one another by their day of effect, then by their number."""
    this, other = flow.editions.alias(), flow.editions.alias()
    earlier = sa.or_(
        other.c.effective_at < this.c.effective_at,
        sa.and_(other.c.effective_at == this.c.effective_at, other.c.number < this.c.number),
    )
    before = sa.select(other.c.edition).where(this.c.edition == edition, other.c.town == this.c.town, earlier)
    return cases.c.edition.in_(before)


def _note_all(work: Work, redecision: str, conditions: Sequence[sa.ColumnElement[bool]]) -> int:
    chosen = sa.select(sa.literal(redecision), cases.c.id, sa.literal(WAITING)).where(*conditions)
    columns = ["redecision_id", "case_id", "state"]
    return work.conn.execute(sa.insert(redecided_cases).from_select(columns, chosen)).rowcount


def find_redecision(conn: sa.Connection, town: str, key: str) -> Row | None:
    """Return a re-decision of a town."""
    table = redecisions
    row = (
        conn.execute(sa.select(table).where(table.c.town == town, table.c.id == key)).mappings().one_or_none()
    )
    return plain(row) if row else None


def list_redecisions(conn: sa.Connection, town: str, after: str | None, limit: int) -> list[Row]:
    """Return up to `limit` re-decisions of a town, newest first."""
    table = redecisions
    conditions = [table.c.town == town, *([table.c.id < after] if after else [])]
    found = conn.execute(sa.select(table).where(*conditions).order_by(table.c.id.desc()).limit(limit))
    return [plain(row) for row in found.mappings()]


def progress_of(conn: sa.Connection, keys: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many cases are in each state, by re-decision."""
    table = redecided_cases
    counted = (
        sa.select(table.c.redecision_id, table.c.state, sa.func.count())
        .where(table.c.redecision_id.in_(list(keys)))
        .group_by(table.c.redecision_id, table.c.state)
    )
    found: dict[str, dict[str, int]] = {key: {} for key in keys}
    for key, state, number in conn.execute(counted):
        found[key][state] = number
    return found


def list_redecided(
    conn: sa.Connection, redecision: str, state: str | None, after: str | None, limit: int
) -> list[Row]:
    """Return up to `limit` cases of a re-decision in the order of their ids, each with its number."""
    table = redecided_cases
    conditions = [table.c.redecision_id == redecision]
    conditions += [table.c.state == state] if state else []
    conditions += [table.c.case_id > after] if after else []
    found = conn.execute(
        sa.select(table, cases.c.number)
        .join(cases, cases.c.id == table.c.case_id)
        .where(*conditions)
        .order_by(table.c.case_id)
        .limit(limit)
    )
    return [plain(row) for row in found.mappings()]


def cases_in_scope(conn: sa.Connection, town: str, scope: Scope, after: str | None, limit: int) -> list[Row]:
    """Return up to `limit` whole cases that are meant, oldest first."""
    conditions = [*in_scope(town, scope), *([cases.c.id > after] if after else [])]
    found = conn.execute(sa.select(cases).where(*conditions).order_by(cases.c.id).limit(limit))
    return [plain(row) for row in found.mappings()]


def unknown_of(conn: sa.Connection, town: str, named: Sequence[str]) -> list[str]:
    """Return which of these ids and numbers no case of the town has."""
    scope = Scope(cases=tuple(named))
    rows = conn.execute(sa.select(cases.c.id, cases.c.number).where(*in_scope(town, scope))).all()
    known = {key for row in rows for key in row}
    return [key for key in named if key not in known]
