"""Bearer tokens: shown once, kept as hashes, revoked for good; each issue and each revocation is put on record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from services.registry.domain.announcements import token_changed, token_stream
from services.registry.domain.audit import TokenEventKind, doer_of
from services.registry.domain.giving import TokenLife, check_gift, may_take
from services.registry.domain.refusals import refusal
from services.registry.domain.tokens import IssuedToken, KnownToken, Scope, check_scope
from services.registry.store.audit import SqlAudit
from services.registry.store.platform import SqlTokens
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.ids import new_secret
from shared.obs.audit import audited
from shared.web.callers import EVERYWHERE, Caller, hash_token, reference_of


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and revokes tokens.

    Args:
        longest: how long a token lives at most.
        make: source of unguessable texts.
    """

    store: Store
    tokens: SqlTokens
    audit: SqlAudit
    longest: timedelta
    make: Callable[[], str] = new_secret

    def issue(self, scope: Scope, *, label: str = "", by: Caller | None = None) -> IssuedToken:
        """Issue a token; the answer is the only place where it ever stands.

        Args:
            scope: without an end, the token lives as long as it may.
            label: what it is for.
            by: whoever issues it, who gives no more than the own token has; None: the command line.

        Raises:
            Problem: `bad-token-scope`, `bad-key`, `token-beyond-giver` or `token-too-long`.
        """
        with self.store.begin() as work:
            check_scope(scope, work.at)
            if by is not None:
                check_gift(scope, by)
            scope = self._life(work).bound(scope, work.at, by)
            secret = self.make()
            token = KnownToken(hash_token(secret), scope, revoked=False)
            self.tokens.add(work, token, label, by.person if by else None)
            self._note(work, TokenEventKind.ISSUED, token, by)
            _announce(work, token)
            return IssuedToken(secret, reference_of(token.token_hash), scope, work.at)

    def revoke(self, reference: str, *, by: Caller | None = None) -> bool:
        """Revoke a token; return whether it was valid until now.

        Args:
            by: whoever revokes it; a token beyond the own one is as if it were not there. None: the command line.

        Raises:
            Problem: `unknown-token`.
        """
        with self.store.begin() as work:
            token = self.tokens.find(work, reference)
            if token is None or (by is not None and not may_take(token.scope, by)):
                raise refusal("unknown-token", reference=reference)
            if not token.revoked:
                revoked = replace(token, revoked=True)
                self.tokens.put(work, revoked)
                self._note(work, TokenEventKind.REVOKED, revoked, by)
                _announce(work, revoked)
            return not token.revoked

    def _life(self, work: Work) -> TokenLife:
        # A simulated house lives years within a minute, and its tokens with it.
        return TokenLife(None if self.store.is_simulated(work.conn) else self.longest)

    def _note(self, work: Work, kind: TokenEventKind, token: KnownToken, by: Caller | None) -> None:
        reference = reference_of(token.token_hash)
        self.audit.note_token(work, kind, reference, doer_of(by))
        # The command line has no log: what it writes is what was asked for, such as the token alone.
        if by is not None:
            work.after_commit(lambda: audited(kind.value, reference=reference, client=by.client))


def _announce(work: Work, token: KnownToken) -> None:
    """A token for all towns is said of no town: every service keeps it."""
    first = token.scope.towns[0]
    work.emit(
        "token.changed",
        token_changed(token),
        stream=token_stream(token.token_hash),
        town=first if first != EVERYWHERE else "",
    )
