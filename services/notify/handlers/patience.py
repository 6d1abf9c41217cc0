"""What waits too long is told as it is: better a text that says 'to follow' than nobody told."""

from dataclasses import dataclass, replace

from services.notify.domain.memory import CaseMemory
from services.notify.handlers.clocks import ClockNews
from services.notify.handlers.events import Rules
from services.notify.handlers.teller import Teller
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.service import Refused, TryLater


@dataclass(frozen=True, slots=True)
class Impatience:
    """The duty that ends waiting. Patience is in real time, also where the store is simulated."""

    store: Store
    rules: Rules
    teller: Teller
    clocks: ClockNews

    def run(self, limit: int) -> int:
        """Deal with at most `limit` cases whose texts have waited long enough; return how many."""
        with self.store.read() as conn:
            if not self.teller.books.cases.has_impatient(conn, self.teller.clock.now()):
                return 0
        with self.store.begin() as work:
            found = self.teller.books.cases.impatient(work, self.teller.clock.now(), limit)
            for memory in found:
                self._end_waiting(work, replace(memory, patient_until=None))
        return len(found)

    def _end_waiting(self, work: Work, memory: CaseMemory) -> None:
        """Events of a case that is not known itself go on waiting: without it nothing true can be told."""
        try:
            pack = self.rules.of(work, memory.edition)
        except (Refused, TryLater):
            self.teller.keep(work, memory)
            return
        waiting = [telling.give_up_waiting(self.teller.wording.quotes) for telling in memory.waiting]
        memory = self.teller.tell(work, pack, replace(memory, waiting=()), waiting)
        if memory.standing:
            early = memory.early
            memory = self.clocks.tell_early(work, pack, replace(memory, early=()), early)
        self.teller.keep(work, memory)
