"""What intake says of a case: admitted, refused, and every step since."""

from datetime import datetime
from typing import Any, ClassVar, TypeVar

from shared.contracts.messages.body import Actor, Body
from shared.kernel.instants import Instant
from shared.rules.case.snapshot import CaseSnapshot, CaseState
from shared.rules.case.timeline import DECIDED, REPORTED, StepEffect, TimelineStep
from shared.rules.pack.model import EffectKind

HANDED_OVER = "handed_over"
S = TypeVar("S", bound=CaseSnapshot)


def with_snapshot(body: type[S], snapshot: CaseSnapshot, **beside: Any) -> S:
    """Return a message that carries a snapshot whole.

    Args:
        body: the message's type.
        snapshot: the case as it now stands.
        beside: what the message says beside the snapshot, by its fields' names.

    Raises:
        TypeError: a field is missing, or there is none of that name.
    """
    return body(**{name: getattr(snapshot, name) for name in CaseSnapshot.__struct_fields__}, **beside)


class CaseAdmitted(CaseSnapshot, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A report passed the door: it is a case now, bound to its edition.

    Args:
        case: its id, and the stream of its messages.
        number: as people write it.
        reported_at: when it was reported, which may lie before it was put on record.
        by: whose token brought it.
        silent: it happened before the case came here: nobody is told of it.
    """

    case: str
    number: str
    reported_at: Instant
    by: Actor
    silent: bool = False

    def happened(self, recorded_at: datetime) -> TimelineStep:
        """Return the step that a report is: the milestone 'reported'.

        Args:
            recorded_at: when intake put it on record.
        """
        return TimelineStep(
            at=self.reported_at, marks=(REPORTED,), silent_until=recorded_at if self.silent else None
        )


class CaseRejected(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A report was refused at the door; `reason` is the pack's or the platform's code.

    Args:
        number: as people write it; None: it never got one.
        note: further words to the reason; None: none.
    """

    case: str
    number: str | None = None
    reason: str
    note: str | None = None


class CaseStep(CaseSnapshot, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A step was taken, or a decision took effect: all that other services need of the case as it now stands.

    Args:
        step: key of the pack's step, or the platform's word for what happened.
        marks: milestones reached, the step's own key among them; undone: those that fell with it.
        ask_decision: a new decision is wanted from routing.
        awaits_decision: the assignment is of what the case was before: facts and levels do not belong together.
        at: when it happened, which may lie before it was put on record.
        state: how far the case has come with it.
        reason: a reason was given; its words stay in the case file.
        due_at: written by a person.
        asked_at: when somebody asked for what the step grants; None: nobody did, and in messages before 1.3.
        silent: it happened before the case came here: nobody is told of it.
        other: number of the other case of a merging: of the one that goes on at 'merged', of the one that came at
            'took_in'.
    """

    MINOR: ClassVar[int] = 3  # 1 and 2 are the snapshot's; 3: asked_at and other

    case: str
    number: str
    step: str
    marks: tuple[str, ...]
    undone: tuple[str, ...] = ()
    effects: tuple[StepEffect, ...] = ()
    ask_decision: bool = False
    awaits_decision: bool = False
    at: Instant
    by: Actor
    state: CaseState
    reason: bool = False
    due_at: Instant | None = None
    asked_at: Instant | None = None
    silent: bool = False
    other: str | None = None

    @property
    def snapshot(self) -> CaseSnapshot:
        """The case as it now stands. Senders before 1.1 say of a hand-over no more than its milestone."""
        found = super().snapshot
        if found.handed_over is None and HANDED_OVER in self.marks:
            return CaseSnapshot(
                **{**{name: getattr(found, name) for name in found.__struct_fields__}, "handed_over": True}
            )
        return found

    @property
    def returned_by(self) -> str | None:
        """The rule by which the matter was given back: its title is the reason. None: it was not."""
        given = (effect.value for effect in self.effects if effect.kind is EffectKind.REJECT)
        return next((rule for rule in given if rule), None)

    def happened(self, recorded_at: datetime) -> TimelineStep:
        """Return what the timeline takes of it.

        Args:
            recorded_at: when intake put it on record; what a silent step makes true before is told to nobody.
        """
        return TimelineStep(
            at=self.at,
            marks=self.marks,
            undone=self.undone,
            effects=self.effects,
            round=self.round,
            decision=self.assignment.decision if self.assignment else 0,
            due_at=self.due_at,
            asked_at=self.asked_at,
            awaits_decision=self.awaits_decision and self.assignment is not None,
            unit=self.lead,
            level=self.level,
            silent_until=recorded_at if self.silent else None,
        )


class CaseErased(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The period of a class of an ended case's data is over: whoever holds such data erases it.

    Args:
        data: class, by the word of rule files, such as 'deliveries'.
        until: what was made up to this instant goes, whenever this message comes.
    """

    case: str
    data: str
    until: Instant


STEP_TYPES = (
    DECIDED,
    "accepted",
    "progressed",
    HANDED_OVER,
    "extended",
    "settled",
    "verified",
    "reopened",
    "published",
    "closed",
    "corrected",
    "merged",
    "returned",
)
