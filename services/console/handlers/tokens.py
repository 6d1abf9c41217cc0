"""Tokens of sessions and roles, kept in memory for as long as they are good and never anywhere else.

Decides when a token is renewed and how many are kept. What a token may do, the services decide.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.console.domain.sheets import TokenSheet
from services.console.handlers.client import ApiClient
from shared.kernel.clock import TimeSource

RENEWED_BEFORE_END = timedelta(seconds=60)
MOST = 5000  # tokens kept: of the people at work at one time, some of them with two roles

TokenKey = tuple[bytes, str]


@dataclass(frozen=True, slots=True)
class KeptToken:
    """A token, and until when it is good."""

    token: str = field(repr=False)
    ends_at: datetime


class TokenShelf:
    """Has the registry issue tokens for sessions and keeps them until shortly before they end."""

    def __init__(self, time: TimeSource) -> None:
        self._time = time
        self._kept: OrderedDict[TokenKey, KeptToken] = OrderedDict()
        self._lock = threading.Lock()

    def bearer(self, client: ApiClient, session: str, role: str) -> ApiClient:
        """Return the client that asks as a session in one of its roles.

        Raises:
            ApiRefused: the session has ended, or the role is not that person's any more.
        """
        key, now = (hashlib.sha256(session.encode()).digest(), role), self._time.now()
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or kept.ends_at - now < RENEWED_BEFORE_END:
            kept = self._renewed(client.in_session(session), key, role)
        return client.bearing(kept.token)

    def forget(self, session: str) -> None:
        """Drop every token of a session."""
        digest = hashlib.sha256(session.encode()).digest()
        with self._lock:
            for key in [key for key in self._kept if key[0] == digest]:
                del self._kept[key]

    def _renewed(self, client: ApiClient, key: TokenKey, role: str) -> KeptToken:
        issued = client.post("/v1/session/token", TokenSheet, {"role": role})
        kept = KeptToken(issued.token, issued.ends_at)
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return kept
