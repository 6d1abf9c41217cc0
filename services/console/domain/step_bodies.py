"""A step as it is sent: what was typed for it, by the types of its questions."""

from collections.abc import Mapping

from services.console.domain.sheets import StepOffer, StepToSend
from services.console.domain.typed_answers import typed_all

DUE_AT, NOTE, FACT = "due_at", "note", "fact."


def step_body(offer: StepOffer, given: Mapping[str, str], zone: str) -> StepToSend:
    """Return what is sent for a step.

    Args:
        given: fields of its form.
        zone: IANA name, in which days and hours are typed.

    Raises:
        NotTyped: something is not what was asked for.
    """
    questions = (*offer.needs, *offer.may_have)
    texts = {name.removeprefix(FACT): text for name, text in given.items() if name.startswith(FACT)}
    facts = typed_all(questions, texts, zone)
    # A due instant stands beside a step's facts, not among them.
    due_at = facts.pop(DUE_AT, None)
    return StepToSend(offer.step, due_at, facts, given.get(NOTE, "").strip())
