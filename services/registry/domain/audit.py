"""What is kept of tokens and of readings of identities: who did it, by which token, from where, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.web.callers import Caller


class TokenEventKind(StrEnum):
    """What became of a token."""

    ISSUED = "token-issued"
    REVOKED = "token-revoked"


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did something; all None: the command line.

    Args:
        token: reference of the token by which it was done.
        person: a reference.
        client: network address from which the request came.
    """

    role: str | None = None
    unit: str | None = None
    person: str | None = None
    token: str | None = None
    client: str | None = None


def doer_of(by: Caller | None) -> Doer:
    """Return a caller as records name it; None: the command line."""
    return Doer(by.role.value, by.unit, by.person, by.token, by.client) if by else Doer()


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """A token was issued or revoked; ids grow with time."""

    id: int
    at: datetime
    what: TokenEventKind
    reference: str
    by: Doer


@dataclass(frozen=True, slots=True)
class IdentityReading:
    """An identity was read; readings of before version 0.3 know neither token nor address."""

    id: int
    at: datetime
    town: str
    person: str
    by: Doer
