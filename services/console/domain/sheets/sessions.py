"""Sessions as the registry answers them: who has signed in, as what they may act, and their short tokens."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field


class PersonSheet(Struct, frozen=True):
    """Somebody who signs in."""

    reference: str
    name: str = ""


class OpenedSheet(Struct, frozen=True):
    """A session that was opened; `session` is the secret that stands for it."""

    session: str
    reference: str


class NamedProvider(Struct, frozen=True):
    """A provider at which people may sign in."""

    provider: str
    label: str


class ProviderSheet(Struct, frozen=True):
    """All of them."""

    providers: tuple[NamedProvider, ...] = ()


class BegunSheet(Struct, frozen=True):
    """Where somebody is sent, and by what the attempt is known when they come back."""

    authorization_url: str
    state: str


class RoleSheet(Struct, frozen=True):
    """A role that a person holds, where, and for which unit."""

    id: str
    role: str
    towns: tuple[str, ...] = ()
    unit: str | None = None
    town_names: Mapping[str, Mapping[str, str] | str] = field(default_factory=dict)


class SessionSheet(Struct, frozen=True):
    """The session that asks: whose it is and what that person may do."""

    reference: str
    person: PersonSheet
    opened_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    must_change_password: bool = False
    roles: tuple[RoleSheet, ...] = ()


class ListedSession(Struct, frozen=True):
    """One of a person's open sessions: `client` is its network address, `agent` what the browser calls itself."""

    reference: str
    opened_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    client: str = ""
    agent: str = ""
    this: bool = False


class SessionPage(Struct, frozen=True):
    """All of a person's open sessions."""

    items: tuple[ListedSession, ...] = ()


class TokenSheet(Struct, frozen=True):
    """A token, and until when it is good."""

    token: str
    ends_at: datetime
