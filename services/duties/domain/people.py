"""Who acts: a role, a person, the posts that this person holds or stands in for."""

from dataclasses import dataclass

from shared.kernel.roles import Role
from shared.rules.case.addresses import address, key_of, places_of
from shared.rules.pack.model import Pack

OVERSEERS = frozenset({Role.SUPERVISOR.value, Role.OPERATOR.value})
MAKER = "by"  # in a form's readers: whoever may make it


@dataclass(frozen=True, slots=True)
class ActingPerson:
    """Somebody who acts or looks.

    Args:
        unit: that the token speaks for; person: a reference; None: none.
        posts: those of the unit and the person, and of everybody for whom the person stands in now.
    """

    role: str
    unit: str | None
    person: str | None
    posts: frozenset[str]

    @property
    def oversees(self) -> bool:
        """Tell whether the whole town is this one's to watch."""
        return self.role in OVERSEERS

    def is_named(self, pack: Pack, names: tuple[str, ...], post: str) -> bool:
        """Tell whether units, slots or roles mean this one.

        Args:
            post: from whose place units are looked for.
        """
        return self.role in names or not self.posts.isdisjoint(addresses(pack, names, post))


def is_meant(pack: Pack, names: tuple[str, ...], unit: str, post: str) -> bool:
    """Tell whether a post that calls units together means this one: of its own place or around it, else within it."""
    return any(_is_meant(pack, name, unit, post) for name in names if pack.noun(name) == key_of(unit))


def _is_meant(pack: Pack, name: str, unit: str, post: str) -> bool:
    here, place = address(pack, pack.noun(name), place_of(pack, post)), place_of(pack, post)
    if unit == here:
        return True
    # A unit that sits in none of the places around the post is looked for in those that lie within.
    is_elsewhere = here.partition("/")[0] == pack.town
    return is_elsewhere and (place is None or place in places_of(pack, place_of(pack, unit)))


def place_of(pack: Pack, post: str) -> str | None:
    """Return the key of the place in which a post sits; None: in the town itself, or in none that the pack names."""
    place = post.partition("/")[0].removeprefix(f"{pack.town}.")
    return place if place in pack.places else None


def addresses(pack: Pack, names: tuple[str, ...], post: str) -> frozenset[str]:
    """Return the units that names mean as seen from a post; what is no unit of the pack is left out."""
    units = (pack.noun(name) for name in names if not name.startswith("$") or name[1:] in pack.bindings)
    return frozenset(address(pack, unit, place_of(pack, post)) for unit in units if unit in pack.units)
