"""A correction does not take a case away from those who see it (P001-05.9).

Decides that whoever corrects a category, place or answer so that rules hide the case from somebody who saw it has to
supervise it and to say why: then the supervisor knows, and the reason is on record.
"""

from services.intake.domain.actors import SUPERVISOR, is_among
from services.intake.domain.case import Case
from services.intake.domain.given import Given
from services.intake.domain.refusal import Refusal, refusal
from shared.contracts.messages import Actor
from shared.rules.pack.model import Pack


def refuse_taking_away(
    pack: Pack, case: Case, actor: Actor, given: Given, seen_by: str | None
) -> Refusal | None:
    """Return a refusal where a correction hides the case from somebody, or None.

    Args:
        seen_by: who would see it afterwards, as `domain.visibility` writes it; None: not hidden.
    """
    if not _takes_away(case.seen_by, seen_by):
        return None
    if is_among(actor, (SUPERVISOR,), pack, case) and given.has_words(pack):
        return None
    return refusal("correction-hides", {"field": "facts"})


def _takes_away(before: str | None, after: str | None) -> bool:
    if after is None:
        return False
    return before is None or not set(before.split("|")) <= set(after.split("|"))
