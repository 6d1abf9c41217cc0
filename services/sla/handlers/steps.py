"""What intake's messages do to clocks: a report, a step, a rejection.

Decides first (`shared.rules.clocks` does), then keeps and publishes it, all in the message's own transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.sla.domain.subjects import ClockedCase
from services.sla.handlers.publishing import ClockPublisher
from services.sla.store.cases import SqlCases
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CaseAdmitted, CaseRejected, CaseStep, WorkOrderChanged
from shared.db.sight import shares_in
from shared.db.work import Work
from shared.flow.limit_books import LimitBooks
from shared.flow.service import Refused
from shared.kernel.subject import case_subject
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.case.timeline import TimelineStep
from shared.rules.clocks.case_clocks import CaseClocks, RulesFor, Stepped, step_case
from shared.rules.logic.facts import FactError

REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CaseHandlers:
    """Handlers of intake's streams."""

    cases: SqlCases
    limit_books: LimitBooks
    publisher: ClockPublisher

    def prefetch(self, work: Work, messages: Sequence[Envelope]) -> None:
        """Read what a batch will need."""
        # Streams of other services are not named after cases: nothing here would be found under them.
        about = [message for message in messages if message.source == "intake"]
        self.cases.prefetch(work, {message.stream for message in about})
        self.cases.prefetch_shares(work, shares_in(about))

    def on_admitted(self, work: Work, message: Envelope, admitted: CaseAdmitted) -> None:
        """Take a new case: limits that run from the report start.

        Raises:
            TryLater: the case's edition is not here yet.
            Refused: a fact is not what the town declares it to be.
        """
        self._take(work, message, admitted.number, admitted.snapshot, admitted.happened(message.at))

    def on_step(self, work: Work, message: Envelope, step: CaseStep) -> None:
        """Take a step, or a decision that took effect.

        A step that has the case decided again is judged by what held before it; with the decision comes all that
        it changed, and is judged as one.

        Raises:
            TryLater: the case's edition is not here yet.
            Refused: a fact is not what the town declares it to be.
        """
        self._take(work, message, step.number, step.snapshot, step.happened(message.at))

    def on_share(self, work: Work, message: Envelope, changed: WorkOrderChanged) -> None:
        """A unit took, finished or got rid of its share: of a private case that decides whether it sees the clocks."""
        self.cases.note_share(work, message.stream, changed)

    def on_rejected(self, work: Work, message: Envelope, _rejected: CaseRejected) -> None:
        """Stop everything of a case that was rejected; one that was refused at the door never had clocks."""
        known = self.cases.load(work, message.stream)
        if known is None or known.state.timeline.is_over:
            return
        state = known.state
        step = TimelineStep(
            at=message.at,
            marks=(REJECTED,),
            round=state.timeline.round,
            decision=state.timeline.decision,
            is_new_situation=False,
        )
        rules_for = self.limit_books.rules_for(work, known.town, known.subject)
        stepped = _stepped(state, state.edition, state.snapshot, step, rules_for)
        self._keep(work, replace(known, state=stepped.case), stepped)

    def _take(
        self, work: Work, message: Envelope, number: str, snapshot: CaseSnapshot, step: TimelineStep
    ) -> None:
        known = self.cases.load(work, message.stream)
        subject = known.subject if known else case_subject(message.stream)
        town = known.town if known else message.town
        rules_for = self.limit_books.rules_for(work, town, subject)
        state = known.state if known else None
        stepped = _stepped(state, str(message.edition), snapshot, step, rules_for)
        number = known.number if known else number
        self._keep(work, ClockedCase(subject, number, town, stepped.case), stepped)

    def _keep(self, work: Work, case: ClockedCase, stepped: Stepped) -> None:
        if stepped.asked.differing is not None:
            self.publisher.publish_disagreement(work, case, stepped.asked.differing)
        self.cases.save(work, case, stepped.changes)
        self.publisher.publish(work, case, stepped.changes)


def _stepped(
    state: CaseClocks | None,
    edition: str,
    snapshot: CaseSnapshot,
    step: TimelineStep,
    rules_for: RulesFor,
) -> Stepped:
    """Decide everything before anything is written: what is refused or comes too early must leave no trace."""
    try:
        return step_case(state, edition, snapshot, step, rules_for)
    except FactError as wrong:
        raise Refused(wrong.code, str(wrong)) from wrong
