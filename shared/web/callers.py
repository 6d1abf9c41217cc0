"""Who asks: what a bearer token says about its holder.

Decides what a token's scope allows. Must not know where tokens are kept (a look-up is passed in) nor Flask.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct, convert

from shared.contracts.short_tokens import FOLLOWER, Grant
from shared.kernel.roles import Role, Viewer

EVERYWHERE = "*"
REFERENCE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a valid token.

    Args:
        role: what it may be used for.
        unit: 'jurisdiction/unit' for which the token speaks, if any.
        person: a reference, never a name; None: the token is a unit's or a machine's.
        towns: towns whose data it may reach; ('*',) for all.
        token: the token's reference, by which records name it; of a short token that of its session.
        client: network address from which the request came.
        valid_until: instant at which the token ends; None: when it is revoked.
        case: id of the one case that it opens, and nothing else; None: it is bound to none.
    """

    role: Role
    unit: str | None
    person: str | None
    towns: tuple[str, ...]
    token: str = ""
    client: str = ""
    valid_until: datetime | None = None
    case: str | None = None

    @property
    def reaches_all(self) -> bool:
        """Whether the whole platform lies within the token's scope."""
        return EVERYWHERE in self.towns

    def reaches(self, town: str) -> bool:
        """Tell whether a town's data lie within the token's scope."""
        return town in self.towns or self.reaches_all

    def viewing(self, town: str) -> Viewer:
        """Return the caller as somebody who looks at a town that the token reaches."""
        return Viewer(town, self.role, self.unit, self.person, self.case)


# A short token itself → what it grants, while it is valid
ShortTokenLookup = Callable[[str], Grant | None]
# SHA-256 of the token, in hexadecimal → role, unit, person and towns of its holder while it is valid
TokenLookup = Callable[[str], Mapping[str, Any] | None]


def caller_of(row: Mapping[str, Any], *, token_hash: str = "", client: str = "") -> Caller | None:
    """Return the holder that a token's row names, or None for a role that this edition does not know.

    During an upgrade the registry may be newer: a role that is not understood allows nothing.

    Args:
        row: role, unit, person and towns, and the instant of its end where it has one.
        token_hash: of the token that was shown; client: address from which it was.
    """
    holder = convert({name: row.get(name) for name in _Holder.__struct_fields__}, _Holder)
    if holder.role not in set(Role):
        return None
    return Caller(
        Role(holder.role),
        holder.unit,
        holder.person,
        holder.towns,
        reference_of(token_hash),
        client,
        holder.valid_until,
    )


class _Holder(Struct, frozen=True):
    """What of a token's row says who holds it."""

    role: str
    unit: str | None
    person: str | None
    towns: tuple[str, ...]
    valid_until: datetime | None = None


def caller_granted(grant: Grant, client: str) -> Caller | None:
    """Return the holder of a short token, or None for a role that this edition does not know.

    Args:
        grant: what its signature holds; client: address from which it was shown.
    """
    if (
        grant.case
    ):  # by its own word in place of a role: an older service would see in it a reporter of every case
        return _follower(grant, client) if grant.role == FOLLOWER else None
    if grant.role not in set(Role):
        return None
    return Caller(
        Role(grant.role), grant.unit, grant.person, grant.towns, grant.session, client, grant.valid_until
    )


def _follower(grant: Grant, client: str) -> Caller:
    person, until = grant.person or None, grant.valid_until
    return Caller(Role.REPORTER, None, person, grant.towns, grant.session, client, until, grant.case)


def reference_of(token_hash: str) -> str:
    """Return the reference by which records name a token: the beginning of its hash, good for nothing else."""
    return token_hash[:REFERENCE_LENGTH]


def hash_token(token: str) -> str:
    """Return the SHA-256 by which a token is known: 64 hexadecimal digits.

    A plain hash is enough: tokens are long and random (`kernel.ids.new_secret`), not chosen by people.
    """
    return hashlib.sha256(token.encode()).hexdigest()


__all__ = [
    "EVERYWHERE",
    "Caller",
    "Role",
    "ShortTokenLookup",
    "TokenLookup",
    "caller_granted",
    "caller_of",
    "hash_token",
    "reference_of",
]
