"""Firing what has fallen due, in batches, by any number of engines at once.

Decides when to look and when to stop: everything is judged by the store's clock, and an engine whose own
differs from the database's does not fire. What firing means is `shared.rules.clocks.firing`'s. Each batch is one
transaction: deadlines, clocks, versions and messages together, so that a killed engine leaves nothing half fired.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
import structlog

from services.sla.domain.announcements import YearNeeded, deadline_fired
from services.sla.domain.deadlines import DueDeadline, FiringGroup
from services.sla.domain.turns import Turn, turns, waves
from services.sla.handlers.publishing import alarm_of_year
from services.sla.handlers.skew import SkewGuard
from services.sla.store.alarms import SqlAlarms
from services.sla.store.firing import SqlDeadlines
from shared.contracts.messages import ClockChanged
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.limit_books import LimitBooks
from shared.flow.service import TryLater
from shared.kernel.failpoints import reach
from shared.kernel.subject import SubjectKind
from shared.obs.metrics import Metrics
from shared.rules.clocks.changes import ClockEvent
from shared.rules.clocks.clock import ClockState
from shared.rules.clocks.escalation import NEVER, EscalationStep, Telling
from shared.rules.clocks.firing import DeadlineKind, FiringOutcome, outcome
from shared.rules.pack.model import LateKind

log = structlog.get_logger("sla")
BATCH = 2000
Repeat = Callable[[Work, DueDeadline, int, datetime], Telling]


def never(work: Work, due: DueDeadline, nth: int, at: datetime) -> Telling:
    """Nothing is told again."""
    del work, due, nth, at
    return NEVER


def repeat_by(limit_books: LimitBooks) -> Repeat:
    """Return how reminders repeat by the rules under which their clocks run."""

    def repeat(work: Work, due: DueDeadline, nth: int, at: datetime) -> Telling:
        try:
            if due.subject.kind is SubjectKind.DUTY:
                return limit_books.duty_book(work, due.edition, due.town, due.stage).repeated(nth, at)
            return limit_books.book(work, due.edition, due.town).repeated(due.rule, nth, at)
        except (TryLater, KeyError):  # no edition, no rule: it must not keep other deadlines from being fired
            log.warning("reminder-without-rule", rule=due.rule, edition=due.edition)
            return NEVER

    return repeat


@dataclass(frozen=True, slots=True)
class DeadlineEngine:
    """The duty 'fire deadlines'.

    Args:
        repeat: when the n-th step of a clock's escalation is told again that was told at an instant.
    """

    store: Store
    deadlines: SqlDeadlines
    guard: SkewGuard
    metrics: Metrics
    repeat: Repeat = never
    alarms: SqlAlarms = field(default_factory=SqlAlarms)

    def run(self, limit: int) -> int:
        """Fire up to `limit` deadlines that have fallen due; return how many. A backlog is drained batch by batch."""
        if not self.guard.is_healthy():
            return 0
        done = 0
        while done < limit:
            wanted = min(BATCH, limit - done)
            fired = self._batch(wanted)
            done += fired
            # Fewer than asked for: what is left is not due yet, or another engine holds it and fires it itself.
            if fired < wanted:
                break
        return done

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next deadline falls due, or None."""
        return self.deadlines.next_at(conn)

    def _batch(self, size: int) -> int:
        with self.store.begin() as work:
            found = self.deadlines.claim(work, size)
            taken = self._turns(work, found, size) if found else []
            forms: dict[str, FiringOutcome] = {}
            for wave in waves(taken):
                _fire(work, self.deadlines, wave, forms)
                # An engine that dies here leaves the whole batch due as it was: its waves stand and fall together.
                reach("in-scan")
            if taken:
                self._alarm(work, taken)
                self._count(work, taken)
        # Deadlines and not turns: reminders that came round would make a batch look full that was not.
        return len(found)

    def _turns(self, work: Work, found: Sequence[DueDeadline], size: int) -> list[Turn]:
        """Where a batch is full, more may be waiting: reminders then come round no further than it reaches."""
        # Any further on, a reminder could overtake a deadline of its own clock that this batch did not reach.
        until = work.at if len(found) < size else max(due.due_at for due in found)
        known: dict[tuple[str, str, str, int, datetime], Telling] = {}

        def repeat(due: DueDeadline, nth: int, at: datetime) -> Telling:
            # The clock is not in it: of one rule, all that were told at one instant are told again at one instant.
            key = (due.edition, due.town, due.rule, nth, at)
            if key not in known:
                known[key] = self.repeat(work, due, nth, at)
            return known[key]

        return turns(found, until, repeat)

    def _alarm(self, work: Work, taken: Sequence[Turn]) -> None:
        """The next reminder may lie in a year without a calendar (RC-22)."""
        for due, after in taken:
            for year in {step.missing_year for step in after or () if step.missing_year}:
                need = YearNeeded(due.subject, due.clock_id, due.stage, due.is_provisional)
                alarm_of_year(self.alarms, work, due.town, need, year)

    def _count(self, work: Work, taken: Sequence[Turn]) -> None:
        breaches = Counter(due.town for due, _ in taken if _breaches(due) and not due.is_silent)
        # A batch that is rolled back is fired again by somebody: counted before the commit, it would count twice.
        work.after_commit(lambda: self._show(breaches))

    def _show(self, breaches: Mapping[str, int]) -> None:
        for town, number in breaches.items():
            self.metrics.breaches.labels(town).inc(number)


def _breaches(due: DueDeadline) -> bool:
    """Tell whether a case's limit is broken; what is missing of a duty is no figure of cases."""
    is_case = due.subject.kind is SubjectKind.CASE
    return is_case and due.kind in (DeadlineKind.DUE, DeadlineKind.CAP) and due.late_as is LateKind.BREACHED


def _fire(work: Work, deadlines: SqlDeadlines, wave: Sequence[Turn], forms: dict[str, FiringOutcome]) -> None:
    """Keep and emit what firing these makes of their clocks.

    Args:
        wave: no clock occurs twice in it: each group is written with statements of its own.
        forms: what earlier waves made of their clocks, carried over.
    """
    groups: defaultdict[FiringGroup, list[str]] = defaultdict(list)
    deltas: Counter[tuple[str, ClockState]] = Counter()
    escalations: dict[str, tuple[EscalationStep, ...]] = {}
    for due, after in wave:
        before, result = _turn(due, forms)
        groups[FiringGroup(due.kind, due.nth, due.late_as, due.is_silent)].append(due.clock_id)
        if result.state is not before and due.subject.kind is SubjectKind.CASE:
            deltas[due.town, before] -= 1
            deltas[due.town, result.state] += 1
        if after is not None:
            escalations[due.clock_id] = after
        for event, body in _announced(due, result):
            work.emit(f"clock.{event.value}", body, stream=due.subject.id, town=due.town, edition=due.edition)
    deadlines.fire(work, groups)
    # After `fire`, which seals a reminder's row and reads from it when it fell due; this opens it for the next time.
    deadlines.schedule(work, escalations)
    deadlines.count(work, deltas)


def _turn(due: DueDeadline, forms: dict[str, FiringOutcome]) -> tuple[ClockState, FiringOutcome]:
    """Return the clock's state before, and what firing this deadline makes of it."""
    last = forms.get(due.clock_id)
    # The row shows the clock as it was claimed: after an earlier turn of this batch it is out of date.
    before = last.state if last else due.state
    result = outcome(due.kind, before, due.late_as)
    # That is 'unchanged' and not 'no verdict'; the message must say the one that stands.
    if result.verdict is None:
        result = result._replace(verdict=last.verdict if last else due.verdict)
    forms[due.clock_id] = result
    return before, result


def _announced(due: DueDeadline, result: FiringOutcome) -> Iterator[tuple[ClockEvent, ClockChanged]]:
    """Yield what is said, in order. Escalation steps from before the case came here are told to nobody."""
    if result.event is ClockEvent.ESCALATED:
        if not due.is_silent:
            yield ClockEvent.ESCALATED, deadline_fired(due, result, due.nth, due.escalations[due.nth - 1])
    elif result.event is not None:
        # Said also where it is silent, and marked so: others must know how the clock stands, and tell nobody.
        yield result.event, deadline_fired(due, result)
    if result.event is ClockEvent.BREACHED and not due.is_silent:
        for nth, step in enumerate(due.escalations, start=1):
            if not step.is_later:
                yield ClockEvent.ESCALATED, deadline_fired(due, result, nth, step)
