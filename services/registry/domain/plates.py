"""Plates: what signs and cards say of somebody. Given to be read by everybody, and by that kept apart from identities.

Decides what may stand on one. Who has none is on no sign by name.
"""

from dataclasses import dataclass

from services.registry.domain.refusals import refusal
from shared.rules.teams.known import PostedPerson

LONGEST_PHONE = 30
LARGEST_PHOTO = 2 * 2**20  # bytes: a face for a sign, sealed within a row
_OF_PHONES = frozenset("0123456789+-() 转*#")


@dataclass(frozen=True, slots=True)
class SealedPhoto:
    """A plate's photo as it lies.

    Args:
        id: says nothing of whom it shows.
    """

    id: str
    type: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A plate's photo as it is shown."""

    type: str
    content: bytes


def check_plate(plate: PostedPerson) -> PostedPerson:
    """Return a plate.

    Raises:
        Problem: `bad-phone` – the number itself is not said again.
    """
    if len(plate.phone) > LONGEST_PHONE or not _OF_PHONES.issuperset(plate.phone):
        raise refusal("bad-phone")
    return plate
