"""The registry's doings as the command line and the runners need them: publish, amend, issue, enter.

Decides nothing: plain values go in, and the registry, on a store that is open, does what they say.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from secrets import token_bytes

import sqlalchemy as sa

from services.registry.bootstrap import (
    AccountEvent,
    AccountRole,
    CalendarAmendment,
    CanaryTrial,
    Days,
    IdentityReading,
    ListedToken,
    Membership,
    NewAccount,
    PackRefused,
    Publication,
    Scope,
    TokenEvent,
    Trial,
    registry_on,
)
from shared.db.belonging import town_in
from shared.db.store import Store
from shared.flow.deployment import TOKEN_DAYS
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.rules.language.errors import PackErrors

PAGE = 500


def trials_with(engine: str) -> tuple[CanaryTrial, ...]:
    """Return what every pack is tried with before it is published, where both evaluators are at hand."""
    return (CanaryTrial(),) if engine == "both" else ()


class RegistryAdmin:
    """The registry's doings on one store.

    Args:
        store: the registry's.
        secret: of the deployment, which seals names and addresses; b'': none of these is entered here.
        trials: try every pack out before it is published.
        token_days: how long a token lives at most.
    """

    def __init__(
        self,
        store: Store,
        secret: Secret = b"",
        metrics: Metrics | None = None,
        trials: Sequence[Trial] = (),
        *,
        token_days: int = TOKEN_DAYS,
    ) -> None:
        self._store = store
        self._registry = registry_on(
            store,
            secret or token_bytes(32),
            trials=trials,
            metrics=metrics or Metrics(),
            token_days=token_days,
        )

    def publish(
        self, town: str, files: Mapping[str, str], effective_at: datetime | None = None
    ) -> Publication:
        """Publish a town's files as an edition.

        Args:
            files: as `load_files` gives them.
            effective_at: instant from which it is in force; None: at once.

        Raises:
            PackErrors: the pack is faulty; the edition in force stays.
        """
        try:
            return self._registry.publisher.publish(town, files, effective_at=effective_at)
        except PackRefused as refused:
            raise PackErrors(refused.errors) from refused

    def has_town(self, town: str) -> bool:
        """Tell whether any edition of a town was published."""
        return self._count_editions(self._store.flow.editions.c.town == town) > 0

    def is_empty(self) -> bool:
        """Tell whether nothing was ever published here."""
        return self._count_editions(sa.true()) == 0

    def _count_editions(self, condition: sa.ColumnElement[bool]) -> int:
        statement = sa.select(sa.func.count()).select_from(self._store.flow.editions).where(condition)
        with self._store.read() as conn:
            return conn.scalar(statement) or 0

    def amend_calendar(
        self, town: str, *, years: Iterable[int], holidays: Mapping[date, str], make_up: Mapping[date, str]
    ) -> int:
        """Publish amended days of a town; return the calendar's revision.

        Args:
            years: that are complete with these days.
            holidays: days off, by name; make_up: working days at weekends, by name.
        """
        days = Days(dict(holidays), dict(make_up), frozenset(years))
        return self._registry.calendars.publish(town, CalendarAmendment(days)).revision

    def issue_token(
        self,
        role: str,
        unit: str | None,
        person: str | None,
        towns: tuple[str, ...],
        *,
        label: str = "",
        valid_until: datetime | None = None,
    ) -> str:
        """Issue a bearer token and return it; it stands nowhere else.

        Args:
            valid_until: None: as long as a token may live.

        Raises:
            Problem: `bad-token-scope`, `bad-key` or `token-too-long`.
        """
        return self._registry.tokens.issue(Scope(role, towns, unit, person, valid_until), label=label).token

    def enter_member(
        self, town: str, unit: str, role: str, person: str, addresses: Mapping[str, str] | None = None
    ) -> None:
        """Enter that a person holds a unit.

        Args:
            addresses: where the person is told, by channel; None: what is known stays.
        """
        self._registry.members.set(town, Membership(person, unit, role), addresses=addresses)

    def revoke_token(self, reference: str) -> None:
        """Revoke a token for good.

        Raises:
            Problem: `unknown-token`.
        """
        self._registry.tokens.revoke(reference)

    def add_account(
        self, login: str, role: str, town: str, unit: str | None = None, person: str | None = None
    ) -> str | None:
        """Give somebody an account; return its first password, which stands nowhere else.

        Args:
            town: '*' for an engineer of all.

        Returns:
            None: the account was there, and has this role too now.

        Raises:
            Problem: `bad-login`, `login-taken` or what is wrong with the role.
        """
        wanted = NewAccount(login, (AccountRole(role, town, unit),), None, person)
        return self._registry.accounts.add(town, wanted).first_password

    def has_accounts(self) -> bool:
        """Tell whether anybody was ever given an account."""
        return bool(self._registry.account_views.everybody(None, 1))

    def account_events(self, limit: int) -> list[AccountEvent]:
        """Return what became of accounts and sessions lately, newest first."""
        return self._registry.audit.accounts(None, limit)

    def suspend(self, town: str) -> datetime:
        """Have a town take nothing new; return since when.

        Raises:
            Problem: `no-edition`.
        """
        since = self._registry.tree.suspend(town).suspended_at
        assert since is not None
        return since

    def resume(self, town: str) -> None:
        """Have a town take what comes again.

        Raises:
            Problem: `no-edition`.
        """
        self._registry.tree.resume(town)

    def revoke_tokens_of(self, town: str) -> int:
        """Revoke the tokens that reach this town and no other; return how many were valid."""
        alone = [token for token in self.tokens() if token.scope.towns == (town,) and not token.revoked]
        for token in alone:
            self.revoke_token(token.reference)
        return len(alone)

    def missing_above(self, town: str) -> str | None:
        """Return what a town's pack says that it is part of, where no rules of that were published."""
        part_of = self._registry.tree.above(town)
        return None if part_of is None or self.has_town(town_in(part_of)) else part_of

    def tokens(self) -> list[ListedToken]:
        """Return every token, the oldest first."""
        found: list[ListedToken] = []
        after = None
        while page := self._registry.views.tokens(after, PAGE):
            found += page
            after = page[-1].reference
        return sorted(found, key=lambda token: (token.issued_at, token.reference))

    def token_events(self, limit: int) -> list[TokenEvent]:
        """Return the latest tokens issued and revoked, newest first."""
        return self._registry.audit.tokens(None, limit)

    def readings(self, limit: int) -> list[IdentityReading]:
        """Return the latest readings of identities in the registry, newest first."""
        return self._registry.audit.readings(None, limit)
