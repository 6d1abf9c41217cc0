"""A whole answer about one report: who, by when, who is told, and why – before any case exists.

For trying rules out ('what would happen if …'). Nothing is stored, nobody is told, no clock is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from shared.kernel.texts import Text
from shared.rules.case.situation import Situation
from shared.rules.case.telling import Held, held_until
from shared.rules.case.times import facts_of_time
from shared.rules.case.timing import AmendedDays, calendar_of, local_day, start_of, time_readings
from shared.rules.decide.answers import Decision, Unroutable, Urgency
from shared.rules.decide.compiled import CompiledRules, CompiledRulesCache
from shared.rules.decide.explain import Explanation, explain
from shared.rules.decide.parties import Recipient, resolve_parties
from shared.rules.decide.wording import placeholders, render
from shared.rules.pack.model import Limit, Notice, Origin, Pack
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import Deadline, due

_AT_ACCEPTANCE = ("reported", "assigned", "accepted")
_AT_RETURN = ("reported", "rejected")


@dataclass(frozen=True, slots=True)
class ClockAhead:
    """A limit that applies.

    Args:
        starts: the milestone from which it runs; 'first …' means the earliest of the whole case.
        has_started: that milestone is reached by accepting the report.
        deadline: None where none can be given yet: the milestone is not reached, a person writes the due time, or a
            year's calendar is not known (RC-22).
        missing_year: whose calendar that is.
    """

    limit: Limit
    starts: str
    has_started: bool
    deadline: Deadline | None
    missing_year: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeAhead:
    """A notice with its recipients (one at least), and its text in the pack's language.

    Args:
        event: what brings it.
        held: until when it waits, and by what; None: it is told at once.
        urgent_by: the rule by which it waits for nothing.
    """

    notice: Notice
    event: str
    recipients: tuple[Recipient, ...]
    text: str
    held: Held | None = None
    urgent_by: Origin | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would happen to a report accepted at `at`.

    Args:
        at: aware.
        situation: as it stands after the decision.
        agreed: whether both evaluators agree on all of it.
        explanation: of the routing.
    """

    pack: Pack
    at: datetime
    answer: Decision | Unroutable
    situation: Situation
    clocks: tuple[ClockAhead, ...]
    notices: tuple[NoticeAhead, ...]
    agreed: bool
    explanation: Explanation

    @property
    def decision(self) -> Decision:
        """Who is responsible, be it by a rule or as the fallback."""
        return self.answer.decision if isinstance(self.answer, Unroutable) else self.answer


def decide(
    pack: Pack,
    compiled: CompiledRulesCache,
    situation: Situation,
    at: datetime,
    days: AmendedDays | None = None,
) -> Outcome:
    """Return what would happen to a report that is made and accepted at `at`.

    Args:
        compiled: rules by edition, this pack's among them or not yet.
        situation: the report, before any decision.
        at: aware.
        days: the town's published days over the pack's calendar, as `calendar_of` takes them.

    Raises:
        FactError: a fact is not what it was declared to be.
        RulesRefused: a condition of the pack cannot be decided by both evaluators.
    """
    rules, on = compiled.of(pack), local_day(pack, at)
    situation = _timed(pack, situation, at, days)
    why = explain(pack, situation, on)
    answer = rules.route(situation, on)
    decision = answer.decision if isinstance(answer, Unroutable) else answer
    after = decided(situation, decision)
    # Asked of the case after the decision: limits and notices may test its level, its lead and its procedure.
    limits = rules.limits(after, on)
    clocks = () if decision.returned else tuple(_clock(pack, limit, at, days) for limit in limits.limits)
    notices, agreed = _notices(rules, after, at, clocks, decision)
    notices, urgency_agreed = _held(rules, after, at, notices, days)
    is_agreed = limits.agreed and agreed and urgency_agreed and not _is_in_dispute(answer)
    return Outcome(pack, at, answer, after, clocks, notices, is_agreed, why)


def _timed(pack: Pack, situation: Situation, at: datetime, days: AmendedDays | None) -> Situation:
    """Return the report with its facts from time, as all it reaches by being accepted at once would settle them."""
    found = facts_of_time(pack, dict.fromkeys(_AT_ACCEPTANCE, at), days)
    return replace(situation, facts={**situation.facts, **found})


def decided(situation: Situation, decision: Decision) -> Situation:
    """Return the situation after a decision has taken effect: who led until now is the previous lead."""
    return replace(
        situation, levels=decision.levels, lead=decision.lead, previous_lead=situation.lead,
        assisting=decision.assisting, procedure=decision.procedure,
    )  # fmt: skip


def _is_in_dispute(answer: Decision | Unroutable) -> bool:
    return isinstance(answer, Unroutable) and answer.cause == "disagreement"


def _clock(pack: Pack, limit: Limit, at: datetime, days: AmendedDays | None) -> ClockAhead:
    starts = start_of(pack, limit)
    has_started = starts.removeprefix("first ") in _AT_ACCEPTANCE
    if not has_started or limit.within is None:
        return ClockAhead(limit, starts, has_started, None)
    try:
        deadline = due(
            start_at=at,
            amount=limit.within,
            calendar=calendar_of(pack, days),
            readings=time_readings(pack, limit),
            today_target_minutes=limit.target_minutes,
            ends_at=limit.ends_at,
        )
    except CalendarMissing as missing:
        return ClockAhead(limit, starts, has_started, None, missing.year)
    return ClockAhead(limit, starts, has_started, deadline)


def _notices(
    rules: CompiledRules,
    situation: Situation,
    at: datetime,
    clocks: tuple[ClockAhead, ...],
    decision: Decision,
) -> tuple[tuple[NoticeAhead, ...], bool]:
    found: dict[str, NoticeAhead] = {}
    agreed, on = True, local_day(rules.pack, at)
    reason = decision.rule.title if decision.returned else None
    for event in _events(clocks, decision):
        brought = rules.notices(event, situation, on)
        agreed = agreed and brought.agreed
        for notice in brought.notices:
            ahead = _notice(rules.pack, notice, event, situation, clocks, reason)
            # A rule that several events bring tells once, by the first of them.
            found.setdefault(notice.origin.rule, ahead)
    return tuple(ahead for ahead in found.values() if ahead.recipients), agreed


def _events(clocks: tuple[ClockAhead, ...], decision: Decision) -> Iterator[str]:
    yield from _AT_RETURN if decision.returned else _AT_ACCEPTANCE
    for clock in clocks:
        if clock.has_started:
            yield f"{clock.limit.clock} {'started' if clock.missing_year is None else 'withheld'}"


def _notice(
    pack: Pack,
    notice: Notice,
    event: str,
    situation: Situation,
    clocks: tuple[ClockAhead, ...],
    reason: Text | None,
) -> NoticeAhead:
    deadlines = {clock.limit.clock: clock.deadline.label for clock in clocks if clock.deadline}
    recipients = resolve_parties(pack, notice.who, situation)
    units = [recipient.unit for recipient in recipients if recipient.unit]
    unit = units[0] if units else None
    values = placeholders(pack, situation, state=event, deadlines=deadlines, unit=unit, reason=reason)
    return NoticeAhead(notice, event, recipients, render(notice.text, values, pack.language))


def _held(
    rules: CompiledRules,
    situation: Situation,
    at: datetime,
    notices: tuple[NoticeAhead, ...],
    days: AmendedDays | None,
) -> tuple[tuple[NoticeAhead, ...], bool]:
    """The notices with until when each waits, and whether both evaluators agree on what is urgent."""
    held, on = held_until(rules.pack, at, days), local_day(rules.pack, at)
    if held is None:
        return notices, True
    asked = [rules.urgency(ahead.event, situation, on) for ahead in notices]
    known = tuple(
        replace(ahead, held=None if _is_told_now(ahead, urgency) else held, urgent_by=urgency.rule)
        for ahead, urgency in zip(notices, asked, strict=True)
    )
    return known, all(urgency.agreed for urgency in asked)


def _is_told_now(ahead: NoticeAhead, urgency: Urgency) -> bool:
    """What is made public disturbs nobody and waits for nothing."""
    return urgency.is_urgent or all(recipient.public for recipient in ahead.recipients)
