"""What '{deadline.settle}' reads in a text: the label, 'no time limit', or an answer that is waited for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.notify.domain.deadlines import AwaitedClock, DeadlineQuote, KnownClock, awaited, quoted
from shared.rules.case.limits import LimitTerms
from shared.rules.case.timeline import Milestone, Timeline
from tests.notify.samples import NOON, after, terms

OWN = terms("own-limit", "accepted")
CLOCK = KnownClock("k1", "settle", "own-limit", 1, NOON, "2026-03-12 24:00")


def accepted(at: datetime = NOON, *, stands: bool = True, **more: object) -> Timeline:
    """A case that was accepted at noon for the first time, and at another instant for the last."""
    return Timeline(marks={"accepted": Milestone(NOON, at, stands)}, **more)  # type: ignore[arg-type]


def answer(
    limits: Sequence[LimitTerms],
    timeline: Timeline,
    clocks: Sequence[KnownClock] = (),
    lead: str | None = None,
) -> KnownClock | AwaitedClock | DeadlineQuote:
    """What a text about settlement reads or waits for."""
    return awaited("settle", limits, timeline, lead, clocks)


def test_no_limit_means_no_waiting() -> None:
    """Where no limit applies nothing is awaited: RC-20 says there is none."""
    assert answer([], accepted()) is DeadlineQuote.NO_LIMIT


def test_a_limit_that_has_not_begun_is_said_not_to_run() -> None:
    """A limit from acceptance has no due time before acceptance."""
    assert answer([OWN], Timeline()) is DeadlineQuote.NOT_STARTED
    assert answer([OWN], accepted(stands=False)) is DeadlineQuote.NOT_STARTED


def test_a_limit_that_begins_now_is_waited_for() -> None:
    """The text waits for the clock of this very acceptance."""
    assert answer([OWN], accepted()) == AwaitedClock("settle", ("own-limit",), 1, NOON)


def test_a_clock_heard_of_before_is_quoted_at_once() -> None:
    """Whichever message comes first, the text carries the right due time."""
    assert answer([OWN], accepted(), [CLOCK]) == CLOCK


def test_the_clock_of_an_earlier_acceptance_is_not_quoted() -> None:
    """After a hand-over each level's own limit starts anew (RC-12): the old clock's label would be wrong."""
    again = accepted(after(5))
    assert answer([OWN], again, [CLOCK]) == AwaitedClock("settle", ("own-limit",), 1, after(5))


def test_one_overall_clock_goes_on_being_quoted() -> None:
    """Where one clock runs over all hand-overs (RC-12 overall), its label outlives a new acceptance."""
    overall = terms("own-limit", "first accepted")
    assert answer([overall], accepted(after(5)), [CLOCK]) == CLOCK


def test_a_reopened_case_waits_for_the_new_rounds_clock() -> None:
    """A clock of the first round does not answer for the second; the new one counts from the reopening (RC-13)."""
    reopened = accepted(round=2, reopened_at=after(50), fell=frozenset({"settled"}))
    wanted = answer([OWN], reopened, [CLOCK])
    assert wanted == AwaitedClock("settle", ("own-limit",), 2, after(50))
    new = KnownClock("k2", "settle", "own-limit", 2, after(50), "2026-03-17 24:00")
    assert quoted(wanted, [CLOCK, new]) == new


def test_a_clock_of_the_new_round_answers_where_what_fell_is_not_known() -> None:
    """A case of a version before does not say what fell: its round alone keeps the clocks apart."""
    reopened = accepted(round=2, reopened_at=after(50))
    wanted = answer([OWN], reopened, [CLOCK])
    assert isinstance(wanted, AwaitedClock)
    new = KnownClock("k2", "settle", "own-limit", 2, after(50), "2026-03-17 24:00")
    assert quoted(wanted, [CLOCK, new]) == new


def test_a_limit_set_by_a_person_is_not_waited_for() -> None:
    """No clock starts by itself where a person writes the due time; once written it is quoted."""
    by_person = terms("own-limit", "accepted", amount=None)
    assert answer([by_person], accepted()) is DeadlineQuote.NOT_STARTED
    assert answer([by_person], accepted(), [CLOCK]) == CLOCK


def test_the_first_of_a_milestone_counts_from_its_earliest_reaching() -> None:
    """'first accepted' is the earliest of the whole case, even when the milestone has fallen since (A-7)."""
    first = terms("own-limit", "first accepted")
    fallen = accepted(after(9), stands=False)
    assert answer([first], fallen) == AwaitedClock("settle", ("own-limit",), 1, NOON)


def test_of_several_limits_the_earliest_beginning_counts() -> None:
    """Any of the limits that apply may answer: the text waits for a clock from the first of them on."""
    later = terms("other-limit", "assigned")
    marks = {"accepted": Milestone(NOON, NOON), "assigned": Milestone(after(2), after(2))}
    wanted = answer([later, OWN, terms("third", "found")], Timeline(marks=marks))
    assert wanted == AwaitedClock("settle", ("other-limit", "own-limit"), 1, NOON)


def test_a_clock_that_goes_on_under_the_same_lead_is_quoted_at_once() -> None:
    """RC-12: a new decision that leaves the case with its lead gives no new time: the running clock answers, and
    nothing is waited for; another unit's clock, or one that has stopped, does not answer.
    """
    again = accepted(after(5))
    running = replace(CLOCK, is_open=True, unit="t/station")
    assert answer([OWN], again, [running], "t/station") == running
    for other in (
        replace(running, unit="t/other"),
        replace(running, is_open=False),
        replace(running, round=2),
    ):
        assert isinstance(answer([OWN], again, [other], "t/station"), AwaitedClock)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["own-limit", "other"]), st.integers(1, 2)), max_size=6
    )
)
def test_only_a_clock_of_the_rule_and_round_that_began_in_time_answers(
    seen: list[tuple[int, str, int]],
) -> None:
    """Against a slow search: the latest clock of the right rule and round, no older than the milestone."""
    clocks = [
        KnownClock(str(place), "settle", rule, round_, NOON + timedelta(hours=hour), f"due {place}")
        for place, (hour, rule, round_) in enumerate(seen)
    ]
    wanted = AwaitedClock("settle", ("own-limit",), 1, after(2))
    right = [
        clock
        for clock in clocks
        if clock.rule == "own-limit" and clock.round == 1 and clock.started_at >= after(2)
    ]
    found = quoted(wanted, clocks)
    assert (found is None) == (not right)
    if found is not None:
        assert found in right
        assert found.started_at == max(clock.started_at for clock in right)
