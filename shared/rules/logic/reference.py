"""The reference evaluator: decides from the source of the rules, and explains what it decided.

Decides by generated Python (`generate`), explains by the plain reading of the conditions (`explain`). Knows
nothing of durable-rules, which it must agree with.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from shared.rules.logic.explain import (
    Alternative,
    FactChange,
    RuleTruth,
    WhyNot,
    candidates,
    explained,
    nearest,
)
from shared.rules.logic.explain import why_not as fewest_changes
from shared.rules.logic.facts import Facts, FactType, Value, ensured
from shared.rules.logic.generate import compiled
from shared.rules.logic.normal import leaves_of, normal_form
from shared.rules.logic.rulebook import Row, require_sound


class Reference:
    """One compiled table. Immutable, and safe to share between threads.

    Facts are checked unless they come from `check_facts` with the same declarations.

    Args:
        rows: the rules, in file order.
        declared: the facts that they may test, by name; not to be changed afterwards.

    Attributes:
        source: the Python that was generated, for whoever wants to look.

    Raises:
        RulesRefused: on building, the table is not sound.
    """

    def __init__(self, rows: Sequence[Row], declared: Mapping[str, FactType]) -> None:
        self.rows = tuple(rows)
        self.declared = declared
        require_sound(self.rows, declared)
        self._numbers = {row.id: number for number, row in enumerate(self.rows)}
        self._every, self._first, self.source = compiled(self.rows)

    def all(self, facts: Mapping[str, object]) -> tuple[str, ...]:
        """The ids of all rules that hold, in file order.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        rows = self.rows
        return tuple([rows[number].id for number in self.numbers_of(ensured(self.declared, facts))])

    def first(self, facts: Mapping[str, object]) -> str | None:
        """The id of the first rule in file order that holds, or None.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        return self._id(self.first_number(ensured(self.declared, facts)))

    def numbers_of(self, facts: Facts) -> list[int]:
        """The places (from 0) of all rules that hold, in order.

        Args:
            facts: checked against this table's declarations; that is not looked at again.
        """
        return self._every(facts.get)

    def first_number(self, facts: Facts) -> int:
        """The place of the first rule that holds; the count of rules where none does.

        Args:
            facts: checked against this table's declarations; that is not looked at again.
        """
        return self._first(facts.get)

    def explain(self, facts: Mapping[str, object]) -> tuple[RuleTruth, ...]:
        """For every rule whether it holds, with the truth of each of its tests.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        checked = ensured(self.declared, facts)
        return tuple(explained(row, checked) for row in self.rows)

    def why_not(self, rule_id: str, facts: Mapping[str, object]) -> WhyNot:
        """The fewest changed facts after which the rule would hold.

        Raises:
            KeyError: the table has no such rule.
            FactError: a fact is not what it was declared to be.
        """
        row = self.rows[self._numbers[rule_id]]
        return fewest_changes(row, self.declared, ensured(self.declared, facts))

    def what_would_change(self, facts: Mapping[str, object]) -> tuple[Alternative, ...]:
        """The nearest changes of one single fact after which another rule (or none) would come first.

        One for each fact and each rule that it could lead to, by fact in order of declaration.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        checked = ensured(self.declared, facts)
        winner = self.first_number(checked)
        return tuple(
            alternative for name in self.declared for alternative in self._by_changing(name, checked, winner)
        )

    @cached_property
    def _candidates(self) -> dict[str, list[Value | None]]:
        operands: dict[str, list[Value]] = defaultdict(list)
        for row in self.rows:
            for leaf in leaves_of(normal_form(row.when)):
                operands[leaf.fact] += leaf.operands
        return {name: candidates(self.declared[name], values) for name, values in operands.items()}

    def _by_changing(self, name: str, facts: Facts, winner: int) -> Iterator[Alternative]:
        got = facts.get(name)
        leads_to: dict[int, list[Value | None]] = defaultdict(list)
        for value in self._candidates.get(name, ()):
            if value != got:
                leads_to[self._first_with(facts, name, value)].append(value)
        for number, values in leads_to.items():
            if number != winner:
                yield Alternative(FactChange(name, got, nearest(values, got)), self._id(number))

    def _first_with(self, facts: Facts, name: str, value: Value | None) -> int:
        changed: dict[str, Value | None] = {**facts, name: value}
        return self._first(changed.get)

    def _id(self, number: int) -> str | None:
        return self.rows[number].id if number < len(self.rows) else None


def ids_of(rows: Sequence[Row], numbers: Iterable[int]) -> tuple[str, ...]:
    """The ids of the rules at these places."""
    return tuple(rows[number].id for number in numbers)
