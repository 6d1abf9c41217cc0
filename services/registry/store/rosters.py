"""Reads what is known of a town's grids and people, as the rules of teams are handed it."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from services.registry.domain.absences import Absence
from services.registry.domain.codes import GridCode
from services.registry.domain.rotas import RotaTurn, on_duty
from services.registry.domain.teams import TeamRoster
from services.registry.store.grid_facts import SqlGridFacts
from services.registry.store.grids import code_of_row
from services.registry.store.packs import PackInForce
from services.registry.store.people import held_members
from services.registry.store.tables import absences, grid_codes
from services.registry.store.teams import SqlContacts, SqlTurns
from services.registry.store.typed import columns_of
from shared.rules.teams.known import KnownTeams


@dataclass(frozen=True, slots=True)
class SqlRosters:
    """Reads teams."""

    facts: SqlGridFacts
    contacts: SqlContacts
    turns: SqlTurns

    def roster(self, conn: sa.Connection, found: PackInForce) -> TeamRoster:
        """Return who is there, who is away, and who keeps in touch with how many."""
        town = found.pack.town
        held = held_members(conn, town)
        people = {member.person for member in held}
        return TeamRoster(held, _away(conn, found), self.contacts.counted(conn, town, people))

    def known(self, conn: sa.Connection, found: PackInForce) -> KnownTeams:
        """Return what is known of all grids and people of a town."""
        town = found.pack.town
        facts = {
            place: {fact: each.value for fact, each in held.items()}
            for place, held in self.facts.held(conn, town).items()
        }
        roster = TeamRoster(held_members(conn, town), {}, {})
        wanted = found.teams.contacts is not None
        return KnownTeams(
            facts, roster.holders, assigned=self.contacts.by_person(conn, town) if wanted else {}
        )

    def on_duty(self, conn: sa.Connection, found: PackInForce) -> list[RotaTurn]:
        """Return the turns of whoever is on duty in a town now."""
        town = found.pack.town
        turns = self.turns.running(conn, town, found.at)
        return on_duty(turns, {(each.unit, each.person) for each in held_members(conn, town)}, found.at)

    @staticmethod
    def codes(conn: sa.Connection, town: str) -> tuple[GridCode, ...]:
        """Return the codes that were given out in a town."""
        found = conn.execute(sa.select(grid_codes).where(grid_codes.c.town == town)).mappings()
        return tuple(code_of_row(row) for row in found)


def _away(conn: sa.Connection, found: PackInForce) -> Mapping[str, Absence]:
    """Absences that run now, by person."""
    running = sa.select(*columns_of(Absence, absences)).where(
        absences.c.town == found.pack.town,
        absences.c.stands,
        absences.c.from_at <= found.at,
        absences.c.until_at > found.at,
    )
    rows = [Absence(*row) for row in conn.execute(running)]
    return {absence.person: absence for absence in rows}
