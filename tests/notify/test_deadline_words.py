"""What '{deadline.settle}' reads in a text: the label, 'no time limit', or an answer that is waited for."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.deadlines import (
    Applying,
    KnownClock,
    Mark,
    Need,
    Progress,
    Quote,
    awaited,
    quoted,
)
from tests.notify.samples import NOON, after

ACCEPTED = {"accepted": Mark(NOON, NOON)}
OWN = Applying("own-limit", "accepted")
CLOCK = KnownClock("k1", "settle", "own-limit", 1, NOON, "2026-03-12 24:00")


def test_no_limit_means_no_waiting() -> None:
    """Where no limit applies nothing is awaited: RC-20 says there is none."""
    assert awaited("settle", [], Progress(1, None, ACCEPTED), []) is Quote.NO_LIMIT


def test_a_limit_that_has_not_begun_is_said_not_to_run() -> None:
    """A limit from acceptance has no due time before acceptance."""
    assert awaited("settle", [OWN], Progress(1, None, {}), []) is Quote.NOT_STARTED
    undone = {"accepted": Mark(NOON, NOON, stands=False)}
    assert awaited("settle", [OWN], Progress(1, None, undone), []) is Quote.NOT_STARTED


def test_a_limit_that_begins_now_is_waited_for() -> None:
    """The text waits for the clock of this very acceptance."""
    assert awaited("settle", [OWN], Progress(1, None, ACCEPTED), []) == Need(
        "settle", ("own-limit",), 1, NOON
    )


def test_a_clock_heard_of_before_is_quoted_at_once() -> None:
    """Whichever message comes first, the text carries the right due time."""
    assert awaited("settle", [OWN], Progress(1, None, ACCEPTED), [CLOCK]) == CLOCK


def test_the_clock_of_an_earlier_acceptance_is_not_quoted() -> None:
    """After a hand-over each level's own limit starts anew (RC-12): the old clock's label would be wrong."""
    again = Progress(1, None, {"accepted": Mark(NOON, after(5))})
    assert awaited("settle", [OWN], again, [CLOCK]) == Need("settle", ("own-limit",), 1, after(5))


def test_one_overall_clock_goes_on_being_quoted() -> None:
    """Where one clock runs over all hand-overs (RC-12 overall), its label outlives a new acceptance."""
    again = Progress(1, None, {"accepted": Mark(NOON, after(5))})
    assert awaited("settle", [Applying("own-limit", "accepted", is_overall=True)], again, [CLOCK]) == CLOCK


def test_a_reopened_case_waits_for_the_new_rounds_clock() -> None:
    """A clock of the first round does not answer for the second (RC-13)."""
    reopened = Progress(2, after(50), ACCEPTED)
    need = awaited("settle", [OWN], reopened, [CLOCK])
    assert isinstance(need, Need)
    new = KnownClock("k2", "settle", "own-limit", 2, after(50), "2026-03-17 24:00")
    assert quoted(need, [CLOCK, new]) == new


def test_a_limit_set_by_a_person_is_not_waited_for() -> None:
    """No clock starts by itself where a person writes the due time; once written it is quoted."""
    by_person = Applying("own-limit", "accepted", is_set_by_person=True)
    assert awaited("settle", [by_person], Progress(1, None, ACCEPTED), []) is Quote.NOT_STARTED
    assert awaited("settle", [by_person], Progress(1, None, ACCEPTED), [CLOCK]) == CLOCK


def test_the_first_of_a_milestone_counts_from_its_earliest_reaching() -> None:
    """'first accepted' is the earliest of the whole case, even when the milestone has fallen since (A-7)."""
    marks = {"accepted": Mark(NOON, after(9), stands=False)}
    need = awaited("settle", [Applying("own-limit", "first accepted")], Progress(1, None, marks), [])
    assert need == Need("settle", ("own-limit",), 1, NOON)


def test_a_clock_that_goes_on_under_the_same_lead_is_quoted_at_once() -> None:
    """RC-12: a new decision that leaves the case with its lead gives no new time: the running clock answers, and
    nothing is waited for; another unit's clock, or one that has stopped, does not answer.
    """
    again = Progress(1, None, {"accepted": Mark(NOON, after(5))}, "t/station")
    running = replace(CLOCK, is_open=True, unit="t/station")
    assert awaited("settle", [OWN], again, [running]) == running
    for other in (
        replace(running, unit="t/other"),
        replace(running, is_open=False),
        replace(running, round=2),
    ):
        assert isinstance(awaited("settle", [OWN], again, [other]), Need)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["own-limit", "other"]), st.integers(1, 2)), max_size=6
    )
)
def test_only_a_clock_of_the_rule_and_round_that_began_in_time_answers(
    seen: list[tuple[int, str, int]],
) -> None:
    """Against a slow search: the latest clock of the right rule and round, no older than the mark."""
    clocks = [
        KnownClock(str(place), "settle", rule, round_, NOON + timedelta(hours=hour), f"due {place}")
        for place, (hour, rule, round_) in enumerate(seen)
    ]
    need = Need("settle", ("own-limit",), 1, after(2))
    right = [
        clock
        for clock in clocks
        if clock.rule == "own-limit" and clock.round == 1 and clock.started_at >= after(2)
    ]
    answer = quoted(need, clocks)
    assert (answer is None) == (not right)
    if answer is not None:
        assert answer in right
        assert answer.started_at == max(clock.started_at for clock in right)
