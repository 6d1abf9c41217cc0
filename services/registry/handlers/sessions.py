"""Signing in and out: who somebody is for some hours, and what they may do in each quarter of an hour.

A session's secret opens nothing but its own routes; what opens a case is a short token, which the registry signs and
every service verifies (decision 44).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.registry.adapters.passwords import Argon2Passwords
from services.registry.domain.accounts import Account, HeldRole, held_roles, login_of
from services.registry.domain.announcements import (
    SESSIONS_STREAM,
    ended_session,
    session_opened,
    token_changed,
    town_stream,
)
from services.registry.domain.audit import Doer
from services.registry.domain.passwords import check_password
from services.registry.domain.refusals import refusal
from services.registry.domain.sessions import (
    MOST_OPEN,
    AccountEventKind,
    OpenedSession,
    Session,
    ShortToken,
    Visitor,
)
from services.registry.handlers.account_names import AccountNames
from services.registry.store.accounts import SqlAccounts, SqlSessions
from services.registry.store.audit import SqlAudit
from services.registry.store.platform import SqlTokens
from shared.contracts.short_tokens import LIFETIME, Grant, ShortTokens
from shared.db.belonging import town_in
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.ids import new_secret
from shared.kernel.problems import Problem
from shared.kernel.session_life import SessionLife
from shared.obs.audit import audited
from shared.obs.metrics import Metrics
from shared.web.callers import hash_token


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever asks in a session."""

    session: Session
    account: Account

    @property
    def must_change_password(self) -> bool:
        """Whether the session is good for nothing but choosing a password: one that somebody else knows opened it."""
        return self.account.must_change and self.session.provider is None


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens sessions, knows them by their secrets, gives their tokens and ends them.

    Args:
        short: signs tokens.
        make: source of unguessable texts.
    """

    store: Store
    accounts: SqlAccounts
    sessions: SqlSessions
    tokens: SqlTokens
    audit: SqlAudit
    names: AccountNames
    passwords: Argon2Passwords
    short: ShortTokens
    life: SessionLife
    metrics: Metrics
    make: Callable[[], str] = new_secret

    def sign_in(self, login: str, password: str, visitor: Visitor) -> OpenedSession:
        """Open a session for whoever knows an account's password.

        Unknown login, wrong password, disabled account, a first password past its time: one answer, after equal work.

        Raises:
            Problem: `sign-in-refused`.
        """
        with self.store.read() as conn:
            found, now = self.accounts.find(conn, login_of(login)), self.store.now(conn)
        # Outside of any transaction: it takes a while, and SQLite has one writer.
        is_right = self.passwords.is_right(found.password if found else None, password)
        if found is None or not is_right or not found.can_sign_in(now):
            raise self.refuse(found, visitor)
        found = self._stretched_anew(found, password)
        opened = self.open(found, visitor)
        if opened is None:
            raise self.refuse(found, visitor)
        return opened

    def of(self, secret: str) -> SignedIn | None:
        """Return whose session a secret opens, and note that it was used; None: nobody's, or one that has ended."""
        with self.store.read() as conn:
            found, now = self.sessions.find(conn, hash_token(secret)), self.store.now(conn)
        if found is None:
            return None
        session, account = found
        has_ended = session.ended_at is not None or self.life.is_over(session.seen_at, session.ends_at, now)
        if has_ended or account.disabled:
            return None
        # Not for every request: a tenth of the time after which it matters is near enough.
        if now - session.seen_at > self.life.idle / 10:
            with self.store.begin() as work:
                self.sessions.seen(work, session.reference)
                session = replace(session, seen_at=work.at)
        return SignedIn(session, account)

    def roles_of(self, account: str) -> tuple[HeldRole, ...]:
        """Return what an account can act as."""
        with self.store.read() as conn:
            return held_roles(self.accounts.roles(conn, account))

    def token(self, who: SignedIn, role: str) -> ShortToken:
        """Issue a token for one of the roles of whoever has signed in.

        Raises:
            Problem: `unknown-role`, or `session-over`: it was ended meanwhile.
        """
        with self.store.begin() as work:
            session = self._standing(work, who.session.reference)
            roles = held_roles(self.accounts.roles(work.conn, session.account))
            held = next((each for each in roles if each.id == role), None)
            if held is None:
                raise refusal("unknown-role", role=role)
            ends_at = min(work.at + LIFETIME, session.ends_at).replace(microsecond=0)
            self._tell(work, session, held, who.account.person)
            self.sessions.note_token(work, session.reference, ends_at)
            work.after_commit(
                lambda: audited(
                    "token-issued", session=session.reference, role=held.role, client=session.client
                )
            )
        grant = Grant(
            session.reference,
            held.role,
            held.unit,
            who.account.person,
            held.towns,
            int(ends_at.timestamp()),
        )
        return ShortToken(self.short.sign(grant), ends_at)

    def sign_out(self, who: SignedIn, client: str) -> None:
        """End the session of whoever asks, and its tokens with it."""
        self.end_own(who, who.session.reference, client)

    def own(self, who: SignedIn) -> list[Session]:
        """Return the open sessions of whoever asks, the newest first."""
        with self.store.read() as conn:
            now = self.store.now(conn)
            return self.sessions.open_of(conn, who.account.id, now - self.life.idle, now)

    def end_own(self, who: SignedIn, reference: str, client: str) -> None:
        """End one of the sessions of whoever asks.

        Raises:
            Problem: `unknown-session`: there is none, or it is somebody else's.
        """
        is_this = reference == who.session.reference
        kind = AccountEventKind.SIGNED_OUT if is_this else AccountEventKind.ENDED
        with self.store.begin() as work:
            session = self.sessions.get(work, reference)
            if session is None or session.account != who.account.id or session.ended_at is not None:
                raise refusal("unknown-session", reference=reference)
            self._end(work, session, kind, Doer(client=client))

    def change_password(self, who: SignedIn, old: str, new: str, client: str) -> None:
        """Let whoever asks choose another password; the other sessions end.

        Raises:
            Problem: `wrong-password`, `same-password` or `bad-password`.
        """
        if not self.passwords.is_right(who.account.password, old):
            raise refusal("wrong-password")
        if old == new:
            raise refusal("same-password")
        stretched = self.passwords.stretched(check_password(new, who.account.login))
        with self.store.begin() as work:
            account = self.accounts.get(work, who.account.id)
            if account is None or account.password != who.account.password:  # somebody was quicker
                raise refusal("wrong-password")
            own = replace(account, password=stretched, must_change=False, first_until=None)
            self.accounts.put(work, own)
            doer = Doer(client=client)
            self._note(work, AccountEventKind.CHANGED, account.id, doer, who.session.reference)
            self.end_all(work, account.id, doer, but=who.session.reference)

    def end_all(self, work: Work, account: str, by: Doer, but: str | None = None) -> None:
        """End an account's sessions.

        Args:
            but: reference of one that stays.
        """
        for session in self.sessions.open_of(work.conn, account, work.at - self.life.idle, work.at):
            if session.reference != but:
                self._end(work, session, AccountEventKind.ENDED, by)

    def open(self, known: Account, visitor: Visitor, provider: str | None = None) -> OpenedSession | None:
        """Open a session for whoever has shown who he is.

        Args:
            known: the account as it was when that was shown.
            provider: that vouches for it; None: a password did.

        Returns:
            None: the account is shut, or is meanwhile opened by something else.
        """
        secret = self.make()
        with self.store.begin() as work:
            account = self.accounts.get(work, known.id)
            if account is None or account.disabled or _shown(account) != _shown(known):
                return None
            self._make_room(work, account.id, visitor)
            session = Session(
                work.new_id(),
                account.id,
                work.at,
                work.at,
                work.at + self.life.longest,
                visitor.client,
                visitor.agent,
                provider=provider,
            )
            self.sessions.add(work, session, hash_token(secret))
            doer = Doer(client=visitor.client)
            self._note(work, AccountEventKind.SIGNED_IN, account.id, doer, session.reference)
            work.after_commit(self.metrics.sign_ins.labels("ok").inc)
        return OpenedSession(secret, session, account.person, self.names.of(account))

    def _make_room(self, work: Work, account: str, visitor: Visitor) -> None:
        own = self.sessions.open_of(work.conn, account, work.at - self.life.idle, work.at)
        by_use = sorted(own, key=lambda session: session.seen_at, reverse=True)
        for session in by_use[MOST_OPEN - 1 :]:
            self._end(work, session, AccountEventKind.ENDED, Doer(client=visitor.client))

    def _stretched_anew(self, account: Account, password: str) -> Account:
        """The account, its password stretched as it is today: only whoever signs in brings it in clear."""
        if not self.passwords.is_weak(account.password):
            return account
        stronger = replace(account, password=self.passwords.stretched(password))
        with self.store.begin() as work:
            if self.accounts.get(work, account.id) == account:
                self.accounts.put(work, stronger)
        return stronger

    def refuse(self, account: Account | None, visitor: Visitor) -> Problem:
        """Record that somebody was not let in, and return what is said to whoever was not, whatever the reason.

        Args:
            account: None: nobody's.
        """
        with self.store.begin() as work:
            id_ = account.id if account else None
            self._note(work, AccountEventKind.REFUSED, id_, Doer(client=visitor.client))
            work.after_commit(self.metrics.sign_ins.labels("refused").inc)
        return refusal("sign-in-refused")

    @staticmethod
    def _tell(work: Work, session: Session, role: HeldRole, person: str | None) -> None:
        """Say that somebody is there, once a session and day: tokens are taken every quarter of an hour."""
        last = session.token_until - LIFETIME if session.token_until else None
        said = session_opened(role, person, work.at) if person else None
        if said is not None and (last is None or last.date() < work.at.date()):
            town = town_in(said.unit)
            work.emit("session.opened", said, stream=town_stream(town), town=town)

    def _standing(self, work: Work, reference: str) -> Session:
        session = self.sessions.get(work, reference)
        if session is None or session.ended_at is not None:
            raise refusal("session-over")
        return session

    def _end(self, work: Work, session: Session, kind: AccountEventKind, by: Doer) -> None:
        self.sessions.end(work, session.reference)
        self._note(work, kind, session.account, by, session.reference)
        if session.token_until is not None and session.token_until > work.at:
            # This service knows at once that the session's tokens are good no longer; the others are told.
            ended = ended_session(session.reference, session.token_until)
            self.tokens.put(work, ended)
            work.emit("token.changed", token_changed(ended), stream=SESSIONS_STREAM, town="")

    def _note(
        self, work: Work, kind: AccountEventKind, account: str | None, by: Doer, session: str | None = None
    ) -> None:
        self.audit.note_account(work, kind, account, by, session)
        if by.client is not None:  # the command line has no log
            work.after_commit(lambda: audited(kind.value, account=account, session=session, client=by.client))


def _shown(account: Account) -> tuple[str | None, ...]:
    """By what an account is opened: what was verified before must still hold once its row is locked."""
    return account.password, account.provider, account.subject
