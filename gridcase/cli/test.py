"""`gridcase test`: play the packs' scenarios through the real services under simulated time."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import msgspec
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from gridcase.cli.catalogue import language, localized
from gridcase.cli.check import towns_in
from gridcase.cli.mutate import Score, ScoreReport, report_of, score_town, show
from gridcase.cli.packs import named_in
from gridcase.cli.problems import shows_problems
from gridcase.cli.progress import shown_progress
from gridcase.engines import engine_here
from gridcase.mutation.town import TrialPlan
from gridcase.scenarios.play import play
from gridcase.scenarios.reckoned import Reckoned, load_reckoned, reckon
from gridcase.scenarios.runs import Difference
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.ledger import LedgerScenario, load_ledger_scenarios
from shared.rules.scenario.model import Scenario
from shared.rules.scenario.read import load_scenarios

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class ScenarioReport(Struct, frozen=True):
    """How a town's scenarios went, as `--json` prints it."""

    town: str
    passed: int
    failed: int
    edition: str
    differences: list[Difference]


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", help="Play the scenarios whose id contains this; with --mutate, alter such rules.")
@click.option("--mutate", is_flag=True, help="Alter the packs one rule at a time: a scenario must feel each.")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)),
    help="With --mutate, how many processes share the work; as many as there are processors by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
@shows_problems
def test(folders: tuple[Path, ...], only: str | None, mutate: bool, processes: int, as_json: bool) -> None:
    """Run the scenarios of packs and print what differs.

    FOLDERS are towns' folders (rules/t-vtc) or folders of towns (rules, the default). No server is needed: the
    services themselves run on stores in memory, and their time is moved from instant to instant.
    """
    towns = [town for folder in folders or (Path("rules"),) for town in towns_in(folder)]
    judge = partial(_mutate, TrialPlan(processes, only), as_json) if mutate else partial(_test, only, as_json)
    results = judge(towns)
    if as_json:
        written = msgspec.json.encode([report for _, report in results])
        sys.stdout.write(msgspec.json.format(written, indent=2).decode() + "\n")
    sys.exit(0 if towns and all(is_good for is_good, _ in results) else 1)


def _mutate(plan: TrialPlan, as_json: bool, towns: Sequence[Path]) -> list[tuple[bool, ScoreReport]]:
    scores = [_scored(plan, as_json, folder) for folder in towns]
    return [(score.is_good, report_of(score)) for score in scores]


def _scored(plan: TrialPlan, as_json: bool, folder: Path) -> Score:
    with shown_progress(folder.name) as tick, named_in(folder):
        score = score_town(folder, plan, tick)
    if not as_json:
        show(score, folder)
    return score


def _test(only: str | None, as_json: bool, towns: Sequence[Path]) -> list[tuple[bool, ScenarioReport]]:
    house = SimulatedHouse(BEGINNING, engine_here())
    try:
        return [_played(house, only, as_json, town) for town in towns]
    finally:
        house.close()


def _played(
    house: SimulatedHouse, only: str | None, as_json: bool, folder: Path
) -> tuple[bool, ScenarioReport]:
    with named_in(folder):
        files = load_files(folder)
        every: list[Scenario | LedgerScenario | Reckoned] = [*load_scenarios(files, folder.name)]
        every += load_ledger_scenarios(files, folder.name)
        every += load_reckoned(files, folder.name)
        scenarios = [scenario for scenario in every if only is None or only in scenario.key]
        stage = Stage(house, files, folder.name)
    found: list[Difference] = []
    failed = 0
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for scenario in progress.track(scenarios, description=folder.name):
            differences = _play(stage, scenario)
            found += differences
            failed += bool(differences)
            if not as_json:
                _print(scenario, differences, folder)
    passed = len(scenarios) - failed
    if not as_json:
        counts = localized("scenarios-passed", town=folder.name, passed=passed, failed=failed)
        click.secho(counts, fg="red" if failed else "green")
    return not failed, ScenarioReport(folder.name, passed, failed, stage.pack.edition, found)


def _play(stage: Stage, scenario: Scenario | LedgerScenario | Reckoned) -> list[Difference]:
    return (
        play(stage, scenario)
        if isinstance(scenario, Scenario | LedgerScenario)
        else reckon(stage.pack, scenario)
    )


def _print(scenario: Scenario | LedgerScenario | Reckoned, found: list[Difference], folder: Path) -> None:
    if found:
        click.secho(f"✗ {scenario.key}  {scenario.title.in_language(language())}", fg="red")
    for difference in found:
        variant = f" ({difference.variant})" if difference.variant else ""
        place = f"{folder.parent}/{difference.file}:{difference.line}"
        at, what = difference.at.in_language(language()), difference.what.in_language(language())
        click.echo(f"  {place}{variant} @{at}  {what}")
