"""Tokens for residents without an account: good for reporting and for following that, for a quarter of an hour."""

from collections.abc import Callable
from dataclasses import dataclass

from services.registry.domain.refusals import refusal
from services.registry.domain.sessions import ShortToken
from shared.contracts.short_tokens import LIFETIME, Grant, ShortTokens
from shared.db.store import Store
from shared.flow.editions import current_edition
from shared.kernel.ids import new_secret
from shared.obs.audit import audited
from shared.web.callers import Role

_PERSON = "guest-"


@dataclass(frozen=True, slots=True)
class Guests:
    """Gives tokens to whoever asks.

    Args:
        make: source of unguessable texts.
    """

    store: Store
    short: ShortTokens
    make: Callable[[], str] = new_secret

    def token(self, town: str, client: str) -> ShortToken:
        """Issue a reporter's token for a town; nothing of it is kept.

        The person is one that nobody was before: whoever reports by this token follows what was reported by it.

        Raises:
            Problem: `unknown-town`: no edition is in force there.
        """
        with self.store.read() as conn:
            now = self.store.now(conn)
            if current_edition(conn, self.store.flow.editions, town, now) is None:
                raise refusal("unknown-town", town=town)
        person, ends_at = _PERSON + self.make(), (now + LIFETIME).replace(microsecond=0)
        # Records name the token by its person: there is no session.
        grant = Grant(person, Role.REPORTER.value, None, person, (town,), int(ends_at.timestamp()))
        audited("guest-token-issued", town=town, client=client)
        return ShortToken(self.short.sign(grant), ends_at)
