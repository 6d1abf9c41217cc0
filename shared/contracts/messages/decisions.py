"""What routing says of a case: who is responsible, or that no rule tells."""

from msgspec import field

from shared.contracts.messages.body import Body, Reason
from shared.rules.case.snapshot import Assignment
from shared.rules.decide.answers import UnroutableCause
from shared.rules.pack.model import Acceptance


class CaseRouted(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who is responsible and why.

    Args:
        acceptance: whether the lead must accept in person.
        flagged: decided by default, to be shown to the operator; fallback: no rule decided.
        pass_to: jurisdiction in which a linked case is opened.
        evaluator: 'both', or 'reference' where durable-rules took no part.
        returned: no matter of this house: given back with the rule's reason.
        answers_sequence: sequence of the intake message that it answers.
    """

    case: str
    assignment: Assignment
    acceptance: Acceptance
    flagged: bool = False
    fallback: bool = False
    reason: Reason
    evaluator: str
    pass_to: str | None = None
    returned: bool = False
    answers_sequence: int


class CaseUnroutable(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """No rule held, or the evaluators differed: the fallback owner has it and an alarm was raised.

    Args:
        assignment: to the fallback owner, until a person looks at it.
        answers: what each evaluator found, the rule that found no lead, or the error.
    """

    case: str
    cause: UnroutableCause
    assignment: Assignment | None = None
    answers: dict[str, tuple[str, ...] | str] = field(default_factory=dict)
    answers_sequence: int
