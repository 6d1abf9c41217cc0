"""Drawing sheets – signs, maps, contact cards – from what holds now, whenever they are asked for."""

from dataclasses import dataclass

import sqlalchemy as sa

from services.registry.domain.codes import GridCode
from services.registry.domain.plates import Photo
from services.registry.domain.refusals import refusal
from services.registry.domain.teams import TeamRoster, team_of
from services.registry.handlers.plates import Plates
from services.registry.store.packs import PackInForce, PacksInForce
from services.registry.store.rosters import SqlRosters
from shared.db.store import Store
from shared.rules.case.addresses import places_at
from shared.rules.pack.model import Pack, Sheet
from shared.rules.teams.known import KnownTeams
from shared.rules.teams.sheets import SheetPicture, picture


@dataclass(frozen=True, slots=True)
class DrawnSheets:
    """Sheets of a place.

    Args:
        codes: that were given out in the town.
    """

    pack: Pack
    pictures: tuple[SheetPicture, ...]
    codes: tuple[GridCode, ...]


@dataclass(frozen=True, slots=True)
class PostedPlace:
    """A place of which everybody may read a sheet."""

    place: str
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetMaker:
    """Draws sheets."""

    store: Store
    packs: PacksInForce
    rosters: SqlRosters
    plates: Plates

    def of_place(self, town: str, place: str, *, public: bool = False) -> DrawnSheets:
        """Return the sheets of a place; of those that everybody may read, if `public` says so.

        Raises:
            Problem: `no-edition`; `unknown-place`, also where everybody may read nothing of it.
        """
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
            wanted = (each for each in found.teams.sheets.values() if each.public or not public)
            sheets = [each for each in wanted if place in _places(found, each)]
            if place not in found.pack.places or (public and not sheets):
                raise refusal("unknown-place", place=place)
            known = self._known(conn, found, place)
            drawn = tuple(picture(found.pack, each, place, known, found.today) for each in sheets)
            return DrawnSheets(found.pack, drawn, self.rosters.codes(conn, town))

    def photo(self, town: str, place: str, id_: str, *, public: bool = False) -> Photo | None:
        """Return a photo that a sheet of a place shows now; None: none does.

        Raises:
            Problem: see `of_place`.
        """
        drawn = self.of_place(town, place, public=public)
        shown = {person.photo for each in drawn.pictures for post in each.posts for person in post.people}
        if not id_ or id_ not in shown:
            return None
        with self.store.read() as conn:
            return self.plates.photo(conn, town, id_)

    def posted(self, town: str) -> list[PostedPlace]:
        """Return the places of which everybody may read a sheet.

        Raises:
            Problem: `no-edition`.
        """
        with self.store.read() as conn:
            found = self.packs.of(conn, town)
        public: dict[str, list[str]] = {}
        for sheet in found.teams.sheets.values():
            for place in _places(found, sheet) if sheet.public else ():
                public.setdefault(place, []).append(sheet.key)
        return [PostedPlace(place, tuple(public[place])) for place in found.pack.places if place in public]

    def _known(self, conn: sa.Connection, found: PackInForce, place: str) -> KnownTeams:
        """What is known of one place: no more of anybody than what is posted of the members of its team."""
        roster = self.rosters.roster(conn, found)
        people = _people(found, place, roster)
        facts = self.rosters.facts.held(conn, found.pack.town, [place]).get(place, {})
        return KnownTeams(
            {place: {fact: each.value for fact, each in facts.items()}},
            roster.holders,
            self.plates.of(conn, found.pack.town, people),
        )


def _places(found: PackInForce, sheet: Sheet) -> frozenset[str]:
    """The places for each of which a sheet is drawn."""
    there = places_at(found.pack, found.pack.noun(sheet.level), found.today)
    return frozenset(place.key for place in there)


def _people(found: PackInForce, place: str, roster: TeamRoster) -> frozenset[str]:
    team = team_of(found.pack, place, roster, found.today)
    return frozenset(member.person for post in team for member in post.members)
