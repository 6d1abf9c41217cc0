"""What the command line shows of a file that goes through a column mapping: first lines, and those it can't read."""

from pathlib import Path

import click
import msgspec
import yaml

from gridcase.cli.catalogue import language, localized
from gridcase.recorded.rows import ImportLine, RecordedReport, UnreadRow

MAPPING = click.Path(exists=True, dir_okay=False, path_type=Path)
FIRST = 3  # lines that a dry run shows


def show_line(line: int, said: RecordedReport | ImportLine | str) -> None:
    """Show what a line would become, a field a row; or the line as it stands."""
    click.echo(localized("dry-run-line", line=line))
    if isinstance(said, str):
        click.echo(said.rstrip("\r\n"))
        return
    told = yaml.safe_dump(
        msgspec.to_builtins(said), allow_unicode=True, sort_keys=False, default_flow_style=False
    )
    click.echo("".join(f"  {row}\n" for row in told.splitlines()), nl=False)


def tell_unread(file: Path, row: UnreadRow) -> None:
    """Name a line that can't be read, with its column, cause and remedy."""
    column = f"{row.column}: " if row.column else ""
    cause, remedy = row.cause.in_language(language()), row.remedy.in_language(language())
    click.echo(f"{file}:{row.line}: {column}{cause} — {remedy}", err=True)
