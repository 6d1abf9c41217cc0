"""Parts of tables as compiled, found again by the very rules that they are made of.

Decides whether a part was compiled before. Towns on one template hold the same conditions (`pack.alike`): spelling them
out for each town, only to find that all of it is compiled already, took longer than the questions that were asked.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

from shared.rules.decide.slots import Ruled, nouns_tested, slots_among, slotted
from shared.rules.logic.condition import Condition
from shared.rules.logic.facts import FactType
from shared.rules.logic.judge import Judge, JudgeCache
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.model import Pack, includes_figure

_MOST_FORMS = 64  # of one part: towns whose slots fall together otherwise, or who declare a fact otherwise
_Key: TypeAlias = tuple[tuple[str, int, bool], ...]
_FormKey: TypeAlias = tuple[int, tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class CompiledPart:
    """Rules of one folder as compiled, and how a town's facts are put to them.

    Args:
        places: rule id → place in the whole table.
        names: facts that it tests.
        slots: noun → slot by which it is compared here.
    """

    judge: Judge
    places: Mapping[str, int]
    names: tuple[str, ...]
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Form:
    judge: Judge
    places: Mapping[str, int]
    declared: Mapping[str, FactType]  # also keeps them, by whose ids the form is found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What some rules ask for, whoever's they are."""

    conditions: tuple[Condition, ...]  # also keeps them, by whose ids this is found
    nouns: tuple[str, ...]
    facts: tuple[str, ...]
    forms: dict[_FormKey, _Form] = field(default_factory=dict)


class PartCache:
    """Parts of tables, bounded in number; shared by all threads of a process.

    Args:
        judges: where tables that are equal, of whatever rules, are compiled once.
        most: how many are known by their rules; the longest unused are let go.
    """

    def __init__(self, judges: JudgeCache, most: int = 2560) -> None:
        self.judges = judges
        self._most = most
        self._asked: OrderedDict[_Key, _Asked] = OrderedDict()
        self._lock = Lock()

    def part(
        self, first: int, rules: Sequence[Ruled], pack: Pack, declared: Mapping[str, FactType]
    ) -> CompiledPart:
        """Return some rules of a pack as compiled.

        Args:
            first: place of the first of them in the whole table.
            declared: the pack's facts, of which only those that the rules test play a part.

        Raises:
            RulesRefused: a condition cannot be decided by both evaluators.
        """
        asked = self._asked_by(rules, pack)
        slots = slots_among(asked.nouns, pack)
        nouns = [pack.noun(noun) for noun in asked.nouns]
        types = {name: declared[name] for name in asked.facts if name in declared}
        # Not a town's own nouns tell forms apart, but which of them are one and the same; nor facts that no rule tests.
        key = first, tuple(slots.get(noun, noun) for noun in nouns), tuple(map(id, types.values()))
        form = asked.forms.get(key) or self._compiled(first, rules, pack, types)
        if len(asked.forms) >= _MOST_FORMS:
            asked.forms.clear()
        asked.forms[key] = form
        return CompiledPart(form.judge, form.places, asked.facts, slots)

    def _asked_by(self, rules: Sequence[Ruled], pack: Pack) -> _Asked:
        key = tuple((rule.origin.rule, id(rule.when), includes_figure(pack, rule)) for rule in rules)
        with self._lock:
            if key in self._asked:
                self._asked.move_to_end(key)
                return self._asked[key]
        asked = _asked(tuple(rule.when for rule in rules))
        with self._lock:
            asked = self._asked.setdefault(key, asked)
            while len(self._asked) > self._most:
                self._asked.popitem(last=False)
        return asked

    def _compiled(
        self, first: int, rules: Sequence[Ruled], pack: Pack, types: Mapping[str, FactType]
    ) -> _Form:
        rows, _ = slotted(rules, pack)
        places = {row.id: first + index for index, row in enumerate(rows)}
        return _Form(self.judges.judge_for(rows, types), places, types)


def _asked(conditions: tuple[Condition, ...]) -> _Asked:
    facts = sorted({name for condition in conditions for name in tested_facts(condition)})
    return _Asked(conditions, nouns_tested(conditions), tuple(facts))
