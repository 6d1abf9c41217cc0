"""Which places follow on one another in dated mergers and splits."""

from collections.abc import Iterator, Mapping
from datetime import date

from shared.rules.pack.model import NamedPlace


def successors(places: Mapping[str, NamedPlace], key: str) -> tuple[str, ...]:
    """Return the places that a place becomes, and what those become in turn, each once and nearest first."""
    found: dict[str, None] = {}
    waiting = list(places[key].becomes)
    # It grows while it is walked, so that the nearest come first; what was found before ends a circle.
    for place in waiting:
        if place not in found and place != key:
            found[place] = None
            waiting += places[place].becomes
    return tuple(found)


def heirs(places: Mapping[str, NamedPlace], key: str, on: date) -> tuple[str, ...]:
    """Return the places that have taken over from one by a local day, each once; from one that has not ended none.

    Those that ended meanwhile are followed by their own.
    """
    if places[key].takes_cases(on):
        return ()
    return tuple(dict.fromkeys(_heirs(places, key, on, frozenset())))


def _heirs(places: Mapping[str, NamedPlace], key: str, on: date, seen: frozenset[str]) -> Iterator[str]:
    for after in places[key].becomes:
        if after in places and places[after].takes_cases(on):
            yield after
        elif after in places and after not in seen:
            yield from _heirs(places, after, on, seen | {key, after})


def around(places: Mapping[str, NamedPlace], key: str) -> Iterator[str]:
    """Return a place and every place around it, from the inside out."""
    seen: set[str] = set()
    place: str | None = key
    while place is not None and place not in seen:
        seen.add(place)
        yield place
        place = places[place].part_of


def may_overlap(places: Mapping[str, NamedPlace], one: str, other: str) -> bool:
    """Tell whether two places may claim the same ground: one lies in the other, or takes over from it."""
    about_one, about_other = set(around(places, one)), set(around(places, other))
    if one in about_other or other in about_one:
        return True
    after_one = {place for key in about_one for place in successors(places, key)}
    after_other = {place for key in about_other for place in successors(places, key)}
    return bool(after_one & about_other or after_other & about_one)
