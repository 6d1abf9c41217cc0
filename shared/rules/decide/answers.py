"""What the rules answer: plain values, made by `book`, acted on by services.

Units are 'jurisdiction/unit', levels the town's own keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.rules.pack.model import Hidden, Limit, Notice, Origin

Answers = Mapping[str, Any]  # where the evaluators differ: evaluator → ids of rules, or its error


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
    acceptance: Literal["automatic", "lead"]
    flagged: bool
    fallback: bool
    rule: Origin
    facts_used: Mapping[str, Any]
    evaluator: str
    departments: tuple[str, ...] = ()
    pass_to: str | None = None
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Unroutable:
    """No rule decided; `decision` gives the case to the fallback owner until a person looks at it.

    `answers` says why: what each evaluator found, the rule that found no lead, or the error.
    """

    cause: Literal["no-rule", "disagreement", "no-lead", "error"]
    decision: Decision
    answers: Answers


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The limits that apply now. Where the evaluators differ, `agreed` is false and `answers` holds both."""

    limits: tuple[Limit, ...]
    agreed: bool
    answers: Answers


@dataclass(frozen=True, slots=True)
class Told:
    """The notices that an event brings. Where the evaluators differ, `agreed` is false."""

    notices: tuple[Notice, ...]
    agreed: bool
    answers: Answers


@dataclass(frozen=True, slots=True)
class Hiding:
    """The rules that hide a case now, each until its milestone stands.

    Where the evaluators differ, `agreed` is false and every rule in force counts: what is in doubt stays hidden.
    """

    rules: tuple[Hidden, ...]
    agreed: bool
    answers: Answers
