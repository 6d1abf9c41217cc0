"""The buckets of tokens and towns in a service's store: one row for each that is not full.

Decides that a bucket is one instant, at which it will be full again: what is taken moves it on, time does the rest, and
a row whose instant has passed says as much as none. So a slice costs one statement, which all processes of a service
make on the same row without losing one another's.
"""

import sqlalchemy as sa

from shared.db.store import Store
from shared.kernel.clock import SystemClock, TimeSource
from shared.web.meter import Lease
from shared.web.quotas import Allowance


class StoreLedger:
    """Keeps the buckets of one service; see `shared.web.meter.Ledger`.

    Args:
        store: the service's own. In a simulated one nothing is bounded: an hour passes there in a moment.
        clock: real time, where the database has no clock of its own.
    """

    def __init__(self, store: Store, clock: TimeSource | None = None) -> None:
        self._store = store
        self._clock = clock or SystemClock()

    def lease(self, subject: str, allowance: Allowance, units: int, slice_: int) -> Lease:
        """Take a slice from a bucket, or what it holds; see `Ledger`.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the store is away.
        """
        with self._store.begin() as work:
            if self._store.is_simulated(work.conn):
                return Lease(slice_)
            if self._takes(work.conn, subject, allowance, slice_):
                return Lease(slice_)
            # All that is there, or one who has used a bucket up would have a row written for each that comes back.
            wait = self._wait(work.conn, subject)
            rest = allowance.held(wait, units, slice_)
            if rest < slice_ and self._takes(work.conn, subject, allowance, rest):
                return Lease(rest)
            return Lease(0, wait - allowance.room_seconds(units))

    def _takes(self, conn: sa.Connection, subject: str, allowance: Allowance, units: int) -> bool:
        terms = {
            "subject": subject,
            "debit": units * allowance.each_seconds,
            "room": allowance.room_seconds(units),
        }
        return bool(conn.execute(_TAKE[conn.dialect.name], terms | self._now(conn)).rowcount)

    def _wait(self, conn: sa.Connection, subject: str) -> float:
        return float(conn.scalar(_WAIT[conn.dialect.name], {"subject": subject} | self._now(conn)) or 0.0)

    def _now(self, conn: sa.Connection) -> dict[str, float]:
        return {"now": self._clock.now().timestamp()} if conn.dialect.name == "sqlite" else {}


def forget_full(conn: sa.Connection, clock: TimeSource | None = None) -> int:
    """Delete the rows of buckets that are full again; return how many."""
    terms = {"now": (clock or SystemClock()).now().timestamp()} if conn.dialect.name == "sqlite" else {}
    return conn.execute(_FORGET[conn.dialect.name], terms).rowcount


# In PostgreSQL by the database's clock, on which all processes agree.
_NOW = {"postgresql": "extract(epoch from statement_timestamp())", "sqlite": ":now"}
_LATER = {"postgresql": "greatest", "sqlite": "max"}
# A bucket without a row is full. One with a row is taken from where it lacks no more than what may be lacking; the
# condition is judged on the row as it is once its lock was got, so that two processes never take the same units.
_TAKE_OF = (
    "insert into quotas (subject, full_at) values (:subject, {now} + :debit) on conflict (subject) do update "
    "set full_at = {later}(quotas.full_at, {now}) + :debit "
    "where {later}(quotas.full_at, {now}) <= {now} + :room"
)
_WAIT_OF = "select full_at - {now} from quotas where subject = :subject"
_FORGET_OF = "delete from quotas where full_at < {now}"


def _said(statement: str) -> dict[str, sa.TextClause]:
    return {dialect: sa.text(statement.format(now=_NOW[dialect], later=_LATER[dialect])) for dialect in _NOW}


_TAKE, _WAIT, _FORGET = _said(_TAKE_OF), _said(_WAIT_OF), _said(_FORGET_OF)
