"""What intake keeps of others' facts: clocks, notifications, jurisdictions.

Decides what of them stands on the case itself: open clocks, the next due instant, whether any is breached. What is
about another subject than a case is taken and passed over.
"""

from dataclasses import dataclass

from services.intake.domain.case import Case, OpenClock
from services.intake.domain.change import Change
from services.intake.domain.copies import (
    ClockCopy,
    NoticeState,
    clock_copy,
    clock_entry,
    notice_copy,
    notice_entry,
)
from services.intake.domain.milestones import ENDED, endings_of
from services.intake.handlers.apply_change import AppliedChange, ChangeApplier
from services.intake.handlers.clock_steps import ClockSteps
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.jurisdictions import SqlJurisdictionCopies
from services.intake.store.retained import note_delivery
from shared.contracts.envelope import Envelope
from shared.contracts.messages import Actor, ClockChanged, JurisdictionChanged, NotificationChanged
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.flow.service import Refused
from shared.kernel.subject import Subject, SubjectKind
from shared.rules.clocks.clock import ClockState

_SLA, _NOTIFY = Actor("sla"), Actor("notify")
NOTICES = {f"notification.{state}": state for state in NoticeState}  # type of message → what became of it


@dataclass(frozen=True, slots=True)
class CopyKeeper:
    """Takes what sla, notify and registry say."""

    files: SqlCaseFile
    tree: SqlJurisdictionCopies
    pack_cache: PackCache
    applier: ChangeApplier
    clock_steps: ClockSteps

    def on_clock(self, work: Work, message: Envelope, told: ClockChanged) -> None:
        """Keep a clock as it now stands; its earlier states stay in the history.

        An escalation that names a mark reaches that milestone, as a step would that has it; one that names a step takes
        it, and so may a warning.
        """
        case = self._case(work, told.subject)
        if case is None:
            return
        # Before anything is written: an edition that is not here yet makes the message wait.
        pack = self.pack_cache.of(work, work.flow.editions, case.edition) if _marks(case, told) else None
        # Not held against what is kept: the inbox hands on what sla says of a case in its order.
        copy = clock_copy(told, message.at)
        self.files.keep_clock(work, case, copy)
        case.clocks = _open_clocks(case, copy)
        case.due_at = min((clock.due_at for clock in case.clocks.values() if clock.due_at), default=None)
        case.breached = any(clock.state is ClockState.BREACHED for clock in case.clocks.values())
        self.files.record(work, case, message.type, _SLA, clock_entry(told))
        if pack is not None and told.mark is not None:
            # As of the instant at which it fell due: what counts from the mark counts from there, however late this is.
            change = Change(told.mark, (told.mark,))
            reached = AppliedChange("reached", _SLA, change, at=told.at, silent=told.silent)
            self.applier.apply(work, pack, case, reached)
        # After the mark: a step may wait for it.
        self.clock_steps.take(work, message, case, told)
        self.files.keep(work, case)

    def on_notification(self, work: Work, message: Envelope, told: NotificationChanged) -> None:
        """Keep what became of a notification."""
        case = self._case(work, told.subject)
        if case is None:
            return
        copy = notice_copy(told, NOTICES[message.type], message.at)
        self.files.keep_notice(work, copy)
        if case.state in ENDED:
            note_delivery(work, case)
        self.files.record(work, case, message.type, _NOTIFY, notice_entry(copy))
        self.files.keep(work, case)

    def on_jurisdiction_changed(self, work: Work, message: Envelope, told: JurisdictionChanged) -> None:
        """Keep a node of the tree."""
        self.tree.keep(work, told, message.at)

    def _case(self, work: Work, subject: Subject) -> Case | None:
        """The case that a message is about; None where it is about something else.

        Raises:
            Refused: `unknown-case`.
        """
        if subject.kind is not SubjectKind.CASE:
            return None
        case = self.files.find(work, subject.id)
        if case is None:
            raise Refused("unknown-case", subject.id)
        return case


def _marks(case: Case, told: ClockChanged) -> bool:
    """Tell whether a milestone is reached by this: a reminder that comes again reaches it no second time."""
    is_due = told.escalation is not None and told.mark is not None
    return is_due and not case.stands(told.mark or "") and not endings_of(case)


def _open_clocks(case: Case, copy: ClockCopy) -> dict[str, OpenClock]:
    """Return the case's open clocks once this one stands as it was told."""
    others = {key: clock for key, clock in case.clocks.items() if key != copy.id}
    # A breached one stays: the case counts as overdue until the clock stops.
    if copy.state is ClockState.STOPPED:
        return others
    return {**others, copy.id: OpenClock(copy.stage, copy.state, copy.due_at)}
