"""What the registry's routes and its command line show, read without locks and page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.registry.domain.absences import Absence
from services.registry.domain.attempts import ListedAttempt, RefusedAttempt, TriedChange
from services.registry.domain.codes import GridCode
from services.registry.domain.editions import ListedPublication, Published, in_force, standing_of
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.members import ListedMember
from services.registry.domain.tokens import ListedToken, Scope
from services.registry.store.grids import code_of_row
from services.registry.store.tables import (
    HELD,
    absences,
    grid_codes,
    jurisdictions,
    members,
    publications,
    refused,
    token_notes,
)
from services.registry.store.typed import columns_of
from shared.db.looking import Looked, Wanted, among, asked_of_each, few, look, stretch
from shared.db.store import Store
from shared.kernel.texts import Text
from shared.rules.case.timing import AmendedDays

MemberKey = tuple[str, str, str]  # unit, person, role: where a member stands in the list


@dataclass(frozen=True, slots=True)
class PublishedDays:
    """A town's days as they were last published; `as_of`: when."""

    days: AmendedDays
    as_of: datetime


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code that was given out, with the id by which codes are listed: it grows with time."""

    id: str
    code: GridCode


class SqlViews:
    """Reads the registry's store.

    Lists take where they go on (`after` or `before`: what the last row of the page before is sorted by; None: from the
    begin) and how many rows they give at most (`limit`).
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def editions(self, town: str) -> list[ListedPublication]:
        """Return a town's publications, newest first, with where each stands now."""
        with self._store.read() as conn:
            now = self._store.now(conn)
            rows = conn.execute(
                sa.select(publications)
                .where(publications.c.town == town)
                .order_by(publications.c.number.desc())
            ).all()
        known = [Published(row.edition, row.number, row.effective_at) for row in rows]
        current = in_force(known, now)
        return [
            ListedPublication(
                published, row.published_at, row.published_by, standing_of(published, current, now)
            )
            for row, published in zip(rows, known, strict=True)
        ]

    def files(self, town: str, edition: str) -> dict[str, str] | None:
        """Return the files of one of a town's editions."""
        editions = self._store.flow.editions
        with self._store.read() as conn:
            found: dict[str, str] | None = conn.scalar(
                sa.select(editions.c.files).where(editions.c.edition == edition, editions.c.town == town)
            )
        return found

    def calendar(self, town: str) -> PublishedDays | None:
        """Return a town's days; None: it has none of its own."""
        calendars = self._store.flow.calendars
        with self._store.read() as conn:
            row = conn.execute(
                sa.select(calendars.c.days, calendars.c.as_of).where(calendars.c.town == town)
            ).one_or_none()
        return PublishedDays(*row) if row is not None else None

    def members(self, town: str, unit: str | None, after: MemberKey | None, limit: int) -> list[ListedMember]:
        """Return who holds a place in a town's units now, by reference, in order of their units.

        Args:
            unit: of one unit alone.
        """
        key = (members.c.unit, members.c.person, members.c.role)
        found = sa.select(*key, members.c.changed_at).where(members.c.town == town, sa.text(HELD))
        if unit is not None:
            found = found.where(members.c.unit == unit)
        if after is not None:
            found = found.where(sa.tuple_(*key) > after)
        with self._store.read() as conn:
            return [ListedMember(*row) for row in conn.execute(found.order_by(*key).limit(limit))]

    def absences(
        self, town: str, person: str | None, with_past: bool, after: str | None, limit: int
    ) -> Looked[Absence, str]:
        """Return a town's absences, in the order in which they were entered.

        Args:
            person: of one person alone, by reference.
            with_past: also those that are over or were taken back.
        """
        of_town: list[sa.ColumnElement[bool]] = [absences.c.town == town]
        of_person = [absences.c.person == person] if person is not None else []
        with self._store.read() as conn:
            stands = [] if with_past else [absences.c.stands, absences.c.until_at > self._store.now(conn)]

            def fitting(ids: Sequence[str]) -> list[Absence]:
                fits = asked_of_each(*of_town, *of_person, *stands)
                found = sa.select(*columns_of(Absence, absences)).where(absences.c.id.in_(ids), fits)
                return [Absence(*row) for row in conn.execute(found.order_by(absences.c.id))]

            keys = stretch(conn, absences.c.id, *of_town, *of_person)
            if not with_past and person is None:
                # Those that are over come first in their order, and there is no end of them.
                now = Wanted(sa.select(absences.c.id).where(*of_town, *stands), absences.c.until_at)
                keys = among(found) if (found := few(conn, now)) is not None else keys
            return look(keys, fitting, after, limit)

    def grid_codes(self, town: str, after: str | None, limit: int) -> list[ListedCode]:
        """Return the codes that were given out in a town, oldest first."""
        found = sa.select(grid_codes).where(grid_codes.c.town == town)
        if after is not None:
            found = found.where(grid_codes.c.id > after)
        with self._store.read() as conn:
            rows = conn.execute(found.order_by(grid_codes.c.id).limit(limit))
            return [ListedCode(row["id"], code_of_row(row)) for row in rows.mappings()]

    def refused(
        self, town: str, what: TriedChange | None, before: int | None, limit: int
    ) -> list[ListedAttempt]:
        """Return a town's refused attempts, newest first.

        Args:
            what: at one kind of change alone.
        """
        found = sa.select(refused).where(refused.c.town == town)
        if what is not None:
            found = found.where(refused.c.what == what.value)
        if before is not None:
            found = found.where(refused.c.id < before)
        with self._store.read() as conn:
            return [_attempt(row) for row in conn.execute(found.order_by(refused.c.id.desc()).limit(limit))]

    def tokens(self, after: str | None, limit: int) -> list[ListedToken]:
        """Return tokens in order of their references."""
        found = _tokens(self._store.flow.tokens)
        if after is not None:
            found = found.where(token_notes.c.reference > after)
        with self._store.read() as conn:
            rows = conn.execute(found.order_by(token_notes.c.reference).limit(limit))
            return [_token(row) for row in rows]

    def jurisdictions(self, after: str | None, limit: int) -> list[Jurisdiction]:
        """Return jurisdictions in order of their keys."""
        found = sa.select(jurisdictions)
        if after is not None:
            found = found.where(jurisdictions.c.key > after)
        with self._store.read() as conn:
            rows = conn.execute(found.order_by(jurisdictions.c.key).limit(limit))
            return [
                Jurisdiction(row.key, Text(row.name_zh, row.name_en), row.part_of, row.suspended_at)
                for row in rows
            ]

    def towns(self) -> list[Jurisdiction]:
        """Return the jurisdictions that have published rules, in order of their keys."""
        has_rules = sa.select(publications.c.town).where(publications.c.town == jurisdictions.c.key).exists()
        with self._store.read() as conn:
            rows = conn.execute(sa.select(jurisdictions).where(has_rules).order_by(jurisdictions.c.key))
            return [Jurisdiction(row.key, Text(row.name_zh, row.name_en), row.part_of) for row in rows]

    def in_force(self) -> list[tuple[str, int]]:
        """Return every town with the number of its edition in force."""
        with self._store.read() as conn:
            now = self._store.now(conn)
            rows = conn.execute(_IN_FORCE, {"now": now}).all()
        # By instants of effect: the later row takes the place of the earlier, and the one in force remains.
        return list(dict(rows).items())


_IN_FORCE = (
    sa.select(publications.c.town, publications.c.number)
    .where(publications.c.effective_at <= sa.bindparam("now"))
    .order_by(publications.c.effective_at, publications.c.number)
)


def _tokens(tokens: sa.Table) -> sa.Select[Any]:
    """What is noted of tokens and what they allow; neither tokens nor hashes."""
    notes, allowed = token_notes.c, tokens.c
    return sa.select(
        notes.reference,
        notes.label,
        notes.issued_at,
        notes.issued_by,
        allowed.role,
        allowed.towns,
        allowed.unit,
        allowed.person,
        allowed.valid_until,
        allowed.revoked,
    ).join(tokens, allowed.token_hash == notes.token_hash)


def _token(row: sa.Row[Any]) -> ListedToken:
    return ListedToken(
        reference=row.reference,
        label=row.label,
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        scope=Scope(row.role, tuple(row.towns), row.unit, row.person, row.valid_until),
        revoked=row.revoked,
    )


def _attempt(row: sa.Row[Any]) -> ListedAttempt:
    attempt = RefusedAttempt(
        TriedChange(row.what),
        row.code,
        row.detail,
        row.by_role,
        row.by_unit,
        row.by_person,
        row.by_token,
        row.client,
    )
    return ListedAttempt(row.id, row.at, attempt)
