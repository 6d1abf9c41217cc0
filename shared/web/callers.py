"""Who asks: what a bearer token says about its holder.

Decides what a token's scope allows. Must not know where tokens are kept (a look-up is passed in) nor Flask.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

EVERYWHERE = "*"


class Role(StrEnum):
    """What a token may be used for; which unit or person it speaks for stands beside it."""

    REPORTER = "reporter"  # a citizen: own reports
    GRID_WORKER = "grid_worker"  # finds and verifies on the ground
    UNIT_STAFF = "unit_staff"  # settles what its unit holds
    SUPERVISOR = "supervisor"  # watches deadlines
    OPERATOR = "operator"  # keeps a town's rules
    ENGINEER = "engineer"  # runs the platform


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a valid token.

    Args:
        role: what it may be used for.
        unit: 'jurisdiction/unit' for which the token speaks, if any.
        person: a reference, never a name; None: the token is a unit's or a machine's.
        towns: towns whose data it may reach; ('*',) for all.
    """

    role: Role
    unit: str | None
    person: str | None
    towns: tuple[str, ...]

    def reaches(self, town: str) -> bool:
        """Tell whether a town's data lie within the token's scope."""
        return town in self.towns or EVERYWHERE in self.towns


# SHA-256 of the token, in hexadecimal → role, unit, person and towns of its holder while it is valid
TokenLookup = Callable[[str], Mapping[str, Any] | None]


def caller_of(row: Mapping[str, Any]) -> Caller | None:
    """Return the holder that a token's row names, or None for a role that this edition does not know.

    During an upgrade the registry may be newer: a role that is not understood allows nothing.

    Args:
        row: role, unit, person and towns.
    """
    if row["role"] not in set(Role):
        return None
    return Caller(Role(row["role"]), row["unit"], row["person"], tuple(row["towns"]))


def hash_token(token: str) -> str:
    """Return the SHA-256 by which a token is known: 64 hexadecimal digits.

    A plain hash is enough: tokens are long and random (`kernel.ids.new_secret`), not chosen by people.
    """
    return hashlib.sha256(token.encode()).hexdigest()
