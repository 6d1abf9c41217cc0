"""What becomes of histories by itself: plain beginnings are sealed once, and every day's head goes out of the store."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import structlog

from services.intake.adapters.heads_file import HeadsFile
from services.intake.domain.chain_keys import ChainKeys
from services.intake.domain.day_heads import DayHead, next_head
from services.intake.store.histories import heads_between, keyed_since, seal_beginnings, state_keyed
from shared.db.store import Store
from shared.kernel.instants import format_instant

STREAM = "histories"
log = structlog.get_logger()
SETTLED_AFTER = timedelta(
    hours=1
)  # no transaction of a day is still under way then: a frozen one ends in seconds


@dataclass(slots=True)
class BeginningsSealed:
    """The duty that seals what histories were before there were keys, and then states that they are keyed.

    Args:
        heads: where days' heads go; None: nowhere.
    """

    store: Store
    keys: ChainKeys
    heads: HeadsFile | None = None
    _after: str = ""
    _is_done: bool = False

    def run(self, limit: int) -> int:
        """Seal some; return how many cases were looked at."""
        if self._is_done or self._was_done():
            self._is_done = True
            return 0
        with self.store.begin() as work:
            last = seal_beginnings(work, self.keys, self._after, limit)
            if last is None:
                state_keyed(work, self.keys)
        self._is_done, self._after = last is None, last or ""
        return limit

    def _was_done(self) -> bool:
        with self.store.read() as conn:
            if keyed_since(conn, self.keys) is not None:
                return True
        # Heads go out of keyed stores alone. Where the store has forgotten that it was one, somebody has made it: what
        # is plain by now is not to be sealed, but found by `gridcase verify`.
        if self.heads is not None and self.heads.last() is not None:
            log.error("keyed-store-forgot", store=self.store.service)
            return True
        return False


@dataclass(slots=True)
class DayHeads:
    """The duty that writes the head of every day that has passed to a file, and tells it to the other services."""

    store: Store
    keys: ChainKeys
    heads: HeadsFile
    _until: str = field(default="")

    def run(self, limit: int) -> int:
        """Write the head of what has passed since the latest one; return how many were written."""
        del limit
        with self.store.read() as conn:
            now, is_keyed = self.store.now(conn), keyed_since(conn, self.keys) is not None
        until = format_instant(_last_midnight(now - SETTLED_AFTER))
        if not is_keyed or until <= self._until:
            return 0
        written = self.heads.append(lambda last: self._following(last, until))
        self._until = until
        return int(written)

    def _following(self, last: DayHead | None, until: str) -> DayHead | None:
        since = last.until if last else ""
        if until <= since:
            return None
        with self.store.read() as conn:
            head = next_head(self.keys, last, until, heads_between(conn, since, until))
        # Said first and written after: a process that dies in between says it once more.
        with self.store.begin() as work:
            work.emit("histories.anchored", head, stream=STREAM, town="*")
        return head


def _last_midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)
