"""Grids and the people in them, as the registry answers of them: teams, hints, sheets, rotas, hand-overs."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from services.console.domain.grid_map import DrawnMap, map_of
from services.console.domain.grid_sheets import (
    GridFacts,
    GridFeatureSheet,
    MultiPolygonShape,
    PolygonShape,
)
from services.console.domain.sheets import AskedFact, FactGiven, NamedKey
from shared.kernel.texts import Language, Text


class FactOfGrid(Struct, frozen=True):
    """A fact of a grid as it holds: since when, and who told."""

    fact: str
    value: FactGiven
    since: str
    source: str


class NamedFact(Struct, frozen=True):
    """A fact that the town's rules know of grids."""

    fact: str
    name: Text
    kind: str
    values: tuple[str, ...] = ()

    def asked(self, language: Language) -> AskedFact:
        """Return the question that a form asks for it."""
        values = tuple(NamedKey(value, value) for value in self.values)
        return AskedFact(self.fact, self.name.in_language(language), self.kind, values)


class MemberOfTeam(Struct, frozen=True):
    """Somebody who holds a post, by reference."""

    person: str
    since: datetime
    away_until: datetime | None = None
    substitute: str | None = None
    contacts: int = 0


class PostOfTeam(Struct, frozen=True):
    """A post of a team."""

    post: str
    name: Text
    place: str | None = None
    unit: str | None = None
    least: int | None = None
    most: int | None = None
    short: bool = False
    led_by: str | None = None
    guided_by: tuple[str, ...] = ()
    tasks: tuple[Text, ...] = ()
    eligible: tuple[Text, ...] = ()
    people: tuple[MemberOfTeam, ...] = ()


class RotaNamed(Struct, frozen=True):
    """A rota of the town."""

    rota: str
    name: Text


class TurnSheet(Struct, frozen=True, rename={"from_at": "from", "until_at": "until"}):
    """Somebody's turn; `until_at`: when it is over."""

    turn: str
    rota: str
    unit: str
    person: str
    from_at: datetime
    until_at: datetime


class TeamSheet(Struct, frozen=True):
    """A grid's team and what is known of the grid."""

    place: str
    name: Text
    ends_on: str | None = None
    becomes: tuple[str, ...] = ()
    posts: tuple[PostOfTeam, ...] = ()
    facts: tuple[FactOfGrid, ...] = ()
    known_facts: tuple[NamedFact, ...] = ()
    rotas: tuple[RotaNamed, ...] = ()
    on_duty: tuple[TurnSheet, ...] = ()

    def post_name(self, key: str) -> Text:
        """Return what a post of the team is called; a unit by its key."""
        return next((post.name for post in self.posts if post.post == key), Text(key, key))

    def fact_name(self, key: str) -> Text:
        """Return what a fact is called."""
        return next((fact.name for fact in self.known_facts if fact.fact == key), Text(key, key))

    def rota_name(self, key: str) -> Text:
        """Return what a rota is called."""
        return next((rota.name for rota in self.rotas if rota.rota == key), Text(key, key))


class SaidOfGrid(Struct, frozen=True):
    """What was said of a grid at one time."""

    id: str
    facts: Mapping[str, FactGiven]
    since: str
    source: str
    at: datetime
    unit: str | None = None
    person: str | None = None


class SaidRows(Struct, frozen=True):
    """What was ever said of a grid, the newest first."""

    items: tuple[SaidOfGrid, ...] = ()
    next: str | None = None


class HintSheet(Struct, frozen=True):
    """What does not hold 'in principle'."""

    kind: str
    about: str
    name: Text
    places: tuple[str, ...] = ()
    unit: str | None = None
    people: tuple[str, ...] = ()
    facts: Mapping[str, FactGiven] = {}
    bound: int | None = None


class HintRows(Struct, frozen=True):
    """Hints of a town."""

    items: tuple[HintSheet, ...] = ()
    next: str | None = None


class TurnRows(Struct, frozen=True):
    """Turns that are not over, and the rotas that there are."""

    items: tuple[TurnSheet, ...] = ()
    rotas: tuple[RotaNamed, ...] = ()
    next: str | None = None

    def rota_name(self, key: str) -> Text:
        """Return what a rota is called."""
        return next((rota.name for rota in self.rotas if rota.rota == key), Text(key, key))


class PostedPersonSheet(Struct, frozen=True):
    """What a sheet says of somebody."""

    name: str = ""
    phone: str = ""
    photo: str = ""


class PostOnSheet(Struct, frozen=True):
    """A post on a sheet; `name`: None where the sheet shows people alone."""

    post: str
    name: Text | None = None
    people: tuple[PostedPersonSheet, ...] = ()
    tasks: tuple[Text, ...] = ()
    vacant: bool = False


class FactOnSheet(Struct, frozen=True):
    """A fact of the place on a sheet."""

    fact: str
    name: Text
    value: FactGiven


class PlaceOnSheet(Struct, frozen=True):
    """A place on a sheet."""

    place: str
    name: Text | None = None
    code: str | None = None
    geometry: PolygonShape | MultiPolygonShape | None = None

    @property
    def said(self) -> Text:
        """What it is called there."""
        return self.name or Text(self.place, self.place)


class PrintedSheet(Struct, frozen=True):
    """A sign, a map or a contact card of a place."""

    sheet: str
    kind: str
    title: Text
    here: PlaceOnSheet
    posts: tuple[PostOnSheet, ...] = ()
    facts: tuple[FactOnSheet, ...] = ()
    within: tuple[PlaceOnSheet, ...] = ()
    qr: bool = False
    photo: bool = False

    @property
    def drawn(self) -> DrawnMap | None:
        """Its map; None: there is nothing to draw."""
        places = (self.here, *self.within)
        return map_of([GridFeatureSheet(GridFacts(each.place), each.geometry) for each in places], ())

    def name_of(self, place: str) -> Text:
        """Return what a place of the map is called."""
        return next((each.said for each in self.within if each.place == place), self.here.said)


class PrintedSheets(Struct, frozen=True):
    """Sheets of a place."""

    items: tuple[PrintedSheet, ...] = ()


class PostedPlaceRow(Struct, frozen=True):
    """A place of which everybody may read a sheet."""

    place: str
    sheets: tuple[str, ...] = ()


class PostedRows(Struct, frozen=True):
    """Places of which everybody may read a sheet."""

    items: tuple[PostedPlaceRow, ...] = ()


class HandOverSheet(Struct, frozen=True, rename={"from_person": "from", "to_person": "to"}):
    """A hand-over between two people, by reference."""

    id: str
    unit: str
    from_person: str
    to_person: str
    opened_at: datetime
    note: str = ""
    contacts: int = 0
    given_at: datetime | None = None
    taken_at: datetime | None = None

    def waits_for(self, person: str | None) -> bool:
        """Tell whether somebody is one of the two and has not seen it."""
        return (person == self.from_person and self.given_at is None) or (
            person == self.to_person and self.taken_at is None
        )


class HandOverRows(Struct, frozen=True):
    """Hand-overs, the newest first."""

    items: tuple[HandOverSheet, ...] = ()
    next: str | None = None


class ContactOfPerson(Struct, frozen=True):
    """An entry of the ledger with whom somebody keeps in touch."""

    entry: str
    person: str


class ContactRows(Struct, frozen=True):
    """With whom people keep in touch."""

    items: tuple[ContactOfPerson, ...] = ()
    next: str | None = None


class ContactToSend(Struct, frozen=True):
    """Somebody keeps in touch with whom an entry is about, or no longer."""

    entry: str
    person: str
    held: bool


class ToldToSend(Struct, frozen=True):
    """What is said of a grid."""

    facts: Mapping[str, FactGiven]
    since: str
    source: str


class TurnToSend(Struct, frozen=True, rename={"from_at": "from", "until_at": "until"}):
    """A turn to be entered."""

    person: str
    from_at: str
    until_at: str
    place: str | None


class HandOverToSend(Struct, frozen=True, rename={"from_person": "from", "to_person": "to"}):
    """A hand-over to be opened."""

    unit: str
    from_person: str
    to_person: str
    note: str


class PlateToSend(Struct, frozen=True):
    """What is to be posted of somebody."""

    name: str
    phone: str
