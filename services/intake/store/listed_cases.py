"""Lists of cases, a page at a time; ids grow with time, so they are the order.

Decides by which index a filter is answered: by the one that is kept of the fewest cases and has them in the order of
the list, or, where few cases have a value, by those few. What no index answers is asked of each case that is looked at
(`shared.db.looking`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from services.intake.domain.case import Case
from services.intake.store.indexed import EXTENDED, FLAGGED, HANDLED, HELD, OVERDUE, UNACCEPTED
from services.intake.store.reading import case_of
from services.intake.store.rows import read_as
from services.intake.store.tables import cases, joint_reporters, orders
from services.intake.store.visibility import held_by, visible
from shared.db.looking import Looked, NextKeys, Wanted, among, asked_of_each, few, look, merged, stretch
from shared.kernel.roles import Role, Viewer
from shared.rules.case.snapshot import CaseState, Place

Condition = sa.ColumnExpressionArgument[bool]


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
) -> Looked[ListedCase, str]:
    """Return up to `limit` cases that the viewer may see, newest first, after the id `after`."""
    columns = [cases.c[name] for name in ListedCase.__struct_fields__]
    fits = asked_of_each(visible(viewer), *conditions_of(wanted))

    def fitting(ids: Sequence[str]) -> list[ListedCase]:
        found = sa.select(*columns).where(cases.c.id.in_(ids), fits).order_by(cases.c.id.desc())
        return [read_as(ListedCase, row) for row in conn.execute(found).mappings()]

    return look(_Ways(conn, viewer, wanted, descending=True).best(), fitting, after, limit)


def next_cases(
    conn: sa.Connection, viewer: Viewer, wanted: CaseFilter, after: str | None, limit: int
) -> Looked[Case, str]:
    """Return up to `limit` whole cases that the viewer may see, oldest first, after the id `after`."""
    fits = asked_of_each(visible(viewer), *conditions_of(wanted))

    def fitting(ids: Sequence[str]) -> list[Case]:
        found = sa.select(cases).where(cases.c.id.in_(ids), fits).order_by(cases.c.id)
        return [case_of(row) for row in conn.execute(found).mappings()]

    return look(_Ways(conn, viewer, wanted, descending=False).best(), fitting, after, limit)


def conditions_of(wanted: CaseFilter) -> list[Condition]:
    """Return what a filter asks of a row of `cases`."""
    equal: list[Condition] = [cases.c[name] == value for name in ("state", "category", "level", "number", "flagged")
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


def _waiting(wanted: CaseFilter) -> list[Condition]:
    """Cases that nobody ever accepted, that wait for a due instant, that a person works on: none of them over."""
    found: list[Condition] = []
    if wanted.accepted is not None:
        found.append(sa.text(UNACCEPTED))
    if wanted.extended is not None:
        found.append(sa.text(EXTENDED))
    if wanted.assignee is not None:
        held = asked_of_each(sa.text(HELD), orders.c.assignee == wanted.assignee)
        found.append(sa.select(orders.c.id).where(orders.c.case_id == cases.c.id, held).exists())
    return found


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways in which the ids of a list can be read, in its order.

    Args:
        descending: the newest first.
    """

    conn: sa.Connection
    viewer: Viewer
    wanted: CaseFilter
    descending: bool

    def best(self) -> NextKeys[str]:
        """Return the way on which the fewest cases are passed over."""
        for ids in self._chosen():
            if (found := few(self.conn, *ids)) is not None:
                return among(found, descending=self.descending)
        return next(self._stretches())

    def _chosen(self) -> Iterator[tuple[Wanted, ...]]:
        """What few cases may have, of which no index has them in the order of the list: the fewest first."""
        wanted, person = self.wanted, self.viewer.person
        of_town, ids = cases.c.town == self.viewer.town, sa.select(cases.c.id)
        if wanted.number is not None:
            yield (Wanted(ids.where(of_town, cases.c.number == wanted.number), cases.c.number),)
        if self.viewer.role == Role.REPORTER:
            taken_in = sa.select(joint_reporters.c.case_id).where(joint_reporters.c.reporter == person)
            yield (
                Wanted(ids.where(of_town, cases.c.reporter == person), cases.c.reported_at),
                Wanted(taken_in, joint_reporters.c.reporter),
            )
        if wanted.assignee is not None:
            held = sa.select(orders.c.case_id).where(orders.c.assignee == wanted.assignee, sa.text(HELD))
            yield (Wanted(held, orders.c.id),)
        if wanted.category is not None:
            alike = ids.where(of_town, cases.c.category == wanted.category, *self._reported())
            yield (Wanted(alike, cases.c.reported_at),)

    def _reported(self) -> list[Condition]:
        since, until = self.wanted.reported_from, self.wanted.reported_to
        return [
            *([cases.c.reported_at >= since] if since is not None else []),
            *([cases.c.reported_at < until] if until is not None else []),
        ]

    def _stretches(self) -> Iterator[NextKeys[str]]:
        """Indexes that have what is wanted in the order of the list: what the fewest cases are, first."""
        wanted = self.wanted
        for is_wanted, kept_of in (
            (wanted.extended, EXTENDED), (wanted.flagged, FLAGGED), (wanted.accepted, UNACCEPTED),
        ):  # fmt: skip
            if is_wanted:
                yield self._of_cases(sa.text(kept_of))
        if wanted.unit is not None:
            own = (orders.c.town == self.viewer.town, orders.c.unit == wanted.unit, sa.text(HANDLED))
            holding = stretch(self.conn, orders.c.case_id, *own, descending=self.descending)
            leading = self._of_cases(cases.c.lead == wanted.unit)
            yield merged(leading, holding, descending=self.descending)
        if wanted.overdue:
            yield self._of_cases(sa.text(OVERDUE))
        for column in (cases.c.level, cases.c.state):
            if (value := getattr(wanted, column.name)) is not None:
                yield self._of_cases(column == value)
        yield self._of_cases()

    def _of_cases(self, *conditions: Condition) -> NextKeys[str]:
        of_town = cases.c.town == self.viewer.town
        return stretch(self.conn, cases.c.id, of_town, *conditions, descending=self.descending)
