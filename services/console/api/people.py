"""People and units: who holds what, what nobody holds, who is away and who stands in, what somebody who leaves holds.

People are shown by reference; whoever may read a name asks for it one at a time, and the registry records it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, instant_in, typed_in
from services.console.api.uploads import put_file
from services.console.domain.people_sheets import (
    AbsenceRows,
    AbsenceSheet,
    AbsenceToSend,
    GridPage,
    IdentitySheet,
    MemberToSend,
    UnitRows,
    UnitSheet,
    colleagues_of,
    people_of,
)
from services.console.domain.team_sheets import ContactOfPerson, ContactRows, ContactToSend, PlateToSend
from services.console.domain.typed_answers import NotTyped
from services.console.handlers.client import ApiClient, ApiRefused, Query, at, with_query
from services.console.handlers.listing import whole
from services.console.handlers.name_books import TownNames
from shared.kernel.roles import Role

CORRECTED = (400, 403, 409, 413, 415, 422)  # statuses that the form shows beside what was typed
HOLDS = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)  # roles of a place in a unit
KEEPERS = (Role.OPERATOR, Role.ENGINEER)  # worth a form; what is allowed, the registry says
A_PAGE = 60


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """Who is where."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_app_template_global(unit_said)
        base = "/towns/<town>/people"
        pages.add_url_rule(base, "people", self.units)
        pages.add_url_rule(f"{base}/unit", "unit", self.unit)
        pages.add_url_rule(f"{base}/unit", "place", self.place, methods=["POST"])
        pages.add_url_rule(f"{base}/<person>", "person", self.person)
        pages.add_url_rule(f"{base}/<person>/name", "person-name", self.person_name, methods=["POST"])
        pages.add_url_rule(f"{base}/<person>/plate", "plate", self.plate, methods=["POST"])
        pages.add_url_rule(f"{base}/<person>/contacts", "contact", self.contact, methods=["POST"])
        pages.add_url_rule("/towns/<town>/absences", "absences", self.absences)
        pages.add_url_rule("/towns/<town>/absences", "away", self.enter_absence, methods=["POST"])
        pages.add_url_rule("/towns/<town>/absences/<absence>/end", "back", self.end_absence, methods=["POST"])

    def units(self, town: str) -> ResponseReturnValue:
        """Show who holds what, or what nobody holds."""
        client, which = reader().as_role, "vacant" if asked("which") == "vacant" else "all"
        query: Query = {"which": which, "cursor": asked("cursor"), "limit": A_PAGE}
        page = client.read(at("towns", town, "units"), UnitRows, query)
        names = self.frame.names_in(client, town)
        empty_grids = self._empty_grids(client, town) if which == "vacant" else ()
        shown = {"page": page, "which": which, "names": names, "away": self._away(client, town)}
        return self.frame.page("people.html", 200, **shown, empty_grids=empty_grids)

    def unit(self, town: str) -> ResponseReturnValue:
        """Show one unit: who holds it, who is away, and how to change that."""
        return self._unit(town, asked("unit"))

    def place(self, town: str) -> ResponseReturnValue:
        """Enter that somebody holds a place in a unit, or no longer."""
        client, unit, is_held = reader().as_role, typed_in("unit"), typed_in("held") != "no"
        person, name = filled("person"), filled("name")
        wanted = MemberToSend(unit, typed_in("role"), is_held, person, name)
        try:
            client.send("POST", at("towns", town, "members"), msgspec.json.encode(wanted))
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._unit(town, unit, no, request.form)
        return go(_after_change(town, unit, typed_in("back"), "entered" if is_held else "ended"))

    def person(self, town: str, person: str) -> ResponseReturnValue:
        """Show what somebody holds: what a unit of theirs has open is a link away."""
        return self._person(town, person)

    def person_name(self, town: str, person: str) -> ResponseReturnValue:
        """Show who somebody is; the registry records who asked."""
        client = reader().as_role
        try:
            found = client.read(at("towns", town, "people", person), IdentitySheet)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._person(town, person, refused=no)
        return self._person(town, person, identity=found)

    def plate(self, town: str, person: str) -> ResponseReturnValue:
        """Have signs and cards name somebody, or no longer."""
        client, path = reader().as_role, at("towns", town, "people", person, "plate")
        try:
            if typed_in("posted") == "no":
                client.send("DELETE", path)
            elif typed_in("posted") == "photo":
                client.send("DELETE", f"{path}/photo")
            else:
                wanted = PlateToSend(typed_in("name").strip(), typed_in("phone").strip())
                client.send("PUT", path, msgspec.json.encode(wanted))
                for photo in filter(lambda file: file.filename, request.files.getlist("photo")):
                    put_file(client, f"{path}/photo", photo)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._person(town, person, refused=no)
        return go(with_query(f"/towns/{town}/people/{quote(person, safe='')}", {"done": "posted"}))

    def contact(self, town: str, person: str) -> ResponseReturnValue:
        """Enter that somebody keeps in touch with whom an entry of the ledger is about, or no longer."""
        wanted = ContactToSend(typed_in("entry").strip(), person, typed_in("held") != "no")
        try:
            reader().as_role.send("PUT", at("towns", town, "contacts"), msgspec.json.encode(wanted))
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._person(town, person, refused=no)
        return go(with_query(f"/towns/{town}/people/{quote(person, safe='')}", {"done": "contact"}))

    def absences(self, town: str) -> ResponseReturnValue:
        """Show who is or will be away, and a form for one person."""
        return self._absences(town, request.args)

    def enter_absence(self, town: str) -> ResponseReturnValue:
        """Enter that somebody is away."""
        client = reader().as_role
        zone = self.frame.names_in(client, town).book.zone
        try:
            absence = AbsenceToSend(
                typed_in("person"), instant_in("from", zone), instant_in("until", zone), filled("substitute")
            )
            client.send("POST", at("towns", town, "absences"), msgspec.json.encode(absence))
        except NotTyped as fault:
            return self._absences(town, request.form, fault=fault.asked.fact)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._absences(town, request.form, no)
        return go(f"/towns/{town}/absences?done=entered")

    def end_absence(self, town: str, absence: str) -> ResponseReturnValue:
        """Take an absence back, or end one that has begun."""
        reader().as_role.send("DELETE", at("towns", town, "absences", absence))
        return go(f"/towns/{town}/absences?done=ended")

    def _unit(
        self, town: str, unit: str, refused: ApiRefused | None = None, given: Mapping[str, str] | None = None
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        units = self._units(client, town)
        found = next((each for each in units if each.unit == unit), UnitSheet(unit, in_edition=False))
        shown = {
            "found": found,
            "everybody": people_of(units),
            "names": names,
            "times": self.frame.times_in(names),
            "away": self._away(client, town),
            "holds": HOLDS,
            "given": given or {},
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("unit.html", refused.status if refused else 200, **shown)

    def _person(
        self,
        town: str,
        person: str,
        *,
        refused: ApiRefused | None = None,
        identity: IdentitySheet | None = None,
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        held = whole(client, at("towns", town, "units"), UnitRows, {"person": person}).rows
        of_person: Query = {"person": person}
        shown = {
            "person": person,
            "held": held,
            "names": names,
            "times": self.frame.times_in(names),
            "absences": client.read(at("towns", town, "absences"), AbsenceRows, of_person).items,
            "contacts": self._contacts(client, town, person),
            "identity": identity,
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("person.html", refused.status if refused else 200, **shown)

    def _absences(
        self,
        town: str,
        given: Mapping[str, str],
        refused: ApiRefused | None = None,
        fault: str | None = None,
    ) -> ResponseReturnValue:
        client, person = reader().as_role, typed_in("person") or asked("person")
        names = self.frame.names_in(client, town)
        query: Query = {"which": asked("which"), "cursor": asked("cursor")}
        units = self._units(client, town)
        shown = {
            "page": client.read(at("towns", town, "absences"), AbsenceRows, query),
            "everybody": people_of(units),
            "places": _places(units, names),
            "person": person,
            "colleagues": colleagues_of(person, units),
            "names": names,
            "times": self.frame.times_in(names),
            "given": given,
            "fault": fault,
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("absences.html", refused.status if refused else 422 if fault else 200, **shown)

    def _contacts(self, client: ApiClient, town: str, person: str) -> tuple[ContactOfPerson, ...]:
        """With whom somebody keeps in touch; an engineer keeps people and asks nothing of residents."""
        if not reader().may(Role.SUPERVISOR, Role.OPERATOR):
            return ()
        return whole(client, at("towns", town, "contacts"), ContactRows, {"person": person}).rows

    def _units(self, client: ApiClient, town: str) -> tuple[UnitSheet, ...]:
        return whole(client, at("towns", town, "units"), UnitRows).rows

    def _away(self, client: ApiClient, town: str) -> dict[str, AbsenceSheet]:
        """Who is away now, with the absence."""
        now = self.frame.now()
        found = whole(client, at("towns", town, "absences"), AbsenceRows).rows
        return {each.person: each for each in found if each.stands and each.from_at <= now < each.until_at}

    def _empty_grids(self, client: ApiClient, town: str) -> tuple[str, ...]:
        """Places of grids that take cases and in which nobody works."""
        found = client.read(at("towns", town, "grids"), GridPage).features
        return tuple(
            grid.properties.place
            for grid in found
            if grid.properties.takes_cases and not grid.properties.people
        )


def unit_said(names: TownNames, unit: str, role: str = "") -> str:
    """Return what people call a unit. Grid workers' units have no name in the rules: they are called as their place is.

    Args:
        role: of whoever holds it.
    """
    said, key = names.unit(unit), unit.rpartition("/")[2]
    if role != Role.GRID_WORKER or not said.endswith(key):
        return said
    return said.removesuffix(key).removesuffix(" · ") or names.book.name


def unit_choices(units: tuple[UnitSheet, ...], names: TownNames) -> list[tuple[str, str]]:
    """Return addresses of units with what people call them, by name."""
    return sorted(
        ((unit.unit, unit_said(names, unit.unit, unit.role)) for unit in units), key=lambda each: each[1]
    )


def _places(units: tuple[UnitSheet, ...], names: TownNames) -> dict[str, str]:
    """What everybody holds, in words."""
    between = "、" if reader().language == "zh" else ", "
    said = {unit.unit: unit_said(names, unit.unit, unit.role) for unit in units}
    return {person: between.join(said[unit] for unit in held) for person, held in people_of(units).items()}


def filled(name: str) -> str | None:
    """Return what was typed into a field; None: nothing but blanks."""
    return typed_in(name).strip() or None


def _after_change(town: str, unit: str, person: str, done: str) -> str:
    """Back to the person's page where the change was made there, else to the unit's."""
    if person:
        return with_query(f"/towns/{town}/people/{quote(person, safe='')}", {"done": done})
    return with_query(f"/towns/{town}/people/unit", {"unit": unit, "done": done})
