"""What the rules answer: plain values, made by `compiled`, acted on by services.

Units are 'jurisdiction/unit', levels the town's own keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.rules.case.situation import Situation
from shared.rules.case.snapshot import Assignment
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Acceptance, Hidden, Limit, Notice, Origin

# Where the evaluators differ: evaluator → ids of rules, or its error.
Answers = Mapping[str, tuple[str, ...] | str]


class UnroutableCause(StrEnum):
    """Why no rule decided."""

    NO_RULE = "no-rule"
    DISAGREEMENT = "disagreement"
    NO_LEAD = "no-lead"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is responsible, and by which rule.

    Args:
        levels: the first one handles it.
        lead: None where nobody leads (a matter returned).
        acceptance: 'automatic', or 'lead' when the lead must accept in person.
        flagged: decided by default, to be shown to the operator.
        fallback: no rule decided; the pack's fallback owner has it.
        facts_used: the facts that the rule looked at, None for one that is missing.
        evaluator: 'both', or 'reference' where durable-rules took no part.
        departments: the category's units, the main one first.
        pass_to: jurisdiction in which a linked case is opened.
        returned: no matter of this house; the rule's title is the reason given.
    """

    levels: tuple[str, ...]
    lead: str | None
    assisting: tuple[str, ...]
    procedure: str
    acceptance: Acceptance
    flagged: bool
    fallback: bool
    rule: Origin
    facts_used: Mapping[str, Value | None]
    evaluator: str
    departments: tuple[str, ...] = ()
    pass_to: str | None = None
    returned: bool = False


def assignment_of(decision: Decision, number: int, situation: Situation) -> Assignment:
    """Return who is responsible, as messages carry it; who led until now is the previous lead.

    Args:
        number: which of the case's decisions it is, from 1.
        situation: the case as it was when it was decided about.
    """
    return Assignment(
        decision=number,
        levels=decision.levels,
        lead=decision.lead,
        assisting=decision.assisting,
        previous_lead=situation.lead,
        procedure=decision.procedure,
        departments=decision.departments,
    )


@dataclass(frozen=True, slots=True)
class Unroutable:
    """No rule decided; `decision` gives the case to the fallback owner until a person looks at it.

    Args:
        answers: why: what each evaluator found, the rule that found no lead, or the error.
    """

    cause: UnroutableCause
    decision: Decision
    answers: Answers


@dataclass(frozen=True, slots=True)
class ApplicableLimits:
    """The limits that apply now.

    Args:
        agreed: whether both evaluators say so; where not, `limits` is the reference's answer, and no clock rests on it.
        answers: both, where they differ; else empty.
    """

    limits: tuple[Limit, ...]
    agreed: bool
    answers: Answers


@dataclass(frozen=True, slots=True)
class ApplicableNotices:
    """The notices that an event brings.

    Args:
        agreed: whether both evaluators say so; where not, `notices` is the reference's answer.
        answers: both, where they differ; else empty.
    """

    notices: tuple[Notice, ...]
    agreed: bool
    answers: Answers


@dataclass(frozen=True, slots=True)
class Hiding:
    """The rules that hide a case now, each until its milestone stands.

    Args:
        rules: where the evaluators differ, every rule in force: what is in doubt stays hidden.
        agreed: whether both evaluators say so.
        answers: both, where they differ; else empty.
    """

    rules: tuple[Hidden, ...]
    agreed: bool
    answers: Answers


@dataclass(frozen=True, slots=True)
class Urgency:
    """Whether a notice waits for nothing.

    Args:
        rule: that says so, the reference's answer; None: none does.
        agreed: whether both evaluators say so.
        answers: both, where they differ; else empty.
    """

    rule: Origin | None
    agreed: bool
    answers: Answers

    @property
    def is_urgent(self) -> bool:
        """Tell whether it is told at once; so is what the evaluators differ about: better too soon than too late."""
        return self.rule is not None or not self.agreed


@dataclass(frozen=True, slots=True)
class StepAllowed:
    """Whether the condition of a step holds now.

    Args:
        holds: the reference's answer; nothing may rest on it where not `agreed`.
        agreed: whether both evaluators say so.
        answers: both, where they differ; else empty.
    """

    holds: bool
    agreed: bool
    answers: Answers
