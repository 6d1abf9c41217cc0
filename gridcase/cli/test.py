"""`gridcase test`: play the packs' scenarios through the real services under simulated time."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from gridcase.cli.check import towns_in
from gridcase.cli.problems import kindly
from gridcase.cli.words import language, say
from gridcase.embedded import engine_here
from gridcase.scenarios.play import Difference, play
from gridcase.scenarios.stage import Stage
from gridcase.simulation.lives import SimulatedHouse
from shared.rules.pack.files import load_files
from shared.rules.pack.scenario import Scenario
from shared.rules.pack.scenarios import load_scenarios

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", help="Play the scenarios whose id contains this.")
@kindly
def test(folders: tuple[Path, ...], only: str | None) -> None:
    """Run the scenarios of packs and print what differs.

    FOLDERS are towns' folders (rules/t-vtc) or folders of towns (rules, the default). No server is needed: the
    services themselves run on stores in memory, and their time is moved from instant to instant.
    """
    towns = [town for folder in folders or (Path("rules"),) for town in towns_in(folder)]
    house = SimulatedHouse(BEGINNING, engine_here())
    try:
        failed = sum(_test_town(house, town, only) for town in towns)
    finally:
        house.close()
    sys.exit(1 if failed or not towns else 0)


def _test_town(house: SimulatedHouse, folder: Path, only: str | None) -> int:
    files = load_files(folder)
    scenarios = [
        scenario for scenario in load_scenarios(files, folder.name) if only is None or only in scenario.key
    ]
    stage = Stage(house, files, folder.name)
    failed = 0
    with Progress(transient=True) as progress:
        for scenario in progress.track(scenarios, description=folder.name):
            found = play(stage, scenario)
            failed += bool(found)
            _print(scenario, found, folder)
    colour = "red" if failed else "green"
    click.secho(
        say("scenarios-passed", town=folder.name, passed=len(scenarios) - failed, failed=failed), fg=colour
    )
    return failed


def _print(scenario: Scenario, found: list[Difference], folder: Path) -> None:
    if found:
        click.secho(f"✗ {scenario.key}  {scenario.title.in_language(language())}", fg="red")
    for difference in found:
        variant = f" ({difference.variant})" if difference.variant else ""
        click.echo(
            f"  {folder.parent}/{difference.file}:{difference.line}{variant} @{difference.at}  {difference.what}"
        )
