"""Measuring what is asked for against its quota, without asking the store each time.

Decides that a process takes slices of a bucket and gives them out from memory: the store hears of one request in many,
and of those that were refused hardly any. Must not know Flask, nor where buckets are kept.

A bucket may so be exceeded by a slice for each process, a twentieth of what it holds, and in the long run by nothing.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from shared.web.quotas import OF_ADDRESSES, Allowance, Measure, Quotas

SLICES = 20  # of a bucket: what a process takes at once, and writes one row for
SHORTEST_WAIT_SECONDS = 1.0  # after a refusal; Retry-After knows no less
NEWS_EVERY_SECONDS = 60.0
MOST_REMEMBERED = 10_000  # subjects; who is forgotten begins with a slice again


class Lease(NamedTuple):
    """What a bucket gave: units to give out, or none and the seconds until there would be enough."""

    units: int
    wait_seconds: float = 0.0


class Ledger(Protocol):
    """Where buckets are kept; shared by all processes of a service."""

    def lease(self, subject: str, allowance: Allowance, units: int, slice_: int) -> Lease:
        """Take `slice_` units from a bucket, or what it holds where that is `units` at the least.

        Args:
            subject: whose bucket.
            slice_: at least `units`.
        """
        ...


class OverQuota(NamedTuple):
    """A refusal: when to come again, and whether that has not been said for a while."""

    wait_seconds: float
    is_news: bool


@dataclass(slots=True)
class _Hand:
    """What this process has in hand of one bucket, and until when it knows it to be empty."""

    units: int
    shut_until: float = 0.0
    shut_for: int = 0  # units; fewer may still be had
    quiet_until: float = float("-inf")  # it was said of late that the bucket is empty
    leasing: threading.Lock = field(default_factory=threading.Lock)

    def give(self, units: int, now: float) -> "OverQuota | bool":
        """Give units out: True; or refuse them; or False where the ledger must be asked."""
        if self.units >= units:
            self.units -= units
            return True
        wait = self.shut_until - now
        return OverQuota(wait, is_news=False) if wait > 0 and units >= self.shut_for else False

    def shut(self, units: int, wait_seconds: float, now: float) -> "OverQuota":
        """Refuse so many, and ask the ledger for them no more until there can be as many."""
        wait = max(wait_seconds, SHORTEST_WAIT_SECONDS)
        self.shut_until, self.shut_for = now + wait, units
        is_news, self.quiet_until = now >= self.quiet_until, now + NEWS_EVERY_SECONDS
        return OverQuota(wait, is_news)


class Meter:
    """Gives out what quotas allow; shared by all threads of a process.

    Args:
        ledger: keeps the buckets of tokens and towns. Those of addresses stay in this process: nobody makes the store
            write without having said who he is.
        clock: seconds from any beginning.
    """

    def __init__(
        self, quotas: Quotas, ledger: Ledger, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._quotas = quotas
        self._ledger = ledger
        self._strangers = MemoryLedger(clock)
        self._clock = clock
        self._hands: OrderedDict[tuple[Measure, str], _Hand] = OrderedDict()
        self._lock = threading.Lock()

    def charge(self, measure: Measure, who: str, units: int = 1) -> OverQuota | None:
        """Take units for a request; None: they were there.

        Args:
            who: token's reference, town or address.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the store is away.
        """
        allowance = self._quotas.get(measure)
        if allowance is None:
            return None
        slice_ = max(1, allowance.most // SLICES)
        with self._lock:
            hand = self._hand(measure, who, slice_)
            given = hand.give(units, self._clock())
        given = given or self._lease(hand, measure, who, units, max(units, slice_))
        return given if isinstance(given, OverQuota) else None

    def give_back(self, measure: Measure, who: str, units: int) -> None:
        """Return units that were taken for what was then refused for another reason."""
        with self._lock:
            hand = self._hands.get((measure, who))
            if hand is not None:
                hand.units += units

    def _lease(self, hand: _Hand, measure: Measure, who: str, units: int, slice_: int) -> OverQuota | bool:
        """Ask the ledger; one thread at a time for one subject, while those of others go on.

        Whoever waited for a thread that asked looks into the hand first: what that one brought is for all.
        """
        ledger = self._strangers if measure in OF_ADDRESSES else self._ledger
        with hand.leasing:
            with self._lock:
                if given := hand.give(units, self._clock()):
                    return given
            lease = ledger.lease(f"{measure}/{who}", self._quotas[measure], units, slice_)
            with self._lock:
                if lease.units:
                    hand.units += lease.units - units
                    return True
                return hand.shut(units, lease.wait_seconds, self._clock())

    def _hand(self, measure: Measure, who: str, slice_: int) -> _Hand:
        """Who has not been seen yet, or not for long, has a slice at once: one who asks rarely costs no row."""
        key = (measure, who)
        hand = self._hands.pop(key, None) or _Hand(slice_)
        self._hands[key] = hand  # at the end: who was seen longest ago is forgotten first
        while len(self._hands) > MOST_REMEMBERED:
            self._hands.popitem(last=False)
        return hand


class MemoryLedger:
    """Buckets in this process alone: for addresses, and where there is no store.

    Args:
        clock: seconds from any beginning.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when each bucket will be full again
        self._lock = threading.Lock()

    def lease(self, subject: str, allowance: Allowance, units: int, slice_: int) -> Lease:
        """Take from a bucket; see `Ledger`."""
        with self._lock:
            now = self._clock()
            full_at = max(self._full_at.pop(subject, now), now)
            for wanted in (slice_, allowance.held(full_at - now, units, slice_)):
                if full_at <= now + allowance.room_seconds(wanted):
                    self._keep(subject, full_at + wanted * allowance.each_seconds)
                    return Lease(wanted)
            self._keep(subject, full_at)
            return Lease(0, full_at - now - allowance.room_seconds(units))

    def _keep(self, subject: str, full_at: float) -> None:
        self._full_at[subject] = full_at
        while len(self._full_at) > MOST_REMEMBERED:
            self._full_at.popitem(last=False)
