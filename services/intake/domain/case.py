"""A case as it stands now: all that a step or a decision needs, in one row.

Decides nothing but how the case is told to others (`snapshot_of`). Its parts are frozen: whoever changes a case gives
it new ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from shared.contracts.messages import Actor, OrderPart
from shared.kernel.instants import Instant
from shared.rules.case.snapshot import Assignment, CaseSnapshot, CaseState, LinkDirection, Place
from shared.rules.case.timeline import Milestone
from shared.rules.clocks.clock import ClockState
from shared.rules.logic.facts import Value

HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFlags:
    """What whoever reports says by yes or no of the report: a case has each, and export and import take each along.

    Args:
        private: to be counted in public lists, and not shown (A-20).
        anonymous: nobody is to know who reported it.
        on_behalf: it was reported for somebody else.
    """

    private: bool = False
    anonymous: bool = False
    on_behalf: bool = False


FLAGS = tuple(ReportFlags.__dataclass_fields__)


class Request(Struct, frozen=True, kw_only=True):
    """Something asked for that waits for an answer, whoever gives it.

    Args:
        grant, refusal: the steps that answer it.
        asked_at: when it was asked first; None: with the step that is being taken.
        due_at: the due instant asked for; None: none was.
    """

    grant: str
    refusal: str
    asked_at: Instant | None = None
    due_at: Instant | None = None


class Progress(Struct, frozen=True, omit_defaults=True):
    """Where a case stands in its procedure.

    Args:
        taken: steps of this procedure that still count.
        run: steps since the latest decision or reopening.
        approvals: steps that must approve before the procedure goes on.
        requests: what was asked for and is not answered; it outlives decisions and ends with the round.
    """

    taken: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()

    def request(self, step: str) -> Request | None:
        """Return what a step answers, or None."""
        return next((asked for asked in self.requests if step in (asked.grant, asked.refusal)), None)


class OpenOrder(Struct, frozen=True):
    """A work order that has not ended; the id is empty for one still to be issued."""

    id: str
    unit: str
    part: OrderPart
    issued_at: Instant | None = None
    accepted_at: Instant | None = None


class OpenClock(Struct, frozen=True, array_like=True):
    """A clock that has not stopped, as sla last told it."""

    stage: str
    state: ClockState
    due_at: Instant | None = None


class LinkedCase(Struct, frozen=True):
    """A case opened elsewhere because of this one.

    Args:
        case, number: None where none could be opened; `state` then says why.
    """

    jurisdiction: str
    case: str | None
    number: str | None
    state: str


class MergedCase(Struct, frozen=True):
    """A case that was merged into this one."""

    case: str
    number: str
    reporter: str | None = None


class MergedInto(Struct, frozen=True):
    """The case that goes on in this one's place."""

    case: str
    number: str


class Satisfaction(Struct, frozen=True):
    """What a reporter said last of the result."""

    satisfied: bool
    round: int
    at: Instant


class DraftNote(Struct, frozen=True, omit_defaults=True):
    """Why a report waited for a person, and what became of that.

    Args:
        outcome: confirmed, dismissed or merged; None: it still waits.
    """

    because: tuple[str, ...]
    outcome: str | None = None
    at: Instant | None = None
    by: Actor | None = None
    reason: str | None = None


class ProposedCategory(Struct, frozen=True):
    """The category that a report's words proposed, and the keywords that matched."""

    category: str
    matched: tuple[str, ...]


@dataclass(slots=True)
class Case:
    """One case of one town, bound to the edition under which it was reported.

    Args:
        facts: declared facts as they now stand, without free texts.
        texts: free texts among the declared facts; they never leave the case file.
        milestones: every one ever reached; those that stand make the state.
        assignment: as last decided.
        awaiting: sequence of this case's message that still waits for a decision.
        messages: how many messages this case's stream has.
        link_direction: where the case lies because of which this one was opened.
        also: further categories that it concerns.
        accepted_at: when a lead accepted it for the first time.
        extended_without_due: a reason was given for more time, and no new due instant (RC-9).
        seen_by: who may see it while rules hide it, as `domain.visibility` writes it; None: not hidden.
        asked: whom steps have asked for approval, written alike; None: nobody.
        source: the device that reported it; `repeats` more alarms of it were counted here.
        reporters: references to those who reported cases merged into this one.
        satisfaction: reporter → what that person said last.
        redecision: the re-decision whose answer it waits for.
        earlier: fact from earlier cases → ids of those that it counts, the latest first; the case itself counts too.
    """

    id: str
    town: str
    number: str
    edition: str
    category: str
    channel: str
    place: Place
    title: str | None
    text: str
    facts: Mapping[str, Value]
    texts: Mapping[str, str]
    state: CaseState
    milestones: Mapping[str, Milestone]
    round: int
    progress: Progress
    assignment: Assignment | None
    lead: str | None
    level: str | None
    awaiting: int | None
    messages: int
    decisions: int
    orders: tuple[OpenOrder, ...]
    clocks: Mapping[str, OpenClock]
    due_at: datetime | None
    breached: bool
    flagged: bool
    fallback: bool
    private: bool
    reporter: str | None
    anonymous: bool
    on_behalf: bool
    first_contact: str | None
    finder_role: str | None
    finder_unit: str | None
    linked_from: str | None
    linked: tuple[LinkedCase, ...]
    reported_at: datetime
    admitted_at: datetime
    changed_at: datetime
    history_n: int
    history_head: str
    link_direction: LinkDirection | None = None
    also: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    extended_without_due: bool = False
    seen_by: str | None = None
    draft: DraftNote | None = None
    proposal: ProposedCategory | None = None
    source: str | None = None
    repeats: int = 0
    reporters: tuple[str, ...] = ()
    merged: tuple[MergedCase, ...] = ()
    merged_into: MergedInto | None = None
    satisfaction: Mapping[str, Satisfaction] = field(default_factory=dict)
    redecision: str | None = None
    asked: str | None = None
    earlier: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def place_key(self) -> str | None:
        """The place's key in the pack, where one is known."""
        return self.place.key

    @property
    def standing(self) -> dict[str, datetime]:
        """Milestones that stand → instant at which each was last reached."""
        return {name: mark.at for name, mark in self.milestones.items() if mark.stands}

    def stands(self, mark: str) -> bool:
        """Tell whether a milestone stands."""
        return mark in self.milestones and self.milestones[mark].stands


def snapshot_of(case: Case) -> CaseSnapshot:
    """Return what is known of a case as everybody sees it: the one place where a case becomes a snapshot."""
    return CaseSnapshot(
        category=case.category,
        channel=case.channel,
        place=case.place,
        facts={**case.facts, **_counted(case)},
        round=case.round,
        assignment=case.assignment,
        reporter=case.reporter,
        reporters=case.reporters,
        first_contact=case.first_contact,
        finder_role=case.finder_role,
        finder_unit=case.finder_unit,
        private=case.private,
        seen_by=case.seen_by,
        asked=case.asked,
        also=case.also,
        linked_from=case.linked_from,
        link_direction=case.link_direction,
        handed_over=HANDED_OVER in case.milestones,
    )


def _counted(case: Case) -> dict[str, int]:
    """What the platform counts on a case, where there is more than the one report."""
    counted = {"reporters": len(case.merged) + 1, "repeats": case.repeats}
    return {name: count for name, count in counted.items() if count != _PLAIN[name]}


_PLAIN = {"reporters": 1, "repeats": 0}
COLUMNS = tuple(Case.__dataclass_fields__)
