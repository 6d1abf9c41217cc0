"""Whether a store takes writes: tried by a small one, and learnt from what real ones met.

Decides how often a write is tried and how long a refusal for want of room is remembered. A full disk is the reason for
both: reading goes on as if nothing were, and a small write may still find room where reports find none.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from shared.db.absence import is_full, word_of
from shared.obs.failures import told

log = structlog.get_logger("store")

WRITE_EVERY_SECONDS = 5.0  # whoever asks for health more often, and in how many processes, costs no more
FULL_FOR_SECONDS = 30.0  # after the last write that found no room
_KEY = "written-at"
_UPSERT = sa.text(
    "insert into meta (key, value) values (:key, :value) on conflict (key) do update set value = excluded.value"
)
# A page that nobody has asked the disk for yet: rows that are only changed live on in the room that a table has.
# A store prepared before roles were granted temporary tables goes without, until `gridcase prepare` is run again.
_MAY = "select has_database_privilege(current_database(), 'temporary')"
_PAGE = (
    "create temporary table gridcase_room (page text) on commit drop",
    "insert into gridcase_room values ('a page of the disk')",
)


@dataclass(slots=True)
class Pulse:
    """What is known of a store's well-being; shared by the threads of a process.

    Args:
        service: whose store it is, for the log.
        clock: seconds from any beginning.
    """

    service: str
    clock: Callable[[], float] = time.monotonic
    _full_until: float = float("-inf")
    _write_at: float = float("-inf")  # when the next write is to be tried
    _last: str | None = None

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Remember what a real transaction fails with, where that is want of room."""
        try:
            yield
        except Exception as failure:
            if is_full(failure):
                self._full_until = self.clock() + FULL_FOR_SECONDS
            raise

    def ping(self, read: Callable[[], None], write: Callable[[], None]) -> str | None:
        """Return None where the store answers and takes writes, else a word: 'full', 'away' or 'failing'.

        Args:
            read, write: try it; what they raise is told to the log. Where they hang, so does this.
        """
        try:
            read()
            # Two at once may both find it due, and write twice. After a failure it stays due: health asks again.
            if self.clock() >= self._write_at:
                write()
                self._write_at = self.clock() + WRITE_EVERY_SECONDS
        except Exception as failure:  # noqa: BLE001 - whatever it is, the store is not well
            return self._said(word_of(failure), told(failure))
        # Others may have found room since, as small writes do while reports find none.
        return self._said("full" if self.clock() < self._full_until else None)

    def _said(self, word: str | None, cause: str | None = None) -> str | None:
        """Log what has changed: whoever asks each second must not fill the log."""
        if word != self._last:
            log.warning("store-health", store=self.service, state=word or "ok", cause=cause)
            self._last = word
        return word


def write_something(conn: sa.Connection, value: str) -> None:
    """Write one row, always the same, and where the database lets it take a new page of the disk.

    Args:
        conn: within a writing transaction.
        value: what the row holds from now on.

    Raises:
        sqlalchemy.exc.DBAPIError: the store takes no writes.
    """
    conn.execute(_UPSERT, {"key": _KEY, "value": value})
    if conn.dialect.name == "postgresql" and conn.exec_driver_sql(_MAY).scalar():
        for statement in _PAGE:
            conn.exec_driver_sql(statement)
