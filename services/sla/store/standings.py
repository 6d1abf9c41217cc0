"""How limits stand, as conditions of a query: figures and the lists behind them ask by the same ones."""

from collections.abc import Iterator

import sqlalchemy as sa

from services.sla.domain.standings import DeadlineStanding, StandingBounds
from services.sla.store.tables import clocks
from shared.db.types import Instant

NOBODY = "none"  # no unit's address: they have a stroke in them
_BY_STATE = (DeadlineStanding.BREACHED, DeadlineStanding.EXTENDED, DeadlineStanding.PAUSED)


def standing_of(bounds: StandingBounds) -> sa.ColumnElement[str]:
    """Return the expression for how a clock that runs stands."""
    return sa.case(
        (clocks.c.state.in_([standing.value for standing in _BY_STATE]), clocks.c.state),
        (clocks.c.due_at.is_(None), sa.literal_column(f"'{DeadlineStanding.UNKNOWN}'")),
        *((clocks.c.due_at <= sa.literal(end, Instant()), sa.literal_column(f"'{standing}'"))
          for standing, end in _ends(bounds)),
        else_=sa.literal_column(f"'{DeadlineStanding.LATER}'"),
    )  # fmt: skip


def _ends(bounds: StandingBounds) -> Iterator[tuple[DeadlineStanding, object]]:
    yield DeadlineStanding.BREACHED, bounds.now
    yield DeadlineStanding.TODAY, bounds.today_ends
    yield DeadlineStanding.SOON, bounds.soon_ends


def due_within(standing: str, bounds: StandingBounds) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what of a standing an index on due instants can find: those outside stand otherwise."""
    if standing == DeadlineStanding.TODAY:
        yield clocks.c.due_at > sa.literal(bounds.now, Instant())
        yield clocks.c.due_at <= sa.literal(bounds.today_ends, Instant())
    elif standing == DeadlineStanding.SOON:
        yield clocks.c.due_at > sa.literal(bounds.today_ends, Instant())
        yield clocks.c.due_at <= sa.literal(bounds.soon_ends, Instant())
    elif standing == DeadlineStanding.LATER:
        yield clocks.c.due_at > sa.literal(bounds.soon_ends, Instant())
    elif standing == DeadlineStanding.UNKNOWN:
        yield clocks.c.due_at.is_(None)


def led_by(unit: str) -> sa.ColumnElement[bool]:
    """Return the condition that a unit leads a clock's case, or with `NOBODY` that none does."""
    return clocks.c.unit.is_(None) if unit == NOBODY else clocks.c.unit == unit
