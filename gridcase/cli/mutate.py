"""`gridcase test --mutate`: alter packs one rule at a time and say which changes no scenario feels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from msgspec import Struct

from gridcase.cli.catalogue import language, localized
from gridcase.mutation.accepted import Accepted, obsolete, read_accepted
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.town import Tick, TownVerdict, TrialPlan, judge_town
from gridcase.scenarios.runs import Difference
from shared.kernel.texts import Text
from shared.rules.pack.build.files import MUTANTS_FILE


@dataclass(frozen=True, slots=True)
class Score:
    """What became of a town's mutants.

    Args:
        accepted: survivors that the town declares, each with its reason.
        obsolete: declared survivors that are none any more.
    """

    judged: TownVerdict
    accepted: tuple[tuple[Mutant, Accepted], ...]
    survivors: tuple[Mutant, ...]  # those that nobody declared
    obsolete: tuple[Accepted, ...]

    @property
    def killed(self) -> int:
        """How many some scenario felt."""
        return sum(1 for verdict in self.judged.verdicts if verdict.killed_by is not None)

    @property
    def mutants(self) -> int:
        """How many there are."""
        return len(self.judged.verdicts)

    @property
    def percent(self) -> float:
        """Killed of all, in percent; 100 where there is nothing to alter."""
        return 100 * self.killed / self.mutants if self.mutants else 100.0

    @property
    def is_good(self) -> bool:
        """Tell whether every survivor has its reason, every reason a survivor, and nothing was red to begin with."""
        return not (self.survivors or self.obsolete or self.judged.red)


def score_town(folder: Path, plan: TrialPlan, tick: Tick) -> Score:
    """Alter a town's pack one rule at a time and play its scenarios.

    Raises:
        PackErrors: the pack is faulty, or mutants.yaml can't be read.
    """
    declared = read_accepted(folder)
    # Of a part of the mutants: declarations about the others would all look obsolete.
    return _score(judge_town(folder, plan, tick), declared if plan.only is None else ())


class SurvivorReport(Struct, frozen=True):
    """A mutant that no scenario felt, as `--json` prints it."""

    kind: str
    rule: str
    file: str
    line: int
    change: Text


class AcceptedReport(SurvivorReport, frozen=True):
    """One that the town declares."""

    reason: str


class ObsoleteReport(Struct, frozen=True):
    """A declaration that names no survivor any more."""

    rule: str
    change: str


class RedReport(Struct, frozen=True):
    """A run that was not as expected while nothing was altered, and so was left out."""

    scenario: str
    variant: str
    what: Text


class ScoreReport(Struct, frozen=True):
    """A score as `--json` prints it; `percent` with one decimal."""

    town: str
    edition: str
    mutants: int
    killed: int
    percent: float
    accepted: list[AcceptedReport]
    survivors: list[SurvivorReport]
    obsolete: list[ObsoleteReport]
    red: list[RedReport]


def report_of(score: Score) -> ScoreReport:
    """Return a score for programs."""
    return ScoreReport(
        town=score.judged.town,
        edition=score.judged.edition,
        mutants=score.mutants,
        killed=score.killed,
        percent=round(score.percent, 1),
        accepted=[AcceptedReport(*_reported(mutant), entry.reason) for mutant, entry in score.accepted],
        survivors=[SurvivorReport(*_reported(mutant)) for mutant in score.survivors],
        obsolete=[ObsoleteReport(entry.rule, entry.change) for entry in score.obsolete],
        red=[RedReport(red.scenario, red.variant, red.what) for red in score.judged.red],
    )


def show(score: Score, folder: Path) -> None:
    """Print a score: what was left out, the survivors with file, line, rule and what was changed, then the count."""
    for red in score.judged.red:
        place = f"{folder.parent}/{red.file}:{red.line}"
        terms = {"name": named(red), "what": red.what.in_language(language())}
        click.secho(f"  {place}  {localized('left-out', **terms)}", fg="red")
    for mutant in score.survivors:
        _line("survives", "red", mutant, folder)
    for mutant, entry in score.accepted:
        _line("accepted", "yellow", mutant, folder, f" – {entry.reason}")
    for entry in score.obsolete:
        terms = {"file": f"{folder}/{MUTANTS_FILE}", "rule": entry.rule, "change": entry.change}
        click.secho(f"  {localized('obsolete-mutant', **terms)}", fg="red")
    counts = {
        "town": score.judged.town,
        "killed": score.killed,
        "all": score.mutants,
        "percent": f"{score.percent:.1f}",
        "accepted": len(score.accepted),
        "survivors": len(score.survivors),
    }
    click.secho(localized("mutation-score", **counts), fg="green" if score.is_good else "red")


def _score(judged: TownVerdict, declared: Sequence[Accepted]) -> Score:
    alive = [verdict.mutant for verdict in judged.verdicts if verdict.killed_by is None]
    reasons = [
        (mutant, next((entry for entry in declared if entry.means(mutant.rule, mutant.change)), None))
        for mutant in alive
    ]
    return Score(
        judged,
        tuple((mutant, entry) for mutant, entry in reasons if entry is not None),
        tuple(mutant for mutant, entry in reasons if entry is None),
        tuple(obsolete(declared, alive)),
    )


def named(red: Difference) -> str:
    """Return a run's name: its scenario's, and the variant's where it is one."""
    return f"{red.scenario} ({red.variant})" if red.variant else red.scenario


def _line(key: str, colour: str, mutant: Mutant, folder: Path, more: str = "") -> None:
    place = f"{folder.parent}/{mutant.spot.file}:{mutant.spot.line}"
    change = mutant.change.in_language(language())
    click.secho(f"  {place} {mutant.rule}  {change}  {localized(key)}{more}", fg=colour)


def _reported(mutant: Mutant) -> tuple[str, str, str, int, Text]:
    return mutant.kind, mutant.rule, mutant.spot.file, mutant.spot.line, mutant.change
