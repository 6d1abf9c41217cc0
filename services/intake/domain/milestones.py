"""Milestones: the state they make, the message that a step becomes by them, what falls with a reopening.

The platform's milestones are the words of this module; packs add their own, and every step's key is one.
"""

from collections.abc import Collection, Iterable, Mapping

from shared.rules.pack.model import EffectKind, Step

REPORTED, ASSIGNED, ACCEPTED, HANDED_OVER = "reported", "assigned", "accepted", "handed_over"
SETTLED, VERIFIED, REOPENED = "settled", "verified", "reopened"
PUBLISHED, CLOSED, REJECTED, DECLINED = "published", "closed", "rejected", "declined"
MERGED = "merged"
DRAFT, DISMISSED = "draft", "dismissed"  # states before there is a case; no message ever names them
FALLS_WITH_REOPENING = (SETTLED, VERIFIED, PUBLISHED)

_STATES = (MERGED, CLOSED, REJECTED, DISMISSED, VERIFIED, SETTLED, REOPENED, ACCEPTED, ASSIGNED, REPORTED)
STATES = frozenset({*_STATES, DRAFT})
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
_MOVES_A_DEADLINE = frozenset({EffectKind.EXTEND, EffectKind.SET_DUE})
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


def state_of(marks: Collection[str]) -> str:
    """Return the state that the standing milestones make: the furthest of them."""
    return next((state for state in _STATES if state in marks), REPORTED)


def milestones_of(step: Step) -> tuple[str, ...]:
    """Return the milestones that the step's effects reach, in their order, without the step's own key."""
    found = dict.fromkeys(
        effect.value if effect.kind is EffectKind.MARK else _REACHED_BY[effect.kind]
        for effect in step.does
        if effect.kind is EffectKind.MARK or effect.kind in _REACHED_BY
    )
    return tuple(mark for mark in found if mark)


def message_type(marks: Collection[str], kinds: Iterable[EffectKind] = (), *, corrects: bool = False) -> str:
    """Return the type of the message for a step that reached these milestones by effects of these kinds."""
    for mark, name in _TYPES:
        if mark in marks:
            return f"case.{name}"
    if not _MOVES_A_DEADLINE.isdisjoint(kinds):
        return "case.extended"
    later = next((f"case.{name}" for mark, name in _LATER_TYPES if mark in marks), "case.progressed")
    return "case.corrected" if corrects and later == "case.progressed" else later
