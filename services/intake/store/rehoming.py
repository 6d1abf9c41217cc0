"""Places that end and what became of their cases, in intake's store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.milestones import DRAFT, ENDED
from services.intake.store.reading import plain
from services.intake.store.tables import cases, flow, place_ends, place_scans, rehomings
from services.intake.store.visibility import Viewer, visible
from shared.db.work import Work

Row = dict[str, Any]
_OVER = sorted({*ENDED, DRAFT})


class StoredRehomings:
    """Implements `ports.rehoming.Rehomings`."""

    def unscanned(self, work: Work) -> Row | None:
        """Return a publication in effect that nobody looked through."""
        table = flow.editions
        found = (
            sa.select(table.c.edition, table.c.number, table.c.town, table.c.files)
            .where(_is_unscanned(), table.c.effective_at <= work.at)
            .order_by(table.c.effective_at, table.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = work.conn.execute(found).mappings().one_or_none()
        return plain(row) if row else None

    def scanned(self, work: Work, row: Row) -> None:
        """Note that a publication was looked through."""
        work.rows(place_scans).put(
            {"edition": row["edition"], "number": row["number"], "scanned_at": work.at}
        )

    def set_ends(self, work: Work, town: str, ends: Mapping[str, datetime]) -> None:
        """Keep which places of a town end; those whose day stays the same keep their looks."""
        found = work.conn.execute(sa.select(place_ends).where(place_ends.c.town == town)).mappings()
        known = {row["place"]: row["ends_at"] for row in found}
        gone = [place for place in known if place not in ends]
        work.conn.execute(
            sa.delete(place_ends).where(place_ends.c.town == town, place_ends.c.place.in_(gone))
        )
        for place, ends_at in ends.items():
            if known.get(place) != ends_at:
                work.rows(place_ends).put(
                    {"town": town, "place": place, "ends_at": ends_at,
                     "look_at": ends_at, "after": None, "looks": 0}
                )  # fmt: skip

    def due(self, work: Work) -> Row | None:
        """Return a place that has ended and whose cases are to be looked through."""
        found = (
            sa.select(place_ends)
            .where(place_ends.c.look_at <= work.at)
            .order_by(place_ends.c.look_at, place_ends.c.town, place_ends.c.place)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = work.conn.execute(found).mappings().one_or_none()
        return plain(row) if row else None

    def keep_end(self, work: Work, row: Row) -> None:
        """Keep how far a look has come."""
        work.rows(place_ends).put(row)

    def open_cases(
        self, work: Work, town: str, after: str | None, limit: int
    ) -> Sequence[tuple[str, str | None]]:
        """Return ids and places of running cases of a town in the order of their ids."""
        found = sa.select(cases.c.id, cases.c.place).where(
            cases.c.town == town, cases.c.id > (after or ""), cases.c.state.not_in(_OVER)
        )
        rows = work.conn.execute(found.order_by(cases.c.id).limit(limit))
        return [(row.id, row.place.get("key")) for row in rows]

    def known(self, work: Work, case: str, place: str) -> Row | None:
        """Return what became of a case when a place ended."""
        return work.rows(rehomings).get((case, place))

    def note(self, work: Work, row: Row) -> None:
        """Keep what became of a case."""
        work.rows(rehomings).put({**row, "at": work.at})

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return since or from when there is something to do, or None."""
        editions = sa.select(sa.func.min(flow.editions.c.effective_at)).where(_is_unscanned())
        looks = sa.select(sa.func.min(place_ends.c.look_at))
        found = [at for at in (conn.scalar(editions), conn.scalar(looks)) if at is not None]
        return min(found, default=None)


def _is_unscanned() -> sa.ColumnElement[bool]:
    scans, editions = place_scans, flow.editions
    same = sa.and_(scans.c.edition == editions.c.edition, scans.c.number == editions.c.number)
    return ~sa.exists().where(same)


def list_rehomings(
    conn: sa.Connection, viewer: Viewer, state: str | None, after: str | None, limit: int
) -> list[Row]:
    """Return up to `limit` re-homings of cases that the viewer may see, by `id`, each with the case's number."""
    key = rehomings.c.case_id + "/" + rehomings.c.place
    conditions = [rehomings.c.town == viewer.town, visible(viewer)]
    conditions += [rehomings.c.state == state] if state else []
    conditions += [key > after] if after else []
    found = (
        sa.select(rehomings, cases.c.number, key.label("id"))
        .join(cases, cases.c.id == rehomings.c.case_id)
        .where(*conditions)
        .order_by(key)
        .limit(limit)
    )
    return [plain(row) for row in conn.execute(found).mappings()]
