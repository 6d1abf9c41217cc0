"""`gridcase export`: a town's cases into a file, over the API of a running house."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from gridcase.cli.catalogue import localized
from gridcase.cli.http_api import URL, answer_of
from gridcase.cli.problems import shows_problems

_PART = 64 * 2**10


@click.command()
@click.argument("town")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), help="Default: as the file's name ends."
)
@click.option(
    "--identities", is_flag=True, help="With who reported; for operators, and each reading is recorded."
)
@click.option("--state", help="Only cases in this state.")
@click.option("--category", help="Only cases of this category.")
@click.option("--from", "from_", help="Only cases reported at or after this instant (RFC 3339).")
@click.option("--to", help="Only cases reported before this instant.")
@URL
@shows_problems
def export(
    town: str, file: Path, form: str | None, url: str, *, identities: bool, **filters: str | None
) -> None:
    """Export the cases of TOWN to FILE ('-' for standard output), oldest first.

    The file appears under its name when it is whole.
    """
    form = form or ("csv" if file.suffix.lower() == ".csv" else "jsonl")
    query = {
        "format": form,
        "identities": "yes" if identities else None,  # what is None is not asked for
        **{name.rstrip("_"): value for name, value in filters.items()},
    }
    with answer_of("GET", url, f"/v1/towns/{quote(town)}/cases/export", query=query) as answer:
        parts = answer.iter_content(_PART)
        if str(file) == "-":
            _write(parts, sys.stdout.buffer)
            return
        # Beside it and not in a folder for such things: only within one file system is a renaming whole.
        half = file.with_name(file.name + ".part")
        with half.open("wb") as target:
            size = _write(parts, target)
        half.replace(file)
    click.echo(localized("exported", file=file, size=size), err=True)


def _write(parts: Iterator[bytes], target: IO[bytes]) -> int:
    """Write what comes, and show how much has come: how much will come nobody knows."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    size = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(localized("exporting"), total=None)
        for part in parts:
            target.write(part)
            size += len(part)
            progress.advance(bar, len(part))
    return size
