"""What waits too long is told as it is: better a text that says 'to follow' than nobody told."""

from dataclasses import dataclass

from msgspec.structs import replace

from services.notify.domain.notified_case import NotifiedCase
from services.notify.handlers.clocks import ClockNotices
from services.notify.handlers.events import EventNotices
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.service import Refused, TryLater

_MANY = 1000


@dataclass(frozen=True, slots=True)
class WaitingNotices:
    """The duty that ends waiting. It waits in real time, also where the store is simulated."""

    store: Store
    events: EventNotices
    clocks: ClockNotices

    def run(self, limit: int) -> int:
        """Deal with at most `limit` cases whose texts have waited long enough; return how many."""
        notifier = self.events.notifier
        cases, now = notifier.store.cases, notifier.clock.now()
        with self.store.read() as conn:
            if not cases.has_waited_enough(conn, now):
                return 0
        with self.store.begin() as work:
            found = cases.waited_enough(work, now, limit)
            for case in found:
                # Cleared first, since an end that stands is never put off: what goes on waiting would be found at once.
                self._end_waiting(work, replace(case, waits_until=None))
        return len(found)

    def after_replay(self) -> None:
        """End, telling nobody, what had waited long enough in the past that was lived again."""
        while self.run(_MANY):
            pass

    def _end_waiting(self, work: Work, case: NotifiedCase) -> None:
        """Events of a case that is not known itself go on waiting: without it nothing true can be told."""
        notifier = self.events.notifier
        try:
            pack = self.events.rules.of(work, case.edition)
        except (Refused, TryLater):
            notifier.keep(work, case)
            return
        waiting = [notice.give_up_waiting(notifier.wording.quotes) for notice in case.waiting]
        case = notifier.tell(work, pack, replace(case, waiting=()), waiting)
        if case.snapshot is not None:
            early = case.early
            case = self.clocks.tell_early(work, pack, replace(case, early=()), early)
        notifier.keep(work, case)
