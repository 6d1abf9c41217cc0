"""Reminders by rule (催办): again and again until the clock stops, each once."""

from dataclasses import replace
from datetime import date, timedelta

from msgspec.structs import replace as replace_fields

from shared.kernel.texts import Text
from shared.rules.clocks.changes import ClockEvent, ClockJournal
from shared.rules.clocks.escalation import EscalationStep, Telling
from shared.rules.clocks.recounting import recount
from shared.rules.pack.model import Escalation
from shared.rules.worktime.amount import parse_amount
from shared.rules.worktime.days import DayKind, OwnDay
from tests.sla.test_domain_scenarios import VILLAGE, accepted
from tests.sla.worlds import at, china, local, step


def reminded(every: str, times: int | None = None, after: str | None = None, **more: object):
    escalation = Escalation(
        parse_amount(after) if after else None, ("supervisor",), None, every=parse_amount(every), times=times
    )
    return accepted("2026-03-09 10:00", replace(VILLAGE, escalations=(escalation,)), **more)


def reminders(case) -> list[str | None]:
    return [moment for event, moment in case.events() if event is ClockEvent.ESCALATED]


def test_reminders_come_on_working_days_until_the_clock_stops():
    """Every working day from the breach on; over the weekend nobody is reminded, and after settling no more."""
    case = reminded("1 working day")
    case.fire(at("2026-03-18 09:00"))
    case.take(step("2026-03-18 10:00", "settled", decision=1))
    case.fire(at("2026-04-01 00:00"))
    assert reminders(case) == [f"2026-03-{day} 24:00" for day in (12, 13, 16, 17)]


def test_reminders_end_when_they_have_come_often_enough():
    """`times` counts all of them, the first included."""
    case = reminded("2 hours", times=3, after="1 hour")
    case.fire(at("2026-04-01 00:00"))
    assert reminders(case) == ["2026-03-13 01:00", "2026-03-13 03:00", "2026-03-13 05:00"]


def test_a_reminder_that_comes_once_only_is_an_escalation_like_any_other():
    """`times: 1` leaves nothing pending."""
    case = reminded("2 hours", times=1)
    case.fire(at("2026-04-01 00:00"))
    assert (reminders(case), case.clock("village").escalations[0].at) == (["2026-03-12 24:00"], None)


def test_settling_dated_before_some_reminders_takes_these_back():
    """A step that arrives late: the breach stands, the reminders after it are corrected and counted no more."""
    case = reminded("1 working day")
    case.fire(at("2026-03-18 09:00"))
    case.take(step("2026-03-16 10:00", "settled", decision=1))
    corrected = [change for change in case.changes if change.event is ClockEvent.CORRECTED]
    assert [change.was.escalations for change in corrected] == [(1,)]
    (escalation,) = case.clock("village").escalations
    assert (escalation.told, local(escalation.last_at)) == (2, "2026-03-13 24:00")


def test_days_that_change_move_the_next_reminder_and_none_that_was_given():
    """A holiday declared while reminders run moves the one that is pending."""
    case = reminded("1 working day")
    case.fire(at("2026-03-16 09:00"))
    assert local(case.clock("village").escalations[0].at) == "2026-03-16 24:00"
    off = OwnDay(DayKind.HOLIDAY, Text("停电", "off"))
    case.calendar = china(days={date(2026, 3, 16): off, date(2026, 3, 13): off})
    journal, clock = ClockJournal(case.clocks), case.clock("village")
    recount(journal, clock, case.book().count(clock, case.timeline), at("2026-03-16 10:00"))
    (escalation,) = journal.clocks[0].escalations
    assert (escalation.told, local(escalation.last_at)) == (2, "2026-03-13 24:00")
    assert local(escalation.at) == "2026-03-17 24:00"


def test_what_lies_before_the_case_came_here_is_passed_over():
    """An imported case that is long past its limit reminds from now on; what lies before only counts."""
    case = reminded("1 hour", times=100)
    case.clocks = tuple(replace_fields(clock, silent_until=at("2026-03-14 10:30")) for clock in case.clocks)
    case.fire(at("2026-03-14 12:00"))
    heard = [change for change in case.changes if change.event is ClockEvent.ESCALATED]
    assert [local(change.at) for change in heard] == ["2026-03-14 11:00", "2026-03-14 12:00"]
    assert (case.clock("village").escalations[0].told, len(case.changes)) == (37, 5)


def test_passing_over_is_bounded():
    """However long ago it was and however often: the next reminder comes when the case came here."""
    escalation = EscalationStep(None, False, ("u",), None, repeats=True)
    begin, end = at("2020-01-01 00:00"), at("2026-01-01 00:00")
    tick = timedelta(microseconds=1)
    found = escalation.told_at(begin, lambda last: Telling(last + tick), end)
    assert (found.told, found.at) == (1001, end)
