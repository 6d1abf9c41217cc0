"""What tests of clocks are made of: limits without a pack, rules that hold as a test says, lives told step by step."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from services.sla.domain.changes import Change, Event, Ledger
from services.sla.domain.clock import Clock
from services.sla.domain.firing import fire_until
from services.sla.domain.life import Life, Step
from services.sla.domain.rules import Book, Rules
from services.sla.domain.stepping import take
from services.sla.domain.terms import LimitTerms, Origin
from shared.kernel.instants import local_label
from shared.rules.pack.model import LateKind
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
        start=Origin(start, first),
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
    life: Life = field(default_factory=Life)
    clocks: tuple[Clock, ...] = ()
    changes: list[Change] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    revision: int = 0

    def take(self, step: Step) -> tuple[Change, ...]:
        """Take a step."""
        taken = take(self.life, self.clocks, step, self.rules())
        self.life, self.clocks = taken.life, taken.clocks
        self.changes += taken.changes
        return taken.changes

    def fire(self, until: datetime) -> tuple[Change, ...]:
        """Do what the engine would have done by an instant."""
        ledger = Ledger(self.clocks)
        fire_until(ledger, until, self.rules().repeat)
        self.clocks = ledger.clocks
        self.changes += ledger.changes
        return tuple(ledger.changes)

    def book(self) -> Book:
        """The limits with the calendar as it is."""
        return Book(EDITION, {terms.rule: terms for terms in self.limits}, self.calendar, self.revision)

    def rules(self) -> Rules:
        """What the rules say now."""
        book = self.book()
        every = frozenset(book.limits)
        return Rules(
            book,
            {EDITION: book},
            self.holding or (lambda _: every),
            tuple,
            lambda _: {},
            lambda: f"c{next(self.ids)}",
        )

    def clock(self, rule: str) -> Clock:
        """The limit's latest clock."""
        return [clock for clock in self.clocks if clock.rule == rule][-1]

    def events(self) -> list[tuple[Event, str | None]]:
        """What was said, with local instants."""
        return [(change.event, local(change.at)) for change in self.changes if change.event]


def step(text: str, *marks: str, **more: object) -> Step:
    """A step at a local instant."""
    return Step(at=at(text), marks=marks, **more)  # type: ignore[arg-type]


HOUR = timedelta(hours=1)
