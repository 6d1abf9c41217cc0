"""A case as this service knows it, so that later events can be told: where it stands, its past, texts that wait.

Decides how a step and a clock event change what is known, when an event has come ahead of its step, and how many
notifications a case may still cause. Must not know stores. It is stored as it is: a field renamed here is a migration.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from services.notify.domain.deadlines import KnownClock
from services.notify.domain.pending_notice import PendingNotice
from shared.kernel.instants import Instant
from shared.kernel.subject import Subject, SubjectKind
from shared.rules.case.snapshot import CaseSnapshot, CaseState
from shared.rules.case.timeline import Timeline, TimelineStep

MOST_CLOCKS = 30  # remembered of one case; texts quote recent ones
_BREACH = frozenset({"breached", "escalated"})


class EarlyClockEvent(Struct, frozen=True):
    """A clock event that came before the step it followed; its frame is kept until that step is known.

    Args:
        is_of_unit: the clock is a unit's or a level's: somebody was responsible by then.
        frame: the message, encoded.
    """

    since: Instant
    is_of_unit: bool
    frame: str


class NotifiedCase(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One case, or an occurrence of a duty, as this service knows it; a copy, never the truth.

    Args:
        case: '' for what concerns a town and no case; kind: what it is.
        post: of a duty: who owes it, 'jurisdiction/unit'.
        snapshot: as its own service told it last; None until it has.
        state: how far it has come, as told last.
        returned_by: the rule by which the matter was given back: its title is the reason (a person's words stay in
            the case file).
        other: number of the other case of a merging, where that is what was told last.
        seen_at: instant of the last step known.
        told_of_breach: stage → units that heard of a breach, for the case that it is corrected.
        made: how many notifications the case has caused.
        raised: alarms that are raised once a case.
        waits_until: real instant at which what waits is told as it is; None while nothing waits.
        erased_until: what was told of it up to this instant has lost its words; None: nothing has.
    """

    case: str
    town: str
    kind: SubjectKind = SubjectKind.CASE
    post: str | None = None
    edition: str | None = None
    number: str = ""
    snapshot: CaseSnapshot | None = None
    state: CaseState = CaseState.REPORTED
    returned_by: str | None = None
    other: str | None = None
    timeline: Timeline = field(default_factory=Timeline)
    seen_at: Instant | None = None
    clocks: tuple[KnownClock, ...] = ()
    waiting: tuple[PendingNotice, ...] = ()
    early: tuple[EarlyClockEvent, ...] = ()
    told_of_breach: dict[str, tuple[str, ...]] = field(default_factory=dict)
    made: int = 0
    raised: tuple[str, ...] = ()
    waits_until: Instant | None = None
    erased_until: Instant | None = None

    @property
    def subject(self) -> Subject | None:
        """What notices about it are about."""
        return Subject(self.kind, self.case) if self.case else None

    @property
    def place(self) -> str | None:
        """Key of the place from which units are looked for: the case's, or that of the post which owes a duty."""
        if self.post is not None:
            return self.post.partition("/")[0].removeprefix(f"{self.town}.")
        return self.snapshot.place.key if self.snapshot else None

    def after(
        self,
        step: TimelineStep,
        stages: Collection[str],
        snapshot: CaseSnapshot,
        state: CaseState,
        *,
        returned_by: str | None = None,
        number: str = "",
        seen_at: datetime | None = None,
    ) -> "NotifiedCase":
        """Return the case after a step.

        Args:
            stages: all that limits of its edition time.
            snapshot: the case as it now stands; what a sender of an older version left unsaid is taken from before.
            number: the case's number, where the step names it.
            seen_at: instant up to which the case is known by this step; that of the step when left out.
        """
        return replace(
            self,
            snapshot=snapshot.following(self.snapshot),
            state=state,
            returned_by=returned_by,
            other=None,
            timeline=self.timeline.after(step, stages),
            seen_at=seen_at or step.at,
            number=number or self.number,
        )

    def hear(self, clock: KnownClock) -> "NotifiedCase":
        """Return the case with a clock's latest news in the place of older news of the same clock."""
        others = tuple(known for known in self.clocks if known.id != clock.id)
        return replace(self, clocks=(*others, clock)[-MOST_CLOCKS:])

    def is_early(self, event: EarlyClockEvent) -> bool:
        """Tell whether a step has happened by then of which nothing is known here yet."""
        if self.snapshot is None or self.seen_at is None or self.seen_at < event.since:
            return True
        # Report and first decision may carry one instant: a unit's clock follows the decision.
        return event.is_of_unit and self.snapshot.assignment is None

    def take_early(self) -> tuple["NotifiedCase", tuple[EarlyClockEvent, ...]]:
        """Return the case without the early events that are no longer early, and these."""
        if not self.early:
            return self, ()
        ripe = tuple(event for event in self.early if not self.is_early(event))
        return replace(self, early=tuple(event for event in self.early if event not in ripe)), ripe

    def may_cause(self, wanted: int, most: int) -> int:
        """Return how many of `wanted` further notifications the case may cause within `most` in all.

        A loop of rules and steps ends here, visibly: whoever leaves some out raises an alarm.
        """
        return max(0, min(wanted, most - self.made))

    def remember_breach(self, notice: PendingNotice) -> "NotifiedCase":
        """Return the case with the units that hear of a breach: they hear of a correction too."""
        stage, _, event = notice.cause.on.rpartition(" ")
        units = tuple(addressee.unit for addressee in notice.recipients if addressee.unit)
        if event not in _BREACH or not units:
            return self
        known = self.told_of_breach.get(stage, ())
        told = {**self.told_of_breach, stage: tuple(dict.fromkeys((*known, *units)))}
        return replace(self, told_of_breach=told)

    def forget_breach(self, stage: str) -> "NotifiedCase":
        """Return the case after a breach turned out to be none."""
        left = {key: units for key, units in self.told_of_breach.items() if key != stage}
        return replace(self, told_of_breach=left)

    def waiting_until(self, until: datetime) -> "NotifiedCase":
        """Return the case with the end of its waiting: set when something waits first, gone when nothing does."""
        if not (self.waiting or self.early):
            return self if self.waits_until is None else replace(self, waits_until=None)
        return self if self.waits_until is not None else replace(self, waits_until=until)
