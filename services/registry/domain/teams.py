"""A grid's team, and what of a town's teams does not hold: from the pack, and from who holds what.

Decides which posts belong to a grid's team: its own, those of the places around it, and the town's. Which of them
are held by too few is `shared.rules.teams`' to say; here it becomes one list that can be narrowed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.registry.domain.absences import Absence
from services.registry.domain.members import ListedMember
from shared.kernel.texts import Text
from shared.rules.case.addresses import places_of
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Pack, Post, Teams
from shared.rules.teams.entitled import without_contacts
from shared.rules.teams.known import KnownTeams, PostHolder
from shared.rules.teams.posts import PostSeat, held_by, held_in_several, overstaffed, seats, understaffed
from shared.rules.teams.sizes import sizes, uncovered


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who holds a post.

    Args:
        person: a reference, as is the substitute.
        since: since when, by the latest entry of it.
        away_until: None: here now.
        contacts: with how many residents in touch.
    """

    person: str
    since: datetime
    away_until: datetime | None = None
    substitute: str | None = None
    contacts: int = 0


@dataclass(frozen=True, slots=True)
class TeamPost:
    """A post of a team, where it is filled, and by whom."""

    post: Post
    seat: PostSeat
    members: tuple[TeamMember, ...]

    @property
    def is_short(self) -> bool:
        """Whether it is held by fewer than it is to be."""
        return self.post.least is not None and len(self.members) < self.post.least


@dataclass(frozen=True, slots=True)
class TeamRoster:
    """Who is there.

    Args:
        members: places that are held.
        away: absences that run now, by person.
        contacts: by person, with how many in touch.
    """

    members: Sequence[ListedMember]
    away: Mapping[str, Absence]
    contacts: Mapping[str, int]

    @property
    def holders(self) -> tuple[PostHolder, ...]:
        """Who holds what."""
        return tuple(PostHolder(member.person, member.unit) for member in self.members)


def team_of(pack: Pack, place: str, roster: TeamRoster, on: date) -> list[TeamPost]:
    """Return the posts of a place's team: its own first, then those around it, and the town's."""
    around = [*places_of(pack, place), None]
    holders, since = roster.holders, _since(roster.members)
    found = [
        (around.index(seat.place), post, seat)
        for post in (pack.teams or Teams()).posts.values()
        for seat in seats(pack, post, on)
        if seat.place in around
    ]
    return [
        TeamPost(post, seat, tuple(_member(each, roster, since) for each in held_by(pack, seat, holders)))
        for _, post, seat in sorted(found, key=lambda each: each[0])
    ]


def _since(members: Iterable[ListedMember]) -> Mapping[str, datetime]:
    found: dict[str, datetime] = {}
    for member in members:
        found[member.person] = max(member.since, found.get(member.person, member.since))
    return found


def _member(person: str, roster: TeamRoster, since: Mapping[str, datetime]) -> TeamMember:
    absence = roster.away.get(person)
    return TeamMember(
        person,
        since[person],
        absence.until_at if absence else None,
        absence.substitute if absence else None,
        roster.contacts.get(person, 0),
    )


class HintKind(StrEnum):
    """What does not hold 'in principle' (原则上): listed, and nothing is refused for it."""

    OUTSIDE = "outside"  # of all ranges of a check
    UNSAID = "unsaid"  # nobody has entered how large it is
    UNCOVERED = "uncovered"  # in no grid
    VACANT = "vacant"  # nobody holds the post
    SHORT = "short"  # fewer than the least
    OVER = "over"  # more than the most
    SEVERAL = "several"  # one person in several places, of a post that is one person's in one place
    NO_CONTACTS = "no-contacts"  # keeps in touch with fewer than the least


@dataclass(frozen=True, slots=True)
class GridHint:
    """One of them.

    Args:
        about: key of the check or the post; '' where it is neither. name: what it is called.
        places: that it is about; none: the town.
        unit: the one unit that is to fill a post, where each has to.
        people: by reference. facts: what was looked at.
        bound: the least or the most that is asked for.
    """

    kind: HintKind
    about: str
    name: Text
    places: tuple[str, ...] = ()
    unit: str | None = None
    people: tuple[str, ...] = ()
    facts: Mapping[str, Value] | None = None
    bound: int | None = None

    @property
    def key(self) -> str:
        """By which the list is in order: kind by kind, then what it is about, then where."""
        return "\t".join(
            (f"{list(HintKind).index(self.kind)}", self.about, *self.places, self.unit or "", *self.people)
        )


def hints_of(pack: Pack, known: KnownTeams, on: date) -> list[GridHint]:
    """Return all hints of a town, in order."""
    return sorted((*_of_places(pack, known, on), *_of_posts(pack, known, on)), key=lambda hint: hint.key)


def _of_places(pack: Pack, known: KnownTeams, on: date) -> Iterator[GridHint]:
    checks = (pack.teams or Teams()).checks
    for found in sizes(pack, known.facts, on):
        kind = HintKind.UNSAID if found.is_unsaid else HintKind.OUTSIDE
        name = checks[found.check].origin.title
        yield GridHint(kind, found.check, name, (found.place,), facts=found.known)
    for open_ in uncovered(pack, on):
        yield GridHint(HintKind.UNCOVERED, open_.check, checks[open_.check].origin.title, (open_.place,))


def _of_posts(pack: Pack, known: KnownTeams, on: date) -> Iterator[GridHint]:
    posts = (pack.teams or Teams()).posts
    for few in understaffed(pack, known.holders, on):
        kind = HintKind.SHORT if few.held_by else HintKind.VACANT
        yield _of_seat(kind, posts[few.seat.post], few.seat, few.held_by, few.least)
    for many in overstaffed(pack, known.holders, on):
        yield _of_seat(HintKind.OVER, posts[many.seat.post], many.seat, many.held_by, many.most)
    for twice in held_in_several(pack, known.holders, on):
        yield GridHint(
            HintKind.SEVERAL,
            twice.post,
            posts[twice.post].name,
            twice.places,
            people=(twice.person,),
            bound=1,
        )
    for lonely in without_contacts(pack, known, on):
        yield GridHint(HintKind.NO_CONTACTS, "", Text(), people=(lonely.person,), bound=lonely.least)


def _of_seat(kind: HintKind, post: Post, seat: PostSeat, people: tuple[str, ...], bound: int) -> GridHint:
    places = (seat.place,) if seat.place else ()
    return GridHint(kind, post.key, post.name, places, seat.unit, people, bound=bound)
