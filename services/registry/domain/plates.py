"""Plates: what signs and cards say of somebody. Given to be read by everybody, and by that kept apart from identities.

Decides what may stand on one. Who has none is on no sign by name.
"""

from services.registry.domain.refusals import refusal
from shared.rules.teams.known import PostedPerson

LONGEST_PHONE = 30
_OF_PHONES = frozenset("0123456789+-() 转*#")


def check_plate(plate: PostedPerson) -> PostedPerson:
    """Return a plate.

    Raises:
        Problem: `bad-phone` – the number itself is not said again.
    """
    if len(plate.phone) > LONGEST_PHONE or not _OF_PHONES.issuperset(plate.phone):
        raise refusal("bad-phone")
    return plate
