"""Publishing a town's days: an amendment is merged into what is known and said as a whole, under a new
revision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.domain.calendars import Amendment, Days, amend
from services.registry.domain.keys import check_key
from services.registry.handlers.tree import Tree
from services.registry.messages.said import calendar_published, days_json, town_stream
from shared.db.store import Store


@dataclass(frozen=True, slots=True)
class CalendarRevision:
    """A town's days after an amendment; `is_new` is False when they were so before."""

    town: str
    revision: int
    days: Days
    is_new: bool


@dataclass(frozen=True, slots=True)
class Calendars:
    """Publishes days."""

    store: Store
    tree: Tree

    def publish(self, town: str, amendment: Amendment) -> CalendarRevision:
        """Merge an amendment into a town's days and publish them.

        Raises:
            Problem: `bad-calendar` or `bad-key`.
        """
        check_key(town)
        with self.store.begin() as work:
            self.tree.hold(work, town)
            rows = work.rows(work.flow.calendars)
            row = rows.get(town)
            known, revision = (days_of(row["days"]), row["revision"]) if row else (Days(), 0)
            days = amend(known, amendment)
            if days == known:
                return CalendarRevision(town, revision, known, is_new=False)
            data = calendar_published(revision + 1, days)
            rows.put({"town": town, "revision": revision + 1, "days": data, "as_of": work.at})
            work.say("calendar.published", stream=town_stream(town), town=town, data=data)
            return CalendarRevision(town, revision + 1, days, is_new=True)


def days_of(stored: Mapping[str, Any]) -> Days:
    """Return days as they were stored or given: ISO dates with names, and years."""
    return Days(
        {date.fromisoformat(day): name for day, name in stored.get("holidays", {}).items()},
        {date.fromisoformat(day): name for day, name in stored.get("make_up", {}).items()},
        frozenset(stored.get("years", ())),
    )


__all__ = ["CalendarRevision", "Calendars", "days_json", "days_of"]
