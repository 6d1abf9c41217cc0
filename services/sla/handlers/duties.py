"""What becomes of the clocks of duties: an occurrence is owed, met, moved, excused or withdrawn.

Decides which of these a message is. What it makes of a clock is `shared.rules.clocks.duty_clocks`' to say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.sla.domain.subjects import ClockedDuty
from services.sla.handlers.publishing import ClockPublisher
from services.sla.store.cases import SqlCases
from services.sla.store.duties import SqlDuties
from shared.contracts.envelope import Envelope
from shared.contracts.messages import DutyChanged, DutyOwed, OccurrenceEvent
from shared.db.work import Work
from shared.flow.limit_books import LimitBooks
from shared.flow.service import Handler
from shared.rules.clocks.changes import ClockJournal
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.duty_clocks import DutyBook, OwedOccurrence, begun, move, reopen, start, stop
from shared.rules.clocks.recounting import recount

SOURCE = "duties"
Change = Callable[[ClockJournal, Clock, DutyBook], None]


@dataclass(frozen=True, slots=True)
class DutyHandlers:
    """Handlers of the streams of duties.

    Args:
        clocks: keeps a clock, whatever it is of.
    """

    duties: SqlDuties
    clocks: SqlCases
    limit_books: LimitBooks
    publisher: ClockPublisher

    def handlers(self) -> dict[str, Handler]:
        """Return them by the type of message."""
        return {
            "duty.owed": self.on_owed,
            **{f"duty.{event.value}": self.on_changed for event in OccurrenceEvent},
        }

    def prefetch(self, work: Work, messages: Sequence[Envelope]) -> None:
        """Read what a batch will need."""
        self.duties.prefetch(work, {message.stream for message in messages if message.source == SOURCE})

    def on_owed(self, work: Work, message: Envelope, owed: DutyOwed) -> None:
        """An occurrence is owed from now on: its clock starts, where it can be late at all.

        Raises:
            TryLater: the occurrence's edition is not here yet.
        """
        edition = str(message.edition)
        if self.duties.load(work, owed.occurrence) is not None:
            self._change(work, owed.occurrence, _owed_again(owed))
            return
        duty = ClockedDuty(owed.subject, owed.number, message.town, edition, owed.duty, None)
        if owed.due_at is None:
            self.duties.add(work, duty)
            return
        book = self.limit_books.duty_book(work, edition, message.town, owed.duty)
        pack = self.limit_books.pack(work, edition)
        occurrence = OwedOccurrence(owed.subject, owed.unit, owed.opens_at, owed.due_at)
        journal = ClockJournal(())
        start(journal, begun(occurrence, book, pack), book, owed.at)
        self._keep(work, duty, journal)
        self.duties.add(work, _with(duty, journal.clocks[0]))

    def on_changed(self, work: Work, message: Envelope, changed: DutyChanged) -> None:
        """Something became of an occurrence; one without a clock, or that was never owed, has none to change."""
        event = OccurrenceEvent(message.type.partition(".")[2])
        self._change(work, changed.occurrence, _change(event, changed.due_at, changed.at))

    def recount(self, work: Work, occurrence: str) -> None:
        """Count what an occurrence's clock waits for with the town's days as they are now: its end stays."""

        def again(journal: ClockJournal, clock: Clock, book: DutyBook) -> None:
            if clock.revision < book.revision:
                recount(journal, clock, book.count, work.at)

        self._change(work, occurrence, again)

    def _change(self, work: Work, occurrence: str, change: Change) -> None:
        duty = self.duties.load(work, occurrence)
        if duty is None or duty.clock is None:
            return
        book = self.limit_books.duty_book(work, duty.edition, duty.town, duty.duty)
        journal = ClockJournal((duty.clock,))
        change(journal, duty.clock, book)
        self._keep(work, duty, journal)

    def _keep(self, work: Work, duty: ClockedDuty, journal: ClockJournal) -> None:
        self.clocks.save_clocks(work, duty, journal.changes)
        self.publisher.publish(work, duty, journal.changes)


def _change(event: OccurrenceEvent, due_at: datetime | None, at: datetime) -> Change:
    if event is OccurrenceEvent.MOVED:
        return lambda journal, clock, book: move(journal, clock, due_at, book, at)
    if event is OccurrenceEvent.REOPENED:
        return lambda journal, clock, book: reopen(journal, clock, book, at)
    return lambda journal, clock, book: stop(journal, clock, event.value, book, at)


def _owed_again(owed: DutyOwed) -> Change:
    """It had been withdrawn."""

    def again(journal: ClockJournal, clock: Clock, book: DutyBook) -> None:
        reopen(journal, clock, book, owed.at)
        move(journal, journal.clocks[0], owed.due_at, book, owed.at)

    return again


def _with(duty: ClockedDuty, clock: Clock) -> ClockedDuty:
    return ClockedDuty(duty.subject, duty.number, duty.town, duty.edition, duty.duty, clock)
