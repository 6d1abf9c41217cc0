"""Who holds which post and who is away: this service's copy of what the registry says, without any address."""

import sqlalchemy as sa

from services.duties.store.tables import absences, members
from shared.contracts.messages import AbsenceChanged, MembershipChanged
from shared.db.work import Work


def town_of(unit: str) -> str:
    """Return the town that a unit's address begins with: 'town.village/desk' → 'town'."""
    return unit.partition("/")[0].partition(".")[0]


class SqlHolders:
    """Members and absences in this service's own store."""

    def note_member(self, work: Work, changed: MembershipChanged) -> None:
        """Keep that somebody holds a place in a unit, or no longer."""
        work.rows(members).put(
            {
                "unit": changed.unit,
                "person": changed.person,
                "role": changed.role,
                "town": town_of(changed.unit),
                "held": changed.held,
                "as_of": work.at,
            }
        )

    def note_absence(self, work: Work, town: str, changed: AbsenceChanged) -> None:
        """Keep that somebody is away for a time, or no longer."""
        work.rows(absences).put(
            {
                "absence": changed.absence,
                "town": town_of(town),
                "person": changed.person,
                "substitute": changed.substitute,
                "from_at": changed.from_at,
                "until_at": changed.until_at,
                "stands": changed.stands,
                "as_of": work.at,
            }
        )

    def posts_of(self, conn: sa.Connection, town: str, person: str) -> frozenset[str]:
        """Return the posts that a person holds."""
        c = members.c
        found = sa.select(c.unit).where(c.town == town, c.person == person, c.held)
        return frozenset(conn.scalars(found))

    def holders_of(self, conn: sa.Connection, unit: str) -> tuple[str, ...]:
        """Return the people who hold a post, by reference, in order."""
        c = members.c
        found = sa.select(c.person).distinct().where(c.unit == unit, c.held).order_by(c.person)
        return tuple(conn.scalars(found))

    def stood_in_for(self, conn: sa.Connection, town: str, person: str, now: object) -> tuple[str, ...]:
        """Return the people for whom somebody stands in at an instant."""
        c = absences.c
        found = sa.select(c.person).where(
            c.town == town, sa.text("stands"), c.until_at > now, c.from_at <= now, c.substitute == person
        )
        return tuple(conn.scalars(found.order_by(c.person)))
