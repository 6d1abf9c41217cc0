"""A town comes to a house or leaves it with all that it has."""

from enum import StrEnum


class TownMove(StrEnum):
    """What happened to a town's rows as a whole."""

    RESTORED = "restored"
    REMOVED = "removed"
