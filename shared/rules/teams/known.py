"""What is known of a town's grids and people, as whoever asks hands it over: plain values, and nobody's identity.

People are references. What signs say of somebody (`PostedPerson`) is what was given to be posted, not an identity.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.rules.logic.facts import Value


@dataclass(frozen=True, slots=True)
class PostHolder:
    """Somebody in a unit: a person's reference and the unit's address, 'jurisdiction/unit'."""

    person: str
    unit: str


@dataclass(frozen=True, slots=True)
class PostedPerson:
    """What may stand on a sheet of somebody; '' and no where nothing was given.

    Args:
        photo: name of the photo, which says nothing of whom it shows; '': it is not at hand.
    """

    name: str
    phone: str = ""
    has_photo: bool = False
    photo: str = ""


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """An entry of the ledger that may have staff with terminals."""

    key: str
    type: str
    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class KnownTeams:
    """All of it.

    Args:
        facts: of places, by their keys: those that nobody has entered are left out.
        holders: everybody in every unit of the town.
        posted: what sheets may say of people, by reference.
        assigned: residents that people keep in touch with, by the people's references: keys of the ledger's entries.
    """

    facts: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    holders: tuple[PostHolder, ...] = ()
    posted: Mapping[str, PostedPerson] = field(default_factory=dict)
    organisations: tuple[KnownOrganisation, ...] = ()
    assigned: Mapping[str, frozenset[str]] = field(default_factory=dict)
