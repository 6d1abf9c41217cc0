"""Who may give a limit more time without saying why.

Decides that whoever leads a case does not postpone the own limit in silence: a reason comes with it, as a text that the
step takes or as a note. A supervising unit, which answers for that to nobody in the house, may.
"""

from services.intake.domain.actors import OPERATOR, SUPERVISOR, is_among
from services.intake.domain.case import Case
from services.intake.domain.given import Given
from services.intake.domain.milestones import MOVES_A_DEADLINE
from services.intake.domain.refusal import Refusal, refusal
from shared.contracts.messages import Actor
from shared.rules.pack.model import Pack, Step


def without_reason(pack: Pack, case: Case, step: Step, actor: Actor, given: Given) -> Refusal | None:
    """Return a refusal where the lead postpones its own limit and does not say why, or None."""
    if actor.unit is None or actor.unit != case.lead or is_among(actor, (SUPERVISOR, OPERATOR), pack, case):
        return None
    if not _postpones(case, step, given) or given.has_words(pack):
        return None
    return refusal("reason-for-postponing", {"step": step.key}, step=step.name)


def _postpones(case: Case, step: Step, given: Given) -> bool:
    """A due instant later than one that a clock has; what had none, or gets less time, is not postponed."""
    stages = {effect.value for effect in step.does if effect.kind in MOVES_A_DEADLINE}
    due = [
        clock.due_at for clock in case.clocks.values() if clock.stage in stages and clock.due_at is not None
    ]
    return given.due_at is not None and any(given.due_at > at for at in due)
