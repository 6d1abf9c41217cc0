"""Rule, round and decision tell the clocks of a case apart: none starts again once it has stopped."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.case.timeline import TimelineStep
from tests.sla.worlds import World, at, does, limit

LIMITS = (
    limit("village", start="accepted"),
    limit("overall", "settle", "1 working day", start="accepted", first=True),
    limit("reported", "attend", "2 hours", start="reported", until=("closed",)),
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
    """Whatever conditions come and go, are stopped or taken back: an id made of the three is never given twice."""
    world = World(LIMITS)
    live(world, story)
    assert sorted(world.ids) == sorted(set(world.ids)) == sorted(clock.id for clock in world.clocks)


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
