"""Bearer tokens: shown once, kept as hashes, revoked for good."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.registry.domain.announcements import token_changed, token_stream
from services.registry.domain.refusals import refusal
from services.registry.domain.tokens import IssuedToken, KnownToken, Scope, check_scope, reference_of
from services.registry.store.platform import SqlTokens
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.ids import new_secret
from shared.web.callers import EVERYWHERE, hash_token


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and revokes tokens.

    Args:
        make: source of unguessable texts.
    """

    store: Store
    tokens: SqlTokens
    make: Callable[[], str] = new_secret

    def issue(self, scope: Scope, *, label: str = "", by: str | None = None) -> IssuedToken:
        """Issue a token; the answer is the only place where it ever stands.

        Args:
            label: what it is for.
            by: reference of whoever issues it; None at the command line.

        Raises:
            Problem: `bad-token-scope` or `bad-key`.
        """
        with self.store.begin() as work:
            check_scope(scope, work.at)
            secret = self.make()
            token = KnownToken(hash_token(secret), scope, revoked=False)
            self.tokens.add(work, token, label, by)
            _announce(work, token)
            return IssuedToken(secret, reference_of(token.token_hash), scope, work.at)

    def revoke(self, reference: str) -> bool:
        """Revoke a token; return whether it was valid until now.

        Raises:
            Problem: `unknown-token`.
        """
        with self.store.begin() as work:
            token = self.tokens.find(work, reference)
            if token is None:
                raise refusal("unknown-token", reference=reference)
            if not token.revoked:
                revoked = replace(token, revoked=True)
                self.tokens.put(work, revoked)
                _announce(work, revoked)
            return not token.revoked


def _announce(work: Work, token: KnownToken) -> None:
    """A token for all towns is said of no town: every service keeps it."""
    first = token.scope.towns[0]
    work.emit(
        "token.changed",
        token_changed(token),
        stream=token_stream(token.token_hash),
        town=first if first != EVERYWHERE else "",
    )
