"""Grids that end and what became of their cases, in intake's store."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.milestones import DRAFT, ENDED
from services.intake.store.tables import cases, flow
from services.intake.store.visibility import visible
from services.intake.succession.domain import GridEnd, GridSuccession, SuccessionState, UnscannedEdition
from services.intake.succession.tables import place_ends, place_scans, rehomings
from shared.db.looking import Looked, asked_of_each, look
from shared.db.work import Work
from shared.kernel.roles import Viewer

Place = tuple[str, str]
# A draft finds its place anew when it is confirmed.
_OVER = sorted({*ENDED, DRAFT})


@dataclass(frozen=True, slots=True)
class ListedSuccession:
    """What became of a case, as a list shows it: with the case's number and the instant."""

    number: str
    succession: GridSuccession
    at: datetime

    @property
    def place(self) -> Place:
        """Where it stands in the list: the case's id, and the place that ended."""
        return self.succession.case, self.succession.place


class SqlSuccessions:
    """Which grids end, how far the looks through them have come, and what became of each case."""

    def unscanned(self, work: Work, most: int) -> list[UnscannedEdition]:
        """Return up to `most` editions in effect that nobody looked through for grids that end, the oldest first.

        Several at once: each look goes past all that were looked through. Two processes that look at once never get
        the same one: a row that another holds is passed over.
        """
        table = flow.editions
        found = (
            sa.select(table.c.edition, table.c.number, table.c.town, table.c.files)
            .where(_is_unscanned(), table.c.effective_at <= work.at)
            .order_by(table.c.effective_at, table.c.number)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return [UnscannedEdition(*row) for row in work.conn.execute(found)]

    def note_scan(self, work: Work, found: UnscannedEdition) -> None:
        """Note that an edition was looked through."""
        work.rows(place_scans).put({"edition": found.edition, "number": found.number, "scanned_at": work.at})

    def set_ends(self, work: Work, town: str, ends: Mapping[str, datetime]) -> None:
        """Keep which grids of a town end, in place of what was known; those whose day stays keep their looks."""
        found = work.conn.execute(sa.select(place_ends).where(place_ends.c.town == town))
        known = {row.place: row.ends_at for row in found}
        gone = [place for place in known if place not in ends]
        work.conn.execute(
            sa.delete(place_ends).where(place_ends.c.town == town, place_ends.c.place.in_(gone))
        )
        for place, ends_at in ends.items():
            if known.get(place) != ends_at:
                self.keep_end(work, GridEnd(town, place, ends_at, ends_at, None, 0))

    def due(self, work: Work) -> GridEnd | None:
        """Return a grid that has ended and whose cases are to be looked through, held for this transaction alone."""
        found = (
            sa.select(place_ends)
            .where(place_ends.c.look_at <= work.at)
            .order_by(place_ends.c.look_at, place_ends.c.town, place_ends.c.place)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = work.conn.execute(found).one_or_none()
        return GridEnd(row.town, row.place, row.ends_at, row.look_at, row.after, row.looks) if row else None

    def keep_end(self, work: Work, ended: GridEnd) -> None:
        """Keep how far a look has come."""
        work.rows(place_ends).put(asdict(ended))

    def open_cases(self, work: Work, town: str, place: str, after: str | None, limit: int) -> Sequence[str]:
        """Return ids of running cases in a place of a town, in their order."""
        found = sa.select(cases.c.id).where(
            cases.c.town == town,
            cases.c.place_key == place,
            cases.c.id > (after or ""),
            cases.c.state.not_in(_OVER),
        )
        return list(work.conn.scalars(found.order_by(cases.c.id).limit(limit)))

    def is_known(self, work: Work, case: str, place: str) -> bool:
        """Tell whether anything became of a case yet when a grid ended."""
        return work.rows(rehomings).get((case, place)) is not None

    def note(self, work: Work, succession: GridSuccession) -> None:
        """Keep what became of a case."""
        work.rows(rehomings).put(
            {
                "case_id": succession.case,
                "place": succession.place,
                "town": succession.town,
                "state": succession.state.value,
                "home": succession.home,
                "choices": list(succession.choices),
                "at": work.at,
            }
        )

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


def list_successions(
    conn: sa.Connection, viewer: Viewer, state: SuccessionState | None, after: Place | None, limit: int
) -> Looked[ListedSuccession, Place]:
    """Return up to `limit` successions of cases that the viewer may see, by case and place."""
    # A case may have lost several places: by its id alone, the rest of its rows would be lost where a page ends.
    sorting = (rehomings.c.case_id, rehomings.c.place)
    of_town = [rehomings.c.town == viewer.town, *([rehomings.c.state == state.value] if state else [])]
    shown = sa.select(rehomings, cases.c.number).join(cases, cases.c.id == rehomings.c.case_id)

    def following(after: Place | None, number: int) -> Sequence[Place]:
        past = [sa.tuple_(*sorting) > sa.tuple_(*map(sa.literal, after))] if after else []
        wanted = sa.select(*sorting).where(*of_town, *past).order_by(*sorting).limit(number)
        return [(case, place) for case, place in conn.execute(wanted)]

    def fitting(places: Sequence[Place]) -> list[ListedSuccession]:
        # By their cases: SQLite finds pairs by no index.
        these = shown.where(
            rehomings.c.case_id.in_([case for case, _ in places]),
            asked_of_each(sa.tuple_(*sorting).in_(places), visible(viewer)),
        )
        return list(map(_listed, conn.execute(these.order_by(*sorting))))

    return look(following, fitting, after, limit)


def _listed(row: sa.Row[Any]) -> ListedSuccession:
    state = SuccessionState(row.state)
    became = GridSuccession(row.case_id, row.town, row.place, state, row.home, tuple(row.choices))
    return ListedSuccession(row.number, became, row.at)
