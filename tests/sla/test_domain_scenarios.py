"""The corpus's scenarios as far as clocks go: starts, due instants, stops and verdicts."""

from dataclasses import replace

import pytest

from shared.rules.case.limits import Ceiling, StartPoint
from shared.rules.clocks.changes import ClockEvent
from shared.rules.clocks.clock import ClockState, ClockVerdict
from shared.rules.worktime.amount import parse_amount
from tests.sla.worlds import World, at, china, does, limit, local, step

VILLAGE = limit("village", within="3 working days")
TOWN = limit("town", within="5 working days")
SUBMIT = limit("submit", "submit", "2 working days", start="found", until=("submitted",))


def world(*limits, holds=None, **more):
    names = frozenset(holds) if holds is not None else None
    return World(limits, holding=(lambda _: names) if names is not None else None, **more)


def accepted(text, *limits, **more):
    case = world(*limits, **more)
    case.take(step(text, "assigned", "accepted", decision=1))
    return case


@pytest.mark.parametrize(
    ("start", "within", "readings", "due"),
    [
        ("2026-03-09 10:00", "3 working days", {}, "2026-03-12 24:00"),  # S-001
        ("2026-02-13 16:40", "3 working days", {}, "2026-02-25 24:00"),  # S-003
        ("2026-02-13 16:40", "3 working days", {"rc4": "mon_fri"}, "2026-02-18 24:00"),
        ("2026-02-13 16:40", "5 working days", {}, "2026-02-27 24:00"),  # S-005
        ("2026-02-18 11:00", "3 working days", {}, "2026-02-26 24:00"),  # S-007
        ("2026-02-18 11:00", "3 working days", {"rc6": "next_office_opening"}, "2026-02-27 24:00"),
        ("2026-05-07 10:00", "3 working days", {}, "2026-05-11 24:00"),  # S-010
        ("2025-12-30 14:00", "3 working days", {}, "2026-01-05 24:00"),  # S-015
        ("2025-09-26 10:00", "5 working days", {}, "2025-10-10 24:00"),  # S-017
        ("2026-04-02 15:00", "3 working days", {}, "2026-04-08 24:00"),  # S-022
        ("2026-03-13 09:00", "1 day", {}, "2026-03-16 24:00"),  # S-035
        ("2026-03-13 09:00", "1 day", {"rc5": "strict"}, "2026-03-14 24:00"),
        ("2026-03-12 09:00", "3 days", {"rc5": "as_working_days"}, "2026-03-17 24:00"),  # S-037
        ("2026-02-10 10:00", "7 days", {}, "2026-02-24 24:00"),  # S-046
        ("2026-03-10 10:15", "at once", {}, "2026-03-10 24:00"),  # S-041
    ],
)
def test_a_limit_falls_due_as_its_readings_say(start, within, readings, due):
    """A clock that starts at acceptance falls due on the corpus's day, whatever lies between."""
    case = accepted(start, limit("one", within=within, readings=readings))
    assert local(case.clock("one").due_at) == case.clock("one").label == due


def test_office_hours_move_the_due_instant_to_the_close_of_office():
    """S-002: where office hours are declared, the last day ends with them (RC-3)."""
    hours = china(office_hours=[("08:30", "12:00"), ("14:00", "17:30")])
    case = accepted("2026-03-09 10:00", VILLAGE, calendar=hours)
    assert case.clock("village").label == "2026-03-12 17:30"


def test_a_case_settled_before_its_due_instant_is_in_time():
    """S-001: settled before the due instant, the clock stops in time and nothing is breached."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    case.take(step("2026-03-11 09:00", "settled", decision=1))
    case.take(step("2026-03-11 15:00", "closed", decision=1))
    case.fire(at("2026-04-01 00:00"))
    assert case.events() == [
        (ClockEvent.STARTED, "2026-03-09 10:00"),
        (ClockEvent.STOPPED, "2026-03-11 09:00"),
    ]
    assert case.clock("village").verdict is ClockVerdict.IN_TIME


def test_24_00_is_exclusive():
    """A step at the due instant itself comes too late; one a microsecond earlier is in time."""
    for moment, verdict in (
        ("2026-03-12 23:59:59.999999", ClockVerdict.IN_TIME),
        ("2026-03-13 00:00", ClockVerdict.LATE),
    ):
        case = accepted("2026-03-09 10:00", VILLAGE)
        case.take(step(moment, "settled", decision=1))
        assert case.clock("village").verdict is verdict


def test_a_holiday_is_no_reason_to_remind_or_to_breach():
    """S-003: nothing is fired on the days of the Spring Festival."""
    case = accepted("2026-02-13 16:40", replace(VILLAGE, warn_before=parse_amount("1 working day")))
    case.fire(at("2026-02-23 23:59"))
    assert [event for event, _ in case.events()] == [ClockEvent.STARTED]
    case.fire(at("2026-02-26 00:00"))
    assert case.events()[1:] == [
        (ClockEvent.WARNED, "2026-02-24 24:00"),
        (ClockEvent.BREACHED, "2026-02-25 24:00"),
    ]


def test_submission_counts_from_the_finding_or_from_acceptance():
    """S-008: RC-10 counts the submission from the recorded finding, or from the town's acceptance."""
    case = accepted("2026-04-28 09:10", SUBMIT)
    case.take(step("2026-04-29 15:00", "found", decision=1))
    assert case.clock("submit").label == "2026-05-06 24:00"
    other = accepted("2026-04-28 09:10", replace(SUBMIT, start=StartPoint("accepted", False)))
    assert other.clock("submit").label == "2026-04-30 24:00"


def test_a_submission_under_way_goes_on_over_the_decision_that_the_finding_asks_for():
    """S-008, RC-12: the finding starts the clock under the old decision; the new one, whose rule still holds,
    keeps it.
    """
    case = accepted("2026-04-28 09:10", SUBMIT)
    case.take(step("2026-04-29 15:00", "found", decision=1))
    case.take(step("2026-04-29 15:01", "assigned", "accepted", decision=2))
    case.take(step("2026-05-06 10:00", "submitted", decision=2))
    case.take(step("2026-05-06 10:01", "assigned", "handed_over", undone=("accepted",), decision=3))
    case.take(step("2026-05-06 11:00", "accepted", decision=3))
    assert [clock.rule for clock in case.clocks] == ["submit"]
    assert case.clock("submit").verdict is ClockVerdict.IN_TIME


def hand_over(*limits):
    case = world(*limits)
    case.holding = lambda _: frozenset({"village"})
    case.take(step("2026-03-02 09:00", "assigned", "accepted", decision=1, level="village"))
    case.holding = lambda _: frozenset({"town"})
    case.take(
        step("2026-03-04 15:00", "assigned", "handed_over", undone=("accepted",), decision=2, level="town")
    )
    case.take(step("2026-03-04 16:00", "accepted", decision=2, level="town"))
    return case


def test_hand_over_gives_each_level_its_own_limit():
    """S-011, RC-12 own: the village's clock stops without breach, the town's counts from its own acceptance."""
    case = hand_over(VILLAGE, TOWN)
    village = case.clock("village")
    assert (village.state, village.verdict, local(village.stopped_at)) == (
        ClockState.STOPPED,
        None,
        "2026-03-04 15:00",
    )
    assert (local(case.clock("town").started_at), case.clock("town").label) == (
        "2026-03-04 16:00",
        "2026-03-11 24:00",
    )


def test_one_overall_clock_counts_from_the_first_acceptance():
    """S-011, RC-12 overall: the town's limit counts from the village's acceptance, and at once."""
    overall = StartPoint("accepted", True)
    case = hand_over(replace(VILLAGE, start=overall), replace(TOWN, start=overall))
    assert case.clock("town").label == "2026-03-09 24:00"
    assert (ClockEvent.STARTED, "2026-03-04 15:00") in case.events()


def test_a_reason_in_time_extends_without_a_new_due_instant():
    """S-012, RC-8, RC-9: extended, not breached, and no due instant is computed until a person writes one."""
    case = accepted("2026-03-16 09:00", VILLAGE)
    case.take(step("2026-03-19 11:00", decision=1, effects=does("extend", "settle")))
    clock = case.clock("village")
    assert (clock.state, clock.due_at, local(clock.first_due_at)) == (
        ClockState.EXTENDED,
        None,
        "2026-03-19 24:00",
    )
    case.fire(at("2026-12-01 00:00"))
    case.take(step("2026-12-02 09:00", "settled", decision=1))
    assert [event for event, _ in case.events()] == [
        ClockEvent.STARTED,
        ClockEvent.EXTENDED,
        ClockEvent.STOPPED,
    ]
    assert case.clock("village").verdict is ClockVerdict.EXTENDED


def test_a_reason_noted_too_late_leaves_the_breach():
    """S-013, A-31: the breach stands from the due instant; the reason is kept as a late one."""
    case = accepted("2026-03-16 09:00", VILLAGE)
    case.fire(at("2026-03-20 00:00"))
    case.take(step("2026-03-20 08:40", decision=1, effects=does("extend", "settle")))
    clock = case.clock("village")
    assert (clock.state, clock.verdict, local(clock.breached_at)) == (
        ClockState.BREACHED,
        ClockVerdict.LATE,
        "2026-03-19 24:00",
    )
    assert local(clock.late_reason_at) == "2026-03-20 08:40"
    assert [event for event, _ in case.events()] == [ClockEvent.STARTED, ClockEvent.BREACHED]


def test_a_written_due_instant_extends_and_is_then_kept_or_missed():
    """RC-9: with the reason a person writes the new due instant; passing that one is a breach."""
    for settled, verdict in (
        ("2026-03-19 10:00", ClockVerdict.IN_TIME),
        ("2026-03-24 10:00", ClockVerdict.EXTENDED),
        ("2026-03-26 10:00", ClockVerdict.LATE),
    ):
        case = accepted("2026-03-16 09:00", VILLAGE)
        case.take(
            step(
                "2026-03-18 11:00",
                decision=1,
                effects=does("extend", "settle"),
                due_at=at("2026-03-26 00:00"),
            )
        )
        assert case.clock("village").label == "2026-03-25 24:00"
        case.take(step(settled, "settled", decision=1))
        assert case.clock("village").verdict is verdict


def test_double_limit_where_no_cap_is_stated():
    """RC-9 double: a reason in time gives twice the limit, from the clock's own start."""
    doubled = replace(VILLAGE, ceiling=Ceiling(parse_amount("6 working days"), None))
    case = accepted("2026-03-16 09:00", doubled)
    case.take(step("2026-03-19 11:00", decision=1, effects=does("extend", "settle")))
    assert case.clock("village").label == "2026-03-24 24:00"


def special(reason="2026-03-16 09:00"):
    capped = limit(
        "others",
        within="3 days",
        ceiling=Ceiling(parse_amount("5 working days"), StartPoint("accepted", True)),
    )
    case = accepted("2026-03-12 09:00", capped)
    case.take(step(reason, decision=1, effects=does("extend", "settle")))
    return case


def test_special_circumstances_extend_to_the_cap():
    """S-038, T3.2, A-5: the new due instant is five working days from the original acceptance."""
    clock = special().clock("others")
    assert (clock.state, clock.label, clock.is_capped) == (ClockState.EXTENDED, "2026-03-19 24:00", True)


def test_the_cap_itself_can_be_breached():
    """S-039: still open when the cap has passed, the clock is breached, and a further reason gives no more time."""
    case = special()
    case.take(
        step("2026-03-18 09:00", decision=1, effects=does("extend", "settle"), due_at=at("2026-04-18 00:00"))
    )
    assert case.clock("others").label == "2026-03-19 24:00"
    case.fire(at("2026-03-20 00:00"))
    assert case.events()[-1] == (ClockEvent.BREACHED, "2026-03-19 24:00")


def test_submission_on_the_last_day_keeps_the_limit():
    """S-048, A-8: submission meets the limit as settling would; afterwards nothing runs."""
    case = accepted("2026-01-30 10:00", limit("major", within="30 days", until=("settled", "submitted")))
    assert case.clock("major").label == "2026-03-02 24:00"
    case.take(step("2026-03-02 16:00", "submitted", decision=1))
    assert (case.clock("major").verdict, case.clock("major").stopped_by) == (
        ClockVerdict.IN_TIME,
        "submitted",
    )


def test_reclassified_upward_counts_from_the_first_acceptance():
    """S-049, A-7: the new class's limit counts from the same start; the old class's clock stops."""
    general = limit("general", within="7 days", first=True)
    complicated = limit("complex", within="15 days", first=True)
    case = world(general, complicated)
    case.holding = lambda _: frozenset({"general"})
    case.take(step("2026-03-02 10:00", "assigned", "accepted", decision=1))
    assert case.clock("general").label == "2026-03-09 24:00"
    case.holding = lambda _: frozenset({"complex"})
    case.take(step("2026-03-06 10:00", decision=1))
    assert (case.clock("complex").label, case.clock("general").verdict) == ("2026-03-17 24:00", None)


def test_a_return_for_information_stops_nothing_unless_the_reading_says_so():
    """S-100, RC-19: the clock runs on; under 'stops' the days of waiting are added."""
    for reading, due, state in (
        ("runs_on", "2026-03-12 24:00", ClockState.RUNNING),
        ("stops", None, ClockState.PAUSED),
    ):
        case = accepted("2026-03-09 10:00", limit("village", readings={"rc19": reading}))
        case.take(step("2026-03-10 09:00", decision=1, effects=does("pause", "settle")))
        assert (case.clock("village").label, case.clock("village").state) == (due, state)
        case.take(step("2026-03-12 09:00", decision=1, effects=does("resume", "settle")))
    assert case.clock("village").label == "2026-03-16 24:00"
    assert [event for event, _ in case.events()] == [
        ClockEvent.STARTED,
        ClockEvent.PAUSED,
        ClockEvent.RESUMED,
    ]


def reopened(redo):
    case = accepted("2026-03-09 10:00", replace(VILLAGE, redo=redo))
    case.take(step("2026-03-11 09:00", "settled", decision=1))
    case.take(step("2026-03-18 15:00", "reopened", decision=1, round=2, undone=("settled",)))
    return case


def test_a_dissatisfied_reporter_brings_a_new_full_limit():
    """RC-13 full: the same limit runs anew from the registration of the dissatisfaction; the first verdict stays."""
    case = reopened("full")
    first, second = case.clocks
    assert (first.verdict, first.round, second.round, second.label) == (
        ClockVerdict.IN_TIME,
        1,
        2,
        "2026-03-23 24:00",
    )


def test_a_redo_may_have_only_what_was_left():
    """RC-13 remaining: two of the three days had run when it was settled on the 11th; the rest counts from the 18th."""
    second = reopened("remaining").clocks[1]
    assert (local(second.started_at), second.label) == ("2026-03-18 15:00", "2026-03-19 24:00")


def test_a_redo_may_be_due_at_once():
    """RC-13 immediate: due by the end of the same day (RC-7)."""
    assert reopened("immediate").clocks[1].label == "2026-03-18 24:00"
