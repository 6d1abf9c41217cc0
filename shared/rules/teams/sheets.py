"""What a sign, a map or a contact card shows of a place: drawn from what holds now, so that a change is on it at once.

Decides what stands on it; how it looks is for whoever prints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.kernel.texts import Text
from shared.rules.case.addresses import address, places_of
from shared.rules.logic.facts import Value
from shared.rules.pack.model import NamedPlace, Pack, PlaceCode, Post, Sheet, SheetKind, Shown, Teams
from shared.rules.teams.cards import card_of
from shared.rules.teams.known import KnownTeams, PostedPerson

_OF_PEOPLE = {Shown.WORKER_NAME, Shown.WORKER_PHONE, Shown.WORKER_PHOTO}
_OF_POSTS = {Shown.POSTS, Shown.TASKS, *_OF_PEOPLE}


@dataclass(frozen=True, slots=True)
class SheetPost:
    """A post on a sheet.

    Args:
        name: what it is called; None: the sheet does not say.
        people: what the sheet says of its holders; empty: nobody holds it, or the sheet names nobody.
        is_vacant: nobody holds it.
        led_by, guided_by: the names of the posts or units that do.
    """

    post: str
    name: Text | None
    people: tuple[PostedPerson, ...]
    tasks: tuple[Text, ...]
    is_vacant: bool
    led_by: Text | None = None
    guided_by: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """A place on a map: its key, name and code, as far as the sheet shows them."""

    place: str
    name: Text | None
    code: PlaceCode | None


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """What a sheet shows of a place; what it does not show is None or empty.

    Args:
        within: of a map: the places that lie in it.
        has_area: its outline is to be drawn. has_qr: a code that leads to the place's page.
    """

    sheet: str
    kind: SheetKind
    place: str
    title: Text
    name: Text | None
    code: PlaceCode | None
    posts: tuple[SheetPost, ...]
    within: tuple[SheetPlace, ...]
    facts: Mapping[str, Value] = field(default_factory=dict)
    has_area: bool = False
    has_qr: bool = False


def picture(pack: Pack, sheet: Sheet, place: str, known: KnownTeams, on: date) -> SheetPicture:
    """Return what a sheet shows of a place on a local day.

    Args:
        place: one of the sheet's level.

    Raises:
        KeyError: there is no such place.
    """
    teams, here, shows = pack.teams or Teams(), pack.places[place], set(sheet.shows)
    posts = [teams.posts[key] for key in sheet.posts or teams.posts] if shows & _OF_POSTS else []
    said = known.facts.get(place, {}) if Shown.FACTS in shows else {}
    own = _place(here, shows)
    return SheetPicture(
        sheet=sheet.key,
        kind=sheet.kind,
        place=place,
        title=sheet.name,
        name=own.name,
        code=own.code,
        posts=tuple(_post(pack, post, place, shows, known) for post in posts),
        within=_within(pack, place, shows, on) if sheet.kind is SheetKind.MAP else (),
        facts={fact: said[fact] for fact in teams.facts if fact in said},
        has_area=Shown.AREA in shows,
        has_qr=Shown.QR in shows,
    )


def _place(place: NamedPlace, shows: set[Shown]) -> SheetPlace:
    return SheetPlace(
        place.key,
        place.name if Shown.NAME in shows else None,
        place.code if Shown.CODE in shows else None,
    )


def _within(pack: Pack, place: str, shows: set[Shown], on: date) -> tuple[SheetPlace, ...]:
    inner = (
        each for each in pack.places.values() if each.key != place and place in places_of(pack, each.key)
    )
    return tuple(_place(each, shows) for each in inner if each.takes_cases(on))


def _post(pack: Pack, post: Post, place: str, shows: set[Shown], known: KnownTeams) -> SheetPost:
    # Where the lowest level has no places of its own, those without a level are its grids: posts of it sit there.
    own = f"{pack.town}.{place}"
    units = {at for unit in post.units for at in (address(pack, unit, place), f"{own}/{pack.noun(unit)}")}
    holders = sorted({each.person for each in known.holders if each.unit in units})
    posted = [known.posted.get(person, PostedPerson("")) for person in holders] if shows & _OF_PEOPLE else []
    card = card_of(pack, post)
    return SheetPost(
        post.key,
        post.name if Shown.POSTS in shows else None,
        tuple(_person(each, shows) for each in posted),
        card.tasks if Shown.TASKS in shows else (),
        not holders,
        card.led_by,
        card.guided_by,
    )


def _person(person: PostedPerson, shows: set[Shown]) -> PostedPerson:
    return PostedPerson(
        person.name if Shown.WORKER_NAME in shows else "",
        person.phone if Shown.WORKER_PHONE in shows else "",
        person.has_photo and Shown.WORKER_PHOTO in shows,
        person.photo if Shown.WORKER_PHOTO in shows else "",
    )
