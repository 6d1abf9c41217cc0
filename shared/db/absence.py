"""Telling a store that is away from a fault of what was asked of it.

A store is away while it cannot be reached, starts, stops, or has ended this connection; also when it broke a deadlock
or gave up waiting. What was asked may be asked again as it is.
"""

import sqlalchemy as sa

# PostgreSQL ends a transaction that idles too long, and is read-only while it recovers; psycopg calls both internal.
_PASSING = frozenset({"25P03", "25006"})


# Of SQLite's names and PostgreSQL's codes: those of a store that could do what is asked if it had room.
_NO_ROOM = frozenset({"SQLITE_FULL", "53000", "53100", "53200"})


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


def is_full(failure: BaseException) -> bool:
    """Tell whether a failure says that the store has no room for a write: its disk, mostly, is full."""
    original = getattr(failure, "orig", failure)
    return bool({getattr(original, "sqlstate", None), getattr(original, "sqlite_errorname", None)} & _NO_ROOM)


def word_of(failure: BaseException) -> str:
    """Return in a word, for everybody to read, why a store is not well: 'full', 'away' or 'failing'."""
    if is_full(failure):
        return "full"
    return "away" if is_away(failure) else "failing"
