"""A state for every statement: encoded by a rule, enforced by the platform as a test proves, merely cited, outside
software, or open.

Decides what counts as evidence: a rule or step that names the statement and, got wrong, turns a scenario red that
names it too. What names a statement otherwise, rule or scenario, cites it. Must not write anything.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scripts.coverage.runs import Run, Town
from scripts.coverage.scores import Score
from scripts.coverage.statements import Statement, Wrong
from shared.rules.pack.model import Entitlement, GridCheck, Pack, Post, Rota, Sheet


class State(StrEnum):
    """What has become of a statement."""

    ENCODED = "encoded"
    ENFORCED = "enforced"
    CITED = "cited"
    OUTSIDE = "outside"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Rule:
    """Something of a pack that names a statement, with a passing scenario that shows it.

    Args:
        is_felt: the scenario names the statement and turns red when the rule is got wrong.
    """

    town: str
    name: str
    scenario: str
    is_felt: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, what carries it, and where that is to be seen."""

    statement: Statement
    rules: tuple[Rule, ...]
    tests: tuple[str, ...]
    reason: str  # why it is outside software, else empty

    @property
    def state(self) -> State:
        """What has become of it; a rule that is felt counts before a test, and a test before a mere citation."""
        if any(rule.is_felt for rule in self.rules):
            return State.ENCODED
        if self.tests:
            return State.ENFORCED
        if self.rules:
            return State.CITED
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


def rules_of(
    towns: Iterable[Town], runs: Mapping[str, Run], scores: Mapping[str, Score]
) -> dict[str, list[Rule]]:
    """Return for each statement the rules that name it, those first that are felt.

    Args:
        scores: what was measured of another edition than the town's present one counts nothing.
    """
    found: dict[str, list[Rule]] = {}
    for town in towns:
        run = runs.get(town.pack.town)
        for statement, rule in _evidence(town, run, _felt(town, scores)) if run else ():
            found.setdefault(statement, []).append(rule)
    return {statement: sorted(rules, key=lambda rule: not rule.is_felt) for statement, rules in found.items()}


def _felt(town: Town, scores: Mapping[str, Score]) -> Mapping[str, Collection[str]]:
    score = scores.get(town.pack.town)
    return score.felt if score is not None and score.edition == town.pack.edition else {}


def _evidence(town: Town, run: Run, felt: Mapping[str, Collection[str]]) -> Iterator[tuple[str, Rule]]:
    naming = _naming(town, run)
    written: set[str] = set()
    for part, because in _written(town):
        for statement in because:
            rule = _rule(town, part, naming.get(statement, []), felt.get(part, ()), run.parts.get(part, ()))
            if rule is not None:
                written.add(statement)
                yield statement, rule
    for statement, keys in naming.items():
        if statement not in written:
            yield statement, Rule(town.pack.town, "", keys[0])


def _rule(
    town: Town, part: str, naming: Iterable[str], felt: Collection[str], played: Collection[str]
) -> Rule | None:
    """Show a part by a scenario that felt it; else by one that names its statement, or in which it took part."""
    name = part.partition(" ")[2]
    red = next((key for key in naming if key in felt), None)
    if red is not None:
        return Rule(town.pack.town, name, red, is_felt=True)
    shown = next((key for key in naming if key in played), None)
    scenario = shown or next(iter(played), None) or next(iter(naming), None)
    return None if scenario is None else Rule(town.pack.town, name, scenario)


def _naming(town: Town, run: Run) -> dict[str, list[str]]:
    """The passing scenarios that name a statement."""
    found: dict[str, list[str]] = {}
    named = [(scenario.key, scenario.because) for scenario in town.scenarios]
    named += [(trial.key, trial.because) for trial in town.trials]
    for key, because in named:
        if key not in run.failed:
            for statement in because:
                found.setdefault(statement, []).append(key)
    return found


def _written(town: Town) -> Iterator[tuple[str, tuple[str, ...]]]:
    pack = town.pack
    sections = (pack.routing, pack.limits, pack.tell, pack.hidden, pack.urgent)
    for origin in (rule.origin for section in sections for rule in section):
        yield f"rule {origin.rule}", origin.because
    for duty in pack.duties.values():
        yield f"rule {duty.key}", duty.origin.because
    for form in pack.records.values():
        yield f"form {form.key}", form.origin.because
    for step in pack.steps.values():
        yield f"step {step.key}", step.because
    for procedure in pack.procedures.values():
        yield f"procedure {procedure.key}", procedure.because
    yield from _written_in_ledger(pack)
    yield from _written_in_figures(pack)
    yield from _written_in_grids(pack)
    if pack.duplicates is not None:
        yield "record duplicates", pack.duplicates.because
    if pack.telling is not None:
        yield "telling telling", pack.telling.because  # by the kind and the name of its mutants


def _written_in_figures(pack: Pack) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What figures, measures, proposals and documents say, by the names of their mutants."""
    for figure in pack.figures.values():
        yield f"figure {figure.key}", figure.origin.because
    for measure in pack.measures.values():
        yield f"measure {measure.key}", measure.origin.because
        for proposal in measure.proposals.values():
            yield f"proposal {measure.key} {proposal.key}", proposal.because
    for document in pack.documents.values():
        yield f"document {document.key}", document.origin.because


def _written_in_ledger(pack: Pack) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a ledger says, by the names of its mutants."""
    ledger = pack.ledger
    if ledger is None:
        return
    for line in ledger.classes.values():
        yield f"ledger class {line.key}", line.because
    for type_ in ledger.types.values():
        yield f"ledger type {type_.key}", type_.origin.because
        for fact in type_.facts.values():
            yield f"ledger fact {type_.key} {fact.type.name}", fact.because
    for change in ledger.changes.values():
        yield f"ledger change {change.key}", change.because
    parts = {
        "own_grid": ledger.own_grid, "master": ledger.master, "changes_need": ledger.changes_need,
        "paper": ledger.paper,
    }  # fmt: skip
    yield from ((f"ledger {name}", part.because) for name, part in parts.items() if part is not None)


def _written_in_grids(pack: Pack) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is said of grids and teams, by the names of its mutants."""
    teams = pack.teams
    if teams is None:
        return
    members: tuple[tuple[str, GridCheck | Post | Sheet | Entitlement | Rota], ...] = (
        *(("check", each) for each in teams.checks.values()),
        *(("post", each) for each in teams.posts.values()),
        *(("sheet", each) for each in teams.sheets.values()),
        *(("terminal", each) for each in teams.terminals.values()),
        *(("rota", each) for each in teams.rotas.values()),
    )
    yield from ((f"grids {kind} {each.key}", each.origin.because) for kind, each in members)
    for post in teams.posts.values():
        yield from _written_in_post(post)
    parts = {"contacts": teams.contacts, "made_by": teams.made_by}
    yield from ((f"grids {name}", part.origin.because) for name, part in parts.items() if part is not None)


def _written_in_post(post: Post) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tasks with a reason of their own; the others are their post's."""
    for field, tasks in (("tasks", post.tasks), ("eligible", post.eligible)):
        for number, task in enumerate(tasks, 1):
            if task.origin.because != post.origin.because:
                yield f"grids post {post.key} {field} {number}", task.origin.because
