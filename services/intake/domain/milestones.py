"""Milestones: the state they make, the message that a step becomes by them, what falls with a reopening.

The platform's milestones are the words of this module; packs add their own, and every step's key is one.
"""

from collections.abc import Collection, Iterable, Mapping

from services.intake.domain.case import HANDED_OVER, Case
from shared.rules.case.snapshot import CaseState
from shared.rules.pack.model import EffectKind, Step

REPORTED, ASSIGNED, ACCEPTED = "reported", "assigned", "accepted"
SETTLED, VERIFIED, REOPENED = "settled", "verified", "reopened"
PUBLISHED, CLOSED, REJECTED, DECLINED = "published", "closed", "rejected", "declined"
MERGED, TOOK_IN = "merged", "took_in"  # of the case that ends, and of the one that goes on with it
DRAFT, DISMISSED = CaseState.DRAFT, "dismissed"  # before there is a case; no message ever names them
STATES = frozenset(CaseState)
FALLS_WITH_REOPENING = (SETTLED, VERIFIED, PUBLISHED)

# The furthest first.
_STATES = (
    CaseState.MERGED,
    CaseState.CLOSED,
    CaseState.REJECTED,
    CaseState.DISMISSED,
    CaseState.VERIFIED,
    CaseState.SETTLED,
    CaseState.REOPENED,
    CaseState.ACCEPTED,
    CaseState.ASSIGNED,
    CaseState.REPORTED,
)
ENDED = frozenset({CLOSED, REJECTED, MERGED, DISMISSED})

_REACHED_BY: Mapping[EffectKind, str] = {
    EffectKind.ACCEPT: ACCEPTED,
    EffectKind.SETTLE: SETTLED,
    EffectKind.VERIFY: VERIFIED,
    EffectKind.REOPEN: REOPENED,
    EffectKind.PUBLISH: PUBLISHED,
    EffectKind.CLOSE: CLOSED,
    EffectKind.REJECT: REJECTED,
    EffectKind.DECLINE: DECLINED,
}
MOVES_A_DEADLINE = frozenset({EffectKind.EXTEND, EffectKind.SET_DUE})
# The most important milestone names the message.
_TYPES = (
    (MERGED, "merged"),
    (CLOSED, "closed"),
    (PUBLISHED, "published"),
    (REOPENED, "reopened"),
    (REJECTED, "returned"),
    (VERIFIED, "verified"),
    (SETTLED, "settled"),
)
_LATER_TYPES = ((HANDED_OVER, "handed_over"), (ACCEPTED, "accepted"), (ASSIGNED, "assigned"))


def state_of(standing: Collection[str]) -> CaseState:
    """Return the state that the standing milestones make: the furthest of them."""
    return next((state for state in _STATES if state in standing), CaseState.REPORTED)


def endings_of(case: Case) -> list[str]:
    """Return the milestones by which a case is over; none while it goes on."""
    return [milestone for milestone in sorted(ENDED) if case.stands(milestone)]


def milestones_of(step: Step) -> tuple[str, ...]:
    """Return the milestones that the step's effects reach, in their order, without the step's own key."""
    found = dict.fromkeys(
        effect.value if effect.kind is EffectKind.MARK else _REACHED_BY[effect.kind]
        for effect in step.does
        if effect.kind is EffectKind.MARK or effect.kind in _REACHED_BY
    )
    return tuple(milestone for milestone in found if milestone)


def message_type(
    reached: Collection[str], kinds: Iterable[EffectKind] = (), *, corrects: bool = False
) -> str:
    """Return the type of the message for a step that reached these milestones by effects of these kinds."""
    for milestone, name in _TYPES:
        if milestone in reached:
            return f"case.{name}"
    if not MOVES_A_DEADLINE.isdisjoint(kinds):
        return "case.extended"
    later = next(
        (f"case.{name}" for milestone, name in _LATER_TYPES if milestone in reached), "case.progressed"
    )
    return "case.corrected" if corrects and later == "case.progressed" else later
