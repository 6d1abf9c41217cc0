"""What tests of clocks are made of: limits without a pack, rules that hold as a test says, lives told step by step."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from shared.kernel.instants import local_label
from shared.rules.case.limits import LimitTerms, StartPoint
from shared.rules.case.timeline import StepEffect, Timeline, TimelineStep
from shared.rules.clocks.advance import take
from shared.rules.clocks.changes import ClockChange, ClockEvent, ClockJournal
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.firing import fire_until
from shared.rules.clocks.rulebook import CaseRules, LimitBook
from shared.rules.pack.model import EffectKind, LateKind
from shared.rules.worktime.amount import parse_amount
from shared.rules.worktime.calendar import Calendar
from shared.rules.worktime.readings import TimeReadings

ZONE = "Asia/Shanghai"
EDITION = "edition"


def china(**more: object) -> Calendar:
    """A town's calendar: the official one, no office hours unless a test says so."""
    return Calendar.build(zone=ZONE, **more)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    """An instant from the town's wall time, '2026-03-09 10:00'."""
    return datetime.fromisoformat(text).replace(tzinfo=china().tz).astimezone(UTC)


def local(instant: datetime | None) -> str | None:
    """An instant in the town's wall time; the end of a day is 24:00."""
    return local_label(instant, ZONE, ends_day=True) if instant else None


def limit(
    rule: str,
    stage: str = "settle",
    within: str | None = "3 working days",
    *,
    start: str = "accepted",
    first: bool = False,
    until: Iterable[str] = ("settled",),
    readings: Mapping[str, str] | None = None,
    warn: str | None = None,
    **more: object,
) -> LimitTerms:
    """Terms of one limit, at the corpus's defaults."""
    time = TimeReadings(**(readings or {}))  # type: ignore[arg-type]
    terms = LimitTerms(
        rule=rule,
        because=("P001-05.4",),
        facts=(),
        stage=stage,
        amount=parse_amount(within) if within else None,
        start=StartPoint(start, first),
        until=frozenset(until),
        readings=time,
        can_pause=time.rc19 == "stops",
        redo="full",
        reason_in_time=LateKind.EXTENDED,
        otherwise=LateKind.BREACHED,
        warn_before=parse_amount(warn) if warn else None,
        ceiling=None,
        escalations=(),
        target_minutes=None,
    )
    return replace(terms, **more)  # type: ignore[arg-type]


@dataclass
class World:
    """A town of some limits, and one case in it."""

    limits: Sequence[LimitTerms]
    calendar: Calendar = field(default_factory=china)
    holding: Callable[[date], frozenset[str] | None] | None = None
    timeline: Timeline = field(default_factory=Timeline)
    clocks: tuple[Clock, ...] = ()
    changes: list[ClockChange] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)  # of every clock that ever started
    revision: int = 0

    def take(self, step: TimelineStep) -> tuple[ClockChange, ...]:
        """Take a step."""
        taken = take(self.timeline, self.clocks, step, self.rules())
        self.timeline, self.clocks = taken.timeline, taken.clocks
        self.changes += taken.changes
        return taken.changes

    def fire(self, until: datetime) -> tuple[ClockChange, ...]:
        """Do what the engine would have done by an instant."""
        journal = ClockJournal(self.clocks)
        fire_until(journal, until, self.rules().repeat)
        self.clocks = journal.clocks
        self.changes += journal.changes
        return tuple(journal.changes)

    def book(self) -> LimitBook:
        """The limits with the calendar as it is."""
        return LimitBook(EDITION, {terms.rule: terms for terms in self.limits}, self.calendar, self.revision)

    def rules(self) -> CaseRules:
        """What the rules say now."""
        book = self.book()
        every = frozenset(book.limits)
        return CaseRules(
            book,
            {EDITION: book},
            self.holding or (lambda _: every),
            tuple,
            lambda _: {},
            self.clock_id,
        )

    def clock_id(self, rule: str, round_: int, decision: int) -> str:
        """The id of a clock that starts."""
        self.ids.append(f"{rule} {round_} {decision}")
        return self.ids[-1]

    def clock(self, rule: str) -> Clock:
        """The limit's latest clock."""
        return [clock for clock in self.clocks if clock.rule == rule][-1]

    def events(self) -> list[tuple[ClockEvent, str | None]]:
        """What was said, with local instants."""
        return [(change.event, local(change.at)) for change in self.changes if change.event]


def step(text: str, *marks: str, **more: object) -> TimelineStep:
    """A step at a local instant."""
    return TimelineStep(at=at(text), marks=marks, **more)  # type: ignore[arg-type]


def does(kind: str, stage: str) -> tuple[StepEffect, ...]:
    """What a step does to a stage: 'extend', 'set due', 'pause', 'resume', 'stop', 'excuse'."""
    return (StepEffect(EffectKind(kind), stage),)


HOUR = timedelta(hours=1)
