"""Who may sign in, and as what: accounts are given, changed and taken back as tokens are, within the giver's reach.

An account of several towns is changed by each for its own roles alone; what concerns the account itself (its password,
whether it is open at all) takes somebody whose reach holds all that it is.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from services.registry.adapters.passwords import Argon2Passwords, first_password
from services.registry.domain.accounts import (
    Account,
    AccountRole,
    check_login,
    check_roles,
    check_size,
    is_within,
    login_of,
)
from services.registry.domain.audit import doer_of
from services.registry.domain.passwords import FIRST_FOR
from services.registry.domain.providers import PersonAtProvider
from services.registry.domain.refusals import refusal
from services.registry.domain.sessions import AccountEventKind
from services.registry.handlers.account_names import AccountNames
from services.registry.handlers.sessions import Sessions
from services.registry.store.accounts import SqlAccounts
from services.registry.store.audit import SqlAudit
from shared.db.store import Store
from shared.db.work import Work
from shared.obs.audit import audited
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that is wanted.

    Args:
        login: as it was typed.
        roles: in one town.
        name: of its holder; person: a reference; None: somebody new, who is given one.
    """

    login: str
    roles: tuple[AccountRole, ...]
    name: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class GivenAccount:
    """What giving or resetting came to.

    Args:
        first_password: shown this once; None: the account was there and keeps its own.
    """

    login: str
    person: str
    first_password: str | None


@dataclass(frozen=True, slots=True)
class Accounts:
    """Gives, changes and takes accounts.

    Args:
        sessions: end when an account is taken, or one of its roles.
        providers: keys of those at which people of the house may sign in.
        make: source of first passwords.
    """

    store: Store
    accounts: SqlAccounts
    audit: SqlAudit
    names: AccountNames
    passwords: Argon2Passwords
    sessions: Sessions
    providers: Collection[str] = ()
    make: Callable[[], str] = first_password

    def add(self, town: str, wanted: NewAccount, by: Caller | None = None) -> GivenAccount:
        """Give somebody an account, or somebody of another town roles in this one too.

        Args:
            by: whoever gives it; None: the command line.

        Raises:
            Problem: `bad-login`, `login-taken`, `too-many-towns` or one of `check_roles`.
        """
        login, password = check_login(wanted.login), self.make()
        stretched = self.passwords.stretched(password)  # before anything is locked
        with self.store.begin() as work:
            known = self.accounts.find(work.conn, login)
            person = known.person if known else wanted.person or work.new_id()
            roles = check_roles(wanted.roles, person, work.at, by)
            if known is not None:
                self._check_joining(work, known, town, by)
            account = known or Account(
                work.new_id(),
                login,
                person,
                self.names.sealed(wanted.name),
                stretched,
                must_change=True,
                first_until=work.at + FIRST_FOR,
                disabled=False,
            )
            if known is None:
                self.accounts.put(work, account)
            self._give(work, account, town, roles)
            self._note(work, AccountEventKind.ROLES if known else AccountEventKind.ADDED, account, by)
        return GivenAccount(login, person, None if known else password)

    def set_roles(
        self, town: str, login: str, wanted: Sequence[AccountRole], by: Caller | None = None
    ) -> None:
        """Let an account be this in a town, in the place of what it was there.

        Sessions end where something is taken away.

        Raises:
            Problem: `unknown-account`, `token-beyond-giver`, `too-many-towns` or one of `check_roles`.
        """
        with self.store.begin() as work:
            account, before = self._of_town(work, town, login, by)
            roles = check_roles(wanted, account.person, work.at, by)
            self._give(work, account, town, roles)
            self._note(work, AccountEventKind.ROLES, account, by)
            if set(before) - set(roles):
                self.sessions.end_all(work, account.id, doer_of(by))

    def rename(self, town: str, login: str, name: str, by: Caller | None = None) -> None:
        """Enter another name for the account's holder.

        Raises:
            Problem: `unknown-account` or `account-beyond-giver`.
        """
        with self.store.begin() as work:
            account = self._whole(work, town, login, by)
            self.accounts.put(work, replace(account, sealed_name=self.names.sealed(name)))

    def link(
        self, town: str | None, login: str, provider: str, subject: str | None, by: Caller | None = None
    ) -> None:
        """Say who the account's holder is at a provider; its sessions end where that changes.

        Args:
            town: None: of whichever, for the command line.
            subject: None: nobody any more.

        Raises:
            Problem: `unknown-account`, `account-beyond-giver`, `unknown-provider` or `link-taken`.
        """
        if provider not in self.providers:
            raise refusal("unknown-provider", provider=provider)
        with self.store.begin() as work:
            account = self._whole(work, town, login, by)
            holder = (
                self.accounts.linked(work.conn, PersonAtProvider(provider, subject))
                if subject is not None
                else None
            )
            if holder is not None and holder.id != account.id:
                raise refusal("link-taken", provider=provider)
            linked = replace(account, provider=provider if subject is not None else None, subject=subject)
            if linked != account:
                self.accounts.put(work, linked)
                self._note(work, AccountEventKind.LINKED, account, by)
                self.sessions.end_all(work, account.id, doer_of(by))

    def reset(self, town: str | None, login: str, by: Caller | None = None) -> GivenAccount:
        """Give the account a first password again; its sessions end.

        Args:
            town: None: of whichever, for the command line.

        Raises:
            Problem: `unknown-account` or `account-beyond-giver`.
        """
        password = self.make()
        stretched = self.passwords.stretched(password)
        with self.store.begin() as work:
            account = self._whole(work, town, login, by)
            until = work.at + FIRST_FOR
            fresh = replace(account, password=stretched, must_change=True, first_until=until)
            self.accounts.put(work, fresh)
            self._note(work, AccountEventKind.RESET, account, by)
            self.sessions.end_all(work, account.id, doer_of(by))
        return GivenAccount(account.login, account.person, password)

    def end_sessions(self, town: str, login: str, by: Caller | None = None) -> None:
        """End the account's sessions, wherever it is signed in; it may sign in again.

        Raises:
            Problem: `unknown-account` or `account-beyond-giver`.
        """
        with self.store.begin() as work:
            self.sessions.end_all(work, self._whole(work, town, login, by).id, doer_of(by))

    def set_disabled(self, town: str | None, login: str, *, disabled: bool, by: Caller | None = None) -> None:
        """Shut an account, with its sessions, or open it again.

        Args:
            town: None: of whichever, for the command line.

        Raises:
            Problem: `unknown-account` or `account-beyond-giver`.
        """
        with self.store.begin() as work:
            self._shut(work, self._whole(work, town, login, by), disabled, by)

    def remove(self, town: str, login: str, by: Caller | None = None) -> None:
        """Take an account back: shut where it is this town's alone, else no longer anything in this town.

        Raises:
            Problem: `unknown-account` or `token-beyond-giver`.
        """
        with self.store.begin() as work:
            account, roles = self._of_town(work, town, login, by)
            self._take(work, account, town, roles, by)

    def forget(self, work: Work, town: str, person: str) -> None:
        """Take the accounts of somebody whose identity is erased, with the name, within the erasing transaction."""
        for id_ in self.accounts.of_person(work, town, person):
            account = self.accounts.get(work, id_)
            if account is not None:
                roles = self.accounts.roles(work.conn, id_, town)
                if self._take(work, account, town, roles, None):
                    gone = replace(account, sealed_name=None, disabled=True, provider=None, subject=None)
                    self.accounts.put(work, gone)

    def _take(
        self, work: Work, account: Account, town: str, roles: Sequence[AccountRole], by: Caller | None
    ) -> bool:
        """Take an account from a town; tell whether it was this town's alone, and is shut."""
        is_alone = set(self._all_roles(work, account)) <= set(roles)
        if is_alone:
            # Its roles stay: who it was is still to be seen, and it may be opened again.
            self._shut(work, account, True, by)
        else:
            self.accounts.give(work, account, town, ())
            self._note(work, AccountEventKind.ROLES, account, by)
            self.sessions.end_all(work, account.id, doer_of(by))
        return is_alone

    def _shut(self, work: Work, account: Account, disabled: bool, by: Caller | None) -> None:
        if account.disabled == disabled:
            return
        self.accounts.put(work, replace(account, disabled=disabled))
        self._note(work, AccountEventKind.DISABLED if disabled else AccountEventKind.ENABLED, account, by)
        if disabled:
            self.sessions.end_all(work, account.id, doer_of(by))

    def _give(self, work: Work, account: Account, town: str, roles: Sequence[AccountRole]) -> None:
        self.accounts.give(work, account, town, roles)
        check_size(self._all_roles(work, account))

    def _check_joining(self, work: Work, known: Account, town: str, by: Caller | None) -> None:
        """An account of elsewhere is given roles here by whoever reaches a town that knows it."""
        roles = self._all_roles(work, known)
        is_here = any(held.town == town for held in roles)
        is_known = by is None or any(by.reaches(held.town) for held in roles)
        if is_here or not is_known or known.disabled:
            raise refusal("login-taken", login=known.login)

    def _of_town(
        self, work: Work, town: str, login: str, by: Caller | None
    ) -> tuple[Account, tuple[AccountRole, ...]]:
        """An account, locked, and what it is in a town, all of which the giver could have given."""
        found = self.accounts.find(work.conn, login_of(login))
        account = self.accounts.get(work, found.id) if found else None
        roles = self.accounts.roles(work.conn, account.id, town) if account else ()
        if account is None or not roles:
            raise refusal("unknown-account", login=login)
        if by is not None:
            check_roles(roles, account.person, work.at, by)
        return account, roles

    def _whole(self, work: Work, town: str | None, login: str, by: Caller | None) -> Account:
        """An account, locked, all of whose roles lie within the giver's reach."""
        if town is not None:
            account, _ = self._of_town(work, town, login, by)
        else:
            found = self.accounts.find(work.conn, login_of(login))
            if found is None:
                raise refusal("unknown-account", login=login)
            account = found
        if by is not None and not is_within(self._all_roles(work, account), by):
            raise refusal("account-beyond-giver", login=account.login)
        return account

    def _all_roles(self, work: Work, account: Account) -> tuple[AccountRole, ...]:
        # Of other towns too: what the account is there decides what may be done to it here. None of it is shown.
        work.reach_everywhere()
        return self.accounts.roles(work.conn, account.id)

    def _note(self, work: Work, kind: AccountEventKind, account: Account, by: Caller | None) -> None:
        self.audit.note_account(work, kind, account.id, doer_of(by))
        if by is not None:
            work.after_commit(lambda: audited(kind.value, account=account.id, client=by.client))
