"""Deciding who is responsible: once for every report, again whenever a step asks for it.

Every decision is kept. Where no rule holds, the evaluators differ or nobody can lead, the fallback owner of the
pack gets the case and the decision says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.domain.decisions import (
    DecisionRecord,
    KnownCase,
    answers_of,
    cause_of,
    decision_of,
    message_of,
)
from services.routing.handlers.rule_figures import RuleFigures
from services.routing.store.decisions import SqlDecisions
from shared.contracts.envelope import Envelope
from shared.contracts.messages import CaseAdmitted, CaseRouted, CaseStep, WorkOrderChanged
from shared.db.sight import shares_in
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.flow.service import TryLater
from shared.rules.case.situation import Situation, situation_of
from shared.rules.case.snapshot import Assignment, CaseSnapshot
from shared.rules.case.timing import local_day
from shared.rules.decide import CompiledRulesCache, Decision, Unroutable
from shared.rules.decide.answers import assignment_of


@dataclass(frozen=True, slots=True)
class Decider:
    """Handlers that decide; the rule tables are compiled once per content and shared."""

    decisions: SqlDecisions
    pack_cache: PackCache
    compiled: CompiledRulesCache
    figures: RuleFigures

    def prefetch(self, work: Work, messages: Sequence[Envelope]) -> None:
        """Read the cases that a batch of messages is about."""
        # The registry's streams are named after towns and tokens: there are no cases to read and lock for them.
        about = [message for message in messages if message.source == "intake"]
        self.decisions.prefetch(work, {message.stream for message in about})
        self.decisions.prefetch_shares(work, shares_in(about))

    def on_admitted(self, work: Work, message: Envelope, admitted: CaseAdmitted) -> None:
        """Decide about a new case.

        Raises:
            TryLater: the case's edition is not here yet.
        """
        case = KnownCase(message.stream, message.town, str(message.edition), admitted.reported_at)
        self._decide(work, message, case, admitted.snapshot)

    def on_step(self, work: Work, message: Envelope, step: CaseStep) -> None:
        """Decide again when a step asks for it; other steps change no more than who may see the case.

        Raises:
            TryLater: the case's report has not been taken yet, or its edition is not here yet.
        """
        if not step.ask_decision:
            self.decisions.note_sight(work, message.stream, step.snapshot)
            return
        case = self.decisions.find(work, message.stream)
        if case is None:
            raise TryLater("missing-case", message.stream)
        self._decide(work, message, case, step.snapshot)

    def on_share(self, work: Work, message: Envelope, changed: WorkOrderChanged) -> None:
        """A unit took, finished or got rid of its share: of a private case that decides whether it sees the reasons."""
        self.decisions.note_share(work, message.stream, changed)

    def _decide(self, work: Work, message: Envelope, case: KnownCase, snapshot: CaseSnapshot) -> None:
        # Asked before anything is written: where it is not here yet the message waits, and rows are not taken back.
        # The message's edition and not the one kept here: a re-decision comes with another.
        pack = self.pack_cache.of(work, work.flow.editions, str(message.edition))
        situation = situation_of(snapshot)
        # By the day of the report, also when it is decided again: what took effect since does not bear on the case.
        answer = self.compiled.of(pack).route(situation, local_day(pack, case.reported_at))
        assignment = assignment_of(decision_of(answer), case.next_decision(snapshot), situation)
        self.decisions.keep(work, case, _record(work, message, situation, answer, assignment), snapshot)
        body = message_of(answer, assignment, message.stream, message.sequence)
        type_ = "case.routed" if isinstance(body, CaseRouted) else "case.unroutable"
        work.emit(type_, body, stream=message.stream, town=message.town, edition=message.edition)
        self.figures.count(work, message.town, str(message.edition), pack, answer)


def _record(
    work: Work,
    message: Envelope,
    situation: Situation,
    answer: Decision | Unroutable,
    assignment: Assignment,
) -> DecisionRecord:
    decision = decision_of(answer)
    return DecisionRecord(
        decision=assignment.decision,
        decided_at=work.at,
        edition=str(message.edition),
        answers_sequence=message.sequence,
        cause=cause_of(answer),
        rule=decision.rule.rule,
        because=tuple(decision.rule.because),
        situation=situation,
        assignment=assignment,
        evaluator=decision.evaluator,
        answers=answers_of(answer),
    )
