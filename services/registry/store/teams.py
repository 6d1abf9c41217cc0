"""Turns, contacts, plates and hand-overs of the people in a town's teams."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from services.registry.domain.contacts import Contact
from services.registry.domain.hand_overs import HandOver
from services.registry.domain.plates import SealedPhoto
from services.registry.domain.rotas import RotaTurn
from services.registry.store.tables import (
    HELD,
    contacts,
    hand_overs,
    members,
    plate_photos,
    plates,
    rota_turns,
)
from services.registry.store.typed import columns_of, own_row
from shared.db.work import Work

TurnKey = tuple[datetime, str]  # until, id: where a turn stands in the list


class SqlTurns:
    """Who takes which turn."""

    def get(self, work: Work, town: str, turn: str) -> RotaTurn | None:
        """Return a town's turn."""
        return own_row(RotaTurn, work.rows(rota_turns).get(turn), town)

    def put(self, work: Work, town: str, turn: RotaTurn, by: str | None) -> None:
        """Enter a turn, or that it was taken back."""
        work.rows(rota_turns).put({"town": town, **asdict(turn), "changed_at": work.at, "changed_by": by})

    def ahead(
        self,
        conn: sa.Connection,
        town: str,
        unit: str | None,
        now: datetime,
        after: TurnKey | None,
        limit: int,
    ) -> list[RotaTurn]:
        """Return the turns that are not over, soonest end first; those that were taken back are not among them.

        Args:
            unit: of one unit alone.
        """
        key = (rota_turns.c.until_at, rota_turns.c.id)
        found = sa.select(*columns_of(RotaTurn, rota_turns)).where(
            rota_turns.c.town == town, rota_turns.c.until_at > now
        )
        found = found.where(rota_turns.c.stands)
        if unit is not None:
            found = found.where(rota_turns.c.unit == unit)
        if after is not None:
            found = found.where(sa.tuple_(*key) > after)
        return [RotaTurn(*row) for row in conn.execute(found.order_by(*key).limit(limit))]

    def running(
        self, conn: sa.Connection, town: str, at: datetime, units: Sequence[str] | None = None
    ) -> list[RotaTurn]:
        """Return the turns that run at an instant.

        Args:
            units: None: of the whole town.
        """
        found = sa.select(*columns_of(RotaTurn, rota_turns)).where(
            rota_turns.c.town == town,
            rota_turns.c.until_at > at,
            rota_turns.c.from_at <= at,
            rota_turns.c.stands,
        )
        if units is not None:
            found = found.where(rota_turns.c.unit.in_(list(units)))
        rows = conn.execute(found.order_by(rota_turns.c.until_at, rota_turns.c.id))
        return [RotaTurn(*row) for row in rows]


class SqlContacts:
    """Who keeps in touch with whom."""

    def put(self, work: Work, town: str, contact: Contact, by: str | None) -> None:
        """Enter that somebody keeps in touch, or no longer."""
        work.rows(contacts).put({"town": town, **asdict(contact), "changed_at": work.at, "changed_by": by})

    def entries_of(self, work: Work, town: str, person: str) -> list[str]:
        """Return the entries with which somebody keeps in touch."""
        found = sa.select(contacts.c.entry).where(
            contacts.c.town == town, contacts.c.person == person, sa.text(HELD)
        )
        return list(work.conn.scalars(found.order_by(contacts.c.entry)))

    def counted(self, conn: sa.Connection, town: str, people: Iterable[str]) -> dict[str, int]:
        """Return with how many each of these people keeps in touch."""
        found = (
            sa.select(contacts.c.person, sa.func.count().label("number"))
            .where(contacts.c.town == town, contacts.c.person.in_(list(people)), sa.text(HELD))
            .group_by(contacts.c.person)
        )
        return {row.person: row.number for row in conn.execute(found)}

    def by_person(self, conn: sa.Connection, town: str) -> dict[str, frozenset[str]]:
        """Return the entries with which each keeps in touch."""
        found = sa.select(contacts.c.person, contacts.c.entry).where(contacts.c.town == town, sa.text(HELD))
        entries: dict[str, set[str]] = {}
        for person, entry in conn.execute(found):
            entries.setdefault(person, set()).add(entry)
        return {person: frozenset(found) for person, found in entries.items()}

    def held(
        self,
        conn: sa.Connection,
        town: str,
        *,
        person: str | None,
        entry: str | None,
        after: tuple[str, str] | None,
        limit: int,
    ) -> list[Contact]:
        """Return who keeps in touch with whom now, in order of people and entries.

        Args:
            person, entry: of one alone.
        """
        key = (contacts.c.person, contacts.c.entry)
        found = sa.select(contacts.c.entry, contacts.c.person).where(contacts.c.town == town, sa.text(HELD))
        if person is not None:
            found = found.where(contacts.c.person == person)
        if entry is not None:
            found = found.where(contacts.c.entry == entry)
        if after is not None:
            found = found.where(sa.tuple_(*key) > after)
        return [Contact(*row) for row in conn.execute(found.order_by(*key).limit(limit))]


class SqlPlates:
    """What is posted of people, sealed."""

    def put(self, work: Work, town: str, person: str, sealed: str, by: str | None) -> None:
        """Keep a plate."""
        work.rows(plates).put(
            {"town": town, "person": person, "sealed": sealed, "changed_at": work.at, "changed_by": by}
        )

    def erase(self, work: Work, town: str, person: str) -> None:
        """Remove a plate for good."""
        # At once, not at the flush: rows that wait in memory know no deletion.
        for table in (plates, plate_photos):
            work.conn.execute(sa.delete(table).where(table.c.town == town, table.c.person == person))

    def erase_photo(self, work: Work, town: str, person: str) -> None:
        """Remove a plate's photo for good."""
        c = plate_photos.c
        work.conn.execute(sa.delete(plate_photos).where(c.town == town, c.person == person))

    def put_photo(self, work: Work, town: str, person: str, photo: SealedPhoto, by: str | None) -> None:
        """Keep a plate's photo in the place of the one before."""
        said = {"id": photo.id, "type": photo.type, "sealed": photo.sealed}
        row = {"town": town, "person": person, **said, "changed_at": work.at, "changed_by": by}
        work.rows(plate_photos).put(row)

    def photos_of(self, conn: sa.Connection, town: str, people: Iterable[str]) -> dict[str, str]:
        """Return the ids of the photos of those of these people who have one."""
        c = plate_photos.c
        found = sa.select(c.person, c.id).where(c.town == town, c.person.in_(list(people)))
        return {row.person: row.id for row in conn.execute(found)}

    def photo(self, conn: sa.Connection, town: str, id_: str) -> SealedPhoto | None:
        """Return a photo by its id."""
        c = plate_photos.c
        row = conn.execute(sa.select(c.id, c.type, c.sealed).where(c.town == town, c.id == id_)).one_or_none()
        return None if row is None else SealedPhoto(*row)

    def of(self, conn: sa.Connection, town: str, people: Iterable[str]) -> dict[str, str]:
        """Return the sealed plates of those of these people who have one."""
        found = sa.select(plates.c.person, plates.c.sealed).where(
            plates.c.town == town, plates.c.person.in_(list(people))
        )
        return {row.person: row.sealed for row in conn.execute(found)}


class SqlHandOvers:
    """What goes over from one to another."""

    def get(self, work: Work, town: str, hand_over: str) -> HandOver | None:
        """Return a town's hand-over, held for a change."""
        return own_row(HandOver, work.rows(hand_overs).get(hand_over), town)

    def put(self, work: Work, town: str, hand_over: HandOver) -> None:
        """Enter a hand-over, or that it was seen."""
        work.rows(hand_overs).put({"town": town, **asdict(hand_over)})

    def listed(
        self, conn: sa.Connection, town: str, person: str | None, before: str | None, limit: int
    ) -> list[HandOver]:
        """Return hand-overs, the newest first.

        Args:
            person: of one of the two alone.
        """
        found = sa.select(*columns_of(HandOver, hand_overs)).where(hand_overs.c.town == town)
        if before is not None:
            found = found.where(hand_overs.c.id < before)
        sides = (
            [found]
            if person is None
            else [
                found.where(column == person) for column in (hand_overs.c.from_person, hand_overs.c.to_person)
            ]
        )
        rows = [
            HandOver(*row)
            for side in sides
            for row in conn.execute(side.order_by(hand_overs.c.id.desc()).limit(limit))
        ]
        return sorted(rows, key=lambda row: row.id, reverse=True)[:limit]


def holders_of(conn: sa.Connection, town: str, units: Iterable[str]) -> set[tuple[str, str]]:
    """Return unit and person of the places that are held in these units."""
    found = sa.select(members.c.unit, members.c.person).where(
        members.c.town == town, members.c.unit.in_(list(units)), sa.text(HELD)
    )
    return {(unit, person) for unit, person in conn.execute(found)}
