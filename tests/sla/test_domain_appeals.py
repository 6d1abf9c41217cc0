"""Appeals that are upheld, and cases that were merged: what stood before is kept."""

from dataclasses import replace
from datetime import date

from shared.kernel.texts import Text
from shared.rules.clocks.changes import ClockBefore, ClockEvent, ClockJournal
from shared.rules.clocks.clock import ClockState, ClockVerdict
from shared.rules.clocks.recounting import recount
from shared.rules.pack.model import Escalation
from shared.rules.worktime.amount import parse_amount
from shared.rules.worktime.days import DayKind, OwnDay
from tests.sla.test_domain_scenarios import SUBMIT, VILLAGE, accepted
from tests.sla.worlds import at, china, does, step

EXCUSE = does("excuse", "settle")
DAILY = Escalation(None, ("supervisor",), None, every=parse_amount("1 working day"))


def late():
    case = accepted("2026-03-09 10:00", replace(VILLAGE, escalations=(DAILY,)))
    case.fire(at("2026-03-13 00:00"))
    return case


def test_an_appeal_excuses_a_breach_and_keeps_what_stood():
    """The clock's verdict becomes excused, with the earlier one beside it; the case goes on, and nobody is reminded."""
    case = late()
    (change,) = case.take(step("2026-03-13 10:00", decision=1, effects=EXCUSE))
    clock = case.clock("village")
    assert (change.event, change.was) == (ClockEvent.EXCUSED, ClockBefore(verdict=ClockVerdict.LATE))
    assert (clock.state, clock.verdict, clock.earlier_verdict) == (
        ClockState.BREACHED,
        ClockVerdict.EXCUSED,
        ClockVerdict.LATE,
    )
    assert case.fire(at("2026-04-01 00:00")) == ()
    case.take(step("2026-04-01 10:00", "settled", decision=1))
    assert (case.clock("village").state, case.clock("village").verdict) == (
        ClockState.STOPPED,
        ClockVerdict.EXCUSED,
    )


def test_an_appeal_after_the_end_excuses_the_clock_that_stopped():
    """Appeals are mostly decided when the case is settled."""
    case = late()
    case.take(step("2026-03-16 10:00", "settled", decision=1))
    case.take(step("2026-03-20 10:00", decision=1, effects=EXCUSE))
    clock = case.clock("village")
    assert (clock.state, clock.verdict, clock.earlier_verdict) == (
        ClockState.STOPPED,
        ClockVerdict.EXCUSED,
        ClockVerdict.LATE,
    )


def test_an_appeal_excuses_nothing_else():
    """A clock in time, one of another stage, and one already excused stay as they are."""
    case = accepted("2026-03-09 10:00", VILLAGE, SUBMIT)
    case.take(step("2026-03-10 10:00", "settled", decision=1))
    assert case.take(step("2026-03-20 10:00", decision=1, effects=EXCUSE)) == ()
    other = late()
    assert other.take(step("2026-03-13 10:00", decision=1, effects=does("excuse", "submit"))) == ()
    other.take(step("2026-03-13 11:00", decision=1, effects=EXCUSE))
    assert other.take(step("2026-03-13 12:00", decision=1, effects=EXCUSE)) == ()


def test_a_breach_that_turns_out_to_be_none_needs_no_excuse():
    """A step dated before the due instant takes breach and excuse back: it was in time."""
    case = late()
    case.take(step("2026-03-13 10:00", decision=1, effects=EXCUSE))
    case.take(step("2026-03-12 10:00", "settled", decision=1))
    clock = case.clock("village")
    assert (clock.verdict, clock.earlier_verdict) == (ClockVerdict.IN_TIME, None)


def test_a_recount_keeps_an_excuse_as_long_as_there_is_a_breach():
    """New days may take a breach back; one that stays is still excused."""
    for off, verdict in (("2026-03-12", None), ("2026-06-01", ClockVerdict.EXCUSED)):
        case = late()
        case.take(step("2026-03-13 10:00", decision=1, effects=EXCUSE))
        case.calendar, case.revision = _without(off), 1
        journal, clock = ClockJournal(case.clocks), case.clock("village")
        recount(journal, clock, case.book().count(clock, case.timeline), at("2026-03-13 11:00"))
        assert journal.clocks[0].verdict is verdict


def _without(day: str):
    return china(days={date.fromisoformat(day): OwnDay(DayKind.HOLIDAY, Text("停电", "off"))})


def test_merging_stops_clocks_without_a_verdict():
    """What goes on in another case is not judged here; a breach that stood before stays one."""
    case = accepted("2026-03-09 10:00", VILLAGE)
    case.take(step("2026-03-10 10:00", decision=1, effects=does("extend", "settle")))
    case.take(step("2026-03-20 10:00", "merged", decision=1))
    assert (case.clock("village").state, case.clock("village").verdict) == (ClockState.STOPPED, None)
    assert case.clock("village").stopped_by == "merged"
    breached = late()
    breached.take(step("2026-03-20 10:00", "merged", decision=1))
    assert breached.clock("village").verdict is ClockVerdict.LATE


def test_nothing_starts_in_a_merged_case():
    """A merged case is closed for everything but reading."""
    case = accepted("2026-03-09 10:00", SUBMIT)
    case.take(step("2026-03-10 10:00", "merged", "found", decision=1))
    assert case.clocks == ()
