"""Signing in with a provider of the town's own: whoever it vouches for, and an engineer has linked, has a session.

What an attempt must be known by travels sealed in its `state`, so that nothing is kept of those that come to nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import structlog
from msgspec import Struct

from services.registry.domain.providers import NotVouchedFor, OpenIdAttempt, PersonAtProvider, ProviderAway
from services.registry.domain.refusals import refusal
from services.registry.domain.sessions import OpenedSession, Visitor
from services.registry.handlers.sessions import Sessions
from services.registry.store.accounts import SqlAccounts
from shared.contracts.sealed import Sealer, Unreadable
from shared.db.store import Store
from shared.kernel.ids import new_secret

if TYPE_CHECKING:
    from services.registry.adapters.openid import OpenIdProvider

ATTEMPT_FOR = timedelta(minutes=10)
log = structlog.get_logger("registry")


class _State(Struct, frozen=True, array_like=True):
    """An attempt, as it travels; `ends_at`: whole seconds since 1970."""

    provider: str
    nonce: str
    verifier: str
    ends_at: int


@dataclass(frozen=True, slots=True)
class BegunSignIn:
    """Where somebody is sent, and by what the attempt is known when they come back."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class OpenIdSignIn:
    """Signs in with providers.

    Args:
        providers: by key.
        seal: of attempts.
    """

    store: Store
    accounts: SqlAccounts
    sessions: Sessions
    providers: "Mapping[str, OpenIdProvider]"
    seal: Sealer

    def offered(self) -> Sequence[tuple[str, str]]:
        """Return providers, each with its key and what people call it."""
        return [(key, each.provider.label or key) for key, each in self.providers.items()]

    def begin(self, provider: str) -> BegunSignIn:
        """Return where somebody is sent to sign in.

        Raises:
            Problem: `unknown-provider` or `provider-away`.
        """
        asked = self._provider(provider)
        with self.store.read() as conn:
            ends_at = int((self.store.now(conn) + ATTEMPT_FOR).timestamp())
        attempt = OpenIdAttempt(new_secret(), new_secret())
        made = _State(provider, attempt.nonce, attempt.verifier, ends_at)
        state = self.seal.seal(msgspec.json.encode(made).decode())
        try:
            return BegunSignIn(asked.address_for(attempt, state), state)
        except ProviderAway as away:
            raise self._away(provider, away) from away

    def finish(self, provider: str, state: str, code: str, visitor: Visitor) -> OpenedSession:
        """Open a session for whoever comes back from the provider.

        Raises:
            Problem: `unknown-provider`, `provider-away`, or `sign-in-refused`: the attempt is not one of this house or
                too old, the provider vouches for nobody, or whoever it vouches for has no account.
        """
        asked = self._provider(provider)
        begun = self._begun(provider, state)
        if begun is None:
            raise self.sessions.refuse(None, visitor)
        try:
            subject = asked.subject_of(code, OpenIdAttempt(begun.nonce, begun.verifier))
        except ProviderAway as away:
            raise self._away(provider, away) from away
        except NotVouchedFor as not_vouched:
            log.warning("openid-refused", provider=provider, why=str(not_vouched))
            raise self.sessions.refuse(None, visitor) from not_vouched
        with self.store.read() as conn:
            account = self.accounts.linked(conn, PersonAtProvider(provider, subject))
        opened = self.sessions.open(account, visitor, provider) if account else None
        if opened is None:
            raise self.sessions.refuse(account, visitor)
        return opened

    def _begun(self, provider: str, state: str) -> _State | None:
        try:
            begun = msgspec.json.decode(self.seal.open(state), type=_State)
        except (Unreadable, ValueError):
            return None
        with self.store.read() as conn:
            is_over = begun.ends_at <= self.store.now(conn).timestamp()
        return None if is_over or begun.provider != provider else begun

    def _provider(self, key: str) -> "OpenIdProvider":
        if key not in self.providers:
            raise refusal("unknown-provider", provider=key)
        return self.providers[key]

    def _away(self, provider: str, away: ProviderAway) -> Exception:
        log.warning(
            "openid-provider-away", provider=provider, why=str(away), cause=type(away.__cause__).__name__
        )
        return refusal("provider-away", provider=provider)
