"""Who reads a page: the session that the browser shows, the role that was chosen, the client that asks for both.

Decides which role is in use and for how long the registry's word on a session is taken. Must not know pages.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.console.domain.sheets import RoleSheet, SessionSheet
from services.console.handlers.client import ApiClient, ApiRefused
from services.console.handlers.tokens import TokenShelf
from shared.kernel.clock import TimeSource
from shared.kernel.roles import Role
from shared.kernel.texts import Language

# The services refuse an ended session's tokens by themselves; so long a page may still say that somebody is there.
ASKED_EVERY = timedelta(seconds=15)
MOST = 5000
SESSION = "/v1/session"


class SignInNeeded(Exception):
    """The page is for somebody who is signed in, and nobody is."""


class PasswordNeeded(Exception):
    """Whoever is signed in has to choose a password first."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads.

    Args:
        anyone: asks without any sign of who it is for.
        session: None: nobody is signed in.
        role: the one in use; None: nobody is signed in, or somebody without any role.
        secret: stands for the session at the registry.
    """

    anyone: ApiClient
    tokens: TokenShelf
    session: SessionSheet | None = None
    role: RoleSheet | None = None
    secret: str = field(default="", repr=False)

    @property
    def language(self) -> Language:
        """In which the pages speak."""
        return self.anyone.language

    @property
    def as_role(self) -> ApiClient:
        """The client that asks in the role in use.

        Raises:
            SignInNeeded: there is none.
            PasswordNeeded: the registry gives no token for a first password.
        """
        if self.role is None:
            raise SignInNeeded
        return self.in_role(self.role)

    def in_role(self, held: RoleSheet) -> ApiClient:
        """Return the client that asks in one of the reader's roles.

        Raises:
            PasswordNeeded: the registry gives no token for a first password.
        """
        if self.session is not None and self.session.must_change_password:
            raise PasswordNeeded
        return self.tokens.bearer(self.anyone, self.secret, held.id)

    @property
    def as_session(self) -> ApiClient:
        """The client that asks about the session itself.

        Raises:
            SignInNeeded: nobody is signed in.
        """
        if self.session is None:
            raise SignInNeeded
        return self.anyone.in_session(self.secret)

    def may(self, *roles: Role) -> bool:
        """Tell whether the role in use is one of these: what is worth a link. What is allowed, the services say."""
        return self.role is not None and self.role.role in roles


@dataclass(slots=True)
class SessionBook:
    """Asks the registry about sessions, and remembers its word for a moment."""

    tokens: TokenShelf
    time: TimeSource
    _known: dict[bytes, tuple[datetime, SessionSheet]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reader(self, anyone: ApiClient, secret: str, role: str) -> Reader:
        """Return who reads.

        Args:
            secret: as the browser showed it; empty: nobody is signed in.
            role: the id of the role that was chosen; the first one holds where it is none of this person's.

        Raises:
            ApiUnreachable: the registry does not answer.
        """
        found = self._session(anyone, secret) if secret else None
        if found is None:
            return Reader(anyone, self.tokens)
        return Reader(anyone, self.tokens, found, chosen(found, role), secret)

    def forget(self, secret: str) -> None:
        """Ask the registry again the next time."""
        with self._lock:
            self._known.pop(_digest(secret), None)
        self.tokens.forget(secret)

    def _session(self, anyone: ApiClient, secret: str) -> SessionSheet | None:
        digest, now = _digest(secret), self.time.now()
        with self._lock:
            known = self._known.get(digest)
        if known is not None and now - known[0] < ASKED_EVERY:
            return known[1]
        try:
            found = anyone.in_session(secret).read(SESSION, SessionSheet)
        except ApiRefused as no:
            if no.status != 401:
                raise
            self.forget(secret)
            return None
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[digest] = (now, found)
        return found


def chosen(session: SessionSheet, role: str) -> RoleSheet | None:
    """Return the role in use."""
    return next((held for held in session.roles if held.id == role), next(iter(session.roles), None))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
