"""Rule, round and decision tell the clocks of a case apart: none starts again once it has stopped, unless it is to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.case.timeline import TimelineStep
from tests.sla.worlds import World, at, does, limit, local, step

LIMITS = (
    limit("village", start="accepted"),
    limit("overall", "settle", "1 working day", start="accepted", first=True),
    limit("reported", "attend", "2 hours", start="reported", until=("closed",)),
    limit("each", "answer", "2 hours", start="urged", until=("progressed",), each_time=True),
    limit("decided", "submit", "1 day", start="assigned", until=("accepted",)),
)
RULES = tuple(terms.rule for terms in LIMITS)
BEGIN = at("2026-03-09 10:00")
STEPS = (
    TimelineStep(BEGIN, ("reported",)),
    TimelineStep(BEGIN, ("assigned",), ("accepted",)),
    TimelineStep(BEGIN, ("accepted",)),
    TimelineStep(BEGIN, ("settled",)),
    TimelineStep(BEGIN, ("reopened",), ("settled",)),
    TimelineStep(BEGIN, ("progressed",)),
    TimelineStep(BEGIN, ("urged",), ("accepted",)),
    *(TimelineStep(BEGIN, effects=does(kind, "settle")) for kind in ("stop", "pause", "resume", "extend")),
)


class Move(NamedTuple):
    """A step, the limits whose conditions hold with it, and how many minutes before it nothing happens."""

    step: int
    holding: frozenset[str]
    wait: int
    is_new: bool


moves = st.lists(
    st.builds(
        Move,
        st.integers(0, len(STEPS) - 1),
        st.frozensets(st.sampled_from(RULES)),
        st.integers(0, 3000),
        st.booleans(),
    ),
    min_size=2,
    max_size=20,
)


@given(moves)
@settings(max_examples=400)
def test_no_limit_starts_twice_in_one_round_under_one_decision(story: Sequence[Move]):
    """Whatever conditions come and go, are stopped or taken back: no id is ever given twice, and only those
    of a limit that runs each time are numbered.
    """
    world = World(LIMITS)
    live(world, story)
    assert sorted(world.ids) == sorted(set(world.ids)) == sorted(clock.id for clock in world.clocks)
    assert all(name.startswith("each ") for name in world.ids if len(name.split()) > 3)


def test_a_limit_that_runs_each_time_begins_anew_when_its_milestone_is_reached_again():
    """Asked, answered in time, asked again and not answered; what is asked while it runs begins nothing."""
    world = World((limit("answer", "answer", "2 hours", start="asked", until=("answered",), each_time=True),))
    for text, mark in (("10:00", "asked"), ("11:00", "answered"), ("11:30", "asked"), ("12:00", "asked")):
        world.take(step(f"2026-03-09 {text}", mark))
    world.take(step("2026-03-09 14:00", "settled"))
    found = [
        (clock.id, local(clock.started_at), local(clock.due_at), clock.verdict) for clock in world.clocks
    ]
    assert found == [
        ("answer 1 0", "2026-03-09 10:00", "2026-03-09 12:00", "in_time"),
        ("answer 2 1 0", "2026-03-09 11:30", "2026-03-09 13:30", "late"),
    ]


def test_a_limit_that_does_not_runs_once_in_a_round():
    """The same life without it: the second time counts nothing."""
    world = World((limit("answer", "answer", "2 hours", start="asked", until=("answered",)),))
    for text, mark in (("10:00", "asked"), ("11:00", "answered"), ("11:30", "asked")):
        world.take(step(f"2026-03-09 {text}", mark))
    assert [clock.id for clock in world.clocks] == ["answer 1 0"]


def live(world: World, story: Sequence[Move]) -> None:
    round_, decision = 1, 0
    for move, minutes in zip(story, accumulate(move.wait for move in story), strict=True):
        round_ += "reopened" in STEPS[move.step].marks
        decision += "assigned" in STEPS[move.step].marks
        world.holding = lambda _, holding=move.holding: holding
        world.take(
            replace(
                STEPS[move.step],
                at=BEGIN + timedelta(minutes=minutes),
                round=round_,
                decision=decision,
                is_new_situation=move.is_new,
            )
        )
