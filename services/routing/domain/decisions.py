"""A case that was decided about, the record that is kept of each decision, and the message that says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.messages import CaseRouted, CaseUnroutable, Reason
from shared.rules.case.situation import Situation
from shared.rules.case.snapshot import Assignment, CaseSnapshot
from shared.rules.decide import Decision, Unroutable
from shared.rules.decide.answers import Answers, UnroutableCause


@dataclass(frozen=True, slots=True)
class KnownCase:
    """What a later decision needs of the earlier ones.

    Args:
        edition: under which the latest decision was made.
        reported_at: dates of effect of routing rules are compared with its day, whenever it is decided.
        decisions: number of the latest decision; 0: none was made yet.
    """

    case: str
    town: str
    edition: str
    reported_at: datetime
    decisions: int = 0

    def next_decision(self, snapshot: CaseSnapshot) -> int:
        """Return the number of the decision that is made now.

        A case that came from elsewhere brings decisions of its own: the next one's number comes after them too.
        """
        held = snapshot.assignment
        return max(self.decisions, held.decision if held else 0) + 1


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One decision as it is kept: what was decided, on which situation, and why.

    Args:
        decision: 1, 2, 3 …: which of the case's decisions it is.
        answers_sequence: sequence of intake's message that asked for it.
        cause: why no rule decided; None: one did.
        evaluator: 'both', or 'reference' where durable-rules took no part.
        answers: what each evaluator found, the rule that found no lead, or the error; None where a rule decided.
    """

    decision: int
    decided_at: datetime
    edition: str
    answers_sequence: int
    cause: UnroutableCause | None
    rule: str
    because: tuple[str, ...]
    situation: Situation
    assignment: Assignment
    evaluator: str
    answers: Mapping[str, tuple[str, ...] | str] | None


def decision_of(answer: Decision | Unroutable) -> Decision:
    """Return who is responsible, be it by a rule or as the fallback."""
    return answer.decision if isinstance(answer, Unroutable) else answer


def cause_of(answer: Decision | Unroutable) -> UnroutableCause | None:
    """Return why no rule decided; None where one did."""
    return answer.cause if isinstance(answer, Unroutable) else None


def answers_of(answer: Decision | Unroutable) -> Answers | None:
    """Return what each evaluator found where no rule decided."""
    return answer.answers if isinstance(answer, Unroutable) else None


def message_of(
    answer: Decision | Unroutable, assignment: Assignment, case: str, answers_sequence: int
) -> CaseRouted | CaseUnroutable:
    """Return what routing says; where no rule decided, the fallback owner has the case."""
    if isinstance(answer, Unroutable):
        return CaseUnroutable(
            case=case,
            cause=answer.cause,
            assignment=assignment,
            answers=dict(answer.answers),
            answers_sequence=answers_sequence,
        )
    return CaseRouted(
        case=case,
        assignment=assignment,
        acceptance=answer.acceptance,
        flagged=answer.flagged,
        fallback=answer.fallback,
        reason=Reason(
            rule=answer.rule.rule, because=tuple(answer.rule.because), facts=dict(answer.facts_used)
        ),
        evaluator=answer.evaluator,
        pass_to=answer.pass_to,
        returned=answer.returned,
        answers_sequence=answers_sequence,
    )
