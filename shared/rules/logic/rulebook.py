"""Rules in their order: what a table of rules is, and whether both evaluators can take it.

Decides nothing about a case, and knows nothing of what follows from a rule: a row's id is its caller's.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.logic.condition import Path, check_condition
from shared.rules.logic.facts import FactType, is_name, normalised
from shared.rules.logic.terms import Condition, Not, Test
from shared.rules.logic.wording import cause_and_remedy, shown

MOST_RULES = 4000
MOST_FACTS = 120  # durable-rules takes 252 fields; a number may need two
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its id (unique in its table) and when it holds."""

    id: str
    when: Condition

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", normalised(self.id))


class RowFault(NamedTuple):
    """One fault of a table: the rule (empty for the table itself), where in its condition, what and why."""

    rule: str
    path: Path
    code: str
    cause: Text
    remedy: Text


class RulesRefused(Problem):
    """A table cannot be decided; `faults` lists everything that is wrong with it.

    Args:
        faults: one at least; the first one's words stand in the cause.
    """

    def __init__(self, faults: Sequence[RowFault]) -> None:
        first = faults[0]
        cause, remedy = cause_and_remedy(
            "rules-refused",
            count=len(faults),
            rule=shown(first.rule),
            first_zh=first.cause.zh,
            first_en=first.cause.en,
            remedy_zh=first.remedy.zh,
            remedy_en=first.remedy.en,
        )
        super().__init__("rules-refused", cause, remedy, {"rule": shown(first.rule)})
        self.faults = tuple(faults)


def check_rows(rows: Sequence[Row], declared: Mapping[str, FactType]) -> list[RowFault]:
    """Return every fault of the table and of its rules' conditions; none: both evaluators can take it.

    Args:
        declared: the facts that the rules may test, by name.
    """
    faults = [*_table_faults(rows), *_id_faults(rows)]
    for row in rows[:MOST_RULES]:  # what is too long is not read to its end: anybody may hand a table in
        faults += (RowFault(row.id, *fault) for fault in check_condition(row.when, declared))
    # Only of a table that can be read it is known what it tests.
    return faults or list(_fact_faults(rows))


def require_sound(rows: Sequence[Row], declared: Mapping[str, FactType]) -> None:
    """Accept a table that both evaluators can take.

    Raises:
        RulesRefused: with every fault found.
        ValueError: a fact is declared under a name that is not its own.
    """
    if any(name != fact.name for name, fact in declared.items()):
        raise ValueError("facts are declared under their own names")
    faults = check_rows(rows, declared)
    if faults:
        raise RulesRefused(faults)


def tested_facts(condition: Condition) -> Iterator[str]:
    """The name of the fact of every test in the condition, from left to right."""
    if isinstance(condition, Test):
        yield condition.fact
    elif isinstance(condition, Not):
        yield from tested_facts(condition.part)
    else:
        for part in condition.parts:
            yield from tested_facts(part)


def _table_faults(rows: Sequence[Row]) -> Iterator[RowFault]:
    if len(rows) > MOST_RULES:
        yield _fault("", "too-many-rules", count=len(rows), limit=MOST_RULES)


def _id_faults(rows: Sequence[Row]) -> Iterator[RowFault]:
    for name, count in Counter(row.id for row in rows).items():
        if not is_name(name, _LONGEST_ID):
            yield _fault(name, "bad-rule-id", name=shown(name))
        if count > 1:
            yield _fault(name, "repeated-rule", name=shown(name))


def _fact_faults(rows: Sequence[Row]) -> Iterator[RowFault]:
    tested = {fact for row in rows for fact in tested_facts(row.when)}
    if len(tested) > MOST_FACTS:
        yield _fault("", "too-many-facts", count=len(tested), limit=MOST_FACTS)


def _fault(rule: str, code: str, **terms: object) -> RowFault:
    return RowFault(rule, (), code, *cause_and_remedy(code, **terms))
