"""The parts of a grid worker's day, by nothing but what the services say."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.console.domain.day import OPEN_STATES, DayCase, day_of, next_steps, own_cases
from services.console.domain.sheets import CaseRow, PlaceSheet, StepOffer

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)
UNIT = "t-elm.grid-1/keeper"
jurisdictions = st.sampled_from(
    ["t-elm", "t-elm.grid-1", "t-elm.grid-1.yard", "t-elm.grid-10", "t-oak.grid-1"]
)
units = st.sampled_from([None, UNIT, "t-elm/centre"])
states = st.sampled_from([*OPEN_STATES, "closed", "merged"])
due = st.none() | st.integers(-100, 100).map(lambda hours: NOON + timedelta(hours=hours))
rows = st.builds(
    lambda n, where, state, lead, at: CaseRow(
        str(n), f"2026-{n}", "noise", PlaceSheet(jurisdiction=where), state, NOON, lead=lead, due_at=at
    ),
    st.integers(0, 99), jurisdictions, states, units, due,
)  # fmt: skip
steps = st.lists(st.builds(StepOffer, st.text(max_size=3), st.just("n"), st.booleans(),
                           any_time=st.booleans(), settles=st.booleans(), verifies=st.booleans()))  # fmt: skip


@given(st.lists(rows, unique_by=lambda row: row.id))
def test_a_day_is_the_own_grids_open_cases_by_time(given: list[CaseRow]) -> None:
    """What lies in the grid or is held by its unit, nothing of a grid whose name begins alike; what is late first."""
    own = own_cases(given, UNIT)
    here = ("t-elm.grid-1", "t-elm.grid-1.yard")
    wanted = {
        row.id
        for row in given
        if row.state in OPEN_STATES and (row.lead == UNIT or row.place.jurisdiction in here)
    }
    assert {row.id for row in own} == wanted
    times = [row.due_at for row in own]
    assert times == sorted(times, key=lambda at: (at is None, at or NOON))


@given(st.lists(rows, unique_by=lambda row: row.id))
def test_of_a_whole_town_only_what_the_unit_holds(given: list[CaseRow]) -> None:
    """All of the town's cases lie in its place; they are not all one person's day."""
    assert all(row.lead == "t-elm/centre" for row in own_cases(given, "t-elm/centre"))


@given(steps)
def test_the_step_that_ends_it_comes_first(offered: list[StepOffer]) -> None:
    """Of what is allowed in the case's order, and nothing else."""
    found = next_steps(offered)
    assert all(step.allowed and not step.any_time for step in found)
    ends = [step.settles or step.verifies for step in found]
    assert ends == sorted(ends, reverse=True)


@given(st.lists(st.tuples(rows, steps), unique_by=lambda pair: pair[0].id))
def test_every_case_of_a_day_is_in_one_part(given: list[tuple[CaseRow, list[StepOffer]]]) -> None:
    """None is lost and none comes twice; what is to be verified is never among what is to be done."""
    cases = [DayCase(row, next_steps(offered)) for row, offered in given]
    day = day_of(cases, UNIT)
    parts = [case.row.id for part in (day.verify, day.act, day.rest) for case in part]
    assert sorted(parts) == sorted(case.row.id for case in cases)
    assert not any(case.next for case in day.rest)
