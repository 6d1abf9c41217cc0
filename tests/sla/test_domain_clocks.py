"""How clocks behave beside the corpus's scenarios: stages, hand-overs, targets, escalations, missing years."""

from dataclasses import replace

from shared.rules.case.limits import StartPoint
from shared.rules.clocks.changes import ClockEvent
from shared.rules.clocks.clock import ClockState, ClockVerdict
from shared.rules.pack.model import Escalation, LateKind
from shared.rules.worktime.amount import parse_amount
from shared.rules.worktime.calendar import Calendar
from tests.sla.test_domain_scenarios import SUBMIT, TOWN, VILLAGE, accepted, world
from tests.sla.worlds import at, does, limit, local, step


def test_stages_are_timed_independently():
    """A stage's clock starts and stops by its own milestones, whatever the others do."""
    accept = limit("accept", "accept", "2 hours", start="assigned", until=("accepted",))
    feed_back = limit("feed_back", "feed_back", "1 day", start="settled", until=("verified",))
    case = world(accept, VILLAGE, feed_back)
    case.take(step("2026-03-09 10:00", "assigned", decision=1))
    case.take(step("2026-03-09 13:00", "accepted", decision=1))
    case.take(step("2026-03-10 09:00", "settled", decision=1))
    case.take(step("2026-03-11 09:00", "verified", decision=1))
    verdicts = {clock.rule: clock.verdict for clock in case.clocks}
    assert verdicts == {
        "accept": ClockVerdict.LATE,
        "village": ClockVerdict.IN_TIME,
        "feed_back": ClockVerdict.IN_TIME,
    }


def test_nothing_is_timed_where_the_end_comes_with_the_start():
    """A dispatch that is accepted by itself leaves nothing to wait for."""
    accept = limit("accept", "accept", "2 hours", start="assigned", until=("accepted",))
    assert accepted("2026-03-09 10:00", accept).clocks == ()


def test_a_new_handler_gets_a_dispatch_clock_of_its_own():
    """RC-1 assigned: a limit from dispatch is the handler's; another unit's starts with its own dispatch."""
    accept = limit("accept", "accept", "2 hours", start="assigned", until=("accepted",))
    case = world(accept)
    case.take(step("2026-03-09 10:00", "assigned", decision=1, unit="a"))
    case.take(step("2026-03-09 11:00", "assigned", decision=2, unit="b"))
    assert [(clock.unit, clock.state) for clock in case.clocks] == [
        ("a", ClockState.STOPPED),
        ("b", ClockState.RUNNING),
    ]


def taken_over(terms, unit):
    case = world(terms)
    case.take(step("2026-03-09 10:00", "assigned", "accepted", decision=1, unit="a"))
    case.take(step("2026-03-11 10:00", "assigned", undone=("accepted",), decision=2, unit=unit))
    case.take(step("2026-03-11 12:00", "accepted", decision=2, unit=unit))
    return [(clock.unit, clock.state, clock.label) for clock in case.clocks]


def test_another_unit_has_a_limit_of_its_own():
    """RC-12 own: who takes over counts from the own acceptance, also within a level; the first unit's clock stops."""
    assert taken_over(TOWN, "b") == [
        ("a", ClockState.STOPPED, "2026-03-16 24:00"),
        ("b", ClockState.RUNNING, "2026-03-18 24:00"),
    ]


def test_deciding_again_for_the_same_unit_gives_no_new_time():
    """RC-12: nobody gains time by asking for a decision that leaves the case where it is."""
    assert taken_over(TOWN, "a") == [("a", ClockState.RUNNING, "2026-03-16 24:00")]


def test_one_overall_clock_goes_on_under_the_next_unit():
    """RC-12 overall: the clock runs on, and is the next unit's from the decision on."""
    overall = replace(TOWN, start=StartPoint("accepted", True))
    assert taken_over(overall, "b") == [("b", ClockState.RUNNING, "2026-03-16 24:00")]


def test_a_limit_begins_when_its_condition_comes_to_hold_later():
    """A finding recorded after acceptance brings its limit, from the milestone that already stands."""
    case = world(VILLAGE)
    case.holding = lambda _: frozenset()
    case.take(step("2026-03-09 10:00", "assigned", "accepted", decision=1))
    case.holding = lambda _: frozenset({"village"})
    case.take(step("2026-03-10 12:00", "progressed", decision=1))
    assert (local(case.clock("village").started_at), case.clock("village").label) == (
        "2026-03-09 10:00",
        "2026-03-12 24:00",
    )


def test_closing_stops_every_clock_and_lets_none_start():
    """Nothing runs in a case that is closed or rejected, and what was not passed gets no verdict."""
    for final in ("closed", "rejected"):
        case = accepted("2026-03-09 10:00", VILLAGE, SUBMIT)
        case.take(step("2026-03-10 10:00", final, "found", decision=1))
        assert [(clock.state, clock.verdict) for clock in case.clocks] == [(ClockState.STOPPED, None)]


def test_a_soft_target_is_shown_and_not_breached():
    """RC-8 soft: passing the due instant is noted; nobody is told of a breach."""
    case = accepted("2026-03-09 10:00", replace(VILLAGE, otherwise=LateKind.NOTED))
    case.fire(at("2026-03-20 00:00"))
    assert (case.clock("village").state, case.clock("village").verdict) == (
        ClockState.RUNNING,
        ClockVerdict.NOTED,
    )
    case.take(step("2026-03-21 00:00", "settled", decision=1))
    assert [event for event, _ in case.events()] == [ClockEvent.STARTED, ClockEvent.STOPPED]


def test_escalations_follow_the_breach_in_their_own_time():
    """T4.3: the supervisor hears at the breach; days after a due instant at 24:00 count from the day that ended."""
    escalations = (
        Escalation(None, ("supervisor",), None),
        Escalation(parse_amount("1 working day"), ("centre",), "urged"),
    )
    case = accepted("2026-03-09 10:00", replace(VILLAGE, escalations=escalations))
    case.fire(at("2026-04-01 00:00"))
    assert case.events()[1:] == [
        (ClockEvent.BREACHED, "2026-03-12 24:00"),
        (ClockEvent.ESCALATED, "2026-03-12 24:00"),
        (ClockEvent.ESCALATED, "2026-03-13 24:00"),
    ]
    assert [(change.escalation, change.to, change.mark) for change in case.changes[-2:]] == [
        (1, ("supervisor",), None),
        (2, ("centre",), "urged"),
    ]


def test_a_due_instant_set_by_a_person():
    """P000.26: a limit without a figure has no due instant until a person writes one, before or after its start."""
    by_hand = limit("town-value", within=None)
    case = accepted("2026-03-09 10:00", by_hand)
    assert (case.clock("town-value").due_at, case.clock("town-value").state) == (None, ClockState.RUNNING)
    case.take(
        step("2026-03-10 10:00", decision=1, effects=does("set due", "settle"), due_at=at("2026-03-20 17:00"))
    )
    assert (case.clock("town-value").label, case.clock("town-value").state) == (
        "2026-03-20 17:00",
        ClockState.RUNNING,
    )
    early = world(by_hand)
    early.take(
        step(
            "2026-03-09 10:00",
            "assigned",
            decision=1,
            effects=does("set due", "settle"),
            due_at=at("2026-03-20 17:00"),
        )
    )
    early.take(step("2026-03-09 11:00", "accepted", decision=1))
    assert early.clock("town-value").label == "2026-03-20 17:00"


def test_a_missing_year_withholds_or_makes_provisional():
    """S-016, RC-22: without the year's days there is no due instant, or a provisional one."""
    case = accepted("2026-12-30 10:00", TOWN)
    assert (case.clock("town").state, case.clock("town").missing_year) == (ClockState.WITHHELD, 2027)
    assert [event for event, _ in case.events()] == [ClockEvent.WITHHELD]
    other = accepted(
        "2026-12-30 10:00", limit("town", within="5 working days", readings={"rc22": "provisional"})
    )
    assert (other.clock("town").state, other.clock("town").is_provisional) == (ClockState.RUNNING, True)


def test_evaluators_that_differ_start_and_stop_nothing():
    """Where the evaluators differ about a case's limits, what runs goes on and nothing starts: a person looks."""
    case = accepted("2026-03-09 10:00", VILLAGE, TOWN, holds={"village"})
    case.holding = lambda _: None
    case.take(step("2026-03-10 10:00", "accepted", decision=1))
    assert [(clock.rule, clock.state) for clock in case.clocks] == [("village", ClockState.RUNNING)]


def test_pauses_outlive_a_change_of_class():
    """What waiting added is not lost when another limit takes over (RC-19, A-7)."""
    stops = {"rc19": "stops"}
    general = limit("general", within="7 days", first=True, readings=stops)
    complicated = limit("complex", within="15 days", first=True, readings=stops)
    case = world(general, complicated)
    case.holding = lambda _: frozenset({"general"})
    case.take(step("2026-03-02 10:00", "assigned", "accepted", decision=1))
    case.take(step("2026-03-03 10:00", decision=1, effects=does("pause", "all")))
    case.holding = lambda _: frozenset({"complex"})
    case.take(step("2026-03-04 10:00", decision=1))
    assert case.clock("complex").state is ClockState.PAUSED
    case.take(step("2026-03-05 10:00", decision=1, effects=does("resume", "all")))
    assert case.clock("complex").label == "2026-03-19 24:00"


def test_days_come_from_the_town_and_not_from_the_machine():
    """A calendar of a town's own days decides, also against the official one."""
    own = Calendar.build(weekend=("fri",), official=None, known_years=(2026,))
    assert accepted("2026-03-12 10:00", VILLAGE, calendar=own).clock("village").label == "2026-03-16 24:00"
