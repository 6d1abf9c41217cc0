"""Who holds which unit, who is away, and the one table that names people."""

import sqlalchemy as sa

from services.registry.domain.absences import Absence
from services.registry.domain.members import ListedMember, Membership
from services.registry.store.tables import HELD, absences, members, people
from services.registry.store.typed import columns_of, own_row
from shared.db.work import Work


class SqlMembers:
    """Places in units, and sealed identities."""

    def places_of(self, work: Work, town: str, person: str) -> list[Membership]:
        """Return every place that a person holds or has held in a town."""
        found = work.conn.execute(
            sa.select(members.c.person, members.c.unit, members.c.role, members.c.held)
            .where(members.c.person == person, members.c.town == town)
            .order_by(members.c.unit, members.c.role)
        )
        return [Membership(*row) for row in found]

    def put(self, work: Work, town: str, membership: Membership) -> None:
        """Enter a place or its end."""
        work.rows(members).put(
            {
                "unit": membership.unit,
                "person": membership.person,
                "role": membership.role,
                "town": town,
                "held": membership.held,
                "changed_at": work.at,
            }
        )

    def identity(self, work: Work, town: str, person: str) -> str | None:
        """Return a person's sealed identity."""
        row = work.rows(people).get((town, person))
        return row["sealed"] if row else None

    def put_identity(self, work: Work, town: str, person: str, sealed: str) -> None:
        """Keep a person's sealed identity."""
        work.rows(people).put({"town": town, "person": person, "sealed": sealed, "changed_at": work.at})

    def erase_identity(self, work: Work, town: str, person: str) -> None:
        """Remove a person's identity for good."""
        # At once, not at the flush: rows that wait in memory know no deletion.
        work.conn.execute(sa.delete(people).where(people.c.town == town, people.c.person == person))


def held_members(conn: sa.Connection, town: str) -> list[ListedMember]:
    """Return everybody who holds a place in a town's units, in order of the units."""
    key = (members.c.unit, members.c.person, members.c.role)
    held = sa.select(*key, members.c.changed_at).where(members.c.town == town, sa.text(HELD))
    return [ListedMember(*row) for row in conn.execute(held.order_by(*key))]


class SqlAbsences:
    """Who is away, and who was."""

    def standing(self, work: Work, town: str) -> list[Absence]:
        """Return the absences of a town that stand and are not over."""
        found = sa.select(*columns_of(Absence, absences)).where(
            absences.c.town == town, absences.c.until_at > work.at, absences.c.stands
        )
        return [Absence(*row) for row in work.conn.execute(found.order_by(absences.c.id))]

    def get(self, work: Work, town: str, absence: str) -> Absence | None:
        """Return a town's absence, whether it stands or not."""
        return own_row(Absence, work.rows(absences).get(absence), town)

    def put(self, work: Work, town: str, absence: Absence, by: str | None) -> None:
        """Enter or change an absence.

        Args:
            by: reference of whoever does so; None: the command line, or somebody's leaving.
        """
        work.rows(absences).put(
            {
                "id": absence.id,
                "town": town,
                "person": absence.person,
                "substitute": absence.substitute,
                "from_at": absence.from_at,
                "until_at": absence.until_at,
                "stands": absence.stands,
                "changed_at": work.at,
                "changed_by": by,
            }
        )
