"""What '{deadline.settle}' in a text reads, and whether the text has to wait for the answer.

Decides from the limits that apply, the case's timeline and the clocks heard of. From when a limit counts is
`rules.case.limits`' to say, and the due instant itself another service's: here it is awaited, matched and quoted.
"""

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from shared.contracts.messages import ClockChanged
from shared.kernel.instants import Instant
from shared.rules.case.limits import LimitTerms, instant_of
from shared.rules.case.timeline import Timeline
from shared.rules.clocks.clock import ClockState


class KnownClock(Struct, frozen=True, omit_defaults=True):
    """A clock as last heard of.

    Args:
        label: the due instant as people write it; None while there is none.
        is_withheld: there is none because the year's calendar is missing (RC-22).
        is_open: it has not stopped, as far as is known.
        unit: who led the case when it was last heard of.
        due_at: exclusive; None while there is none, and of what was heard of before this was kept.
    """

    id: str
    stage: str
    rule: str
    round: int
    started_at: Instant
    label: str | None
    is_provisional: bool = False
    is_withheld: bool = False
    is_open: bool = False
    unit: str | None = None
    due_at: Instant | None = None


def known_clock(changed: ClockChanged) -> KnownClock:
    """Return the clock as a message shows it."""
    return KnownClock(
        id=changed.clock,
        stage=changed.stage,
        rule=changed.reason.rule,
        round=changed.round,
        started_at=changed.started_at,
        label=changed.label,
        is_provisional=changed.provisional,
        is_withheld=changed.state is ClockState.WITHHELD,
        is_open=changed.state is not ClockState.STOPPED,
        unit=changed.unit,
        due_at=changed.due_at,
    )


class AwaitedClock(Struct, frozen=True, omit_defaults=True):
    """The clock that a text waits for: any of the rules, in this round, started no earlier than `since`.

    Args:
        lead: who leads now: this unit's clock goes on over a new decision, whenever it started (RC-12).
    """

    stage: str
    rules: tuple[str, ...]
    round: int
    since: Instant
    lead: str | None = None

    def is_met_by(self, clock: KnownClock) -> bool:
        """Tell whether this is the clock that was meant, and no earlier one of the same rule."""
        is_meant = clock.stage == self.stage and clock.rule in self.rules and clock.round == self.round
        goes_on = clock.is_open and self.lead is not None and clock.unit == self.lead
        return is_meant and (goes_on or clock.started_at >= self.since)


class DeadlineQuote(StrEnum):
    """What a text says where there is no label to quote."""

    NO_LIMIT = "no-limit"  # no limit applies (RC-20)
    NOT_STARTED = "not-started"  # one applies, but what it counts from has not happened
    WITHHELD = "withheld"  # the year's calendar is missing (RC-22)
    UNSET = "unset"  # its clock has no due time: paused, extended without one, or to be written by a person
    PENDING = "pending"  # the answer did not come in time


def awaited(
    stage: str,
    applying: Collection[LimitTerms],
    timeline: Timeline,
    lead: str | None,
    clocks: Collection[KnownClock],
) -> KnownClock | AwaitedClock | DeadlineQuote:
    """Return the clock to be quoted, the one to wait for, or what to say when there is none.

    Args:
        applying: limits of the stage that apply now.
        lead: who leads the case now.
        clocks: those of the case that have been heard of.
    """
    if not applying:
        return DeadlineQuote.NO_LIMIT
    any_clock = _clock_of(stage, applying, timeline, lead)
    if any_clock is not None and (known := quoted(any_clock, clocks)) is not None:
        return known
    # Where a person writes the due time no clock starts by itself: nothing would end the waiting.
    by_itself = [terms for terms in applying if terms.amount is not None]
    return _clock_of(stage, by_itself, timeline, lead) or DeadlineQuote.NOT_STARTED


def _clock_of(
    stage: str, applying: Collection[LimitTerms], timeline: Timeline, lead: str | None
) -> AwaitedClock | None:
    """The clock that these limits have now: none while the milestone that each counts from does not stand."""
    begun = [
        (terms.rule, since)
        for terms in applying
        if (since := instant_of(terms.start, terms, timeline)) is not None
    ]
    if not begun:
        return None
    rules = tuple(rule for rule, _ in begun)
    return AwaitedClock(stage, rules, timeline.round, min(since for _, since in begun), lead)


def quoted(wanted: AwaitedClock, clocks: Collection[KnownClock]) -> KnownClock | None:
    """Return the latest clock that is the wanted one, or None while it has to be waited for."""
    meant = [clock for clock in clocks if wanted.is_met_by(clock)]
    return max(meant, key=lambda clock: clock.started_at, default=None)
