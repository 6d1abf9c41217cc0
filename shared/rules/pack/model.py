"""What a pack says, after reading and checking: plain frozen values.

Decides nothing. Every noun of a template stays a slot (`$low`) in this model and is looked up with
`Pack.noun` after a decision, so that towns on the same template share compiled rule tables.

Keys of units, levels and the like are texts without spaces; words of the language that stand where
a key could stand (`lead`, `department of category`) are listed in `PARTIES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from shared.kernel.texts import Language, Text
from shared.rules.logic.condition import ALWAYS, Condition
from shared.rules.logic.facts import FactType
from shared.rules.worktime.amount import Amount

PARTIES = (
    "lead",  # the unit that leads the case now
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


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the pack's files something is written; lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Origin:
    """What every rule carries: its id, why it exists, when it is in force, where it is written."""

    rule: str
    title: Text
    because: tuple[str, ...]
    valid_from: date | None  # first day in force, compared with the rule's own anchor
    valid_until: date | None  # last day in force, that day included
    spot: Spot

    def in_force(self, on: date) -> bool:
        """Tell whether the rule is in force on the local day of its anchor."""
        after_start = self.valid_from is None or on >= self.valid_from
        return after_start and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Level:
    """A rung of the town's ladder."""

    key: str
    name: Text
    supervisor: str | None  # unit that supervises this level
    above: bool  # lies above the town: its units belong to the jurisdiction that the town is part of
    spot: Spot


@dataclass(frozen=True, slots=True)
class Unit:
    """An office, department, station or post that can hold a case."""

    key: str
    name: Text
    level: str | None
    vacant: str | None  # unit that stands in while nobody holds this one
    channels: tuple[str, ...]  # inbox, mail, webhook, file
    spot: Spot


@dataclass(frozen=True, slots=True)
class PlaceCode:
    """The parts of a grid's code, kept apart: joined letters can collide (A-14)."""

    street: str
    community: str
    serial: int


Ring = tuple[tuple[float, float], ...]  # longitude and latitude in degrees (WGS 84), the last as the first
Polygon = tuple[Ring, ...]  # the outline, then its holes


@dataclass(frozen=True, slots=True)
class Place:
    """A village, community, grid or point of the town."""

    key: str
    name: Text
    level: str | None  # level whose jurisdiction this place is (a village), None for a grid
    part_of: str | None
    dedicated_to: str | None  # unit of a dedicated grid (P000.9)
    spot: Spot
    facts: Mapping[str, bool | int | float | str] = field(default_factory=dict)  # those with source 'place'
    ends_on: date | None = None  # first local day on which it takes no new cases
    becomes: tuple[str, ...] = ()  # places that take over from that day
    code: PlaceCode | None = None
    area: tuple[Polygon, ...] | None = None  # from grids.geojson

    def takes_cases(self, on: date) -> bool:
        """Tell whether new cases of the local day may name this place."""
        return self.ends_on is None or on < self.ends_on


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared statement about a case: its type, and where it comes from."""

    type: FactType
    name: Text
    source: Literal["reporter", "category", "place", "step", "history", "platform"]
    ask: Text  # question to the reporter, empty if none is asked
    default: bool | int | float | str | None
    spot: Spot
    counts: str | None = None  # source 'history': the step or milestone whose occurrences it counts
    value_names: Mapping[str, Text] = field(default_factory=dict)  # names of a choice's values, if given


@dataclass(frozen=True, slots=True)
class Category:
    """What a case can be about, and whom that concerns."""

    key: str
    name: Text
    departments: tuple[str, ...]  # main one first; empty: none concerned
    facts: Mapping[str, bool | int | float | str]
    keywords: tuple[str, ...]
    private: bool  # shown in publications as a count only
    asks: tuple[str, ...]  # facts with source 'reporter' that a report must answer
    spot: Spot


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


@dataclass(frozen=True, slots=True)
class Procedure:
    """An order of steps."""

    key: str
    name: Text
    steps: tuple[str, ...]  # in order; one marked `optional` may be passed over
    optional: tuple[str, ...]
    spot: Spot
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Then:
    """What a routing rule decides. Nouns are slots, unit keys or PARTIES."""

    levels: tuple[str, ...]  # the first is the level that handles it
    lead: str | None  # None: nobody leads (a matter returned)
    assist: tuple[str, ...]
    procedure: str
    acceptance: Literal["automatic", "lead"] | None  # None: as the pack's acceptance says
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


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """Where working days come from; the days themselves may be amended without a new edition."""

    official: Literal["china"] | None
    weekend: tuple[str, ...]
    office_hours: tuple[tuple[str, str], ...]  # empty: none declared, a day ends at 24:00
    holidays: Mapping[date, Text]
    make_up: Mapping[date, Text]
    years: tuple[int, ...]  # years that the pack's own lists cover completely
    office_hours_on: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # 'fri' → others


@dataclass(frozen=True, slots=True)
class Pack:
    """One town's rules, complete: its own files and the templates that it uses.

    `edition` is the content hash of all source files; equal files give equal editions.
    """

    town: str
    edition: str
    name: Text
    part_of: str | None
    zone: str
    language: Language
    calendar: CalendarSource
    readings: Mapping[str, str]  # RC-1 … RC-22, defaults filled in
    bindings: Mapping[str, str]  # slot without '$' → noun of this town
    policies: Mapping[str, Text]
    levels: Mapping[str, Level]
    units: Mapping[str, Unit]
    places: Mapping[str, Place]
    facts: Mapping[str, Fact]
    categories: Mapping[str, Category]
    channels: Mapping[str, Text]
    steps: Mapping[str, Step]
    procedures: Mapping[str, Procedure]
    routing: tuple[RoutingRule, ...]
    limits: tuple[Limit, ...]
    tell: tuple[Notice, ...]
    acceptance: Literal["automatic", "lead"]
    acceptance_after_handover: Literal["automatic", "lead"]
    fallback: str  # unit that gets what no rule routes
    running_cases: Literal["keep", "follow"]  # what a new edition does to running cases
    webhooks: tuple[str, ...] = ()  # hosts that webhooks may go to
    hidden: tuple[Hidden, ...] = ()
    proposed_category: Literal["taken", "confirmed"] | None = None  # None: a report must name its category
    duplicates: Duplicates | None = None
    machines: Mapping[str, Amount | None] = field(default_factory=dict)  # machine channel → repeats within

    def noun(self, slot: str) -> str:
        """Return what `slot` means in this town; anything that is no slot means itself."""
        return self.bindings[slot[1:]] if slot.startswith("$") else slot

    def reading(self, name: str, nearest: Mapping[str, str] | None = None) -> str:
        """Return the value of a reading; `nearest` (a rule's own) wins over the pack's."""
        return (nearest or {}).get(name, self.readings[name])


def includes_figure(pack: Pack, rule: object) -> bool:
    """Tell whether 'or more' and 'or less' of a rule include the figure itself: RC-11, the nearest reading."""
    nearest = rule.readings if isinstance(rule, Limit) else None
    return pack.reading("RC-11", nearest) == "inclusive"


__all__ = [
    "ALWAYS",
    "PARTIES",
    "Category",
    "Duplicates",
    "Effect",
    "EffectKind",
    "Escalation",
    "Fact",
    "Hidden",
    "LateKind",
    "Level",
    "Limit",
    "Notice",
    "Origin",
    "Pack",
    "Place",
    "PlaceCode",
    "Polygon",
    "Procedure",
    "RoutingRule",
    "Spot",
    "Step",
    "Then",
    "Unit",
    "includes_figure",
]
