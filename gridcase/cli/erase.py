"""`gridcase erase`: what of a town's data is due, what was erased, and erasing it now, over a running house's API."""

from collections.abc import Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

import click
import msgspec
from msgspec import Struct

from gridcase.cli.catalogue import localized
from gridcase.cli.http_api import URL, answer_of
from gridcase.cli.problems import shows_problems
from gridcase.cli.terminal import columns

S = TypeVar("S", bound=Struct)


class DueLine(Struct, frozen=True):
    """A class of data, and how many cases are due; `ended_by` in RFC 3339."""

    data: str
    keep_days: int
    because: tuple[str, ...]
    ended_by: str
    cases: int


class _Due(Struct, frozen=True):
    due: tuple[DueLine, ...]


class _Batch(Struct, frozen=True):
    cases: int
    more: bool


class ErasedLine(Struct, frozen=True):
    """What was erased of a case; `erased_at` in RFC 3339."""

    number: str
    data: str
    pieces: int
    because: tuple[str, ...]
    erased_at: str


class _ErasedPage(Struct, frozen=True):
    erasures: tuple[ErasedLine, ...]
    next: str | None = None


@click.command()
@click.argument("town")
@click.option("--dry-run", is_flag=True, help="Show what is due, and erase nothing.")
@click.option("--list", "listed", is_flag=True, help="List what was erased, newest first, and erase nothing.")
@URL
@shows_problems
def erase(town: str, url: str, *, dry_run: bool, listed: bool) -> None:
    """Erase data of TOWN whose period is over, as the town's rules in force say.

    The house does so by itself every hour; it can't be undone. Needs an operator's token.
    """
    path = f"/v1/towns/{quote(town)}/erasures"
    if listed:
        _show_erased(_erased(url, path))
    elif dry_run:
        _show_due(town, _get(url, f"{path}/due", _Due).due)
    else:
        click.echo(localized("erased", town=town, cases=_erase(url, path)))


def _erase(url: str, path: str) -> int:
    """Erase batch by batch until nothing is due; return of how many cases and classes."""
    done = 0
    while True:
        with answer_of("POST", url, path) as answer:
            batch = msgspec.json.decode(answer.content, type=_Batch)
        done += batch.cases
        if not batch.more:
            return done


def _erased(url: str, path: str) -> Iterator[ErasedLine]:
    cursor: str | None = None
    while True:
        page = _get(url, path, _ErasedPage, cursor)
        yield from page.erasures
        if page.next is None:
            return
        cursor = page.next


def _get(url: str, path: str, shape: type[S], cursor: str | None = None) -> S:
    with answer_of("GET", url, path, query={"cursor": cursor}) as answer:
        return msgspec.json.decode(answer.content, type=shape)


def _show_due(town: str, due: Sequence[DueLine]) -> None:
    if not due:
        click.echo(localized("erase-none", town=town))
        return
    rows = [
        (line.data, str(line.keep_days), ", ".join(line.because), line.ended_by, str(line.cases))
        for line in due
    ]
    click.echo(columns(("data", "keep-days", "because", "ended-by", "cases"), rows))


def _show_erased(erased: Iterator[ErasedLine]) -> None:
    rows = [
        (line.number, line.data, str(line.pieces), ", ".join(line.because), line.erased_at) for line in erased
    ]
    click.echo(columns(("number", "data", "pieces", "because", "erased-at"), rows))
