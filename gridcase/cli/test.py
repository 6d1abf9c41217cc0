"""`gridcase test`: play the packs' scenarios through the real services under simulated time."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson
from rich.progress import Progress

from gridcase.cli.check import towns_in
from gridcase.cli.mutate import score_town, show, to_json
from gridcase.cli.problems import kindly
from gridcase.cli.words import language, say
from gridcase.engines import engine_here
from gridcase.scenarios.play import Difference, play
from gridcase.scenarios.stage import Stage
from gridcase.simulation.lives import SimulatedHouse
from shared.rules.pack.files import load_files
from shared.rules.pack.scenario import Scenario
from shared.rules.pack.scenarios import load_scenarios

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", help="Play the scenarios whose id contains this; with --mutate, alter such rules.")
@click.option("--mutate", is_flag=True, help="Alter the packs one rule at a time: a scenario must feel each.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
@kindly
def test(folders: tuple[Path, ...], only: str | None, mutate: bool, as_json: bool) -> None:
    """Run the scenarios of packs and print what differs.

    FOLDERS are towns' folders (rules/t-vtc) or folders of towns (rules, the default). No server is needed: the
    services themselves run on stores in memory, and their time is moved from instant to instant.
    """
    towns = [town for folder in folders or (Path("rules"),) for town in towns_in(folder)]
    house = SimulatedHouse(BEGINNING, "reference" if mutate else engine_here())
    try:
        results = [
            _mutate(house, town, only, as_json) if mutate else _test(house, town, only, as_json)
            for town in towns
        ]
    finally:
        house.close()
    if as_json:
        sys.stdout.write(
            orjson.dumps([said for _, said in results], option=orjson.OPT_INDENT_2).decode() + "\n"
        )
    sys.exit(0 if towns and all(is_good for is_good, _ in results) else 1)


def _mutate(
    house: SimulatedHouse, folder: Path, only: str | None, as_json: bool
) -> tuple[bool, dict[str, Any]]:
    score = score_town(house, folder, only)
    if not as_json:
        show(score, folder)
    return score.is_good, to_json(score)


def _test(
    house: SimulatedHouse, folder: Path, only: str | None, as_json: bool
) -> tuple[bool, dict[str, Any]]:
    files = load_files(folder)
    scenarios = [one for one in load_scenarios(files, folder.name) if only is None or only in one.key]
    stage = Stage(house, files, folder.name)
    found: dict[str, list[Difference]] = {}
    with Progress(transient=True) as progress:
        for scenario in progress.track(scenarios, description=folder.name):
            found[scenario.key] = play(stage, scenario)
            if not as_json:
                _print(scenario, found[scenario.key], folder)
    failed = sum(1 for differences in found.values() if differences)
    counts = {"town": folder.name, "passed": len(scenarios) - failed, "failed": failed}
    if not as_json:
        click.secho(say("scenarios-passed", **counts), fg="red" if failed else "green")
    return not failed, {**counts, "edition": stage.pack.edition, "differences": _plain(found)}


def _plain(found: Mapping[str, list[Difference]]) -> list[dict[str, Any]]:
    return [asdict(difference) for differences in found.values() for difference in differences]


def _print(scenario: Scenario, found: list[Difference], folder: Path) -> None:
    if found:
        click.secho(f"✗ {scenario.key}  {scenario.title.in_language(language())}", fg="red")
    for difference in found:
        variant = f" ({difference.variant})" if difference.variant else ""
        place = f"{folder.parent}/{difference.file}:{difference.line}"
        at, what = difference.at.in_language(language()), difference.what.in_language(language())
        click.echo(f"  {place}{variant} @{at}  {what}")
