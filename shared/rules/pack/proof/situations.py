"""The situations in which a pack's rules can find a case, and the boxes in which each rule holds.

Two views. In the town's own, a case has one of the town's categories, which settles every fact that
comes from the category. In the template's, such facts are free: a rule of a template is not dead only
because this town has no category for it. Days count too: rules have dates of effect.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_

from shared.rules.language.vocabulary import PARTIES
from shared.rules.logic.condition import Condition
from shared.rules.logic.facts import FactType, Kind, Value
from shared.rules.logic.inclusive import with_figure
from shared.rules.logic.normal import Leaf, alternatives, leaves_of, normal_form
from shared.rules.pack.categories import category_facts, departments, main_departments, ordered
from shared.rules.pack.model import (
    BY_FACT,
    Fact,
    Hidden,
    Limit,
    Notice,
    Origin,
    Pack,
    RoutingRule,
    StepCondition,
    Urgent,
    includes_figure,
)
from shared.rules.pack.platform import ALWAYS_KNOWN
from shared.rules.pack.proof.space import Dimension, Space

_DECIDED = ("level", "lead", "procedure")
_DAY = "day"
_OTHER = "…"
_FIRST_DAY = date(1970, 1, 1)
Rule = RoutingRule | Limit | Notice | Hidden | Urgent | StepCondition


@dataclass(slots=True)
class View:
    """The boxes of rules in one of the two views."""

    pack: Pack
    coupled: bool  # the category settles its facts
    space: Space = field(init=False)
    _days: tuple[date, ...] = field(init=False)
    _known: dict[tuple[str, str], list[int]] = field(init=False, default_factory=dict)
    _by_value: dict[str, dict[Value | None, int]] = field(init=False, default_factory=dict)
    _alone: dict[str, int] = field(init=False, default_factory=dict)
    _facts_given: list[dict[str, Value]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        pack = self.pack
        conditions = [condition for step in pack.steps.values() for condition in step.conditions]
        rules: list[Rule] = [
            *pack.routing, *pack.limits, *pack.tell, *pack.hidden, *pack.urgent, *conditions,
        ]  # fmt: skip
        self._days = _first_days(rule.origin for rule in rules)
        leaves = [leaf for rule in rules for leaf in leaves_of(normal_form(read_by(pack, rule)))]
        names = sorted({"category", *(leaf.fact for leaf in leaves)})
        dimensions = [
            Dimension(
                name, self._points(self.pack.facts[name], [leaf for leaf in leaves if leaf.fact == name])
            )
            for name in names
            if not (self.coupled and self._by_category(name))
        ]
        self.space = Space((Dimension(_DAY, self._days), *dimensions))

    def _by_category(self, name: str) -> bool:
        return name == "departments" or self.pack.facts[name].source == "category"

    def _points(self, fact: Fact, leaves: list[Leaf]) -> tuple[object, ...]:
        name = fact.type.name
        if name == "category":
            return self._named_together() if self.coupled else (*self.pack.categories, _OTHER)
        known = _values(fact.type, self._named(name), leaves)
        if fact.default is not None or name in ALWAYS_KNOWN:
            return known
        return (*known, None)

    def _named_together(self) -> tuple[object, ...]:
        """The categories that a report may name: each alone; from format 2 on any two, and one with all others.

        Of two the main one stands first. What three or more bring together that no two do is only seen where all
        are named: every department, every yes and every no, every strongest value.
        """
        keys = tuple(self.pack.categories)
        if self.pack.format == 1:
            return keys
        further = {(key, *rest) for key in keys for rest in ((other,) for other in keys if other != key)}
        everything = {(key, *(other for other in keys if other != key)) for key in keys}
        sets = {ordered(self.pack, named) for named in further | everything}
        return (*keys, *sorted(sets - {(key,) for key in keys}))

    def _named(self, name: str) -> Iterable[str]:
        if name == "channel":
            return self.pack.channels
        if name == "procedure":
            return self.pack.procedures
        return ()

    def boxes(self, rule: Rule, route: RoutingRule | None = None) -> list[int]:
        """Return the boxes in which a rule holds; with `route`, for cases that this route decided."""
        asked = (rule.origin.rule, route.origin.rule if route else "")
        if asked not in self._known:
            self._known[asked] = self._boxes(read_by(self.pack, rule), rule.origin, route)
        return self._known[asked]

    def _boxes(self, condition: Condition, origin: Origin, route: RoutingRule | None) -> list[int]:
        in_force = self.space.box(_DAY, [origin.in_force(on) for on in self._days])
        found = []
        for leaves in alternatives(normal_form(condition)):
            box = in_force
            for leaf in leaves:
                box &= self._box(leaf, route)
            if not self.space.is_empty(box):
                found.append(box)
        return found

    def _box(self, leaf: Leaf, route: RoutingRule | None) -> int:
        if route is not None and leaf.fact in _DECIDED:
            return self._decided(leaf, route)
        if self.coupled and (leaf.fact == "category" or self._by_category(leaf.fact)):
            return self.any_of(box for value, box in self._valued(leaf.fact).items() if leaf.holds(value))
        return self.space.box(leaf.fact, [leaf.holds(point) for point in self._points_of(leaf.fact)])  # type: ignore[arg-type]

    def _points_of(self, name: str) -> tuple[object, ...]:
        return self.space.points(name)

    def categories(self, chosen: Callable[[tuple[str, ...]], bool]) -> int:
        """Return the box of the categories that are chosen.

        Args:
            chosen: is given the keys of those that a case has, the main one first.
        """
        points = self._points_of("category")
        return self.space.box("category", [point != _OTHER and chosen(keys_of(point)) for point in points])

    def alone(self, key: str) -> int:
        """Return the box of the cases that have this category alone."""
        # Asked for by every rule and category, of which there are few.
        if key not in self._alone:
            self._alone[key] = self.space.box(
                "category", [point == key for point in self._points_of("category")]
            )
        return self._alone[key]

    def any_of(self, boxes: Iterable[int]) -> int:
        """Return the box that boxes of the categories make together."""
        return reduce(or_, boxes, self.space.without("category"))

    def _valued(self, fact: str) -> dict[Value | None, int]:
        """The box of the categories that give each value of a fact: a pack has many rules, and few values."""
        if fact not in self._by_value:
            points = self._points_of("category")
            given = [self._of_categories(place, keys_of(point), fact) for place, point in enumerate(points)]
            self._by_value[fact] = {
                value: self.space.box("category", [each == value for each in given]) for value in set(given)
            }
        return self._by_value[fact]

    def _of_categories(self, place: int, named: tuple[str, ...], fact: str) -> Value | None:
        if fact == "category":
            return named[0]
        if fact == "departments":
            return len(departments(self.pack, named))
        return self._given()[place].get(fact, self.pack.facts[fact].default)

    def _given(self) -> list[dict[str, Value]]:
        """What the categories of each point give, all facts at once."""
        if self._facts_given is None:
            points = self._points_of("category")
            self._facts_given = [category_facts(self.pack, keys_of(point)) for point in points]
        return self._facts_given

    def _decided(self, leaf: Leaf, route: RoutingRule) -> int:
        """What a route decides is known; who leads as a party may depend on the category."""
        then = route.then
        if leaf.fact == "lead" and then.lead == "department of category":
            return self.categories(lambda named: any(leaf.holds(unit) for unit in self._leads(named)))
        # Which unit any other party is depends on the single case: no lead can be ruled out.
        if leaf.fact == "lead" and then.lead and (then.lead in PARTIES or then.lead.startswith(BY_FACT)):
            return self.space.full
        value = {"level": (then.levels or (None,))[0], "lead": then.lead, "procedure": then.procedure}[
            leaf.fact
        ]
        return self.space.full if leaf.holds(value) else 0

    def _leads(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """Whom 'department of category' means; the fallback unit coordinates where further ones alone have any."""
        main = main_departments(self.pack, named)
        return main[:1] or ((self.pack.fallback,) if departments(self.pack, named) else ())


def keys_of(point: object) -> tuple[str, ...]:
    """Return the keys of the categories that a point of the dimension 'category' stands for, the main one first."""
    return point if isinstance(point, tuple) else (str(point),)


def read_by(pack: Pack, rule: Rule) -> Condition:
    """Return a rule's condition as the pack's readings read it (RC-11)."""
    return with_figure(rule.when, includes_figure(pack, rule))


def _first_days(origins: Iterable[Origin]) -> tuple[date, ...]:
    """The first day of each stretch in which the same rules are in force."""
    days = {_FIRST_DAY}
    for origin in origins:
        if origin.valid_from is not None:
            days.add(max(origin.valid_from, _FIRST_DAY))
        # The last day is still in force: other rules hold from the day after.
        if origin.valid_until is not None:
            days.add(max(origin.valid_until + timedelta(days=1), _FIRST_DAY))
    return tuple(sorted(days))


def _values(type_: FactType, named: Iterable[str], leaves: list[Leaf]) -> tuple[object, ...]:
    """Points that tell apart everything that the leaves tell apart."""
    if type_.kind is Kind.BOOL:
        return (True, False)
    if type_.kind is Kind.CHOICE:
        return type_.values
    mentioned = [operand for leaf in leaves for operand in leaf.operands]
    if type_.kind is Kind.TEXT:
        return (*dict.fromkeys([*named, *mentioned]), _OTHER)
    return _numbers(type_, [float(operand) for operand in mentioned])


def _numbers(type_: FactType, mentioned: list[float]) -> tuple[object, ...]:
    # The least that two values can differ by: decimals have four places.
    step = 1.0 if type_.kind is Kind.INT else 0.0001
    low = -float("inf") if type_.low is None else type_.low
    high = float("inf") if type_.high is None else type_.high
    around = {round(number + off, 4) for number in mentioned for off in (-step, 0.0, step)}
    ends = {float(end) for end in (type_.low, type_.high) if end is not None}
    inside = sorted(number for number in around | ends if low <= number <= high) or [0.0]
    return tuple(int(number) if type_.kind is Kind.INT else number for number in inside)
