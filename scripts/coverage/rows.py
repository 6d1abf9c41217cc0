"""A state for every statement: encoded by a rule that a passing scenario exercises, enforced by the platform as a
test proves, outside software, or open.

Decides what counts as evidence: a rule, step or procedure that names the statement and took part in a passing
scenario, or that a passing scenario of the same town names together with the statement. Must not write anything.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scripts.coverage.runs import Run, Town
from scripts.coverage.statements import Statement, Wrong


class State(StrEnum):
    """What has become of a statement."""

    ENCODED = "encoded"
    ENFORCED = "enforced"
    OUTSIDE = "outside"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Rule:
    """Something of a pack that names a statement, with a passing scenario that shows it."""

    town: str
    name: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, what carries it, and where that is to be seen."""

    statement: Statement
    rules: tuple[Rule, ...]
    tests: tuple[str, ...]
    reason: str  # why it is outside software, else empty

    @property
    def state(self) -> State:
        """What has become of it; a rule counts before a test."""
        if self.rules:
            return State.ENCODED
        if self.tests:
            return State.ENFORCED
        return State.OUTSIDE if self.reason else State.OPEN


def rows_of(
    statements: Iterable[Statement],
    rules: Mapping[str, Collection[Rule]],
    proofs: Mapping[str, tuple[str, ...]],
    outside: Mapping[str, str],
) -> tuple[Row, ...]:
    """Return a row for each statement.

    Raises:
        Wrong: a statement is listed as outside software, and something carries it.
    """
    rows = tuple(
        Row(one, tuple(rules.get(one.id, ())), proofs.get(one.id, ()), outside.get(one.id, ""))
        for one in statements
    )
    for row in rows:
        if row.reason and (row.rules or row.tests):
            raise Wrong(f"tests/policy/outside.csv: {row.statement.id} is carried by now; remove its line")
    return rows


def rules_of(towns: Iterable[Town], runs: Mapping[str, Run]) -> dict[str, list[Rule]]:
    """Return for each statement the rules that carry it, each shown by a passing scenario."""
    found: dict[str, list[Rule]] = {}
    for town in towns:
        run = runs.get(town.pack.town)
        if run is None:
            continue
        for statement, rule in _evidence(town, run):
            found.setdefault(statement, []).append(rule)
    return found


def _evidence(town: Town, run: Run) -> Iterator[tuple[str, Rule]]:
    naming = _naming(town, run)
    written: set[str] = set()
    for part, because in _written(town):
        played = run.parts.get(part, ())
        for statement in because:
            shown = next((key for key in naming.get(statement, ()) if key in played), None)
            scenario = shown or next(iter(played), None) or next(iter(naming.get(statement, ())), None)
            if scenario is not None:
                written.add(statement)
                yield statement, Rule(town.pack.town, part.partition(" ")[2], scenario)
    for statement, keys in naming.items():
        if statement not in written:
            yield statement, Rule(town.pack.town, "", keys[0])


def _naming(town: Town, run: Run) -> dict[str, list[str]]:
    """The passing scenarios that name a statement."""
    found: dict[str, list[str]] = {}
    for scenario in town.scenarios:
        if scenario.key not in run.failed:
            for statement in scenario.because:
                found.setdefault(statement, []).append(scenario.key)
    return found


def _written(town: Town) -> Iterator[tuple[str, tuple[str, ...]]]:
    pack = town.pack
    sections = (pack.routing, pack.limits, pack.tell, pack.hidden)
    for origin in (rule.origin for section in sections for rule in section):
        yield f"rule {origin.rule}", origin.because
    for step in pack.steps.values():
        yield f"step {step.key}", step.because
    for procedure in pack.procedures.values():
        yield f"procedure {procedure.key}", procedure.because
    if pack.duplicates is not None:
        yield "record duplicates", pack.duplicates.because
