"""Re-decisions in intake's store: one row for what was ordered, one for each of its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from services.intake.domain.case import Case
from services.intake.domain.milestones import DRAFT, ENDED
from services.intake.redecision.domain.redecisions import (
    RedecidedCase,
    RedecidedState,
    Redecision,
    RedecisionScope,
    RedecisionState,
)
from services.intake.redecision.tables import redecided_cases, redecisions
from services.intake.store.reading import case_of
from services.intake.store.rows import Row, read_as
from services.intake.store.tables import cases, flow
from services.intake.store.visibility import visible
from shared.db.looking import Looked, asked_of_each, look, stretch
from shared.db.work import Work
from shared.kernel.roles import Viewer

# A draft is bound to the edition in force when it is confirmed; nothing was decided of it yet.
_OVER = sorted({*ENDED, DRAFT})
_OPEN = [RedecisionState.WAITING.value, RedecisionState.UNDER_WAY.value]


class SqlRedecisions:
    """Re-decisions that were ordered, each with its cases."""

    def open(self, work: Work, redecision: Redecision) -> None:
        """Keep a new one."""
        work.rows(redecisions).add(_row(redecision))

    def keep(self, work: Work, redecision: Redecision) -> None:
        """Keep a changed one."""
        work.rows(redecisions).put(_row(redecision))

    def choose(self, work: Work, redecision: Redecision) -> int:
        """Note the cases that are meant by its scope; return how many."""
        return _note_all(work, redecision.id, in_scope(redecision.town, redecision.scope))

    def choose_older(self, work: Work, redecision: Redecision) -> int:
        """Note the running cases that are bound to an edition before this one's; return how many."""
        older = [cases.c.town == redecision.town, _is_running(), _is_before(redecision.edition)]
        return _note_all(work, redecision.id, older)

    def due(self, work: Work) -> Redecision | None:
        """Return the first that has begun and is not done, held for this transaction alone.

        Two processes never carry out the same one at once: a row that another holds is passed over.
        """
        statement = (
            sa.select(redecisions)
            .where(redecisions.c.state.in_(_OPEN), redecisions.c.starts_at <= work.at)
            .order_by(redecisions.c.starts_at, redecisions.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = work.conn.execute(statement).mappings().one_or_none()
        return read_as(Redecision, found) if found else None

    def drop(self, work: Work, redecision: Redecision) -> None:
        """Forget one that came to nothing."""
        work.conn.execute(sa.delete(redecided_cases).where(redecided_cases.c.redecision_id == redecision.id))
        work.conn.execute(sa.delete(redecisions).where(redecisions.c.id == redecision.id))

    def waiting(self, work: Work, redecision: Redecision, limit: int) -> Sequence[str]:
        """Return cases that were not asked about yet, in the order of their ids."""
        table = redecided_cases
        waiting = sa.and_(
            table.c.redecision_id == redecision.id, table.c.state == RedecidedState.WAITING.value
        )
        found = sa.select(table.c.case_id).where(waiting).order_by(table.c.case_id).limit(limit)
        keys = list(work.conn.scalars(found))
        # Locked before their cases, and an answer of routing holds its case first: they can't cross, since no answer is
        # about a row that still waits.
        work.rows(table).prefetch((redecision.id, key) for key in keys)
        return keys

    def of_case(self, work: Work, redecision: str, case: str) -> RedecidedCase | None:
        """Return how far a re-decision has come with a case; None where it does not concern the case."""
        row = work.rows(redecided_cases).get((redecision, case))
        return read_as(RedecidedCase, row) if row else None

    def note(self, work: Work, redecided: RedecidedCase) -> None:
        """Write down what became of a case."""
        work.rows(redecided_cases).put(_row(replace(redecided, at=work.at)))

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next one begins or goes on, or None."""
        table = redecisions
        found: datetime | None = conn.scalar(
            sa.select(sa.func.min(table.c.starts_at)).where(table.c.state.in_(_OPEN))
        )
        return found


def in_scope(town: str, scope: RedecisionScope) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a town's cases that are meant."""
    of_town = cases.c.town == town
    if scope.cases is not None:
        # Also those that are over: whoever named a case is to read why it was left.
        named = list(scope.cases)
        return [of_town, sa.or_(cases.c.id.in_(named), cases.c.number.in_(named))]
    narrowed = []
    if scope.category is not None:
        narrowed.append(cases.c.category == scope.category)
    if scope.state is not None:
        narrowed.append(cases.c.state == scope.state.value)
    if scope.reported_from is not None:
        narrowed.append(cases.c.reported_at >= scope.reported_from)
    if scope.reported_to is not None:
        narrowed.append(cases.c.reported_at < scope.reported_to)
    return [of_town, _is_running(), *narrowed]


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
    """Copied within the database: a town may have a hundred thousand running cases."""
    chosen = sa.select(sa.literal(redecision), cases.c.id, sa.literal(RedecidedState.WAITING.value)).where(
        *conditions
    )
    columns = ["redecision_id", "case_id", "state"]
    work.write(redecisions)  # to whose town they belong
    return work.conn.execute(sa.insert(redecided_cases).from_select(columns, chosen)).rowcount


def _row(kept: Redecision | RedecidedCase) -> Row:
    """Instants stay what they are: the columns' own type writes them."""
    row: Row = msgspec.to_builtins(kept, builtin_types=(datetime,))
    return row


def find_redecision(conn: sa.Connection, town: str, key: str) -> Redecision | None:
    """Return a re-decision of a town."""
    table = redecisions
    found = sa.select(table).where(table.c.town == town, table.c.id == key)
    row = conn.execute(found).mappings().one_or_none()
    return read_as(Redecision, row) if row else None


def list_redecisions(conn: sa.Connection, town: str, after: str | None, limit: int) -> list[Redecision]:
    """Return up to `limit` re-decisions of a town, newest first."""
    table = redecisions
    conditions = [table.c.town == town, *([table.c.id < after] if after else [])]
    found = conn.execute(sa.select(table).where(*conditions).order_by(table.c.id.desc()).limit(limit))
    return [read_as(Redecision, row) for row in found.mappings()]


def progress_of(conn: sa.Connection, keys: Sequence[str]) -> Mapping[str, Mapping[RedecidedState, int]]:
    """Return how many cases are in each state, by re-decision; states without cases are left out."""
    table = redecided_cases
    counted = (
        sa.select(table.c.redecision_id, table.c.state, sa.func.count())
        .where(table.c.redecision_id.in_(list(keys)))
        .group_by(table.c.redecision_id, table.c.state)
    )
    found: dict[str, dict[RedecidedState, int]] = {key: {} for key in keys}
    for key, state, number in conn.execute(counted):
        found[key][RedecidedState(state)] = number
    return found


@dataclass(frozen=True, slots=True)
class ListedRedecided:
    """What became of a case, with its number."""

    number: str
    redecided: RedecidedCase


def list_redecided(
    conn: sa.Connection,
    viewer: Viewer,
    redecision: str,
    state: RedecidedState | None,
    after: str | None,
    limit: int,
) -> Looked[ListedRedecided, str]:
    """Return up to `limit` cases of a re-decision that the viewer may see, in the order of their ids."""
    table = redecided_cases
    of_redecision = [table.c.redecision_id == redecision, *([table.c.state == state.value] if state else [])]
    shown = sa.select(table, cases.c.number).join(cases, cases.c.id == table.c.case_id)

    def fitting(ids: Sequence[str]) -> list[ListedRedecided]:
        of_ids = (table.c.redecision_id == redecision, table.c.case_id.in_(ids))
        these = shown.where(*of_ids, asked_of_each(*of_redecision, visible(viewer)))
        rows = conn.execute(these.order_by(table.c.case_id)).mappings()
        return [ListedRedecided(row["number"], read_as(RedecidedCase, row)) for row in rows]

    return look(stretch(conn, table.c.case_id, *of_redecision), fitting, after, limit)


def cases_in_scope(
    conn: sa.Connection, town: str, scope: RedecisionScope, after: str | None, limit: int
) -> list[Case]:
    """Return up to `limit` whole cases that are meant, oldest first."""
    conditions = [*in_scope(town, scope), *([cases.c.id > after] if after else [])]
    found = conn.execute(sa.select(cases).where(*conditions).order_by(cases.c.id).limit(limit))
    return [case_of(row) for row in found.mappings()]


def shown_of(conn: sa.Connection, viewer: Viewer, named: Sequence[str]) -> tuple[str, ...]:
    """Return those of these ids and numbers whose cases the viewer may see."""
    scope = RedecisionScope(cases=tuple(named))
    found = sa.select(cases.c.id, cases.c.number).where(visible(viewer), *in_scope(viewer.town, scope))
    seen = {key for row in conn.execute(found) for key in row}
    return tuple(key for key in named if key in seen)


def unknown_of(conn: sa.Connection, town: str, named: Sequence[str]) -> list[str]:
    """Return which of these ids and numbers no case of the town has."""
    scope = RedecisionScope(cases=tuple(named))
    rows = conn.execute(sa.select(cases.c.id, cases.c.number).where(*in_scope(town, scope))).all()
    known = {key for row in rows for key in row}
    return [key for key in named if key not in known]
