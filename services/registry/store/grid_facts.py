"""What was said of grids, and of each fact the word that holds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from services.registry.domain.grid_facts import GridFactHeld, GridTold
from services.registry.store.tables import grid_facts, grid_statements
from services.registry.store.typed import columns_of, own_row
from shared.db.work import Work
from shared.rules.logic.facts import Value
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class GridStatement:
    """What was said at one time; ids grow with time."""

    id: str
    facts: Mapping[str, Value]
    since: str
    source: str
    by_role: str
    by_unit: str | None
    by_person: str | None
    at: datetime


class SqlGridFacts:
    """Facts of grids."""

    def state(self, work: Work, town: str, place: str, told: GridTold, by: Caller) -> str:
        """Keep what somebody says, and let it hold where no later word does; return its id."""
        statement, since = work.new_id(), told.since.isoformat()
        work.rows(grid_statements).add(
            {
                "id": statement,
                "town": town,
                "place": place,
                "facts": dict(told.facts),
                "since": since,
                "source": told.source,
                "by_role": by.role.value,
                "by_unit": by.unit,
                "by_person": by.person,
                "at": work.at,
            }
        )
        for fact, value in told.facts.items():
            self._hold(work, town, GridFactHeld(place, fact, value, since, told.source, statement))
        return statement

    def _hold(self, work: Work, town: str, new: GridFactHeld) -> None:
        known = own_row(GridFactHeld, work.rows(grid_facts).get((town, new.place, new.fact)), town)
        if known is None or known.gives_way_to(new):
            work.rows(grid_facts).put({"town": town, **asdict(new)})

    def held(
        self, conn: sa.Connection, town: str, places: Sequence[str] | None = None
    ) -> dict[str, dict[str, GridFactHeld]]:
        """Return by place and fact what holds.

        Args:
            places: None: all of the town.
        """
        found = sa.select(*columns_of(GridFactHeld, grid_facts)).where(grid_facts.c.town == town)
        if places is not None:
            found = found.where(grid_facts.c.place.in_(list(places)))
        by_place: dict[str, dict[str, GridFactHeld]] = {}
        for row in conn.execute(found.order_by(grid_facts.c.place, grid_facts.c.fact)):
            held = GridFactHeld(*row)
            by_place.setdefault(held.place, {})[held.fact] = held
        return by_place

    def said(
        self, conn: sa.Connection, town: str, place: str, before: str | None, limit: int
    ) -> list[GridStatement]:
        """Return what was said of a grid, the newest first.

        Args:
            before: id after which the list goes on.
        """
        of_place = sa.select(*columns_of(GridStatement, grid_statements)).where(
            grid_statements.c.town == town, grid_statements.c.place == place
        )
        if before is not None:
            of_place = of_place.where(grid_statements.c.id < before)
        rows = conn.execute(of_place.order_by(grid_statements.c.id.desc()).limit(limit))
        return [GridStatement(*row) for row in rows]
