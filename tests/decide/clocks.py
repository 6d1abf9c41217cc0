"""Clocks on paper, for `walk`: one limit counted for one case, as the format and the readings say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.kernel.instants import local_label
from shared.rules.case.timing import AmendedDays
from shared.rules.decide import calendar_of, start_of, time_readings
from shared.rules.pack.model import LateKind, Limit, Pack
from shared.rules.scenario.model import Amendment
from shared.rules.worktime.days import CalendarMissing
from shared.rules.worktime.due import Deadline, before, due
from shared.rules.worktime.pauses import Span


@dataclass(slots=True)
class PaperClock:
    """One limit running."""

    shop: "Shop"
    limit: Limit
    started_at: datetime
    round: int
    pauses: list[Span] = field(default_factory=list)
    written_at: datetime | None = None
    is_extended: bool = False
    was_warned: bool = False
    is_breached: bool = False
    stopped_at: datetime | None = None
    verdict: str | None = None
    last_due: datetime | None = None

    @property
    def can_pause(self) -> bool:
        """RC-19."""
        return time_readings(self.shop.pack, self.limit).rc19 == "stops"

    @property
    def is_doubled(self) -> bool:
        """Extended where RC-9 reads an extension as the limit once more."""
        return self.is_extended and self.shop.pack.reading("RC-9", self.limit.readings) == "double"

    def counted(self) -> Deadline | None:
        """The limit's own count, None where there is none (yet)."""
        if self.limit.within is None:
            return None
        within = self.limit.within
        amount = replace(within, number=2 * within.number) if self.is_doubled else within
        try:
            return due(
                start_at=self.started_at, amount=amount, calendar=self.shop.calendar,
                readings=time_readings(self.shop.pack, self.limit), pauses=self.pauses,
                today_target_minutes=self.limit.target_minutes,
            )  # fmt: skip
        except CalendarMissing:
            return None

    def due_at(self) -> datetime | None:
        """When it falls due: what a person wrote, else the count."""
        if self.written_at is not None:
            return self.written_at
        counted = self.counted()
        return counted.due_at if counted else None

    def label(self) -> str | None:
        """The due time as people write it."""
        counted = self.counted()
        if self.written_at is None:
            is_reckoned = self.is_doubled or not self.is_extended  # RC-9: else a person writes it
            return counted.label if counted and is_reckoned else None
        return local_label(self.written_at, self.shop.pack.zone, ends_day=True)

    def state(self, at: datetime) -> str:
        """What people see."""
        if self.stopped_at is not None:
            return "stopped"
        if self.is_breached:
            return "breached"
        if self.can_pause and self.pauses and self.pauses[-1].end_at is None:
            return "paused"
        if self.limit.within is not None and self.due_at() is None:
            return "withheld"
        if self.is_extended:
            return "extended"
        return "warned" if self.was_warned else "running"

    def next_due(self) -> tuple[datetime, str] | None:
        """What it waits for."""
        at = self.due_at()
        if self.stopped_at is not None or self.is_breached or at is None or self.state(at) == "paused":
            return None
        if self.is_extended and self.written_at is None and not self.is_doubled:
            return None  # RC-9: nothing is computed, a person writes the new due time
        warn = self.limit.warn_before
        if warn is not None and not self.was_warned and not self.is_extended:
            warn_at = before(at, warn, self.shop.calendar, time_readings(self.shop.pack, self.limit))
            if self.started_at < warn_at < at:
                return warn_at, "warned"
        return at, "breached"

    def fire(self, event: str, at: datetime) -> None:
        """Warn or breach."""
        if event == "warned":
            self.was_warned = True
        else:
            self.is_breached, self.verdict = True, "late"
        self.last_due = at

    def extend(self, at: datetime) -> bool:
        """A reason was noted; in time it extends, later it changes nothing (A-31)."""
        in_time = not self.is_breached and self.limit.reason_in_time is LateKind.EXTENDED
        self.is_extended = self.is_extended or in_time
        return in_time

    def write(self, due_at: datetime) -> None:
        """A person wrote the due time."""
        self.written_at = due_at

    def pause(self, at: datetime) -> None:
        """Stand still, if RC-19 lets it."""
        self.pauses.append(Span(at))

    def resume(self, at: datetime) -> None:
        """Go on."""
        if self.pauses and self.pauses[-1].end_at is None:
            self.pauses[-1] = Span(self.pauses[-1].begin_at, at)

    def stop(self, at: datetime, *, is_met: bool) -> None:
        """End; what is met earns a verdict."""
        self.stopped_at = at
        if self.verdict is None and is_met:
            counted = self.counted()
            is_later = self.is_extended and counted is not None and at >= counted.due_at
            self.verdict = "extended" if is_later else "in_time"


class Shop:
    """All clocks of a case."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.calendar = calendar_of(pack)
        self.clocks: list[PaperClock] = []

    def amend(self, days: Amendment) -> None:
        """Take in published days."""
        holidays, make_up = ({on.isoformat(): "" for on in one} for one in (days.holidays, days.make_up))
        amended = AmendedDays(revision=1, years=tuple(days.years), holidays=holidays, make_up=make_up)
        self.calendar = calendar_of(self.pack, amended)

    def open(self, stage: str | None) -> list[PaperClock]:
        """Clocks that run, of one stage or (None, 'all') of every one."""
        running = [one for one in self.clocks if one.stopped_at is None]
        return [one for one in running if stage in (None, "all", one.limit.clock)]

    def latest(self, stage: str) -> PaperClock | None:
        """The clock of a stage that started last."""
        return next((one for one in reversed(self.clocks) if one.limit.clock == stage), None)

    def until(self, marks: Sequence[str], at: datetime) -> Iterator[PaperClock]:
        """Clocks that these milestones end."""
        return (one for one in self.open(None) if set(marks) & set(one.limit.until))

    def next_due(self) -> tuple[datetime, PaperClock, str] | None:
        """The next thing that falls due."""
        waiting = [(one, clock) for clock in self.clocks if (one := clock.next_due())]
        if not waiting:
            return None
        (at, event), clock = min(waiting, key=lambda one: one[0][0])
        return at, clock, event

    def start(
        self, limit: Limit, marks: Mapping[str, datetime], firsts: Mapping[str, datetime], round_: int
    ) -> PaperClock | None:
        """Start the limit's clock if its milestone stands and none has run from there."""
        at = self._start_at(limit, marks, firsts, round_)
        if at is None or any(mark in marks and marks[mark] >= at for mark in limit.until):
            return None
        same = [one for one in self.clocks if one.limit == limit]
        if any(one.stopped_at is None or (one.started_at, one.round) == (at, round_) for one in same):
            return None
        clock = PaperClock(self, limit, at, round_)
        self.clocks.append(clock)
        return clock

    def _start_at(
        self, limit: Limit, marks: Mapping[str, datetime], firsts: Mapping[str, datetime], round_: int
    ) -> datetime | None:
        start = start_of(self.pack, limit)
        name = start.removeprefix("first ")
        if name not in marks:
            return None
        overall = self.pack.reading("RC-12", limit.readings) == "overall"
        at = firsts[name] if overall or start.startswith("first ") else marks[name]
        reopened = marks.get("reopened") if {"settled", "verified"} & set(limit.until) else None
        return max(at, reopened) if reopened else at  # RC-13: a new full limit from the registration
