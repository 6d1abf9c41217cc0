"""What holds of a case: routing, limits, notices, who sees it, and when two reports look alike.

Decides nothing; conditions are answered by the evaluators, amounts counted by `worktime`. Parties stand in rules
and steps as the words of `PARTIES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.texts import Text
from shared.rules.logic.condition import Condition
from shared.rules.pack.model.origins import Origin, Spot
from shared.rules.worktime.amount import Amount

PARTIES = (
    "lead",  # the unit that leads the case now
    "head of lead",  # the unit that heads it: the unit's own 'head', or the unit itself where it names none
    "assisting",  # every assisting unit of the case
    "previous lead",  # the unit that led before the latest decision
    "first contact",  # the unit or person that first took the case (RC-18)
    "grid worker",  # who found or reported it from the grid
    "reporter",  # the person who reported it
    "department of category",  # the main department of the case's category (RC-17)
    "departments of category",  # all of them, the main one first
    "other departments of category",  # all but the main one
    "unit of place",  # the unit that answers for the place (a dedicated grid's owner)
    "supervisor",  # the supervising unit of the case's (first) level
    "operator",  # who keeps the town's rules
    "public",  # a publication without personal data
)

# A unit that a fact names is written as a word with a space, as no key of a pack can be: 'fact responsible'.
BY_FACT = "fact "


class Acceptance(StrEnum):
    """How the lead takes a case."""

    AUTOMATIC = "automatic"
    LEAD = "lead"  # in person

    @classmethod
    def named(cls, word: str | None) -> "Acceptance | None":
        """Return the way that a rule file names; None for no word, and for an unknown one: refused elsewhere."""
        return next((way for way in cls if way.value == word), None)


@dataclass(frozen=True, slots=True)
class Then:
    """What a routing rule decides. Nouns are slots, unit keys or PARTIES; the lead also BY_FACT and a fact's key."""

    levels: tuple[str, ...]  # the first is the level that handles it
    lead: str | None  # None: nobody leads (a matter returned)
    assist: tuple[str, ...]
    procedure: str
    acceptance: Acceptance | None  # None: as the pack's acceptance says
    flagged: bool  # shown to the operator as decided by default
    pass_to: str | None  # jurisdiction in which a linked case is opened
    returned: bool = False  # no matter of this house; the rule's title is the reason


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Who is responsible when its condition is the first that holds."""

    origin: Origin
    when: Condition
    then: Then


class LateKind(StrEnum):
    """What passing a due instant means."""

    BREACHED = "breached"
    EXTENDED = "extended"
    NOTED = "noted"  # a soft target: shown, no breach (RC-8)


@dataclass(frozen=True, slots=True)
class Escalation:
    """What happens some time after (or at) a breach."""

    after: Amount | None  # None: at the breach itself
    to: tuple[str, ...]
    mark: str | None  # milestone to reach, e.g. 'supervision'
    every: Amount | None = None  # after that, again and again so far apart
    times: int | None = None  # how often in all; None: until the clock stops
    step: str | None = None  # that time takes, each time


@dataclass(frozen=True, slots=True)
class Limit:
    """Within what time something must have happened, and what follows if it has not."""

    origin: Origin
    when: Condition
    clock: str  # the stage: accept, settle, submit, feed_back, or the pack's own
    within: Amount | None  # None: 'set by a person'
    start: str | None  # milestone or step; None: the readings say (RC-1, for submit RC-10)
    until: tuple[str, ...]  # milestones or steps that stop it
    warn_before: Amount | None
    reason_in_time: LateKind  # verdict when a reason was noted before the due instant
    otherwise: LateKind  # verdict when none was
    cap: Amount | None  # ceiling for extensions
    cap_from: str  # milestone from which the ceiling counts
    escalate: tuple[Escalation, ...]
    target_minutes: int | None  # for 'at once' (RC-7)
    readings: Mapping[str, str]  # nearest wins: rule, then section, then pack
    on_warning: str | None = None  # step that time takes when it warns
    each_time: bool = False  # a clock each time that its milestone is reached; else one for each round
    ends_at: int | None = None  # minute of the last day at which it ends; None: as RC-3 says
    default: bool = False  # holds only where RC-20 reads platform and no other limit of its clock holds


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is told what, on which event."""

    origin: Origin
    when: Condition
    on: tuple[str, ...]  # milestones, steps, or '<clock> warned|breached|extended|…'
    who: tuple[str, ...]
    text: Text  # with {placeholders}
    channels: tuple[str, ...]  # empty: as the recipient's unit says


@dataclass(frozen=True, slots=True)
class Hidden:
    """Who sees a case until a milestone stands, besides the operator and whoever reported it from the grid.

    Where several such rules hold, only those see it whom all of them name.
    """

    origin: Origin
    when: Condition
    until: str
    seen_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """When a report is taken for a likely duplicate of another; people merge, the platform only suggests."""

    because: tuple[str, ...]
    within: Amount
    same: tuple[str, ...]  # 'category', 'place'
    spot: Spot
    near: int | None = None  # metres; None: a point says nothing, the place's name alone does
