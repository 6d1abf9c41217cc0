"""`gridcase test --mutate`: alter packs one rule at a time and say which changes no scenario feels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from msgspec import Struct
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gridcase.cli.catalogue import language, localized
from gridcase.mutation.accepted import Accepted, obsolete, read_accepted
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.run import MutantVerdict, MutationTrial
from gridcase.mutation.stage import AlteredStage
from gridcase.simulation.house import SimulatedHouse
from shared.kernel.texts import Text
from shared.rules.pack.build.files import MUTANTS_FILE, load_files
from shared.rules.scenario.read import load_scenarios


@dataclass(frozen=True, slots=True)
class Score:
    """What became of a town's mutants.

    Args:
        accepted: survivors that the town declares, each with its reason.
        obsolete: declared survivors that are none any more.
    """

    town: str
    edition: str
    verdicts: tuple[MutantVerdict, ...]
    accepted: tuple[tuple[Mutant, Accepted], ...]
    survivors: tuple[Mutant, ...]  # those that nobody declared
    obsolete: tuple[Accepted, ...]

    @property
    def killed(self) -> int:
        """How many some scenario felt."""
        return sum(1 for verdict in self.verdicts if verdict.killed_by is not None)

    @property
    def percent(self) -> float:
        """Killed of all, in percent; 100 where there is nothing to alter."""
        return 100 * self.killed / len(self.verdicts) if self.verdicts else 100.0

    @property
    def is_good(self) -> bool:
        """Tell whether every survivor has its reason, and every reason a survivor."""
        return not self.survivors and not self.obsolete


def score_town(house: SimulatedHouse, folder: Path, only: str | None = None) -> Score:
    """Alter a town's pack one rule at a time and play its scenarios, with a bar that shows how far it is.

    Args:
        house: with the reference evaluator alone: it decides the same, and quicker.
        only: alter the rules whose id contains this.

    Raises:
        PackErrors, Problem: the pack is faulty, a scenario fails as it is, or mutants.yaml can't be read.
    """
    declared = read_accepted(folder)
    files = load_files(folder)
    stage = AlteredStage(house, files, folder.resolve().name)
    trial = MutationTrial(stage, load_scenarios(files, folder.resolve().name))
    mutants = [mutant for mutant in trial.mutants() if only is None or only in mutant.rule]
    with _bar() as progress:
        bar = progress.add_task(folder.name, total=len(mutants))
        verdicts = tuple(trial.judge_all(mutants, lambda: progress.advance(bar)))
    # Of a part of the mutants: declarations about the others would all look obsolete.
    return _score(stage, verdicts, declared if only is None else ())


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


def report_of(score: Score) -> ScoreReport:
    """Return a score for programs."""
    return ScoreReport(
        town=score.town,
        edition=score.edition,
        mutants=len(score.verdicts),
        killed=score.killed,
        percent=round(score.percent, 1),
        accepted=[AcceptedReport(*_reported(mutant), entry.reason) for mutant, entry in score.accepted],
        survivors=[SurvivorReport(*_reported(mutant)) for mutant in score.survivors],
        obsolete=[ObsoleteReport(entry.rule, entry.change) for entry in score.obsolete],
    )


def show(score: Score, folder: Path) -> None:
    """Print a score: the survivors with file, line, rule and what was changed, then the count."""
    for mutant in score.survivors:
        _line("survives", "red", mutant, folder)
    for mutant, entry in score.accepted:
        _line("accepted", "yellow", mutant, folder, f" – {entry.reason}")
    for entry in score.obsolete:
        terms = {"file": f"{folder}/{MUTANTS_FILE}", "rule": entry.rule, "change": entry.change}
        click.secho(f"  {localized('obsolete-mutant', **terms)}", fg="red")
    counts = {
        "town": score.town,
        "killed": score.killed,
        "all": len(score.verdicts),
        "percent": f"{score.percent:.1f}",
        "accepted": len(score.accepted),
        "survivors": len(score.survivors),
    }
    click.secho(localized("mutation-score", **counts), fg="green" if score.is_good else "red")


def _score(stage: AlteredStage, verdicts: tuple[MutantVerdict, ...], declared: Sequence[Accepted]) -> Score:
    alive = [verdict.mutant for verdict in verdicts if verdict.killed_by is None]
    reasons = [
        (mutant, next((entry for entry in declared if entry.means(mutant.rule, mutant.change)), None))
        for mutant in alive
    ]
    pack = stage.read_with({})
    return Score(
        pack.town,
        pack.edition,
        verdicts,
        tuple((mutant, entry) for mutant, entry in reasons if entry is not None),
        tuple(mutant for mutant, entry in reasons if entry is None),
        tuple(obsolete(declared, alive)),
    )


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        transient=True,
    )


def _line(key: str, colour: str, mutant: Mutant, folder: Path, more: str = "") -> None:
    place = f"{folder.parent}/{mutant.spot.file}:{mutant.spot.line}"
    change = mutant.change.in_language(language())
    click.secho(f"  {place} {mutant.rule}  {change}  {localized(key)}{more}", fg=colour)


def _reported(mutant: Mutant) -> tuple[str, str, str, int, Text]:
    return mutant.kind, mutant.rule, mutant.spot.file, mutant.spot.line, mutant.change
