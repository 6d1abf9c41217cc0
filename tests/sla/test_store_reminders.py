"""Reminders on a real store: each is a deadline of its own time, fired once, whoever fires it and whoever dies."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from services.sla.handlers.engine import DeadlineEngine
from services.sla.handlers.skew import SkewGuard
from services.sla.store.firing import SqlDeadlines
from shared.db.work import Work
from shared.kernel.clock import SystemClock
from shared.obs.metrics import Metrics
from shared.rules.clocks.escalation import EscalationStep
from tests.sla.conftest import House, Open
from tests.sla.packs import at, edition_of, files_with

ESCALATION = "escalate: [{to: supervisor}, {after: 1 working day, to: [supervisor, bureau]}]"
HOURLY = files_with(
    ESCALATION, "escalate: [{to: supervisor, every: 1 hour}, {after: 90 minutes, to: [bureau]}]"
)
DAILY = files_with(ESCALATION, "escalate: [{to: supervisor, every: 1 working day, times: 3}]")


@pytest.fixture
def town(open_house: Open) -> House:
    """The service with a town that reminds every hour."""
    return _staged(open_house, HOURLY)


def _staged(open_house: Open, files: Mapping[str, str], cases: int = 1) -> House:
    house = open_house()
    house.take(house.mail.edition(files))
    for number in range(1, cases + 1):
        case = house.case(number, edition=edition_of(files))
        house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    return house


def told(house: House) -> list[tuple[datetime, int]]:
    return [
        (message.data.at, message.data.escalation)
        for message in house.emitted()
        if message.type == "clock.escalated"
    ]


def test_the_next_reminder_is_armed_when_one_fires(town: House):
    """At the breach the first, then one an hour: the row of a reminder always holds its next time."""
    town.at("2026-03-13 00:00")
    assert town.pending() == [("escalation", at("2026-03-13 01:00")), ("escalation", at("2026-03-13 01:30"))]
    town.at("2026-03-13 01:00")
    assert town.pending() == [("escalation", at("2026-03-13 01:30")), ("escalation", at("2026-03-13 02:00"))]
    assert told(town) == [(at("2026-03-13 00:00"), 1), (at("2026-03-13 01:00"), 1)]


def test_a_backlog_of_reminders_keeps_its_order(town: House):
    """An engine that was away tells what it missed in the order of its instants, other escalations between them."""
    town.at("2026-03-13 03:00")
    hours = [(f"{moment:%H:%M}", nth) for moment, nth in told(town)]
    assert hours == [("16:00", 1), ("17:00", 1), ("17:30", 2), ("18:00", 1), ("19:00", 1)]


def test_reminders_stop_with_the_clock(town: House):
    """Once it is settled nothing is pending and nobody is reminded."""
    town.at("2026-03-13 01:00")
    case = town.case(edition=edition_of(HOURLY))
    case.level, case.lead, case.decision = "village", "t-time/station", 1
    town.take(case.step("2026-03-13 01:10", "settled"))
    town.at("2026-03-20 00:00")
    assert (len(told(town)), town.pending()) == (2, [])


def test_reminders_on_working_days_end_after_their_times(open_house: Open):
    """Days are counted by the town's calendar; `times` counts all of them."""
    house = _staged(open_house, DAILY)
    for day in range(13, 21):
        house.at(f"2026-03-{day} 00:00")
    assert [moment for moment, _ in told(house)] == [at(f"2026-03-{day} 00:00") for day in (13, 14, 17)]


def test_a_step_that_finds_reminders_unfired_tells_them_first(town: House):
    """A step after due reminders that no engine has fired: the same reminders, then what the step does."""
    town.store.set_now(at("2026-03-13 02:30"))
    case = town.case(edition=edition_of(HOURLY))
    case.level, case.lead, case.decision = "village", "t-time/station", 1
    town.take(case.step("2026-03-13 02:30", "progress"))
    town.work()
    assert [nth for _, nth in told(town)] == [1, 1, 2, 1]
    town.at("2026-03-13 03:00")
    assert len(told(town)) == 5


class Dying(SqlDeadlines):
    """An engine that is killed when it has half written what reminders have become."""

    def __init__(self, at_call: int) -> None:
        self.left = at_call

    def schedule(self, work: Work, escalations: Mapping[str, Sequence[EscalationStep]]) -> None:
        super().schedule(work, escalations)
        self.left -= 1
        if self.left == 0:
            raise RuntimeError("killed")


@pytest.mark.parametrize("at_call", [1, 2, 4])
def test_an_engine_killed_while_reminding_leaves_nothing_half_told(open_house: Open, at_call: int):
    """What a killed engine had not committed is told by the next one: each reminder once."""
    house = _staged(open_house, HOURLY, cases=5)
    house.store.set_now(at("2026-03-13 04:00"))
    with pytest.raises(RuntimeError):
        engine_of(house, Dying(at_call)).run(1000)
    house.work()
    each_once(house, cases=5, hours=4)


def test_two_engines_remind_once(open_house: Open):
    """However many engines look, each reminder of each clock is said once, hour after hour."""
    house = _staged(open_house, HOURLY, cases=20)
    others = [open_house() for _ in range(2)]
    for hour in ("00:00", "01:00", "03:00"):
        house.store.set_now(at(f"2026-03-13 {hour}"))
        threads = [
            threading.Thread(target=one.duty("fire deadlines").run, args=(7,)) for one in (house, *others)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        house.work()
    each_once(house, cases=20, hours=3)


def each_once(house: House, *, cases: int, hours: int) -> None:
    said = Counter(
        (message.stream, message.data.escalation, message.data.at)
        for message in house.emitted()
        if message.type == "clock.escalated"
    )
    assert set(said.values()) == {1}
    assert len(said) == cases * (hours + 2)  # the breach's, one an hour, and the other escalation


def engine_of(house: House, port: Any) -> DeadlineEngine:
    metrics = Metrics()
    repeat = house.duty("fire deadlines").run.__self__.repeat
    return DeadlineEngine(
        house.store, port, SkewGuard(house.store, port, SystemClock(), metrics), metrics, repeat
    )
