"""Which milestones a case can reach, and by which steps."""

from collections.abc import Iterable, Iterator

from shared.rules.pack.model import EffectKind, Pack, Step
from shared.rules.pack.platform import ALWAYS_REACHED

_MADE_BY: dict[EffectKind, tuple[str, ...]] = {
    EffectKind.ACCEPT: ("accepted",),
    EffectKind.SETTLE: ("settled",),
    EffectKind.VERIFY: ("verified",),
    EffectKind.REOPEN: ("reopened",),
    EffectKind.PUBLISH: ("published",),
    EffectKind.CLOSE: ("closed",),
    EffectKind.REJECT: ("rejected",),
    EffectKind.DECIDE_AGAIN: ("handed_over",),
    EffectKind.DECLINE: ("declined", "handed_over"),
}


def milestones_of(step: Step) -> Iterator[str]:
    """Return the milestones that taking a step reaches; the step itself is one."""
    yield step.key
    for effect in step.does:
        if effect.kind is EffectKind.MARK and effect.value:
            yield effect.value
        yield from _MADE_BY.get(effect.kind, ())


def by_itself(pack: Pack) -> set[str]:
    """Return the milestones that need no step: reported, assigned, automatic acceptance and the like."""
    reached = set(ALWAYS_REACHED)
    ways = {pack.acceptance, pack.acceptance_after_handover, *(rule.then.acceptance for rule in pack.routing)}
    if "automatic" in ways:
        reached.add("accepted")
    if any(rule.then.returned for rule in pack.routing):
        reached.add("rejected")
    reached |= {one.mark for limit in pack.limits for one in limit.escalate if one.mark}
    return reached


def offered(pack: Pack) -> set[str]:
    """Return the steps that some procedure has, or that may be taken at any time."""
    listed = {step for procedure in pack.procedures.values() for step in procedure.steps}
    return listed | {key for key, step in pack.steps.items() if step.any_time}


def made(pack: Pack) -> frozenset[str]:
    """Return every milestone that some step or the platform makes, whether or not a case can get there."""
    return frozenset(by_itself(pack)).union(*(milestones_of(step) for step in pack.steps.values()))


def takeable(pack: Pack, granted: Iterable[str]) -> set[str]:
    """Return the steps that can be taken in some order, those that are `granted` without asking."""
    taken = set(granted)
    milestones = by_itself(pack).union(*(milestones_of(pack.steps[key]) for key in taken))
    waiting = {key: pack.steps[key] for key in offered(pack) - taken}
    while ready := [step for step in waiting.values() if milestones.issuperset(step.awaits)]:
        for step in ready:
            taken.add(step.key)
            milestones.update(milestones_of(step))
            del waiting[step.key]
    return taken
