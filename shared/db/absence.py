"""Telling a store that is away from a fault of what was asked of it.

A store is away while it cannot be reached, starts, stops, or has ended this connection; also when it broke a deadlock
or gave up waiting. What was asked may be asked again as it is.
"""

import sqlalchemy as sa

# PostgreSQL ends a transaction that idles too long, and is read-only while it recovers; psycopg calls both internal.
_PASSING = frozenset({"25P03", "25006"})


def is_away(failure: BaseException) -> bool:
    """Tell whether a failure says that the store is away: what was asked may then be asked again as it is.

    Args:
        failure: whatever was raised while the store was asked; what no store said is never its absence.
    """
    if not isinstance(failure, sa.exc.DBAPIError):
        return isinstance(failure, sa.exc.TimeoutError)  # all connections of the pool are in use
    return (
        failure.connection_invalidated
        # Broken deadlocks and exhausted waits for locks come as operational errors too.
        or isinstance(failure, sa.exc.OperationalError | sa.exc.InterfaceError)
        or getattr(failure.orig, "sqlstate", None) in _PASSING
    )
