"""Publishing a town's days: an amendment is merged into what is known and said as a whole, under a new
revision.
"""

from dataclasses import dataclass

from services.registry.domain.announcements import calendar_published, town_stream
from services.registry.domain.calendars import CalendarAmendment, Days, amend, days_of
from services.registry.domain.keys import check_key
from services.registry.handlers.tree import Tree
from services.registry.store.editions import SqlCalendars
from shared.db.store import Store
from shared.rules.case.timing import AmendedDays


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
    calendars: SqlCalendars
    tree: Tree

    def publish(self, town: str, amendment: CalendarAmendment, *, keeps: bool = True) -> CalendarRevision:
        """Merge an amendment into a town's days and publish them.

        Args:
            keeps: False: only say how the days would be then.

        Raises:
            Problem: `bad-calendar` or `bad-key`.
        """
        check_key(town)
        with self.store.begin() as work:
            # two amendments at once would each be merged into the same days, and the later word drop the earlier
            self.tree.hold(work, town)
            kept = self.calendars.get(work, town) or AmendedDays(revision=0)
            known, days = days_of(kept), amend(days_of(kept), amendment)
            if days == known:
                return CalendarRevision(town, kept.revision, known, is_new=False)
            if not keeps:
                return CalendarRevision(town, kept.revision + 1, days, is_new=False)
            published = calendar_published(kept.revision + 1, days)
            self.calendars.put(work, town, published.days)
            work.emit("calendar.published", published, stream=town_stream(town), town=town)
            return CalendarRevision(town, published.revision, days, is_new=True)
