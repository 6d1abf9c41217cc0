"""What the case's own service tells: admitted, rejected, every step. Who is told of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.notify.domain.notified_case import NotifiedCase
from services.notify.handlers.clocks import ClockNotices
from services.notify.handlers.events import EventNotices
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CaseAdmitted, CaseRejected, CaseStep
from shared.db.work import Work
from shared.rules.case.snapshot import CaseState
from shared.rules.case.timeline import REPORTED, TimelineStep
from shared.rules.pack.model import Pack

_REJECTED = CaseState.REJECTED.value


@dataclass(frozen=True, slots=True)
class CaseNotices:
    """Tells of the case's own messages."""

    events: EventNotices
    clocks: ClockNotices

    def on_admitted(self, work: Work, message: Envelope, admitted: CaseAdmitted) -> None:
        """A report became a case."""
        pack = self.events.rules.of(work, message.edition)
        case = self.events.bound_case(work, message).after(
            admitted.happened(message.at),
            _stages(pack),
            admitted,
            CaseState.REPORTED,
            number=admitted.number,
            seen_at=message.at,
        )
        events = () if admitted.silent else (REPORTED,)
        self._tell(work, pack, case, message, events, message.at)

    def on_rejected(self, work: Work, message: Envelope, rejected: CaseRejected) -> None:
        """A report was refused: whoever the rules name for that is told, if it had become a case at all."""
        case = self.events.notifier.store.cases.get(work, message.stream)
        if case is None or case.snapshot is None:
            return
        pack = self.events.rules.of(work, message.edition or case.edition)
        past = case.timeline
        step = TimelineStep(message.at, (_REJECTED,), round=past.round, decision=past.decision)
        case = case.after(step, _stages(pack), case.snapshot, CaseState.REJECTED, returned_by=rejected.reason)
        self._tell(work, pack, case, message, (_REJECTED,), message.at)

    def on_step(self, work: Work, message: Envelope, step: CaseStep) -> None:
        """A step was taken: its milestones are the events that rules hang on."""
        pack = self.events.rules.of(work, message.edition)
        case = self.events.bound_case(work, message).after(
            step.happened(message.at),
            _stages(pack),
            step,
            step.state,
            returned_by=step.returned_by,
            number=step.number,
        )
        case = replace(case, other=step.other)
        self._tell(work, pack, case, message, () if step.silent else step.marks, step.at)

    def _tell(
        self,
        work: Work,
        pack: Pack,
        case: NotifiedCase,
        message: Envelope,
        events: Sequence[str],
        at: datetime,
    ) -> None:
        """Tell of a message's events; then of the clock events that came ahead of it.

        What happened before the case came here (`silent`) has no events: it is known, and told to nobody.
        """
        case = self.events.tell(work, pack, case, message, events, at)
        case, ripe = case.take_early()
        case = self.clocks.tell_early(work, pack, case, ripe)
        self.events.notifier.keep(work, case)


def _stages(pack: Pack) -> frozenset[str]:
    """Every stage that a limit of the pack times: what a step means by 'all'."""
    return frozenset(limit.clock for limit in pack.limits)
