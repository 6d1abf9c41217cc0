"""Where readings, pauses, extensions and rounds meet."""

from dataclasses import replace

from shared.rules.case.limits import Ceiling, StartPoint
from shared.rules.case.timeline import Timeline
from shared.rules.clocks.changes import ClockEvent
from shared.rules.clocks.clock import ClockState, ClockVerdict
from shared.rules.worktime.amount import parse_amount
from shared.rules.worktime.readings import TimeReadings
from tests.sla.test_domain_scenarios import TOWN, VILLAGE, accepted, world
from tests.sla.worlds import at, does, limit, local, step

EXTEND, SET = does("extend", "settle"), does("set due", "settle")
PAUSE, RESUME = does("pause", "settle"), does("resume", "settle")
WAITS = limit("village", readings={"rc19": "stops"})


def test_what_a_person_wrote_moves_with_a_pause_that_begins_afterwards():
    """RC-19: the days of waiting are added to a written due instant too, and it keeps its time of day."""
    case = accepted("2026-03-09 10:00", WAITS)
    case.take(step("2026-03-10 10:00", decision=1, effects=EXTEND, due_at=at("2026-03-20 17:00")))
    case.take(step("2026-03-11 10:00", decision=1, effects=PAUSE))
    case.take(step("2026-03-13 09:00", decision=1, effects=RESUME))
    assert case.clock("village").label == "2026-03-22 17:00"


def test_what_a_person_writes_while_the_case_waits_stands_as_written():
    """Whoever writes a due instant during a pause knows of the pause."""
    case = accepted("2026-03-09 10:00", WAITS)
    case.take(step("2026-03-11 10:00", decision=1, effects=PAUSE))
    case.take(step("2026-03-12 10:00", decision=1, effects=EXTEND, due_at=at("2026-03-20 17:00")))
    assert (case.clock("village").state, case.clock("village").due_at) == (ClockState.PAUSED, None)
    case.take(step("2026-03-13 09:00", decision=1, effects=RESUME))
    assert (case.clock("village").label, case.clock("village").state) == (
        "2026-03-20 17:00",
        ClockState.EXTENDED,
    )


def test_a_first_due_instant_that_was_passed_stays_passed_while_waiting():
    """An extension used before a pause is an extension in the verdict, also when it is settled during the pause."""
    case = accepted("2026-03-09 10:00", WAITS)
    case.take(step("2026-03-10 10:00", decision=1, effects=EXTEND))
    case.take(step("2026-03-16 10:00", decision=1, effects=PAUSE))
    case.take(step("2026-03-17 10:00", "settled", decision=1))
    assert case.clock("village").verdict is ClockVerdict.EXTENDED


def test_settling_at_the_first_due_instant_uses_the_extension():
    """The first due instant is exclusive for the verdict too."""
    for moment, verdict in (
        ("2026-03-12 23:59:59.999999", ClockVerdict.IN_TIME),
        ("2026-03-13 00:00", ClockVerdict.EXTENDED),
    ):
        case = accepted("2026-03-09 10:00", VILLAGE)
        case.take(step("2026-03-10 10:00", decision=1, effects=EXTEND))
        case.take(step(moment, "settled", decision=1))
        assert case.clock("village").verdict is verdict


def test_a_step_may_stop_a_stage():
    """A pack's step may stop a clock: it ends without a verdict and does not start again by itself."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    case.take(step("2026-03-10 10:00", decision=1, effects=does("stop", "settle")))
    case.take(step("2026-03-10 11:00", "progress", decision=1))
    assert [(clock.state, clock.stopped_by, clock.verdict) for clock in case.clocks] == [
        (ClockState.STOPPED, "stop", None)
    ]


def test_a_clock_stops_when_what_it_counts_from_falls():
    """A case reopened before its feedback has nothing to feed back: that clock ends, and begins after settling."""
    feed_back = limit("feed_back", "feed_back", "1 day", start="settled", until=("verified",))
    case = accepted("2026-03-09 10:00", VILLAGE, feed_back)
    case.take(step("2026-03-10 10:00", "settled", decision=1))
    case.take(step("2026-03-10 11:00", "reopened", decision=1, round=2, undone=("settled",)))
    case.take(step("2026-03-11 10:00", "settled", decision=1, round=2))
    assert [(clock.rule, clock.stopped_by) for clock in case.clocks] == [
        ("village", "settled"),
        ("feed_back", "reopened"),
        ("village", "settled"),
        ("feed_back", None),
    ]


def test_what_was_left_is_handed_on_from_round_to_round():
    """RC-13 remaining: the time between rounds counts in none of them, however many there are."""
    case = accepted("2026-03-09 10:00", replace(TOWN, redo="remaining"))
    for round_, settled, reopened in (
        (2, "2026-03-10 10:00", "2026-03-12 10:00"),
        (3, "2026-03-13 10:00", "2026-03-17 10:00"),
    ):
        case.take(step(settled, "settled", decision=1, round=round_ - 1))
        case.take(step(reopened, "reopened", decision=1, round=round_, undone=("settled",)))
    last = case.clocks[-1]
    assert [local(span.begin_at) for span in last.gaps] == ["2026-03-10 10:00", "2026-03-13 10:00"]
    # five days from the 9th: the 10th; then the 13th; then the 17th's next days 18, 19, 20
    assert last.label == "2026-03-20 24:00"


def test_a_resumption_dated_before_its_pause_ends_it_at_once():
    """Instants of two steps may cross by a moment: the pause is empty, and nothing breaks."""
    timeline = Timeline().after(step("2026-03-10 10:00", effects=PAUSE), ["settle"])
    timeline = timeline.after(step("2026-03-10 09:59", effects=RESUME), ["settle"])
    (span,) = timeline.pauses["settle"]
    assert span.begin_at == span.end_at


def test_a_cap_counts_from_the_first_acceptance_over_a_hand_over():
    """P001-04.14: with 'first accepted' the ceiling does not begin again with the next level."""
    capped = replace(TOWN, ceiling=Ceiling(parse_amount("8 working days"), StartPoint("accepted", True)))
    case = world(VILLAGE, capped)
    case.holding = lambda _: frozenset({"village"})
    case.take(step("2026-03-02 09:00", "assigned", "accepted", decision=1, unit="a"))
    case.holding = lambda _: frozenset({"town"})
    case.take(step("2026-03-04 15:00", "assigned", "accepted", decision=2, unit="b"))
    case.take(step("2026-03-10 10:00", decision=2, unit="b", effects=EXTEND))
    assert (case.clock("town").label, local(case.clock("town").first_due_at)) == (
        "2026-03-12 24:00",
        "2026-03-11 24:00",
    )


def test_a_ceiling_below_the_limit_takes_nothing_away():
    """A reason gives time and never takes any: a cap that lies before the due instant leaves it."""
    low = replace(VILLAGE, ceiling=Ceiling(parse_amount("1 working day"), StartPoint("accepted", True)))
    case = accepted("2026-03-09 10:00", low)
    case.take(step("2026-03-10 10:00", decision=1, effects=EXTEND, due_at=at("2026-03-30 10:00")))
    assert case.clock("village").label == "2026-03-12 24:00"


def test_a_person_may_shorten_a_limit():
    """A due instant that a person writes without a reason counts as written, also before the limit's own."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    case.take(step("2026-03-10 10:00", decision=1, effects=SET, due_at=at("2026-03-11 12:00")))
    assert case.events()[-1] == (ClockEvent.CORRECTED, "2026-03-10 10:00")
    case.fire(at("2026-03-11 12:00"))
    assert case.clock("village").state is ClockState.BREACHED


def test_nothing_written_after_a_breach_heals_it():
    """A-31: neither a reason nor a new due instant undoes a breach that stands."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    case.fire(at("2026-03-13 00:00"))
    case.take(step("2026-03-13 10:00", decision=1, effects=SET, due_at=at("2026-03-30 12:00")))
    case.take(step("2026-03-13 11:00", decision=1, effects=PAUSE))
    clock = case.clock("village")
    assert (clock.state, clock.label, clock.paused_at) == (ClockState.BREACHED, "2026-03-12 24:00", None)


def test_a_warning_is_not_given_before_the_start():
    """Where the warning would lie before the start there is none: the start itself says when it is due."""
    case = accepted("2026-03-09 10:00", limit("short", within="2 hours", warn="2 hours"))
    case.fire(at("2026-03-12 00:00"))
    assert [event for event, _ in case.events()] == [ClockEvent.STARTED, ClockEvent.BREACHED]


def test_a_moved_due_instant_is_warned_of_again():
    """When the due instant moves far enough, the warning comes again before the new one."""
    case = accepted("2026-03-09 10:00", replace(VILLAGE, warn_before=parse_amount("1 working day")))
    case.fire(at("2026-03-12 09:00"))
    case.take(step("2026-03-12 10:00", decision=1, effects=EXTEND, due_at=at("2026-03-21 00:00")))
    case.fire(at("2026-03-22 00:00"))
    assert [(event, moment) for event, moment in case.events() if event is ClockEvent.WARNED] == [
        (ClockEvent.WARNED, "2026-03-11 24:00"),
        (ClockEvent.WARNED, "2026-03-19 24:00"),
    ]


def test_a_verdict_of_a_limit_that_nobody_set():
    """Without any due instant there is nothing to be in time for."""
    case = accepted("2026-03-09 10:00", limit("town-value", within=None))
    case.take(step("2026-03-10 10:00", "settled", decision=1))
    assert case.clock("town-value").verdict is None


def test_what_is_done_to_all_stages_concerns_those_of_a_later_edition_too():
    """A stage that only a later edition times is paused by an earlier pause of all, and goes on with the resumption."""
    timeline = Timeline().after(step("2026-03-10 10:00", effects=does("pause", "all")), ["settle"])
    assert timeline.paused_since("show") == timeline.paused_since("settle") is not None
    timeline = timeline.after(step("2026-03-10 11:00", effects=does("resume", "all")), ["settle", "show"])
    assert timeline.pauses_of("show") == timeline.pauses_of("settle") == timeline.pauses_of("later still")
    assert timeline.paused_since("show") is None


def test_a_ceiling_in_a_year_without_a_calendar_withholds_the_extension():
    """RC-22 refuse: a reason gives time up to the ceiling, and how far that is nobody knows yet."""
    capped = replace(TOWN, ceiling=Ceiling(parse_amount("20 working days"), StartPoint("accepted", True)))
    case = accepted("2026-12-14 10:00", capped)
    due_at = case.clock("town").due_at
    assert due_at is not None
    case.take(step("2026-12-15 10:00", decision=1, effects=EXTEND))
    clock = case.clock("town")
    assert (clock.state, clock.missing_year, clock.due_at) == (ClockState.WITHHELD, 2027, None)
    written = at("2026-12-28 17:00")
    case.take(step("2026-12-15 11:00", decision=1, effects=EXTEND, due_at=written))
    assert case.clock("town").due_at == written


def test_a_written_instant_beyond_all_calendars_is_kept_without_a_warning():
    """A due instant of the year 9999, as an older message may have it, is taken: only no warning can be reckoned."""
    case = accepted("2026-03-09 10:00", replace(VILLAGE, warn_before=parse_amount("1 working day")))
    case.take(step("2026-03-10 10:00", decision=1, effects=EXTEND, due_at=at("9999-06-01 10:00")))
    assert (case.clock("village").label, case.clock("village").warn_at) == ("9999-06-01 10:00", None)


def test_a_ceiling_at_once_needs_no_target_minutes():
    """RC-7 `minutes` asks for a limit's own target; a ceiling 'at once' has none and is the end of the same day."""
    ceiling = Ceiling(parse_amount("at once"), StartPoint("accepted", True))
    case = accepted(
        "2026-03-09 10:00", replace(VILLAGE, ceiling=ceiling, readings=TimeReadings(rc7="minutes"))
    )
    case.take(step("2026-03-10 10:00", decision=1, effects=EXTEND))
    assert case.clock("village").label == "2026-03-12 24:00"


def test_more_time_that_was_asked_for_in_time_takes_a_breach_back():
    """Whoever asked before the due instant is not late because the answer is: the breach is corrected, and stays on
    record."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    case.fire(at("2026-03-13 00:00"))
    asked = at("2026-03-12 16:00")
    case.take(
        step("2026-03-13 10:00", decision=1, effects=EXTEND, due_at=at("2026-03-20 17:00"), asked_at=asked)
    )
    clock = case.clock("village")
    assert (clock.state, clock.label, clock.reason_at) == (ClockState.EXTENDED, "2026-03-20 17:00", asked)
    assert [event for event, _ in case.events()][-2:] == [ClockEvent.CORRECTED, ClockEvent.EXTENDED]
    case.take(step("2026-03-19 10:00", "settled", decision=1))
    assert case.clock("village").verdict is ClockVerdict.EXTENDED


def test_more_time_that_was_asked_for_too_late_heals_nothing():
    """A-31 holds of the asking: asked at the due instant itself, it is too late."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    asked = at("2026-03-13 00:00")
    case.take(
        step("2026-03-13 10:00", decision=1, effects=SET, due_at=at("2026-03-20 17:00"), asked_at=asked)
    )
    assert case.clock("village").state is ClockState.BREACHED


def test_what_was_granted_late_and_has_passed_too_is_breached_at_its_own_end():
    """An answer that comes after the instant that it grants: the case was late at that instant."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    asked, until = at("2026-03-12 16:00"), at("2026-03-16 17:00")
    case.take(step("2026-03-17 10:00", decision=1, effects=EXTEND, due_at=until, asked_at=asked))
    case.fire(at("2026-03-17 10:00"))
    clock = case.clock("village")
    assert (clock.state, clock.breached_at) == (ClockState.BREACHED, until)
