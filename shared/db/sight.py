"""What a service that is not intake keeps of a case to know who may see it: some columns, and who holds it.

Decides how a copy follows intake's messages, so that `visibility` gives the same answer over it as over the case file.
Units' shares change by messages of their own, between the case's steps: they are kept by case and unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from msgspec import Struct, to_builtins

from shared.contracts.envelope import Envelope
from shared.contracts.messages import OrderState, WorkOrderChanged
from shared.contracts.routes import types_of
from shared.db.confinement import ASKED, READ, of_row_in
from shared.db.visibility import CaseColumns, names_one
from shared.db.work import Work
from shared.rules.case.snapshot import CaseSnapshot

_SHARE_TYPES = frozenset(types_of(WorkOrderChanged))
_UNIT = "unit"  # the field of `WorkOrderChanged`
_UNKNOWN = ""  # of a share that was there before shares were kept
_OPEN = frozenset({OrderState.ISSUED, OrderState.ACCEPTED})


def sight_columns() -> tuple[sa.Column[str] | sa.Column[bool], ...]:
    """Return the columns that a service's table of cases has beside its own; all NULL where nothing is known yet."""
    return (
        sa.Column("private", sa.Boolean),
        sa.Column("asked", sa.String),
        sa.Column("reporters", sa.String),  # '|reference|reference|' of all who reported it
        sa.Column("finder_role", sa.String),
        sa.Column("finder_unit", sa.String),
    )


def shares_table(metadata: sa.MetaData, cases: str, key: str) -> sa.Table:
    """Return the table of units' shares of cases: a row a case and unit.

    Args:
        cases: the service's table of cases, by whose rows a request reaches these; key: its column.
    """
    return sa.Table(
        "shares",
        metadata,
        sa.Column("case_id", sa.String, primary_key=True),
        sa.Column("unit", sa.String, primary_key=True),
        sa.Column("work_order", sa.String),  # the open one; NULL: none is
        sa.Column("has_finished", sa.Boolean, nullable=False),  # any of them ever
        info={ASKED: of_row_in(cases, key, "case_id", *READ)},
    )


def sight_of(snapshot: CaseSnapshot) -> Mapping[str, str | bool | None]:
    """Return the values of `sight_columns`, and of `seen_by`, as a case now stands."""
    reporters = [ref for ref in (snapshot.reporter, *snapshot.reporters) if ref is not None]
    return {
        "private": snapshot.private,
        "seen_by": snapshot.seen_by,
        "asked": snapshot.asked,
        "reporters": _text(reporters),
        "finder_role": snapshot.finder_role,
        "finder_unit": snapshot.finder_unit,
    }


def shares_in(messages: Iterable[Envelope]) -> set[tuple[str, str]]:
    """Return the shares that messages are about, by case and unit; what is no text is left for the judge."""
    told = (
        (message.stream, message.plain.get(_UNIT)) for message in messages if message.type in _SHARE_TYPES
    )
    return {(case, unit) for case, unit in told if isinstance(unit, str)}


def _text(names: Iterable[str]) -> str | None:
    # One that holds a bar would be read as two others: it is left out, and sees what everybody does.
    kept = [name for name in names if "|" not in name]
    return "".join(f"|{name}" for name in kept) + "|" if kept else None


class _Share(Struct, frozen=True):
    """A row of the table of shares."""

    case_id: str
    unit: str
    work_order: str | None = None
    has_finished: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """Which units hold or finished a share of which case.

    Args:
        table: as `shares_table` makes it.
    """

    table: sa.Table

    def prefetch(self, work: Work, changes: Iterable[tuple[str, str]]) -> None:
        """Read many shares at once, by case and unit."""
        work.rows(self.table).prefetch(changes)

    def take(self, work: Work, case: str, changed: WorkOrderChanged) -> None:
        """Keep what became of a unit's work order."""
        row = work.rows(self.table).get((case, changed.unit))
        before = _Share(**row) if row else _Share(case, changed.unit)
        held = before.work_order
        if changed.state in _OPEN:
            held = changed.work_order
        elif held in (changed.work_order, _UNKNOWN):
            held = None
        has_finished = before.has_finished or changed.state is OrderState.DONE
        after = _Share(case, changed.unit, held, has_finished)
        if row is None or after != before:
            work.rows(self.table).put(to_builtins(after))

    def columns(self, cases: sa.Table, key: sa.ColumnElement[str]) -> CaseColumns:
        """Return where a table of cases keeps what says who may see them.

        Args:
            cases: with `sight_columns` and `seen_by`; key: its column with the case's id.
        """
        shares = self.table.c

        def held_by(unit: str) -> sa.ColumnElement[bool]:
            # Neither withdrawn nor declined: a unit that is rid of a private case has no business with it any more.
            counts = sa.or_(shares.work_order.is_not(None), shares.has_finished)
            return (
                sa.select(shares.case_id).where(shares.case_id == key, shares.unit == unit, counts).exists()
            )

        return CaseColumns(
            id=key,
            town=cases.c.town,
            private=cases.c.private,
            seen_by=cases.c.seen_by,
            asked=cases.c.asked,
            finder_role=cases.c.finder_role,
            finder_unit=cases.c.finder_unit,
            reported_by=lambda _town, person: names_one(cases.c.reporters, person),
            held_by=held_by,
            known=cases.c.private.is_not(None),
        )
