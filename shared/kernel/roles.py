"""The roles that a token may have, and who looks: the same words at the door, in rows and in rules of who sees what."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a token may be used for; which unit or person it speaks for stands beside it. From the least to the most."""

    REPORTER = "reporter"  # a citizen: own reports
    GRID_WORKER = "grid_worker"  # finds and verifies on the ground
    UNIT_STAFF = "unit_staff"  # settles what its unit holds
    SUPERVISOR = "supervisor"  # watches deadlines
    OPERATOR = "operator"  # keeps a town's rules
    ENGINEER = "engineer"  # runs the platform

    @property
    def rank(self) -> int:
        """How much it may: 0 for a reporter. Nobody gives away a role above the own one."""
        return list(Role).index(self)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, in a town that the token reaches.

    Args:
        unit: 'jurisdiction/unit' that the token speaks for; person: a reference; None: none.
        case: id of the one case that is looked at as its reporter does; None: the token is bound to none.
    """

    town: str
    role: str
    unit: str | None
    person: str | None
    case: str | None = None
