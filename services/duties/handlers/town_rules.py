"""A town's rules and days as this service knows them at an instant: the edition in force, its calendar as amended."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from shared.flow.editions import PackCache, current_edition, days_of
from shared.flow.service import TryLater
from shared.rules.case.timing import AmendedDays, calendar_of, local_day
from shared.rules.pack.model import Pack
from shared.rules.worktime.calendar import Calendar

_NEVER_AMENDED = AmendedDays(revision=0)


@dataclass(frozen=True, slots=True)
class DatedRules:
    """Rules and days at an instant.

    Args:
        revision: of the amended days in the calendar, 0 for none.
    """

    pack: Pack
    calendar: Calendar
    revision: int
    at: datetime

    @property
    def today(self) -> date:
        """The town's day."""
        return local_day(self.pack, self.at)


@dataclass(frozen=True, slots=True)
class TownRules:
    """Finds a town's rules in the service's own copies."""

    pack_cache: PackCache
    editions: sa.Table
    calendars: sa.Table

    def in_force(self, conn: sa.Connection, town: str, at: datetime) -> DatedRules | None:
        """Return the rules that are in force; None: none are, or they are not here yet."""
        edition = current_edition(conn, self.editions, town, at)
        return None if edition is None else self.of_edition(conn, town, edition, at)

    def of_edition(self, conn: sa.Connection, town: str, edition: str, at: datetime) -> DatedRules | None:
        """Return the rules of an edition with the days as they are known now; None: it is not here."""
        try:
            pack = self.pack_cache.of(conn, self.editions, edition)
        except TryLater:
            return None
        days = days_of(conn, self.calendars, town) or _NEVER_AMENDED
        return DatedRules(pack, calendar_of(pack, days), days.revision, at)
