"""`gridcase simulate`: send recorded reports of a town through its own rules, at their own times."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from gridcase.cli.catalogue import language, localized
from gridcase.cli.mapped import FIRST, MAPPING, show_line, tell_unread
from gridcase.cli.packs import RULES, find_town, named_in
from gridcase.cli.problems import shows_problems
from gridcase.engines import engine_here
from gridcase.recorded.mapping import read_mapping
from gridcase.recorded.rows import MappedTable, RecordedReport, UnreadRow
from gridcase.recorded.run import RecordedReports, ReportOutcome
from gridcase.recorded.tables import open_table
from gridcase.scenarios.actors import acting, reporting
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack

HEADS = ("reported", "decided", "due", "in time", "late", "open", "refused")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@click.command()
@click.argument("town")
@click.argument("reports", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, type=MAPPING, help="YAML file that says which column means what.")
@click.option("--limit", type=int, help="Only so many lines of the file.")
@click.option(
    "--dry-run", is_flag=True, help="Show the first lines as they would be reported, and send nothing."
)
@click.option("--rules", type=click.Path(path_type=Path), default=RULES, show_default=True)
@shows_problems
def simulate(
    town: str, reports: Path, mapping: Path, limit: int | None, *, dry_run: bool, rules: Path
) -> None:
    """Send REPORTS (CSV or an Excel workbook) to TOWN and print what its rules make of them.

    Every report and every recorded step goes through the HTTP API of a simulated house at its own instant. Lines that
    can't be read are named with their numbers and left out.
    """
    folder = find_town(town, rules)
    with named_in(folder):
        files = load_files(folder)
        pack = build_pack(files, folder.name)
    recorded = _read(reports, mapping, limit, pack.zone)
    if dry_run:
        for report in recorded[:FIRST]:
            show_line(report.line, report)
        return
    house = SimulatedHouse(BEGINNING, engine_here())
    stage = Stage(house, files, folder.name)
    sending = RecordedReports(
        stage, reporting(stage.pack, None, None), lambda case: acting(stage.pack, "lead", case)
    )
    with Progress() as progress:
        bar = progress.add_task(town, total=sum(1 + len(report.steps) for report in recorded))
        outcomes = sending.send(recorded, lambda: progress.advance(bar))
    Console().print(table(outcomes))
    house.close()


def _read(path: Path, mapping: Path, limit: int | None, zone: str) -> Sequence[RecordedReport]:
    """Return the reports that can be read; name the others."""
    with open_table(path) as rows:
        click.echo(f"{path}: {rows.read_as.in_language(language())}", err=True)
        read = list(islice(MappedTable(rows, read_mapping(mapping), mapping, zone).reports(), limit))
    unread = [found for found in read if isinstance(found, UnreadRow)]
    for row in unread:
        tell_unread(path, row)
    if unread:
        click.echo(localized("lines-left-out", count=len(unread)), err=True)
    return [found for found in read if isinstance(found, RecordedReport)]


def table(outcomes: list[ReportOutcome]) -> Table:
    """Return the figures per category: reported, decided, with a due time, settled in time, late, still open."""
    shown = Table("category", *HEADS)
    for category in [*sorted({outcome.category for outcome in outcomes}), ""]:
        figures = count([outcome for outcome in outcomes if category in ("", outcome.category)])
        shown.add_row(category or "all", *(str(figures[head]) for head in HEADS), end_section=category == "")
    return shown


def count(outcomes: list[ReportOutcome]) -> Counter[str]:
    """Count what became of reports."""
    return Counter(head for outcome in outcomes for head, holds in _counted(outcome).items() if holds)


def _counted(outcome: ReportOutcome) -> dict[str, bool]:
    return {
        "reported": True,
        "decided": outcome.decided,
        "due": outcome.due is not None,
        "in time": outcome.verdict == "in_time",
        "late": outcome.verdict in ("late", "breached"),
        "open": outcome.state not in ("settled", "verified", "closed", "refused"),
        "refused": bool(outcome.refusals),
    }
