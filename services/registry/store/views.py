"""What the registry's routes show, read without locks."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from services.registry.store.people_and_grids import code_of_row
from services.registry.store.tables import (
    absences,
    grid_codes,
    jurisdictions,
    members,
    publications,
    refused,
    token_notes,
)
from shared.db.store import Store

Row = Mapping[str, Any]


class Views:
    """Reads the registry's store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def editions(self, town: str) -> list[dict[str, Any]]:
        """Return a town's publications, newest first, with where each stands: in force, to come, or past."""
        with self._store.read() as conn:
            now = self._store.now(conn)
            rows = [
                dict(row)
                for row in conn.execute(
                    sa.select(publications)
                    .where(publications.c.town == town)
                    .order_by(publications.c.number.desc())
                ).mappings()
            ]
        past = [row for row in rows if row["effective_at"] <= now]
        current = max(past, key=lambda row: (row["effective_at"], row["number"]), default=None)
        for row in rows:
            row["standing"] = (
                "in force" if row is current else "past" if row["effective_at"] <= now else "to come"
            )
        return rows

    def files(self, town: str, edition: str) -> dict[str, str] | None:
        """Return the files of one of a town's editions."""
        editions = self._store.flow.editions
        with self._store.read() as conn:
            found: dict[str, str] | None = conn.scalar(
                sa.select(editions.c.files).where(editions.c.edition == edition, editions.c.town == town)
            )
        return found

    def calendar(self, town: str) -> Row | None:
        """Return a town's days with their revision."""
        calendars = self._store.flow.calendars
        with self._store.read() as conn:
            row = conn.execute(sa.select(calendars).where(calendars.c.town == town)).mappings().one_or_none()
        return dict(row) if row is not None else None

    def members(
        self, town: str, unit: str | None, after: tuple[Any, ...] | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 places that are held in a town, by reference."""
        key = (members.c.unit, members.c.person, members.c.role)
        found = sa.select(members).where(members.c.town == town, members.c.held)
        if unit is not None:
            found = found.where(members.c.unit == unit)
        if after is not None:
            found = found.where(sa.tuple_(*key) > after)
        return self._rows(found.order_by(*key).limit(limit + 1))

    def absences(
        self, town: str, person: str | None, with_past: bool, after: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 absences of a town."""
        found = sa.select(absences).where(absences.c.town == town)
        if person is not None:
            found = found.where(absences.c.person == person)
        if not with_past:
            with self._store.read() as conn:
                now = self._store.now(conn)
            found = found.where(absences.c.stands, absences.c.until_at > now)
        if after is not None:
            found = found.where(absences.c.id > after)
        return self._rows(found.order_by(absences.c.id).limit(limit + 1))

    def grid_codes(self, town: str, after: str | None, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 codes of a town: `id` and `code`."""
        found = sa.select(grid_codes).where(grid_codes.c.town == town)
        if after is not None:
            found = found.where(grid_codes.c.id > after)
        rows = self._rows(found.order_by(grid_codes.c.id).limit(limit + 1))
        return [{"id": row["id"], "code": code_of_row(row)} for row in rows]

    def refused(self, town: str, what: str | None, before: int | None, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 refused attempts, newest first."""
        found = sa.select(refused).where(refused.c.town == town)
        if what is not None:
            found = found.where(refused.c.what == what)
        if before is not None:
            found = found.where(refused.c.id < before)
        return self._rows(found.order_by(refused.c.id.desc()).limit(limit + 1))

    def tokens(self, before: str | None, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 tokens, by reference; neither tokens nor hashes."""
        tokens = self._store.flow.tokens
        found = sa.select(
            token_notes.c.reference,
            token_notes.c.label,
            token_notes.c.issued_at,
            token_notes.c.issued_by,
            tokens.c.role,
            tokens.c.unit,
            tokens.c.person,
            tokens.c.towns,
            tokens.c.valid_until,
            tokens.c.revoked,
        ).join(tokens, tokens.c.token_hash == token_notes.c.token_hash)
        if before is not None:
            found = found.where(token_notes.c.reference > before)
        return self._rows(found.order_by(token_notes.c.reference).limit(limit + 1))

    def jurisdictions(self, after: str | None, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` + 1 jurisdictions by key."""
        found = sa.select(jurisdictions)
        if after is not None:
            found = found.where(jurisdictions.c.key > after)
        return self._rows(found.order_by(jurisdictions.c.key).limit(limit + 1))

    def in_force(self) -> list[tuple[str, int]]:
        """Return every town with the number of its edition in force."""
        with self._store.read() as conn:
            now = self._store.now(conn)
            rows = conn.execute(
                sa.select(publications.c.town, publications.c.number)
                .where(publications.c.effective_at <= now)
                .order_by(publications.c.effective_at, publications.c.number)
            ).all()
        return list(dict(rows).items())

    def _rows(self, statement: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._store.read() as conn:
            return [dict(row) for row in conn.execute(statement).mappings()]
