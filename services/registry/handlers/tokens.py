"""Bearer tokens: shown once, kept as hashes, revoked for good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.registry.domain.refusals import refusal
from services.registry.domain.tokens import Scope, check_scope, reference_of
from services.registry.messages.said import token_changed, token_stream
from services.registry.ports.books import Issued, TokenBook
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
    book: TokenBook
    make: Callable[[], str] = new_secret

    def issue(self, scope: Scope, *, label: str = "", by: str | None = None) -> Issued:
        """Issue a token; the answer is the only place where it ever stands.

        Raises:
            Problem: `bad-token-scope` or `bad-key`.
        """
        with self.store.begin() as work:
            check_scope(scope, work.at)
            token = self.make()
            token_hash = hash_token(token)
            self.book.add(work, token_hash, label, by)
            self._write(work, token_hash, scope, revoked=False)
            return Issued(token, reference_of(token_hash), scope, work.at)

    def revoke(self, reference: str) -> bool:
        """Revoke a token; return whether it was valid until now.

        Raises:
            Problem: `unknown-token`.
        """
        with self.store.begin() as work:
            token_hash = self.book.hash_of(work, reference)
            row = work.rows(work.flow.tokens).get(token_hash) if token_hash else None
            if token_hash is None or row is None:
                raise refusal("unknown-token", reference=reference)
            if not row["revoked"]:
                self._write(work, token_hash, scope_of(row), revoked=True)
            return not row["revoked"]

    def _write(self, work: Work, token_hash: str, scope: Scope, *, revoked: bool) -> None:
        work.rows(work.flow.tokens).put(
            {
                "token_hash": token_hash,
                "role": scope.role,
                "unit": scope.unit,
                "person": scope.person,
                "towns": list(scope.towns),
                "valid_until": scope.valid_until,
                "revoked": revoked,
                "as_of": work.at,
            }
        )
        town = scope.towns[0] if scope.towns[0] != EVERYWHERE else ""
        work.say(
            "token.changed",
            stream=token_stream(token_hash),
            town=town,
            data=token_changed(token_hash, scope, revoked=revoked),
        )


def scope_of(row: dict[str, Any]) -> Scope:
    """Return the scope that a token's row holds."""
    until: datetime | None = row["valid_until"]
    return Scope(row["role"], tuple(row["towns"]), row["unit"], row["person"], until)
