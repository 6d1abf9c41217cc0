"""What is shown of sessions and accounts: the one place where they become plain values."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from services.registry.domain.accounts import HeldRole, ListedAccount
from services.registry.domain.sessions import OpenedSession, Session, ShortToken
from services.registry.handlers.sessions import SignedIn
from shared.kernel.texts import Text


class ShownPerson(Struct, frozen=True):
    """Who has signed in; '' where no name is known."""

    reference: str
    name: str


class ShownOpening(Struct, frozen=True, kw_only=True):
    """A session that was just opened: the only time that its secret is shown."""

    session: str
    reference: str
    person: ShownPerson
    opened_at: datetime
    ends_at: datetime


class ShownHeldRole(Struct, frozen=True, kw_only=True):
    """What somebody can act as; `town_names`: town → language → name."""

    id: str
    role: str
    towns: tuple[str, ...]
    unit: str | None
    town_names: dict[str, dict[str, str]]


class ShownSession(Struct, frozen=True, kw_only=True):
    """A session as whoever has signed in sees it."""

    reference: str
    person: ShownPerson
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    must_change_password: bool
    roles: tuple[ShownHeldRole, ...]


class ShownOwnSession(Struct, frozen=True, kw_only=True):
    """One of somebody's open sessions; `this`: the one that asks."""

    reference: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    client: str
    agent: str
    this: bool


class ShownShortToken(Struct, frozen=True):
    """A short token: the only time that it is shown."""

    token: str
    ends_at: datetime


class ShownRole(Struct, frozen=True):
    """What somebody is in a town."""

    role: str
    unit: str | None


class ShownAccount(Struct, frozen=True, kw_only=True):
    """An account as its town sees it."""

    login: str
    person: str
    roles: tuple[ShownRole, ...]
    disabled: bool
    must_change_password: bool
    provider: str | None


class ShownGivenAccount(ShownAccount, frozen=True, kw_only=True):
    """An account with its first password: the only time that it is shown."""

    first_password: str | None


def opened_view(opened: OpenedSession) -> ShownOpening:
    """Return a session that was just opened."""
    return ShownOpening(
        session=opened.secret,
        reference=opened.session.reference,
        person=ShownPerson(opened.person, opened.name),
        opened_at=opened.session.opened_at,
        ends_at=opened.session.ends_at,
    )


def session_view(
    who: SignedIn, name: str, roles: Iterable[HeldRole], town_names: Mapping[str, Text]
) -> ShownSession:
    """Return a session as whoever has signed in sees it."""
    session, account = who.session, who.account
    return ShownSession(
        reference=session.reference,
        person=ShownPerson(account.person, name),
        opened_at=session.opened_at,
        seen_at=session.seen_at,
        ends_at=session.ends_at,
        must_change_password=who.must_change_password,
        roles=tuple(_held_view(held, town_names) for held in roles),
    )


def _held_view(held: HeldRole, town_names: Mapping[str, Text]) -> ShownHeldRole:
    named = {town: town_names[town] for town in held.towns if town in town_names}
    return ShownHeldRole(
        id=held.id,
        role=held.role,
        towns=held.towns,
        unit=held.unit,
        town_names={town: {"zh": name.zh, "en": name.en} for town, name in named.items()},
    )


def own_sessions_view(sessions: Iterable[Session], this: str) -> list[ShownOwnSession]:
    """Return somebody's open sessions.

    Args:
        this: reference of the one that asks.
    """
    return [
        ShownOwnSession(
            reference=session.reference,
            opened_at=session.opened_at,
            seen_at=session.seen_at,
            ends_at=session.ends_at,
            client=session.client,
            agent=session.agent,
            this=session.reference == this,
        )
        for session in sessions
    ]


def short_token_view(made: ShortToken) -> ShownShortToken:
    """Return a short token."""
    return ShownShortToken(made.token, made.ends_at)


def account_view(listed: ListedAccount) -> ShownAccount:
    """Return an account as its town sees it."""
    return ShownAccount(
        login=listed.login,
        person=listed.person,
        roles=tuple(ShownRole(held.role, held.unit) for held in listed.roles),
        disabled=listed.disabled,
        must_change_password=listed.must_change,
        provider=listed.provider,
    )


def given_view(listed: ListedAccount, first_password: str | None) -> ShownGivenAccount:
    """Return an account with its first password."""
    shown = account_view(listed)
    return ShownGivenAccount(
        **{name: getattr(shown, name) for name in ShownAccount.__struct_fields__},
        first_password=first_password,
    )
