"""From a decision to the message that says it."""

from typing import Any

from shared.contracts.envelope import Envelope
from shared.rules.decide import Decision, Situation, Unroutable


def assignment(decision: Decision, number: int, situation: Situation) -> dict[str, Any]:
    """Return who is responsible, as messages carry it."""
    return {
        "decision": number,
        "levels": list(decision.levels),
        "lead": decision.lead,
        "assisting": list(decision.assisting),
        "previous_lead": situation.previous_lead,
        "procedure": decision.procedure,
        "departments": list(decision.departments),
    }


def routed(message: Envelope, decision: Decision, who: dict[str, Any]) -> dict[str, Any]:
    """Return the data of `case.routed`."""
    return {
        "case": message.stream,
        "assignment": who,
        "acceptance": decision.acceptance,
        "flagged": decision.flagged,
        "fallback": decision.fallback,
        "reason": reason(decision),
        "evaluator": decision.evaluator,
        "pass_to": decision.pass_to,
        "returned": decision.returned,
        "answers_sequence": message.sequence,
    }


def unroutable(message: Envelope, answer: Unroutable, who: dict[str, Any]) -> dict[str, Any]:
    """Return the data of `case.unroutable`: the fallback owner has the case."""
    return {
        "case": message.stream,
        "cause": answer.cause,
        "assignment": who,
        "answers": dict(answer.answers),
        "answers_sequence": message.sequence,
    }


def reason(decision: Decision) -> dict[str, Any]:
    """Return the rule behind a decision with its clauses and the facts that it looked at."""
    return {
        "rule": decision.rule.rule,
        "because": list(decision.rule.because),
        "facts": dict(decision.facts_used),
    }
