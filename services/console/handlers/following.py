"""Passes for single cases, by their codes: kept in memory for as long as they are good and never anywhere else.

Decides when a pass is renewed and how many are kept. What a code opens, intake decides.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

from services.console.domain.sheets import FollowedSheet, FollowToSend
from services.console.handlers.client import ApiClient, at
from shared.kernel.clock import TimeSource

RENEWED_BEFORE_END = timedelta(seconds=60)
MOST = 5000  # passes kept: of residents who look at their cases at one time


@dataclass(slots=True)
class FollowShelf:
    """Asks intake for passes."""

    time: TimeSource
    _kept: OrderedDict[bytes, FollowedSheet] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def followed(self, anyone: ApiClient, town: str, number: str, code: str) -> FollowedSheet:
        """Return the pass for the case that a number and a code stand for.

        Raises:
            ApiRefused: there is none with these, or too many were tried.
        """
        key, now = hashlib.sha256(f"{town}\n{number}\n{code}".encode()).digest(), self.time.now()
        with self._lock:
            known = self._kept.get(key)
        if known is not None and known.ends_at - now >= RENEWED_BEFORE_END:
            return known
        found = anyone.post(at("towns", town, "following"), FollowedSheet, FollowToSend(number, code))
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return found
