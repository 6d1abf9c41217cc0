"""Which posts are held by too few or too many, and who holds one in several places that is to be held in one.

What is listed is a hint: nobody is refused a post for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.rules.case.addresses import key_of, places_at, places_of
from shared.rules.pack.model import Pack, Post
from shared.rules.teams.known import PostHolder


@dataclass(frozen=True, slots=True)
class PostSeat:
    """Where a post is to be filled.

    Args:
        place: None: once in the town.
        unit: the one unit that has to fill it, where each has to; None: all of them together.
    """

    post: str
    place: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Understaffed:
    """A seat with too few people, none of them perhaps."""

    seat: PostSeat
    held_by: tuple[str, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Overstaffed:
    """A seat with too many people."""

    seat: PostSeat
    held_by: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class HeldInSeveral:
    """Somebody who holds a post in several places that is one person's in one place (一格一员)."""

    post: str
    person: str
    places: tuple[str, ...]


def seats(pack: Pack, post: Post, on: date) -> tuple[PostSeat, ...]:
    """Return every seat of a post: in each place of its level, by each of its units where each is to fill it."""
    units: Sequence[str | None] = tuple(pack.noun(unit) for unit in post.units) if post.each else (None,)
    return tuple(PostSeat(post.key, place, unit) for place in _places(pack, post, on) for unit in units)


def held_by(pack: Pack, seat: PostSeat, holders: Iterable[PostHolder]) -> tuple[str, ...]:
    """Return who holds a seat, each once, in order."""
    post = _post(pack, seat.post)
    units = {seat.unit} if seat.unit else {pack.noun(unit) for unit in post.units}
    people = (each.person for each in holders if key_of(each.unit) in units and _sits_there(pack, seat, each))
    return tuple(sorted(set(people)))


def understaffed(pack: Pack, holders: Sequence[PostHolder], on: date) -> tuple[Understaffed, ...]:
    """Return the seats that are held by fewer than the least; a post without a least is never vacant."""
    return tuple(
        Understaffed(seat, people, post.least)
        for post, seat, people in _held(pack, holders, on)
        if post.least is not None and len(people) < post.least
    )


def overstaffed(pack: Pack, holders: Sequence[PostHolder], on: date) -> tuple[Overstaffed, ...]:
    """Return the seats that are held by more than the most."""
    return tuple(
        Overstaffed(seat, people, post.most)
        for post, seat, people in _held(pack, holders, on)
        if post.most is not None and len(people) > post.most
    )


def held_in_several(pack: Pack, holders: Sequence[PostHolder], on: date) -> tuple[HeldInSeveral, ...]:
    """Return who holds a post in several places that nobody may."""
    where: dict[tuple[str, str], list[str]] = {}
    for post, seat, people in _held(pack, holders, on):
        if not post.many and seat.place is not None:
            for person in people:
                where.setdefault((post.key, person), []).append(seat.place)
    places = {key: tuple(dict.fromkeys(found)) for key, found in where.items()}
    return tuple(HeldInSeveral(*key, found) for key, found in places.items() if len(found) > 1)


def people_in(pack: Pack, posts: Iterable[str], holders: Sequence[PostHolder], on: date) -> tuple[str, ...]:
    """Return everybody who holds one of some posts, each once."""
    known = pack.teams.posts if pack.teams else {}
    chosen = [known[key] for key in posts]
    return tuple(dict.fromkeys(each for _, _, people in _held(pack, holders, on, chosen) for each in people))


def _held(
    pack: Pack, holders: Sequence[PostHolder], on: date, posts: Iterable[Post] | None = None
) -> Iterator[tuple[Post, PostSeat, tuple[str, ...]]]:
    """Every seat of some posts, of all where none are named, with who holds it; a seat looks at its own place alone."""
    by_unit: dict[str, list[PostHolder]] = {}
    for holder in holders:
        by_unit.setdefault(key_of(holder.unit), []).append(holder)
    every = pack.teams.posts.values() if pack.teams else ()
    for post in every if posts is None else posts:
        own = [each for unit in post.units for each in by_unit.get(pack.noun(unit), ())]
        at: dict[str, list[PostHolder]] = {}
        for each in own:
            at.setdefault(jurisdiction(each), []).append(each)
        for seat in seats(pack, post, on):
            here = own if seat.place is None else _around(pack, seat.place, at)
            yield post, seat, held_by(pack, seat, here)


def _around(pack: Pack, place: str, at: Mapping[str, list[PostHolder]]) -> list[PostHolder]:
    return [each for where in _seen_from(pack, place) for each in at.get(where, ())]


def jurisdiction(holder: PostHolder) -> str:
    """Return where somebody sits."""
    return holder.unit.rpartition("/")[0]


def _sits_there(pack: Pack, seat: PostSeat, holder: PostHolder) -> bool:
    return seat.place is None or jurisdiction(holder) in _seen_from(pack, seat.place)


def _seen_from(pack: Pack, place: str) -> list[str]:
    """The jurisdictions around a place: who sits in the village or the town may be that of each of its grids."""
    return [*(f"{pack.town}.{key}" for key in places_of(pack, place)), pack.town]


def _places(pack: Pack, post: Post, on: date) -> Sequence[str | None]:
    """Where a level has no places, its units sit in the town, and the post is filled there."""
    if post.level is None:
        return (None,)
    there = places_at(pack, pack.noun(post.level), None)
    standing = tuple(place.key for place in there if place.takes_cases(on))
    return standing if there else (None,)


def _post(pack: Pack, key: str) -> Post:
    if pack.teams is None:
        raise KeyError(key)
    return pack.teams.posts[key]
