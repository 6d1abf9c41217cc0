"""Orders, what was said of them, and how their occurrences stand, in this service's own store."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.order import KeptOrder, KeptOrderStep
from services.duties.store.occurrences import occurrence_of
from services.duties.store.tables import ORDERED, occurrences, order_numbers, order_steps, orders
from services.duties.store.typed import plain, typed
from shared.db.looking import Looked, look, stretch
from shared.db.work import Work

MOST_STEPS = 200  # that one order shows, the newest


class OrderTally(Struct, frozen=True):
    """How many of an order's posts stand alike."""

    ordered: str
    met: int
    late: int
    open: int
    missing: int
    excused: int
    accepted: int


class LastNumber(Struct, frozen=True):
    """The last number that a town gave an order in a year."""

    town: str
    year: int
    last: int


@dataclass(frozen=True, slots=True)
class GivenOrderFilter:
    """What a list of orders is narrowed to."""

    duty: str | None = None
    subject: str | None = None
    is_standing: bool | None = None

    def holds(self, order: KeptOrder) -> bool:
        """Tell whether an order is what is asked for."""
        is_of_duty = self.duty is None or order.duty == self.duty
        return is_of_duty and self.is_standing in (None, order.ended_at is None)

    @property
    def stretch(self) -> list[sa.ColumnElement[bool]]:
        """Of what is asked for that which an index has."""
        if self.subject is not None:
            return [orders.c.subject == self.subject]
        return [orders.c.duty == self.duty] if self.duty is not None else []


class SqlOrders:
    """Orders."""

    def next_number(self, work: Work, town: str, year: int) -> str:
        """Return the number of a town's next order; whoever asks at the same time waits."""
        rows = work.rows(order_numbers)
        rows.hold([(town, year)])
        row = rows.get((town, year))
        before = 0 if row is None else typed(row, LastNumber).last
        rows.put(plain(LastNumber(town, year, before + 1)))
        return f"{year}-{before + 1}"

    def put(self, work: Work, order: KeptOrder) -> None:
        """Keep an order as it now stands."""
        work.rows(orders).put(plain(order))

    def get(self, work: Work, town: str, id_: str) -> KeptOrder | None:
        """Return an order of a town, locked in PostgreSQL."""
        row = work.rows(orders).get(id_)
        found = None if row is None else typed(row, KeptOrder)
        return found if found is not None and found.town == town else None

    def find(self, conn: sa.Connection, town: str, id_: str) -> KeptOrder | None:
        """Return an order of a town, for reading."""
        wanted = sa.select(orders).where(orders.c.id == id_, orders.c.town == town)
        row = conn.execute(wanted).mappings().one_or_none()
        return None if row is None else typed(row, KeptOrder)

    def say(self, work: Work, step: KeptOrderStep) -> None:
        """Keep what was said of an order."""
        work.rows(order_steps).add(plain(step))

    def steps(self, conn: sa.Connection, order: str) -> Sequence[KeptOrderStep]:
        """Return what was said of an order, the newest first."""
        c = order_steps.c
        wanted = sa.select(order_steps).where(c.ordered == order).order_by(c.id.desc()).limit(MOST_STEPS)
        return [typed(row, KeptOrderStep) for row in conn.execute(wanted).mappings()]

    def occurrences(self, work: Work, order: str) -> Sequence[KeptOccurrence]:
        """Return the occurrences of an order, locked in one order."""
        ids = sorted(work.conn.scalars(sa.select(occurrences.c.id).where(*_of(order))))
        rows = work.rows(occurrences)
        rows.prefetch(ids)
        known = (rows.get(id_) for id_ in ids)
        return [occurrence_of(row) for row in known if row is not None]

    def posts(
        self, conn: sa.Connection, order: str, after: str | None, limit: int
    ) -> Sequence[KeptOccurrence]:
        """Return the occurrences of an order by their posts."""
        c = occurrences.c
        past = [] if after is None else [c.post > after]
        wanted = sa.select(occurrences).where(*_of(order), *past).order_by(c.post).limit(limit)
        return [occurrence_of(row) for row in conn.execute(wanted).mappings()]

    def posts_among(
        self, conn: sa.Connection, order: str, posts: Collection[str]
    ) -> Sequence[KeptOccurrence]:
        """Return what an order asks of some posts."""
        wanted = sa.select(occurrences).where(*_of(order), occurrences.c.post.in_(sorted(posts)))
        return [occurrence_of(row) for row in conn.execute(wanted).mappings()] if posts else ()

    def is_given_to(self, conn: sa.Connection, order: str, posts: Collection[str]) -> bool:
        """Tell whether an order is one of these posts'."""
        wanted = sa.select(occurrences.c.id).where(*_of(order), occurrences.c.post.in_(sorted(posts)))
        return bool(posts) and conn.execute(wanted.limit(1)).first() is not None

    def tallies(
        self, conn: sa.Connection, order_ids: Sequence[str], at: datetime
    ) -> Mapping[str, OrderTally]:
        """Return how the occurrences of orders stand at an instant."""
        c, state = occurrences.c, occurrences.c.state
        is_met, is_open = state == KeptState.MET.value, state == KeptState.OPEN.value
        kinds = {
            "met": sa.and_(is_met, c.met_at <= c.due_at),
            "late": sa.and_(is_met, c.met_at > c.due_at),
            "open": sa.and_(is_open, c.due_at > at),
            "missing": sa.and_(is_open, c.due_at <= at),
            "excused": state == KeptState.EXCUSED.value,
            "accepted": c.accepted_at.is_not(None),
        }
        counted = (sa.func.sum(sa.case((is_so, 1), else_=0)).label(name) for name, is_so in kinds.items())
        wanted = sa.select(c.ordered, *counted).where(c.ordered.in_(order_ids), sa.text(ORDERED))
        found = conn.execute(wanted.group_by(c.ordered)).mappings()
        return {tally.ordered: tally for tally in (typed(row, OrderTally) for row in found)}


def _of(order: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (occurrences.c.ordered == order, sa.text(ORDERED))  # type: ignore[return-value]


def list_orders(
    conn: sa.Connection,
    town: str,
    narrowed: GivenOrderFilter,
    fits: Callable[[KeptOrder], bool],
    after: str | None,
    limit: int,
) -> Looked[KeptOrder, str]:
    """Return orders, the newest first.

    Args:
        fits: who looks may see it.
        after: id of the last row of the page before; None: from the newest. limit: how many rows at most.
    """
    way = stretch(conn, orders.c.id, orders.c.town == town, *narrowed.stretch, descending=True)

    def fitting(ids: Sequence[str]) -> Sequence[KeptOrder]:
        found = sa.select(orders).where(orders.c.id.in_(ids)).order_by(orders.c.id.desc())
        known = (typed(row, KeptOrder) for row in conn.execute(found).mappings())
        return [order for order in known if narrowed.holds(order) and fits(order)]

    return look(way, fitting, after, limit)
