"""Which milestones stand whenever a step could be taken, so that asking for them changes nothing.

Decides by the pack alone. An alteration that can't be felt by construction is nobody's slip, and no mutant.
"""

from collections.abc import Iterator

from shared.rules.pack.model import Effect, EffectKind, Pack, Procedure, Step
from shared.rules.pack.platform import ALWAYS_REACHED

ACCEPTED = "accepted"  # falls again when a case is handed over
_REACHES = {
    EffectKind.SETTLE: "settled",
    EffectKind.VERIFY: "verified",
    EffectKind.PUBLISH: "published",
    EffectKind.CLOSE: "closed",
    EffectKind.REJECT: "rejected",
    EffectKind.DECLINE: "declined",
    EffectKind.REOPEN: "reopened",
}


def stands_anyway(pack: Pack, step: Step, milestone: str) -> bool:
    """Tell whether a milestone stands whenever everything else allows the step: a waiting time asks for its own too."""
    if milestone in ALWAYS_REACHED or (step.not_before is not None and step.not_before.start == milestone):
        return True
    if milestone == ACCEPTED:
        return is_accepted_at_once(pack)
    return not step.any_time and all(
        any(_reaches(earlier, milestone) for earlier in _required_before(pack, procedure, step))
        for procedure in pack.procedures.values()
        if step.key in procedure.steps
    )


def assists_anyway(pack: Pack, noun: str) -> bool:
    """Tell whether those whom a routing rule asks to assist do so unasked.

    From format 2 on no department of several categories is left out (RC-17): naming the others changes nothing, unless
    one category has several.
    """
    has_one = all(len(category.departments) <= 1 for category in pack.categories.values())
    return noun == "other departments of category" and pack.format > 1 and has_one


def is_accepted_at_once(pack: Pack) -> bool:
    """Tell whether nobody ever has to accept a case, at first or after a hand-over."""
    ways = {pack.acceptance, pack.acceptance_after_handover, *(rule.then.acceptance for rule in pack.routing)}
    return ways <= {"automatic", None}


def _required_before(pack: Pack, procedure: Procedure, step: Step) -> Iterator[Step]:
    for key in procedure.steps[: procedure.steps.index(step.key)]:
        if key not in procedure.optional:
            yield pack.steps[key]


def _reaches(step: Step, milestone: str) -> bool:
    return step.key == milestone or any(_milestone_of(effect) == milestone for effect in step.does)


def _milestone_of(effect: Effect) -> str | None:
    return effect.value if effect.kind is EffectKind.MARK else _REACHES.get(effect.kind)
