"""What is remembered of a case so that later events can be told: marks, clocks, texts that wait.

Decides how a step and a clock event change the memory, and when an event has come ahead of its step. Must not
know messages' fields nor stores.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.notify.domain.deadlines import KnownClock, Mark, Progress
from services.notify.domain.telling import Telling

MOST_CLOCKS = 30  # remembered of one case; texts quote recent ones
_BREACH = frozenset({"breached", "escalated"})


@dataclass(frozen=True, slots=True)
class EarlyEvent:
    """A clock event that came before the step it followed; its frame is kept until that step is known.

    Args:
        is_of_unit: the clock is a unit's or a level's: somebody was responsible by then.
    """

    since: datetime
    is_of_unit: bool
    frame: str


@dataclass(frozen=True, slots=True)
class CaseMemory:
    """One case as this service knows it; a copy, never the truth.

    Args:
        standing: what the last step said of the case (category, facts, assignment …), empty until one came.
        seen_at: instant of the last step known.
        told_of_breach: stage → units that heard of a breach, for the case that it is corrected.
        made: how many notifications the case has caused.
        raised: alarms that are raised once a case.
        patient_until: real instant at which what waits is told as it is; None while nothing waits.
    """

    case: str
    town: str
    edition: str | None
    number: str = ""
    standing: Mapping[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None
    round: int = 1
    round_began_at: datetime | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    clocks: tuple[KnownClock, ...] = ()
    waiting: tuple[Telling, ...] = ()
    early: tuple[EarlyEvent, ...] = ()
    told_of_breach: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    made: int = 0
    raised: tuple[str, ...] = ()
    patient_until: datetime | None = None

    @property
    def progress(self) -> Progress:
        """How far the case has come, as limits see it."""
        return Progress(self.round, self.round_began_at, self.marks)

    def step(
        self,
        at: datetime,
        round_: int,
        standing: Mapping[str, Any],
        reached: Iterable[str],
        undone: Iterable[str] = (),
        *,
        number: str = "",
        seen_at: datetime | None = None,
    ) -> "CaseMemory":
        """Return the memory after a step at `at` that reached some marks and undid others.

        Args:
            number: the case's number, where the step names it.
            seen_at: instant up to which the case is known by this step; `at` when left out.
        """
        marks = dict(self.marks)
        for key in undone:
            if key in marks:
                marks[key] = replace(marks[key], stands=False)
        for key in reached:
            marks[key] = Mark(marks[key].first_at if key in marks else at, at)
        return replace(
            self,
            standing=standing,
            seen_at=seen_at or at,
            round=round_,
            round_began_at=at if round_ > self.round else self.round_began_at,
            marks=marks,
            number=number or self.number,
        )

    def hear(self, clock: KnownClock) -> "CaseMemory":
        """Return the memory with a clock's latest news in the place of older news of the same clock."""
        others = tuple(known for known in self.clocks if known.id != clock.id)
        return replace(self, clocks=(*others, clock)[-MOST_CLOCKS:])

    def is_early(self, event: EarlyEvent) -> bool:
        """Tell whether a step has happened by then of which nothing is known here yet."""
        if self.seen_at is None or not self.standing or self.seen_at < event.since:
            return True
        return event.is_of_unit and not self.standing.get("assignment")

    def remember_breach(self, telling: Telling) -> "CaseMemory":
        """Return the memory with the units that hear of a breach: they hear of a correction too."""
        stage, _, kind = telling.happening.on.rpartition(" ")
        units = tuple(one.unit for one in telling.recipients if one.unit)
        if kind not in _BREACH or not units:
            return self
        known = self.told_of_breach.get(stage, ())
        return replace(
            self, told_of_breach={**self.told_of_breach, stage: tuple(dict.fromkeys((*known, *units)))}
        )

    def forget_breach(self, stage: str) -> "CaseMemory":
        """Return the memory after a breach turned out to be none."""
        return replace(
            self, told_of_breach={key: units for key, units in self.told_of_breach.items() if key != stage}
        )

    def be_patient(self, until: datetime) -> "CaseMemory":
        """Return the memory with its patience: begun when something waits first, over when nothing does."""
        if not (self.waiting or self.early):
            return self if self.patient_until is None else replace(self, patient_until=None)
        return self if self.patient_until is not None else replace(self, patient_until=until)

    def take_early(self) -> tuple["CaseMemory", tuple[EarlyEvent, ...]]:
        """Return the memory without the early events that are no longer early, and these."""
        if not self.early:
            return self, ()
        ripe = tuple(event for event in self.early if not self.is_early(event))
        return replace(self, early=tuple(event for event in self.early if event not in ripe)), ripe
