"""Who may see a case: the one answer for every service, as a condition of the query. What may not be seen is not read.

Decides: a reporter sees the own reports, and the cases into which they were merged; a follower the one case that is
followed; a private case is seen by the units that hold or finished its work orders, by those that the town's rules name
for it or a step asked for approval, by supervisors and operators; everybody else of the town's staff sees what is not
private; what the town's rules hide is seen by those whom they name, those asked for approval, the grid that found it,
and the operator.
Engineers have no part in cases: of what is private or hidden their routes show nothing, not even what the platform did
with it. They hold the platform, and the operator holds the town.

Must not know in which tables a service keeps what the answer rests on: it says so by `CaseColumns`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from shared.kernel.roles import Role, Viewer

SEES_ALL = Role.OPERATOR
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class CaseColumns:
    """Where a service keeps what says who may see a case.

    Args:
        id: the case's.
        private: counted in public lists, and not shown (A-20).
        seen_by: '|name|name|', who alone sees it while rules hide it; NULL: not hidden.
        asked: whom steps have asked for approval, written alike; NULL: nobody.
        finder_role, finder_unit: of whoever found it, where that was no member of the public.
        reported_by: from a town and a person's reference to the condition that this one reported it there, or a case
            merged into it.
        held_by: from a unit to the condition that it holds or finished a work order of the case.
        known: the condition that any of this is known here; where it is not, nobody sees it but who sees all.
    """

    id: sa.ColumnElement[str]
    town: sa.ColumnElement[str]
    private: Condition
    seen_by: sa.ColumnElement[str]
    asked: sa.ColumnElement[str]
    finder_role: sa.ColumnElement[str]
    finder_unit: sa.ColumnElement[str]
    reported_by: Callable[[str, str], Condition]
    held_by: Callable[[str], Condition]
    known: Condition = field(default_factory=sa.true)


def visible(viewer: Viewer, case: CaseColumns) -> Condition:
    """Return the condition under which a case may be shown to somebody."""
    of_town = case.town == viewer.town
    if viewer.role == SEES_ALL:
        return of_town
    return sa.and_(of_town, case.known, _of_role(viewer, case), not_hidden(viewer, case))


def _of_role(viewer: Viewer, case: CaseColumns) -> Condition:
    if viewer.role == Role.SUPERVISOR:
        return sa.true()
    own = _reported(viewer, case)
    if viewer.role == Role.REPORTER:
        return own
    if viewer.unit is None:
        return sa.or_(sa.not_(case.private), own)
    return sa.or_(sa.not_(case.private), own, case.held_by(viewer.unit), _put_before(viewer.unit, case))


def _reported(viewer: Viewer, case: CaseColumns) -> Condition:
    """Its reporter, by reference; or whoever follows this one case, and is perhaps known by no reference."""
    if viewer.case is not None:
        return case.id == viewer.case
    return case.reported_by(viewer.town, viewer.person) if viewer.person is not None else sa.false()


def _put_before(unit: str, case: CaseColumns) -> Condition:
    """Named by a rule that hides the case, or asked for approval: by its unit, for a role is too many for privacy."""
    # To `shown_to` NULL means hidden from nobody; for a private case it must let nobody in.
    return sa.or_(
        *(sa.and_(text.is_not(None), shown_to(text, [unit])) for text in (case.seen_by, case.asked))
    )


def not_hidden(viewer: Viewer, case: CaseColumns) -> Condition:
    """Return the condition that no rule hides the case from the viewer.

    What rules hide is seen by the operator, by those whom they name, and by the grid that found it (P002B.12).
    """
    if viewer.role == SEES_ALL:
        return sa.true()
    # Not None: compared with it, the column is asked for NULL, and whoever has no unit would see what no unit found.
    found_it = sa.and_(case.finder_role == Role.GRID_WORKER.value, case.finder_unit == (viewer.unit or ""))
    return sa.or_(found_it, shown_to(case.seen_by, filter(None, (viewer.role, viewer.unit))))


def shown_to(column: sa.ColumnElement[str], names: Iterable[str]) -> Condition:
    """Return the condition that a row is hidden from nobody, or shown to one of these names.

    Args:
        column: text of names, each between two bars; NULL: hidden from nobody.
        names: for which the caller speaks, such as a unit or a reference to a person; none: what is hidden stays so.
    """
    return sa.or_(column.is_(None), *(names_one(column, name) for name in names))


def names_one(column: sa.ColumnElement[str], name: str) -> Condition:
    """Return the condition that a text of names, '|name|name|', holds this one.

    Not `like`: it takes '%' and '_' within a name for any letters, and in SQLite 'a' for 'A'. Somebody would see what
    is hidden from them.
    """
    # Whole names, letter by letter: what can be taken out of the text stands in it. A name that holds a bar would be
    # taken for two, and stands in none.
    return sa.false() if "|" in name else sa.func.replace(column, f"|{name}|", "") != column
