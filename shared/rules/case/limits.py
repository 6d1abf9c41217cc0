"""What a limit of a pack means with every reading settled; from when it counts, and whether it may start.

Decides how RC-9, RC-12 and RC-13 bear on a limit, RC-1 and RC-10 (by the milestone that the terms name), that a new
round counts from the reopening (RC-13), and A-7. The readings of time themselves are `worktime`'s, and RC-8 is
settled where the pack is read. Must not know calendars or conditions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar, cast

from shared.rules.case.timeline import Timeline
from shared.rules.case.timing import start_of, time_readings
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.model import Escalation, LateKind, Limit, Pack
from shared.rules.worktime.amount import MOST, Amount, TimeUnit
from shared.rules.worktime.readings import TimeReadings

FIRST = "first "
Redo = Literal["full", "remaining", "immediate"]


@dataclass(frozen=True, slots=True)
class StartPoint:
    """From which instant something counts: a milestone, its first time or its latest.

    Args:
        mark: name of the milestone.
        is_first: the first time of the whole case (A-7).
    """

    mark: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How far an extension may go.

    Args:
        start: None: from the clock's own start.
        ends_at: minute of its last day at which it ends; None: as RC-3 says.
    """

    amount: Amount
    start: StartPoint | None
    ends_at: int | None = None


@dataclass(frozen=True, slots=True)
class LimitTerms:
    """One limit, ready to be counted.

    Args:
        rule: the limit's id; because: its clauses.
        facts: names of the facts that its condition looks at.
        stage: what it times; clocks of one stage are paused and stopped together.
        amount: None where a person sets the due instant.
        start: from when it counts.
        until: milestones any of which fulfils it.
        readings: of time, settled for this limit.
        can_pause: whether a pause stops it (RC-19).
        redo: what a new round does (RC-13).
        reason_in_time: what passing the due instant is where a reason was noted in time; otherwise: where none was.
        warn_before: how long before the due instant to warn; None: not at all.
        ceiling: how far an extension may go; None: as far as a person writes.
        escalations: who is told of a breach and when.
        target_minutes: the rule's own target for 'at once' (RC-7); None: it has none.
        ends_at: minute of its last day at which it ends; None: as RC-3 says.
        each_time: a clock for each time that its milestone is reached, not one for each round and decision.
    """

    rule: str
    because: tuple[str, ...]
    facts: tuple[str, ...]
    stage: str
    amount: Amount | None
    start: StartPoint
    until: frozenset[str]
    readings: TimeReadings
    can_pause: bool
    redo: Redo
    reason_in_time: LateKind
    otherwise: LateKind
    warn_before: Amount | None
    ceiling: Ceiling | None
    escalations: tuple[Escalation, ...]
    target_minutes: int | None
    ends_at: int | None = None
    each_time: bool = False


def terms_of(pack: Pack) -> Mapping[str, LimitTerms]:
    """Return the terms of every limit of a pack by rule id, in the pack's order.

    Raises:
        ReadingError: a reading was given a value that it does not have.
    """
    return {limit.origin.rule: _terms(pack, limit) for limit in pack.limits}


def _terms(pack: Pack, limit: Limit) -> LimitTerms:
    readings = time_readings(pack, limit)
    return LimitTerms(
        rule=limit.origin.rule,
        because=limit.origin.because,
        facts=tuple(sorted(tested_facts(limit.when))),
        stage=limit.clock,
        amount=limit.within,
        start=_start(pack, limit),
        until=frozenset(limit.until),
        readings=readings,
        can_pause=readings.rc19 == "stops",
        redo=cast(Redo, pack.reading("RC-13", limit.readings)),
        reason_in_time=limit.reason_in_time,
        otherwise=limit.otherwise,
        warn_before=limit.warn_before,
        ceiling=_ceiling(pack, limit),
        escalations=limit.escalate,
        target_minutes=limit.target_minutes,
        ends_at=limit.ends_at,
        each_time=limit.each_time,
    )


def _start(pack: Pack, limit: Limit) -> StartPoint:
    """One overall clock counts from the first time that its milestone was reached (RC-12 overall, A-7)."""
    start = start_point_of(start_of(pack, limit))
    return StartPoint(start.mark, start.is_first or pack.reading("RC-12", limit.readings) == "overall")


def start_point_of(words: str) -> StartPoint:
    """Return what a pack's words for a start mean.

    Args:
        words: a milestone, such as 'accepted', or 'first accepted' for the earliest of the whole case.
    """
    return StartPoint(words.removeprefix(FIRST), words.startswith(FIRST))


def _ceiling(pack: Pack, limit: Limit) -> Ceiling | None:
    """The stated cap; without one, RC-9 double makes twice the limit the ceiling."""
    if limit.cap is not None:
        return Ceiling(limit.cap, start_point_of(limit.cap_from))
    is_doubled = pack.reading("RC-9", limit.readings) == "double"
    if not is_doubled or limit.within is None or limit.within.unit is TimeUnit.AT_ONCE:
        return None
    # Twice a very long limit would be refused as an amount.
    return Ceiling(Amount(min(2 * limit.within.number, MOST), limit.within.unit), None, limit.ends_at)


class StartedClock(Protocol):
    """What must be known of a clock to tell whether another of its limit may start."""

    @property
    def rule(self) -> str:
        """The limit's."""
        ...

    @property
    def round(self) -> int:
        """In which it started."""
        ...

    @property
    def decision(self) -> int:
        """Under which it started."""
        ...

    @property
    def started_at(self) -> datetime:
        """From when it is shown to run."""
        ...

    @property
    def stopped_at(self) -> datetime | None:
        """None while it is open."""
        ...


C = TypeVar("C", bound=StartedClock)


def instant_of(start: StartPoint, terms: LimitTerms, timeline: Timeline) -> datetime | None:
    """Return the instant of a milestone as this limit counts from it, or None while it does not stand.

    Where what the limit asks for fell with the reopening, nothing before the reopening counts (RC-13).

    Args:
        start: the limit's own start, or its ceiling's.
    """
    mark = timeline.marks.get(start.mark)
    # The first time counts also where the milestone has fallen since.
    if mark is None or not (start.is_first or mark.stands):
        return None
    if timeline.reopened_at is not None and counts_from_reopening(start, terms, timeline):
        return timeline.reopened_at
    return mark.first_at if start.is_first else mark.at


def counts_from_reopening(start: StartPoint, terms: LimitTerms, timeline: Timeline) -> bool:
    """Tell whether the milestone was reached before the present round, and what the limit asks for fell with it.

    Args:
        start: the limit's own start, or its ceiling's.
        timeline: in the first round the answer is no.
    """
    if timeline.reopened_at is None or not terms.until & timeline.fell or start.mark not in timeline.marks:
        return False
    # Reached at the reopening itself or later, a milestone is of this round and counts as it stands.
    return start.is_first or timeline.marks[start.mark].at < timeline.reopened_at


def may_start(terms: LimitTerms, timeline: Timeline, clocks: Sequence[StartedClock]) -> datetime | None:
    """Return the instant from which the limit would start now, or None if it may not.

    One clock at most for each limit, round and decision, or for each time that its milestone is reached; one that still
    runs goes on; nothing starts whose end has been reached since, that a step stopped since, or in a case that is over.

    Args:
        timeline: with everything that has happened so far.
        clocks: all of the case, stopped ones too.
    """
    # From when it would count is asked first: whether it was met or stopped is asked of what came after that.
    at = None if timeline.is_over else instant_of(terms.start, terms, timeline)
    if at is None or _is_met(terms, timeline, at) or _was_stopped(terms, timeline, at):
        return None
    return None if any(_stands_for(clock, terms, timeline, at) for clock in clocks) else at


def round_before(terms: LimitTerms, timeline: Timeline, clocks: Iterable[C]) -> C | None:
    """Return the limit's clock of an earlier round, the latest: its rest is what RC-13 remaining grants; or None.

    Args:
        clocks: all of the case; one that never stopped has no rest.
    """
    earlier = [
        clock
        for clock in clocks
        if clock.rule == terms.rule and clock.round < timeline.round and clock.stopped_at is not None
    ]
    return max(earlier, key=lambda clock: (clock.round, clock.decision), default=None)


def _is_met(terms: LimitTerms, timeline: Timeline, since: datetime) -> bool:
    return any(timeline.stands(mark) and timeline.marks[mark].at >= since for mark in terms.until)


def _was_stopped(terms: LimitTerms, timeline: Timeline, since: datetime) -> bool:
    stopped_at = timeline.stopped_at(terms.stage)
    return stopped_at is not None and stopped_at >= since


def _stands_for(clock: StartedClock, terms: LimitTerms, timeline: Timeline, at: datetime) -> bool:
    is_same = clock.rule == terms.rule
    # Reached again, the milestone begins something of its own: what ran from an earlier time does not stand for it.
    if terms.each_time and clock.stopped_at is not None and clock.started_at < at:
        return False
    # One that stopped under an earlier decision leaves room: whoever has the case now has a limit of their own (RC-12).
    return is_same and (
        clock.stopped_at is None or (clock.round, clock.decision) == (timeline.round, timeline.decision)
    )
