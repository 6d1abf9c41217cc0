"""The registry's doings as the command line and the runners need them: publish, amend, issue, enter."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.registry.bootstrap import (
    Amendment,
    PackRefused,
    Publication,
    Scope,
    issue_token,
    publish_calendar,
    publish_edition,
    set_member,
)
from services.registry.domain.calendars import Days
from services.registry.domain.members import Place
from services.registry.handlers.tokens import Tokens
from services.registry.ports.trials import Trial
from services.registry.store.books import TokenRows
from services.registry.store.views import Views
from shared.db.store import Store
from shared.obs.metrics import Metrics
from shared.rules.pack.errors import PackErrors

PAGE = 500


class RegistryDesk:
    """The registry's doings on one store.

    Args:
        secret: of the deployment; seals members' addresses.
        trials: try every pack out before it is published.
    """

    def __init__(
        self,
        store: Store,
        secret: bytes = b"",
        metrics: Metrics | None = None,
        trials: Sequence[Trial] = (),
    ) -> None:
        self._store = store
        self._trials = trials
        self._secret = secret
        self._metrics = metrics or Metrics()

    def publish(
        self, town: str, files: Mapping[str, str], effective_at: datetime | None = None
    ) -> Publication:
        """Publish a town's files as an edition.

        Raises:
            PackErrors: the pack is faulty; the edition in force stays.
        """
        try:
            return publish_edition(
                self._store,
                town,
                files,
                effective_at=effective_at,
                trials=self._trials,
                metrics=self._metrics,
            )
        except PackRefused as refused:
            raise PackErrors(refused.errors) from refused

    def has_town(self, town: str) -> bool:
        """Tell whether any edition of a town was published."""
        editions = self._store.flow.editions
        with self._store.read() as conn:
            return bool(conn.scalar(sa.select(sa.func.count()).where(editions.c.town == town)))

    def is_empty(self) -> bool:
        """Tell whether nothing was ever published here."""
        with self._store.read() as conn:
            return conn.scalar(sa.select(sa.func.count()).select_from(self._store.flow.editions)) == 0

    def amend_calendar(
        self, town: str, *, years: Iterable[int], holidays: Mapping[date, str], make_up: Mapping[date, str]
    ) -> int:
        """Publish amended days of a town; return the calendar's revision."""
        days = Days(dict(holidays), dict(make_up), frozenset(years))
        return publish_calendar(self._store, town, Amendment(days)).revision

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
        """Issue a bearer token and return it; it stands nowhere else."""
        return issue_token(self._store, Scope(role, towns, unit, person, valid_until), label=label).token

    def enter_member(self, town: str, unit: str, role: str, person: str) -> None:
        """Enter that a person holds a unit."""
        set_member(self._store, self._secret, town, Place(person, unit, role))

    def revoke_token(self, reference: str) -> None:
        """Revoke a token for good.

        Raises:
            Problem: `unknown-token`.
        """
        Tokens(self._store, TokenRows()).revoke(reference)

    def tokens(self) -> list[dict[str, Any]]:
        """Return every token by reference, oldest first: label, scope, end and whether it was revoked."""
        views, found, after = Views(self._store), [], None
        while page := views.tokens(after, PAGE):
            found += page[:PAGE]
            after = page[min(PAGE, len(page)) - 1]["reference"]
        return sorted(found, key=lambda row: (row["issued_at"], row["reference"]))
