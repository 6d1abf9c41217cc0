"""Sessions: that somebody has signed in, and for how long it counts.

Decides what ends one and how it is shown. Its secret opens the routes of sessions and no other. Must not know
passwords or stores.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_AGENT = 120  # characters that are kept of what a browser calls itself
MOST_OPEN = 20  # of one account; one more ends the one that was not used for longest
KEPT_FOR = timedelta(
    days=180
)  # of ended sessions, and of what became of accounts: half a year, as logs are kept


class AccountEventKind(StrEnum):
    """What became of an account or a session."""

    ADDED = "account-added"
    ROLES = "account-roles"
    RESET = "password-reset"
    DISABLED = "account-disabled"
    ENABLED = "account-enabled"
    SIGNED_IN = "signed-in"
    REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    ENDED = "session-ended"
    CHANGED = "password-changed"
    LINKED = "account-linked"


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody signs in.

    Args:
        client: network address; agent: what the browser calls itself, shortened.
    """

    client: str
    agent: str


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's session.

    Args:
        reference: names it, and is good for nothing else; records name its tokens by it.
        account: id.
        client: network address from which it was opened; agent: what the browser called itself.
        token_until: when the last of its tokens ends; None: it had none.
        provider: that vouched for whoever signed in; None: a password did.
        ended_at: None: it has not been ended; it may have ended by itself.
    """

    reference: str
    account: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    client: str
    agent: str
    token_until: datetime | None = None
    ended_at: datetime | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session as it is shown to whoever has signed in, this once.

    Args:
        secret: by which its routes know it; kept as a hash.
        name: the person's; '' where none is known.
    """

    secret: str
    session: Session
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class ShortToken:
    """A short token as it is shown, once."""

    token: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """Something became of an account or a session; ids grow with time.

    Args:
        account: id; None: a login that nobody has was tried.
        login: as the account has it now; None: there is none.
        session: reference.
        by_role, by_person, by_token: whoever did it; all None: the command line, or whoever signed in.
        client: network address.
    """

    id: int
    at: datetime
    what: AccountEventKind
    account: str | None
    login: str | None
    session: str | None
    by_role: str | None
    by_person: str | None
    by_token: str | None
    client: str | None
