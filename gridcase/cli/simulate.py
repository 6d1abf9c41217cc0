"""`gridcase simulate`: replay recorded reports of a town under its own rules, at their own times."""

from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from gridcase.cli.packs import RULES, find_town
from gridcase.cli.problems import kindly
from gridcase.engines import engine_here
from gridcase.replay.mapping import read_mapping, read_reports
from gridcase.replay.run import Replay, Result
from gridcase.scenarios.actors import acting, reporting
from gridcase.scenarios.stage import Stage
from gridcase.simulation.lives import SimulatedHouse
from shared.rules.pack.files import load_files

HEADS = ("reported", "decided", "due", "in time", "late", "open", "refused")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@click.command()
@click.argument("town")
@click.argument("reports", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file that says which column means what.",
)
@click.option("--limit", type=int, help="Only so many lines of the file.")
@click.option("--rules", type=click.Path(path_type=Path), default=RULES, show_default=True)
@kindly
def simulate(town: str, reports: Path, mapping: Path, limit: int | None, rules: Path) -> None:
    """Replay REPORTS (a CSV file) in TOWN and print what its rules make of them.

    Every report and every recorded step goes through the HTTP API of a simulated house at its own instant.
    """
    folder = find_town(town, rules)
    house = SimulatedHouse(BEGINNING, engine_here())
    stage = Stage(house, load_files(folder), folder.name)
    recorded = list(islice(read_reports(reports, read_mapping(mapping)), limit))
    replay = Replay(stage, reporting(stage.pack, None, None), lambda case: acting(stage.pack, "lead", case))
    with Progress() as progress:
        bar = progress.add_task(town, total=sum(1 + len(report.steps) for report in recorded))
        results = replay.run(recorded, lambda: progress.advance(bar))
    Console().print(table(results))
    house.close()


def table(results: list[Result]) -> Table:
    """Return the figures per category: reported, decided, with a due time, settled in time, late, still open."""
    shown = Table("category", *HEADS)
    for category in [*sorted({result.category for result in results}), ""]:
        figures = count([result for result in results if category in ("", result.category)])
        shown.add_row(category or "all", *(str(figures[head]) for head in HEADS), end_section=category == "")
    return shown


def count(results: list[Result]) -> Counter[str]:
    """Count what became of reports."""
    figures: Counter[str] = Counter()
    for result in results:
        figures["reported"] += 1
        figures["decided"] += result.decided
        figures["due"] += result.due is not None
        figures["in time"] += result.verdict == "in_time"
        figures["late"] += result.verdict in ("late", "breached")
        figures["open"] += result.state not in ("settled", "verified", "closed", "refused")
        figures["refused"] += bool(result.refusals)
    return figures
