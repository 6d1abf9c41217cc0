"""Tokens for residents without an account: good for reporting and for following that, for a quarter of an hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.registry.domain.refusals import refusal
from services.registry.domain.sessions import ShortToken
from shared.contracts.short_tokens import LIFETIME, Grant, ShortTokens
from shared.db.store import Store
from shared.flow.editions import current_edition
from shared.kernel.ids import new_secret
from shared.obs.audit import audited
from shared.web.callers import Role

_PERSON = "guest-"
# As long as intake answers a repeated request with what the first one got: a phone that was out of the network for a
# night and sends again what it does not know to have arrived is the same guest, and makes no second case.
RENEWED_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Guests:
    """Gives tokens to whoever asks.

    Args:
        make: source of unguessable texts.
    """

    store: Store
    short: ShortTokens
    make: Callable[[], str] = new_secret

    def token(self, town: str, client: str, before: str | None = None) -> ShortToken:
        """Issue a reporter's token for a town; nothing of it is kept.

        The person is one that nobody was before: whoever reports by this token follows what was reported by it. Whoever
        shows a token that was issued so stays that person.

        Args:
            before: the token that was held so far; one that is none of ours, or too old, is as good as none.

        Raises:
            Problem: `unknown-town`: no edition is in force there.
        """
        with self.store.read() as conn:
            now = self.store.now(conn)
            if current_edition(conn, self.store.flow.editions, town, now) is None:
                raise refusal("unknown-town", town=town)
        known = self._person(town, before, now) if before else None
        person, ends_at = known or _PERSON + self.make(), (now + LIFETIME).replace(microsecond=0)
        # Records name the token by its person: there is no session.
        grant = Grant(person, Role.REPORTER.value, None, person, (town,), int(ends_at.timestamp()))
        audited("guest-token-issued", town=town, client=client)
        return ShortToken(self.short.sign(grant), ends_at)

    def _person(self, town: str, before: str, now: datetime) -> str | None:
        """Who somebody was by a token of this town's guests, though it has ended."""
        grant = self.short.read(before)
        if grant is None or grant.case or grant.towns != (town,) or grant.session != grant.person:
            return None
        is_guest = grant.role == Role.REPORTER.value and grant.person.startswith(_PERSON)
        return grant.person if is_guest and now < grant.valid_until + RENEWED_FOR else None
