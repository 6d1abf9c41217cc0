"""Firing what has fallen due, in batches, by any number of engines at once.

Decides when to look and when to stop: everything is judged by the store's clock, and an engine whose own
differs from the database's does not fire. What firing means is the domain's. Each batch is one transaction:
deadlines, clocks, versions and messages together, so that a killed engine leaves nothing half fired.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.sla.domain.changes import Event
from services.sla.domain.clock import State, Verdict
from services.sla.domain.firing import Kind, Outcome, outcome
from services.sla.domain.rungs import Rung
from services.sla.handlers.skew import SkewGuard
from services.sla.handlers.turns import Turn, turns, waves
from services.sla.messages.firing import escalated_event, fired_event
from services.sla.ports.deadlines import Deadlines, Due, Firing
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.failpoints import reach
from shared.obs.metrics import Metrics
from shared.rules.pack.model import LateKind

BATCH = 2000
Repeat = Callable[[Work, Due, int, datetime], datetime | None]


def _never(work: Work, due: Due, nth: int, at: datetime) -> None:
    del work, due, nth, at


@dataclass(frozen=True, slots=True)
class Engine:
    """The duty 'fire deadlines'.

    Args:
        repeat: when the n-th rung of a clock's escalation is told again that was told at an instant.
    """

    store: Store
    deadlines: Deadlines
    guard: SkewGuard
    metrics: Metrics
    repeat: Repeat = _never

    def run(self, limit: int) -> int:
        """Fire up to `limit` deadlines that have fallen due; return how many. A backlog is drained batch by batch."""
        if not self.guard.is_healthy():
            return 0
        done = 0
        while done < limit:
            wanted = min(BATCH, limit - done)
            fired = self._batch(wanted)
            done += fired
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
            forms: dict[str, Outcome] = {}
            for wave in waves(taken):
                _fire(work, self.deadlines, wave, forms)
                reach("in-scan")
            if taken:
                self._count(work, taken)
        return len(found)

    def _turns(self, work: Work, found: Sequence[Due], size: int) -> list[Turn]:
        """Where a batch is full, more may be waiting: reminders then come round no further than it reaches."""
        until = work.at if len(found) < size else max(due.due_at for due in found)
        known: dict[tuple[str, str, str, int, datetime], datetime | None] = {}

        def repeat(due: Due, nth: int, at: datetime) -> datetime | None:
            key = (due.edition, due.town, due.rule, nth, at)
            if key not in known:
                known[key] = self.repeat(work, due, nth, at)
            return known[key]

        return turns(found, until, repeat)

    def _count(self, work: Work, taken: Sequence[Turn]) -> None:
        breaches = Counter(due.town for due, _ in taken if _breaches(due) and not due.is_silent)
        work.after_commit(lambda: self._show(breaches))

    def _show(self, breaches: Mapping[str, int]) -> None:
        for town, number in breaches.items():
            self.metrics.breaches.labels(town).inc(number)


def _breaches(due: Due) -> bool:
    return due.kind in (Kind.DUE, Kind.CAP) and due.late_as is LateKind.BREACHED


def _fire(work: Work, deadlines: Deadlines, wave: Sequence[Turn], forms: dict[str, Outcome]) -> None:
    """Keep and say what firing these makes of their clocks.

    Args:
        forms: what earlier waves made of their clocks, carried over.
    """
    groups: defaultdict[Firing, list[str]] = defaultdict(list)
    deltas: Counter[tuple[str, str]] = Counter()
    rungs: dict[str, tuple[Rung, ...]] = {}
    for due, after in wave:
        before, result = _turn(due, forms)
        groups[Firing(due.kind, due.nth, due.late_as, due.is_silent)].append(due.clock_id)
        if result.state is not before:
            deltas[due.town, before.value] -= 1
            deltas[due.town, result.state.value] += 1
        if after is not None:
            rungs[due.clock_id] = after
        _say(work, due, result)
    deadlines.fire(work, groups)
    deadlines.schedule(work, rungs)
    deadlines.count(work, deltas)


def _turn(due: Due, forms: dict[str, Outcome]) -> tuple[State, Outcome]:
    """Return the clock's state before, and what firing this deadline makes of it."""
    last = forms.get(due.clock_id)
    before = last.state if last else State(due.state)
    result = outcome(due.kind, before, due.late_as)
    if result.verdict is None:
        kept = last.verdict if last else due.verdict
        result = result._replace(verdict=Verdict(kept) if kept else None)
    forms[due.clock_id] = result
    return before, result


def _say(work: Work, due: Due, result: Outcome) -> None:
    """Escalations that lie before the case came here are reached, and nobody hears of them."""
    data = fired_event(due, result)
    if result.event is Event.ESCALATED:
        _say_one(work, due, Event.ESCALATED, escalated_event(data, due.nth, due.rungs[due.nth - 1]))
    elif result.event is not None:
        _say_one(work, due, result.event, data)
    if result.event is Event.BREACHED:
        for nth, rung in enumerate(due.rungs, start=1):
            if not rung.is_later:
                _say_one(work, due, Event.ESCALATED, escalated_event(data, nth, rung))


def _say_one(work: Work, due: Due, event: Event, data: Mapping[str, Any]) -> None:
    if event is not Event.ESCALATED or not due.is_silent:
        work.say(f"clock.{event.value}", stream=due.case_id, town=due.town, edition=due.edition, data=data)
