"""One alteration of a pack: what is changed, where that is written, and which runs could feel it.

Decides how a rule in the frozen model is exchanged for another. Must not know files, scenarios or services.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar, get_args

from gridcase.catalogue import TextCatalogue
from gridcase.scenarios.participants import RULE, Part
from gridcase.scenarios.wording import word
from shared.kernel.texts import Text
from shared.rules.pack.model import Hidden, Limit, Notice, Pack, RoutingRule, Spot, Urgent

Kind = Literal[
    "limit",
    "unit",
    "condition",
    "recipient",
    "rule",
    "reading",
    "escalation",
    "guard",
    "taker",
    "effect",
    "procedure",
    "telling",
    "duty",
    "ledger",
    "figure",
    "grids",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
REFUSED = "refused"  # kind of a part: a step that must be refused at some time of a run
Section = Literal["routing", "limits", "tell", "hidden", "urgent"]
R = TypeVar("R", RoutingRule, Limit, Notice, Hidden, Urgent)
# No case shows which of these rules took part: any run may feel that one is gone.
_UNSEEN = ("hidden", "urgent")
bilingual = TextCatalogue("gridcase.mutation").text  # a change in words, its terms filled in


def unaltered(pack: Pack) -> Pack:
    """Return the pack as it is."""
    return pack


@dataclass(frozen=True, slots=True)
class Mutant:
    """One alteration.

    Args:
        rule: id of the rule, key of the step, or name of the reading that is altered.
        change: what is altered, to read; also its name in a list of accepted survivors.
        readings: readings to switch in the pack's text; what they mean is settled when it is read.
        felt_by: what must have taken part in a run for the change to be felt; None: any run may feel it.
    """

    kind: Kind
    rule: str
    spot: Spot
    change: Text
    alter: Callable[[Pack], Pack] = unaltered
    readings: Mapping[str, str] = field(default_factory=dict)
    felt_by: frozenset[Part] | None = None
    near: frozenset[Part] = frozenset()  # runs in which this took part are tried first
    part: Part | None = None  # the rule or step that is altered, where it is one
    because: tuple[str, ...] = ()  # the statements that it names

    @property
    def of(self) -> Part:
        """What is altered; mutants of one and the same are judged together."""
        return self.part or (self.kind, self.rule)


def of_rule(
    kind: Kind,
    section: Section,
    rule: R,
    change: Text,
    altered: Callable[[R], R | None],
    felt_by: frozenset[Part] | Literal["itself"] | None = "itself",
) -> Mutant:
    """Return the mutant that exchanges one rule for another, or drops it where `altered` gives None.

    Args:
        felt_by: 'itself': only runs in which the rule took part can feel it.
    """
    name = rule.origin.rule
    part = frozenset({(RULE, name)})
    return Mutant(
        kind,
        name,
        rule.origin.spot,
        change,
        lambda pack: _exchanged(pack, section, name, altered),
        felt_by=part if felt_by == "itself" else felt_by,
        near=part,
        part=(RULE, name),
        because=rule.origin.because,
    )


def dropped(section: Section, rule: R) -> Mutant:
    """Return the mutant that leaves a rule out."""
    return of_rule(
        "rule", section, rule, bilingual("dropped"), lambda _: None, None if section in _UNSEEN else "itself"
    )


def exchanged_for(pack: Pack, noun: str) -> str:
    """Return another unit to put in a unit's or party's place: the one least likely to be meant by it anyway."""
    others = [key for key in pack.units if key != pack.noun(noun)]
    return min(others, key=lambda key: _nearness(pack, noun, key), default=pack.fallback)


def _nearness(pack: Pack, noun: str, unit: str) -> int:
    """How likely a party of a case is this unit: who leads by a rule above all, and supervisors for 'supervisor'."""
    leads = {pack.noun(rule.then.lead) for rule in pack.routing if rule.then.lead}
    departments = {key for category in pack.categories.values() for key in category.departments}
    supervisors = {level.supervisor for level in pack.levels.values()} | {pack.fallback}
    is_supervising = unit in supervisors
    return (
        4 * (unit in leads) + 2 * (unit in departments) + (8 if noun == "supervisor" else 1) * is_supervising
    )


def shown(pack: Pack, nouns: Iterable[str]) -> Text:
    """Return units and parties as people read them, slots filled in."""
    words = [word(pack.noun(noun)) for noun in nouns]
    return Text("、".join(text.zh for text in words), ", ".join(text.en for text in words))


def _exchanged(pack: Pack, section: Section, name: str, altered: Callable[[Any], Any]) -> Pack:
    rules = [altered(rule) if rule.origin.rule == name else rule for rule in getattr(pack, section)]
    kept = tuple(rule for rule in rules if rule is not None)
    if section == "routing":
        return replace(pack, routing=kept)
    if section == "limits":
        return replace(pack, limits=kept)
    if section == "urgent":
        return replace(pack, telling=replace(pack.telling, urgent=kept) if pack.telling else None)
    return replace(pack, tell=kept) if section == "tell" else replace(pack, hidden=kept)
