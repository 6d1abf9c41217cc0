"""Remembering tokens for a moment, so that not every request asks the store.

Decides how long a look-up is believed: a token revoked elsewhere opens doors for that long at most, one whose
revocation this process hears of not at all. Must not know where tokens are kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

BELIEVED_FOR_SECONDS = 2.0
Holder = TypeVar("Holder")


class TokenMemory(Generic[Holder]):
    """A look-up that asks another one, and again only after a moment; shared by all threads of a process.

    Args:
        lookup: asks the store.
        seconds: how long an answer is believed; unknown tokens are not remembered.
        capacity: tokens remembered at most.
        clock: seconds from any beginning.
    """

    def __init__(
        self,
        lookup: Callable[[str], Holder | None],
        *,
        seconds: float = BELIEVED_FOR_SECONDS,
        capacity: int = 10_000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._lookup = lookup
        self._seconds = seconds
        self._capacity = capacity
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Holder]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, token: str) -> Holder | None:
        """Return what is known of the holder, or None where the token is not valid.

        Args:
            token: its SHA-256, 64 hexadecimal digits; of a short one itself.
        """
        # Read before the store is asked: from here on the answer may be out of date, so its moment begins here.
        now = self._clock()
        with self._lock:
            known = self._known.get(token)
        if known is not None and known[0] > now:
            return known[1]
        # Asked outside the lock: requests with tokens that are known must not wait for a slow store.
        found = self._lookup(token)
        self._keep(token, found, now)
        return found

    def forget(self) -> None:
        """Believe nothing any more: some token has changed.

        A look-up that is under way may still be kept after this; it is believed for its moment.
        """
        with self._lock:
            self._known.clear()

    def _keep(self, token: str, found: Holder | None, now: float) -> None:
        """Remember a valid token. Others are not: guesses would push them out, and a new token is valid at once."""
        with self._lock:
            # Put in anew at the end: what is let go of is what was looked up longest ago.
            self._known.pop(token, None)
            if found is not None:
                self._known[token] = (now + self._seconds, found)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)
