"""Accounts, what each is in which town, and sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry.domain.accounts import Account, AccountRole, ListedAccount
from services.registry.domain.providers import PersonAtProvider
from services.registry.domain.sessions import Session
from services.registry.store.tables import account_events, account_roles, accounts, jurisdictions, sessions
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.texts import Text


class SqlAccounts:
    """Accounts and their roles."""

    def find(self, conn: sa.Connection, login: str) -> Account | None:
        """Return the account of a login, in the one form of logins."""
        row = conn.execute(sa.select(accounts).where(accounts.c.login == login)).mappings().one_or_none()
        return _account(row) if row is not None else None

    def linked(self, conn: sa.Connection, link: PersonAtProvider) -> Account | None:
        """Return the account that is linked to somebody at a provider."""
        is_it = (accounts.c.provider == link.provider) & (accounts.c.subject == link.subject)
        row = conn.execute(sa.select(accounts).where(is_it)).mappings().one_or_none()
        return _account(row) if row is not None else None

    def get(self, work: Work, id_: str) -> Account | None:
        """Return an account, locked for this transaction."""
        row = work.rows(accounts).get(id_)
        return _account(row) if row is not None else None

    def put(self, work: Work, account: Account) -> None:
        """Enter or change an account."""
        work.rows(accounts).put({**asdict(account), "changed_at": work.at})

    def roles(self, conn: sa.Connection, account: str, town: str | None = None) -> tuple[AccountRole, ...]:
        """Return what an account is, as far as the transaction reaches.

        Args:
            town: of one town alone.
        """
        roles = account_roles.c
        found = sa.select(roles.role, roles.town, roles.unit).where(roles.account == account)
        if town is not None:
            found = found.where(roles.town == town)
        ordered = found.order_by(roles.town, roles.role, roles.unit)
        return tuple(AccountRole(role, of, unit or None) for role, of, unit in conn.execute(ordered))

    def give(self, work: Work, account: Account, town: str, roles: Iterable[AccountRole]) -> None:
        """Let an account be this in a town, and no longer what it was there."""
        of_town = (account_roles.c.account == account.id) & (account_roles.c.town == town)
        # At once, not at the flush: rows that wait in memory know no deletion.
        work.conn.execute(sa.delete(account_roles).where(of_town))
        rows = [
            {
                "account": account.id,
                "town": town,
                "role": held.role,
                "unit": held.unit or "",
                "login": account.login,
            }
            for held in roles
        ]
        if rows:
            work.conn.execute(sa.insert(account_roles), rows)
        work.wrote = True

    def of_person(self, work: Work, town: str, person: str) -> list[str]:
        """Return the ids of the accounts that a person of a town has there."""
        found = (
            sa.select(accounts.c.id)
            .join(account_roles, account_roles.c.account == accounts.c.id)
            .where(accounts.c.person == person, account_roles.c.town == town)
            .distinct()
        )
        return list(work.conn.scalars(found))


class SqlSessions:
    """Sessions, by the hashes of their secrets."""

    def find(self, conn: sa.Connection, secret_hash: str) -> tuple[Session, Account] | None:
        """Return the session of a secret, and whose it is."""
        found = (
            sa.select(sessions, *(column.label(f"account_{column.name}") for column in accounts.c))
            .join(accounts, accounts.c.id == sessions.c.account)
            .where(sessions.c.secret_hash == secret_hash)
        )
        row = conn.execute(found).mappings().one_or_none()
        return (_session(row), _account(row, "account_")) if row is not None else None

    def get(self, work: Work, reference: str) -> Session | None:
        """Return a session, locked for this transaction."""
        row = work.rows(sessions).get(reference)
        return _session(row) if row is not None else None

    def add(self, work: Work, session: Session, secret_hash: str) -> None:
        """Enter a session."""
        work.rows(sessions).add({**asdict(session), "secret_hash": secret_hash, "tokens": 0})

    def seen(self, work: Work, reference: str) -> None:
        """Note that something was asked in a session."""
        self._change(work, reference, seen_at=work.at)

    def note_token(self, work: Work, reference: str, until: datetime) -> None:
        """Note that a token was issued for a session, and that it was seen."""
        self._change(work, reference, seen_at=work.at, tokens=sessions.c.tokens + 1, token_until=until)

    def end(self, work: Work, reference: str) -> None:
        """End a session."""
        self._change(work, reference, ended_at=work.at)

    def open_of(
        self, conn: sa.Connection, account: str, seen_after: datetime, now: datetime
    ) -> list[Session]:
        """Return an account's sessions that have not ended, the newest first.

        Args:
            seen_after: those that were seen last before it have ended by themselves.
        """
        s = sessions.c
        standing = (s.account == account, s.ended_at.is_(None), s.ends_at > now, s.seen_at > seen_after)
        found = sa.select(sessions).where(*standing).order_by(s.reference.desc())
        return [_session(row) for row in conn.execute(found).mappings()]

    def _change(self, work: Work, reference: str, **values: Any) -> None:
        work.conn.execute(sa.update(sessions).where(sessions.c.reference == reference).values(values))
        work.wrote = True


class AccountViews:
    """Reads accounts, sessions and the names of towns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_town(self, town: str, after: str | None, limit: int) -> list[ListedAccount]:
        """Return a town's accounts in order of their logins."""
        logins = sa.select(account_roles.c.login).where(account_roles.c.town == town).distinct()
        if after is not None:
            logins = logins.where(account_roles.c.login > after)
        with self._store.read() as conn:
            page = conn.scalars(logins.order_by(account_roles.c.login).limit(limit)).all()
            found = sa.select(accounts).where(accounts.c.login.in_(page)).order_by(accounts.c.login)
            rows = list(conn.execute(found))
            return _listed(rows, self._roles(conn, town, [row.id for row in rows]))

    def one_of_town(self, town: str, login: str) -> ListedAccount | None:
        """Return one of a town's accounts."""
        with self._store.read() as conn:
            row = conn.execute(sa.select(accounts).where(accounts.c.login == login)).one_or_none()
            roles = self._roles(conn, town, [row.id]) if row is not None else {}
            return _listed([row], roles)[0] if row is not None and roles else None

    def everybody(self, after: str | None, limit: int) -> list[ListedAccount]:
        """Return all accounts with all that they are, in order of their logins: for the command line."""
        found = sa.select(accounts).order_by(accounts.c.login).limit(limit)
        if after is not None:
            found = found.where(accounts.c.login > after)
        with self._store.read() as conn:
            rows = list(conn.execute(found))
            return _listed(rows, self._roles(conn, None, [row.id for row in rows]))

    def town_names(self, towns: Sequence[str]) -> dict[str, Text]:
        """Return the names of those towns that the tree knows."""
        j = jurisdictions.c
        with self._store.read() as conn:
            found = conn.execute(sa.select(j.key, j.name_zh, j.name_en).where(j.key.in_(towns)))
            return {key: Text(zh, en) for key, zh, en in found}

    def _roles(
        self, conn: sa.Connection, town: str | None, ids: Sequence[str]
    ) -> dict[str, list[AccountRole]]:
        roles = account_roles.c
        found = sa.select(roles.account, roles.role, roles.town, roles.unit).where(roles.account.in_(ids))
        if town is not None:
            found = found.where(roles.town == town)
        by_account: dict[str, list[AccountRole]] = {}
        for account, role, of_town, unit in conn.execute(found.order_by(roles.town, roles.role, roles.unit)):
            by_account.setdefault(account, []).append(AccountRole(role, of_town, unit or None))
        return by_account


def forget_before(work: Work, before: datetime, limit: int) -> int:
    """Delete up to `limit` sessions and as many events that were over before an instant; return how many."""
    events, gone = account_events.c, 0
    old_sessions = sa.select(sessions.c.reference).where(sessions.c.ends_at < before).limit(limit)
    old_events = sa.select(events.id).where(events.at < before).order_by(events.id).limit(limit)
    for statement in (
        sa.delete(sessions).where(sessions.c.reference.in_(old_sessions)),
        sa.delete(account_events).where(events.id.in_(old_events)),
    ):
        gone += work.conn.execute(statement).rowcount
    return gone


def _listed(rows: Sequence[sa.Row[Any]], roles: dict[str, list[AccountRole]]) -> list[ListedAccount]:
    return [
        ListedAccount(
            row.login, row.person, tuple(roles.get(row.id, ())), row.disabled, row.must_change, row.provider
        )
        for row in rows
    ]


def _account(row: Any, prefix: str = "") -> Account:
    """Of a row, or of columns by name."""
    return Account(**{name: row[prefix + name] for name in Account.__slots__})


def _session(row: Any) -> Session:
    return Session(**{name: row[name] for name in Session.__slots__})
