"""`gridcase verify`: whether every history of a house is what it was, and where it is not."""

import os
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.registry import no_secret, secrets_at
from gridcase.cli.stores import STORE_URL, open_existing
from services.intake.bootstrap import (
    HEADS_FILE,
    HistoriesVerifier,
    HistoryFault,
    count_cases,
    histories_verifier,
)

_FILES = "sqlite:///"


@click.command()
@STORE_URL
@click.option("--town", help="Only this town's cases.")
@click.option(
    "--heads",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the heads of days: history-heads.jsonl, or what the file channel wrote; "
    "default: the one beside the house's files, where there is one.",
)
@shows_problems
def verify(store_url: str, town: str | None, heads: Path | None) -> None:
    """Verify the history of every case; say of each fault in which case and entry it is, and what differs.

    The house may go on meanwhile. Exit status: 0 whole, 1 broken, 2 not verified.
    """
    secret = secrets_at(store_url)
    if secret is None:
        raise no_secret()
    store = open_existing("intake", store_url)
    verifier = histories_verifier(store, secret, heads or _heads_beside(store_url), town)
    faults = _verified(verifier)
    _say_by_what(verifier)
    store.close()
    sys.exit(1 if faults else 0)


def _verified(verifier: HistoriesVerifier) -> int:
    """Verify and say what was found; return the number of faults."""
    cases = entries = faults = 0
    # On the other stream: what is found can be kept in a file while the progress is seen.
    with Progress(console=Console(stderr=True)) as progress:
        with verifier.store.read() as conn:
            bar = progress.add_task("verify", total=count_cases(conn, verifier.town))
        for number, fault in verifier.verify():
            progress.advance(bar, 1 if number else 0)
            cases, entries, faults = cases + bool(number), entries + number, faults + (fault is not None)
            if fault is not None:
                click.echo(_told(fault))
    summary = "verify-broken" if faults else "verify-whole"
    click.echo(localized(summary, cases=cases, entries=entries, faults=faults))
    return faults


def _say_by_what(verifier: HistoriesVerifier) -> None:
    if (since := verifier.since()) is not None:
        click.echo(localized("verify-since", since=since))
    if verifier.heads:
        click.echo(localized("verify-days", days=len(verifier.heads), until=verifier.heads[-1].until))
    else:
        click.echo(localized("verify-no-days"))


def _told(fault: HistoryFault) -> str:
    terms = {name: getattr(fault, name) for name in fault.__dataclass_fields__}
    what = localized(f"fault-{fault.cause}", **terms)
    return localized("fault-case", **terms, what=what) if fault.entry is not None else what


def _heads_beside(store_url: str) -> Path | None:
    """Return the house's own file of heads, where there is one."""
    own = Path(store_url.removeprefix(_FILES)).parent if store_url.startswith(_FILES) else None
    folder = own or Path(os.environ.get("GRIDCASE_FILES", "files"))
    return folder / HEADS_FILE if (folder / HEADS_FILE).is_file() else None
