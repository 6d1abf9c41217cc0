"""What '{deadline.settle}' in a text reads, and whether the text has to wait for the answer.

Decides from the limits that apply, the marks reached and the clocks heard of. The due instant itself is
another service's to decide: here it is only awaited, matched and quoted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FIRST = "first "


@dataclass(frozen=True, slots=True)
class Mark:
    """When a milestone was reached, and whether it still stands."""

    first_at: datetime
    last_at: datetime
    stands: bool = True


@dataclass(frozen=True, slots=True)
class KnownClock:
    """A clock as last heard of.

    Args:
        label: the due instant as people write it; None while there is none.
        is_withheld: there is none because the year's calendar is missing (RC-22).
        is_open: it has not stopped, as far as is known.
        unit: who led the case when it was last heard of.
    """

    id: str
    stage: str
    rule: str
    round: int
    started_at: datetime
    label: str | None
    is_provisional: bool = False
    is_withheld: bool = False
    is_open: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Applying:
    """A limit that applies to the case.

    Args:
        start: milestone from which it counts; 'first accepted' means the earliest of the whole case.
        is_overall: one clock over all hand-overs (RC-12): it may count from an earlier reaching of its
            milestone.
        is_set_by_person: no clock starts by itself: somebody writes the due time.
    """

    rule: str
    start: str
    is_overall: bool = False
    is_set_by_person: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """The clock that a text waits for: any of the rules, in this round, started no earlier than `since`.

    Args:
        lead: who leads now: this unit's clock goes on over a new decision, whenever it started (RC-12).
    """

    stage: str
    rules: tuple[str, ...]
    round: int
    since: datetime
    lead: str | None = None

    def is_met_by(self, clock: KnownClock) -> bool:
        """Tell whether this is the clock that was meant, and no earlier one of the same rule."""
        is_meant = clock.stage == self.stage and clock.rule in self.rules and clock.round == self.round
        goes_on = clock.is_open and self.lead is not None and clock.unit == self.lead
        return is_meant and (goes_on or clock.started_at >= self.since)


class Quote(StrEnum):
    """What a text says where there is no label to quote."""

    NO_LIMIT = "no-limit"  # no limit applies (RC-20)
    NOT_STARTED = "not-started"  # one applies, but what it counts from has not happened
    WITHHELD = "withheld"  # the year's calendar is missing (RC-22)
    UNSET = "unset"  # its clock has no due time: paused, extended without one, or to be written by a person
    PENDING = "pending"  # the answer did not come in time


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the case has come, as a limit sees it, and who leads it."""

    round: int
    round_began_at: datetime | None
    marks: Mapping[str, Mark]
    lead: str | None = None


def awaited(
    stage: str, applying: Collection[Applying], progress: Progress, clocks: Collection[KnownClock]
) -> KnownClock | Need | Quote:
    """Return the clock to be quoted, the one to wait for, or what to say when there is none."""
    if not applying:
        return Quote.NO_LIMIT
    need = _need(stage, applying, progress)
    if need is not None and (known := quoted(need, clocks)) is not None:
        return known
    need = _need(stage, [limit for limit in applying if not limit.is_set_by_person], progress)
    return need or Quote.NOT_STARTED


def _need(stage: str, applying: Collection[Applying], progress: Progress) -> Need | None:
    starts = [(limit, since) for limit in applying if (since := _counts_from(limit, progress)) is not None]
    if not starts:
        return None
    rules = tuple(limit.rule for limit, _ in starts)
    return Need(stage, rules, progress.round, min(since for _, since in starts), progress.lead)


def _counts_from(limit: Applying, progress: Progress) -> datetime | None:
    """The earliest instant from which this limit's present clock can count, None when it has not begun."""
    is_first = limit.start.startswith(FIRST)
    mark = progress.marks.get(limit.start.removeprefix(FIRST))
    if mark is None or not (mark.stands or is_first):
        return None
    if is_first or limit.is_overall:
        return mark.first_at
    began = progress.round_began_at
    # A reopened case counts anew from the reopening, or goes on with what was left (RC-13): both count as
    # begun.
    return mark.first_at if began is not None and mark.last_at < began else mark.last_at


def quoted(need: Need, clocks: Collection[KnownClock]) -> KnownClock | None:
    """Return the latest clock that answers the need, or None while it has to wait."""
    meant = [clock for clock in clocks if need.is_met_by(clock)]
    return max(meant, key=lambda clock: clock.started_at, default=None)
