"""Clocks against an independent account of the same timeline, and against themselves in another order of arrival."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import event, given, settings
from hypothesis import strategies as st

from shared.rules.case.limits import Ceiling, StartPoint
from shared.rules.case.timeline import TimelineStep
from shared.rules.clocks.changes import ClockEvent
from shared.rules.pack.model import Escalation
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.sla.oracle import Oracle, Town
from tests.sla.worlds import HOUR, World, does, limit

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LEVELS, UNITS = ("low", "high"), ("a", "b")
EXTEND, PAUSE, RESUME = does("extend", "settle"), does("pause", "settle"), does("resume", "settle")
EXCUSE = does("excuse", "settle")

own_clocks = st.builds(
    Town,
    within=st.fixed_dictionaries({"low": st.integers(1, 8), "high": st.integers(1, 14)}),
    cap=st.none() | st.integers(1, 20),
    escalations=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)), max_size=3).map(
        tuple
    ),
    overall=st.just(False),
    stops=st.booleans(),
    redo=st.sampled_from(["full", "remaining"]),
)
# One overall clock may be past due when it starts; with pauses the oracle could not say since when.
towns = own_clocks | own_clocks.map(lambda town: replace(town, overall=True, stops=False))
MOVES = ("accept", "settle", "reopen", "note", "pause", "resume", "decide", "nothing", "excuse", "close")
# How long to wait, which of the moves that may be made, and a number for it.
moves = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 7), st.integers(0, 12)), min_size=2, max_size=14)


def in_hours(number: int) -> Amount:
    return Amount(number, TimeUnit.HOURS)


def world_of(town: Town) -> World:
    """The same town in the domain's terms."""
    escalations = tuple(
        Escalation(
            in_hours(first) if first else None,
            ("supervisor",),
            None,
            every=in_hours(every) if every else None,
            times=times or None if every else None,
        )
        for first, every, times in town.escalations
    )
    ceiling = Ceiling(in_hours(town.cap), StartPoint("accepted", True)) if town.cap else None
    readings = {"rc19": "stops" if town.stops else "runs_on"}
    return World(
        [
            replace(
                limit(level, first=town.overall, readings=readings),
                amount=in_hours(hours),
                redo=town.redo,
                escalations=escalations,
                ceiling=ceiling,
            )
            for level, hours in town.within.items()
        ]
    )


class Story:
    """One timeline, told to the oracle and to the domain alike."""

    def __init__(self, town: Town, arrives: Callable[[World, datetime], object]) -> None:
        self.oracle, self.world = Oracle(town), world_of(town)
        self.level, self.unit, self.decision, self.round = "low", "a", 0, 1
        self.arrives = arrives  # what the engine did before a step of an instant arrived

    @property
    def now(self) -> datetime:
        return BEGIN + self.oracle.hour * HOUR

    def tell(self, wait: int, choice: int, number: int) -> None:
        """Let time pass and make one of the moves that may be made."""
        for _ in range(wait):
            self.oracle.pass_hour()
        may = [move for move in MOVES if self.may(move)]
        if may:
            getattr(self, f"do_{may[choice % len(may)]}")(number)

    def may(self, move: str) -> bool:
        seen = self.oracle
        if seen.is_closed:
            return False
        works = seen.is_accepted and not seen.is_settled
        return {
            "decide": not seen.is_settled and (self.decision == 0 or seen.is_accepted),
            "accept": self.decision > 0 and not seen.is_accepted,
            "settle": works and seen.clock is not None,
            "close": self.decision > 0 and seen.hour > 30,
            "pause": not seen.is_paused,
            "resume": seen.is_paused,
            "note": works and not seen.is_paused,
            "reopen": seen.is_settled,
            "nothing": self.decision > 0,
            "excuse": "late" in seen.verdicts or bool(seen.clock and seen.clock.breached is not None),
        }[move]

    def take(self, *marks: str, **more: object) -> None:
        level = self.level
        self.world.holding = lambda _: frozenset({level})
        self.arrives(self.world, self.now)
        self.world.take(
            TimelineStep(
                at=self.now,
                marks=marks,
                decision=self.decision,
                round=self.round,
                level=level,
                unit=self.unit,
                **more,
            )
        )

    def do_decide(self, number: int) -> None:
        self.level, self.unit, self.decision = LEVELS[number % 2], UNITS[number // 2 % 2], self.decision + 1
        self.oracle.decide(self.level, self.unit)
        self.take("assigned", undone=("accepted",))

    def do_accept(self, _: int) -> None:
        self.oracle.accept()
        self.take("accepted")

    def do_settle(self, _: int) -> None:
        self.oracle.settle()
        self.take("settled")

    def do_close(self, _: int) -> None:
        self.oracle.close()
        self.take("closed")

    def do_pause(self, _: int) -> None:
        self.oracle.pause()
        self.take(effects=PAUSE)

    def do_resume(self, _: int) -> None:
        self.oracle.resume()
        self.take(effects=RESUME)

    def do_note(self, number: int) -> None:
        until = self.oracle.hour + number if number else None
        self.oracle.note(until)
        self.take(effects=EXTEND, due_at=BEGIN + until * HOUR if until else None)

    def do_reopen(self, _: int) -> None:
        self.round += 1
        self.oracle.reopen()
        self.take("reopened", undone=("settled",))

    def do_excuse(self, _: int) -> None:
        self.oracle.excuse()
        self.take(effects=EXCUSE)

    def do_nothing(self, _: int) -> None:
        self.take("progressed")

    def end(self) -> None:
        """Let everything fall due that still may."""
        for _ in range(40):
            self.oracle.pass_hour()
        self.world.fire(self.now)

    def said(self) -> list[tuple[str, int]]:
        return sorted(
            (change.event.value, (change.at - BEGIN) // HOUR) for change in self.world.changes if change.event
        )


def on_time(world: World, at: datetime) -> None:
    """The engine fires everything before a step of the same instant arrives."""
    world.fire(at)


def asleep(world: World, at: datetime) -> None:
    """The engine does nothing at all."""


@given(towns, moves, st.sampled_from([on_time, asleep]))
@settings(max_examples=600)
def test_clocks_do_what_hours_passing_one_by_one_do(town, story, arrives):
    """Every start, stop, pause, extension, breach and escalation happens at the hour at which the oracle has it."""
    told = Story(town, arrives)
    for move in story:
        told.tell(*move)
    told.end()
    for word, _ in told.oracle.said:
        event(word)
    assert told.said() == sorted(told.oracle.said)
    verdicts = [
        clock.verdict.value if clock.verdict else None for clock in told.world.clocks if not clock.is_open
    ]
    assert verdicts == told.oracle.verdicts


@given(towns, moves, st.lists(st.integers(0, 9), min_size=14, max_size=14))
@settings(max_examples=600)
def test_steps_that_arrive_late_leave_the_clocks_as_if_they_had_come_in_time(town, story, delays):
    """The engine may run ahead of the steps: in the end every clock stands as it would have, and breaches
    that were none are corrected."""

    def told_with(arrives) -> World:
        told = Story(town, arrives)
        for move in story:
            told.tell(*move)
        told.end()
        return told.world

    late = iter(delays)
    punctual, hasty = told_with(on_time), told_with(lambda world, at: world.fire(at + next(late) * HOUR))
    assert [form(clock) for clock in hasty.clocks] == [form(clock) for clock in punctual.clocks]
    taken_back = sum(
        change.event is ClockEvent.CORRECTED and not change.was.escalations for change in hasty.changes
    )
    breaches = [
        sum(change.event is ClockEvent.BREACHED for change in world.changes) for world in (hasty, punctual)
    ]
    assert breaches[0] - taken_back == breaches[1]


def form(clock):
    return (
        clock.id,
        clock.state,
        clock.verdict,
        clock.due_at,
        clock.breached_at,
        clock.stopped_at,
        clock.stopped_by,
        clock.extended_at,
        clock.paused_at,
        clock.reached,
        clock.earlier_verdict,
        [(escalation.told, escalation.last_at, escalation.at) for escalation in clock.escalations],
    )
