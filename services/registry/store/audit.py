"""Who issued or revoked which token, and who read whose identity: written with what they did, never removed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from services.registry.domain.audit import Doer, IdentityReading, TokenEvent, TokenEventKind
from services.registry.domain.sessions import AccountEvent, AccountEventKind
from services.registry.store.tables import account_events, accounts, readings, token_events
from shared.db.store import Store
from shared.db.work import Work


class SqlAudit:
    """Writes the records, in the transaction of what they tell of: neither is there without the other."""

    def note_token(self, work: Work, kind: TokenEventKind, reference: str, by: Doer) -> None:
        """Record that a token was issued or revoked."""
        work.rows(token_events).append(
            {"at": work.at, "kind": kind.value, "reference": reference, **_columns(by)}
        )

    def note_account(
        self, work: Work, kind: AccountEventKind, account: str | None, by: Doer, session: str | None = None
    ) -> None:
        """Record what became of an account or of one of its sessions.

        Args:
            account: id; None: a login that nobody has was tried.
            session: reference.
        """
        what = {"at": work.at, "kind": kind.value, "account": account, "session": session}
        work.rows(account_events).append({**what, **_columns(by)})

    def note_reading(self, work: Work, town: str, person: str, by: Doer) -> None:
        """Record that somebody reads an identity."""
        work.rows(readings).append({"town": town, "person": person, "at": work.at, **_columns(by)})


class AuditViews:
    """Reads the records, newest first, up to `limit` at a time.

    `before`: id of the last record of the page before; None: from the newest.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def tokens(self, before: int | None, limit: int) -> list[TokenEvent]:
        """Return what became of tokens."""
        table = token_events
        return [
            TokenEvent(id_, at, TokenEventKind(kind), reference, Doer(*by))
            for id_, at, kind, reference, *by in self._newest(
                table, (table.c.id, table.c.at, table.c.kind, table.c.reference), before, limit
            )
        ]

    def readings(self, before: int | None, limit: int) -> list[IdentityReading]:
        """Return readings of identities, those of all towns."""
        table = readings
        return [
            IdentityReading(id_, at, town, person, Doer(*by))
            for id_, at, town, person, *by in self._newest(
                table, (table.c.id, table.c.at, table.c.town, table.c.person), before, limit
            )
        ]

    def accounts(self, before: int | None, limit: int) -> list[AccountEvent]:
        """Return what became of accounts and sessions."""
        events = account_events.c
        found = (
            sa.select(
                events.id,
                events.at,
                events.kind,
                events.account,
                accounts.c.login,
                events.session,
                events.by_role,
                events.by_person,
                events.by_token,
                events.client,
            )
            .outerjoin(accounts, accounts.c.id == events.account)
            .order_by(events.id.desc())
            .limit(limit)
        )
        if before is not None:
            found = found.where(events.id < before)
        with self._store.read() as conn:
            return [
                AccountEvent(id_, at, AccountEventKind(kind), *rest)
                for id_, at, kind, *rest in conn.execute(found)
            ]

    def _newest(
        self, table: sa.Table, shown: Sequence[sa.Column[Any]], before: int | None, limit: int
    ) -> Sequence[Sequence[Any]]:
        """Rows of a table of records: the columns named, then those that name whoever did it."""
        by = [table.c[name] for name in _columns(Doer())]
        found = sa.select(*shown, *by).order_by(table.c.id.desc()).limit(limit)
        if before is not None:
            found = found.where(table.c.id < before)
        with self._store.read() as conn:
            return conn.execute(found).all()


def _columns(by: Doer) -> dict[str, str | None]:
    """The columns that name whoever did it, in the order of its fields: `by_role` and so on, and the address."""
    return {("client" if name == "client" else f"by_{name}"): value for name, value in asdict(by).items()}
