"""Firing what has fallen due, in batches, by any number of engines at once.

Decides when to look and when to stop: everything is judged by the store's clock, and an engine whose own
differs from the database's does not fire. What firing means is the domain's. Each batch is one transaction:
deadlines, clocks, versions and messages together, so that a killed engine leaves nothing half fired.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from services.sla.domain.changes import Event
from services.sla.domain.clock import State, Verdict
from services.sla.domain.firing import Kind, Outcome, outcome
from services.sla.handlers.skew import SkewGuard
from services.sla.messages.firing import escalated_event, fired_event
from services.sla.ports.deadlines import Deadlines, Due
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.failpoints import reach
from shared.obs.metrics import Metrics
from shared.rules.pack.model import LateKind

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Engine:
    """The duty 'fire deadlines'."""

    store: Store
    deadlines: Deadlines
    guard: SkewGuard
    metrics: Metrics

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
            for wave in waves(found):
                wave.fire(work, self.deadlines)
                reach("in-scan")
            if found:
                self._observe(work, found)
        return len(found)

    def _observe(self, work: Work, found: Sequence[Due]) -> None:
        late_for = (work.at - max(due.due_at for due in found)).total_seconds()
        breaches = Counter(
            due.town for due in found if due.kind in (Kind.DUE, Kind.CAP) and due.late_as is LateKind.BREACHED
        )
        work.after_commit(lambda: self._show(late_for, breaches))

    def _show(self, late_for: float, breaches: Mapping[str, int]) -> None:
        self.metrics.engine_lag.set(late_for)
        for town, number in breaches.items():
            self.metrics.breaches.labels(town).inc(number)


@dataclass(slots=True)
class Wave:
    """Deadlines of different clocks, fired together. `forms` carries over what earlier waves made of their clocks."""

    forms: dict[str, Outcome]
    members: list[Due] = field(default_factory=list)

    def fire(self, work: Work, deadlines: Deadlines) -> None:
        """Keep and say what firing these makes of their clocks."""
        groups: defaultdict[tuple[Kind, int, LateKind], list[str]] = defaultdict(list)
        deltas: Counter[tuple[str, str]] = Counter()
        for due in self.members:
            before, result = self._turn(due)
            groups[due.kind, due.nth, due.late_as].append(due.clock_id)
            if result.state is not before:
                deltas[due.town, before.value] -= 1
                deltas[due.town, result.state.value] += 1
            _say(work, due, result)
        deadlines.fire(work, groups)
        deadlines.count(work, deltas)

    def _turn(self, due: Due) -> tuple[State, Outcome]:
        """Return the clock's state before, and what firing this deadline makes of it."""
        last = self.forms.get(due.clock_id)
        before = last.state if last else State(due.state)
        result = outcome(due.kind, before, due.late_as)
        if result.verdict is None:
            kept = last.verdict if last else due.verdict
            result = result._replace(verdict=Verdict(kept) if kept else None)
        self.forms[due.clock_id] = result
        return before, result


def waves(found: Iterable[Due]) -> Iterator[Wave]:
    """Divide what has fallen due so that no clock occurs twice in a wave; the order per clock stays."""
    turn: Counter[str] = Counter()
    made: list[list[Due]] = []
    for due in sorted(found, key=_order):
        place = turn[due.clock_id]
        turn[due.clock_id] += 1
        if place == len(made):
            made.append([])
        made[place].append(due)
    forms: dict[str, Outcome] = {}
    return (Wave(forms, members) for members in made)


_KINDS = tuple(Kind)


def _order(due: Due) -> tuple[datetime, int, int]:
    return due.due_at, _KINDS.index(due.kind), due.nth


def _say(work: Work, due: Due, result: Outcome) -> None:
    if result.event is None:
        return
    data = fired_event(due, result)
    if result.event is Event.ESCALATED:
        data = escalated_event(data, due.nth, due.rungs[due.nth - 1])
    work.say(f"clock.{result.event.value}", stream=due.case_id, town=due.town, edition=due.edition, data=data)
    if result.event is Event.BREACHED:
        for nth, rung in enumerate(due.rungs, start=1):
            if not rung.is_later:
                work.say(
                    "clock.escalated",
                    stream=due.case_id,
                    town=due.town,
                    edition=due.edition,
                    data=escalated_event(data, nth, rung),
                )
