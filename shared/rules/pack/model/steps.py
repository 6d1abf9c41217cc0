"""What people do to a case: steps with their effects, and procedures, orders of steps.

Decides nothing. Whether a step may be taken, and what it changes, is for those who carry it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.kernel.texts import Text
from shared.rules.logic.condition import Condition
from shared.rules.pack.model.origins import Origin, Spot
from shared.rules.worktime.amount import Amount


class EffectKind(StrEnum):
    """The closed list of what a step can do; everything else is a rule file's composition of these."""

    ACCEPT = "accept"  # the level takes the case: mark 'accepted'
    MARK = "mark"  # reach a milestone named by the pack
    SETTLE = "settle"  # mark 'settled'
    VERIFY = "verify"  # mark 'verified'
    REOPEN = "reopen"  # dissatisfied: marks settled and verified are undone, round + 1 (RC-13)
    PUBLISH = "publish"  # publication without personal data
    CLOSE = "close"  # mark 'closed'; nothing but reading afterwards
    REJECT = "reject"  # mark 'rejected'; returned with a reason
    DECIDE_AGAIN = "decide again"  # ask routing for a new decision on the facts as they are now
    DECLINE = "decline"  # the lead refuses; decide again, who held it how long is kept
    EXTEND = "extend"  # value: clock; a reason is noted, a new due instant may be given (RC-9)
    SET_DUE = "set due"  # value: clock; a person writes the due instant
    PAUSE = "pause"  # value: clock or 'all'
    RESUME = "resume"  # value: clock or 'all'
    STOP = "stop"  # value: clock
    EXCUSE = "excuse"  # value: clock; an appeal upheld: its late verdict becomes 'excused'
    ISSUE = "issue work order"  # value: unit
    ASK_APPROVAL = "ask approval"  # value: the step that approves
    OPEN_LINKED = "open linked case"  # value: jurisdiction


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a step does."""

    kind: EffectKind
    value: str | None = None
    facts: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()  # of 'publish': where it is shown, slots possible; empty: not said
    refusal: str | None = None  # of 'ask approval': the step that turns the request down; None: none does
    # Of 'mark' and 'publish': it is reached only where this holds of the case with the step; None: always.
    when: Condition | None = None

    @property
    def mark(self) -> str | None:
        """The milestone that the effect reaches only where its condition holds; None: it has no condition."""
        if self.when is None:
            return None
        return "published" if self.kind is EffectKind.PUBLISH else self.value


@dataclass(frozen=True, slots=True)
class NotBefore:
    """A time that must have passed since a milestone before a step may be taken; counted as limits are."""

    amount: Amount
    start: str  # milestone or step; it has to stand
    because: tuple[str, ...]
    readings: Mapping[str, str] = field(default_factory=dict)  # its own, over the pack's


@dataclass(frozen=True, slots=True)
class StepCondition:
    """What must hold of a case for a step to be taken, or for a milestone of it to be reached; asked like any rule.

    Its id is the step's key, of a milestone's with the milestone behind it: 'vote valid-vote', 'settle published'.
    """

    origin: Origin
    when: Condition


@dataclass(frozen=True, slots=True)
class Step:
    """Something that an actor does to a case."""

    key: str
    name: Text
    who: tuple[str, ...]  # PARTIES or unit keys or roles: any of them may take it
    after: tuple[str, ...]  # milestones that must stand
    before: tuple[str, ...]  # milestones that must not stand
    needs: tuple[str, ...]  # facts that must come with the step
    may_have: tuple[str, ...]  # facts that may come with it
    sets: Mapping[str, bool | int | float | str]  # facts that taking it establishes
    does: tuple[Effect, ...]
    any_time: bool  # allowed outside the procedure's order
    spot: Spot
    because: tuple[str, ...] = ()
    not_before: NotBefore | None = None
    when: Condition | None = None  # what must hold of the case; None: nothing
    no_later_than: str | None = None  # clock that must run, its due instant still to come; None: any time
    by_clock: bool = False  # time may take it, where a limit says so

    @property
    def condition(self) -> "StepCondition | None":
        """What must hold of the case, as a rule of its own."""
        return None if self.when is None else self._condition(self.key, self.when)

    @property
    def mark_conditions(self) -> Mapping[str, "StepCondition"]:
        """What must hold of the case with the step for each milestone that is not always reached: rules of their own.

        A publication under a condition is one: the milestone 'published'.
        """
        # With a space, as no key of a pack has: the rule is none of the town's.
        return {
            effect.mark: self._condition(f"{self.key} {effect.mark}", effect.when)
            for effect in self.does
            if effect.when is not None and effect.mark is not None
        }

    @property
    def conditions(self) -> "tuple[StepCondition, ...]":
        """Every condition that the step asks, its own first."""
        own = self.condition
        return (*((own,) if own else ()), *self.mark_conditions.values())

    def _condition(self, rule: str, when: Condition) -> "StepCondition":
        return StepCondition(Origin(rule, self.name, self.because, None, None, self.spot), when)

    @property
    def awaits(self) -> tuple[str, ...]:
        """All milestones that must stand: those of `after`, and the one from which the step waits."""
        return self.after if self.not_before is None else (*self.after, self.not_before.start)


@dataclass(frozen=True, slots=True)
class Procedure:
    """An order of steps."""

    key: str
    name: Text
    steps: tuple[str, ...]  # in order; one marked `optional` may be passed over
    optional: tuple[str, ...]
    spot: Spot
    because: tuple[str, ...] = ()
