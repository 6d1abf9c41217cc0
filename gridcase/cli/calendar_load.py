"""`gridcase calendar load`: next year's days from a file, over the API of a running house, and what they move."""

from pathlib import Path
from urllib.parse import quote

import click
import msgspec
from msgspec import Struct, field

from gridcase.cli.catalogue import localized
from gridcase.cli.http_api import URL, answer_of
from gridcase.cli.problems import shows_problems
from gridcase.cli.terminal import columns

_SHOWN = 20  # deadlines that are named; all are counted


class TownDays(Struct, frozen=True):
    """A town's days as the registry shows them."""

    revision: int
    holidays: dict[str, str]
    make_up: dict[str, str]
    years: tuple[int, ...]


class MovedDeadline(Struct, frozen=True):
    """A deadline that the days would move."""

    number: str
    stage: str
    was: str | None = field(name="from")
    now: str | None = field(name="to")


class MovedDeadlines(Struct, frozen=True):
    """What the days would move."""

    moved: tuple[MovedDeadline, ...]
    count: int
    looked_at: int
    is_cut: bool


@click.command()
@click.argument("town")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=int, help="Which year of the file; default: all that are complete in it.")
@click.option("--dry-run", is_flag=True, help="Show the days and what they would move, and keep nothing.")
@URL
@shows_problems
def load(town: str, file: Path, year: int | None, url: str, *, dry_run: bool) -> None:
    """Load the days of FILE into TOWN: the State Council's list as JSON, or an iCalendar feed.

    Shows what days the town then has and which open deadlines move; then publishes them, unless it is a dry run.
    """
    door = _CalendarDoor(url, f"/v1/towns/{quote(town)}", file.read_bytes(), year)
    days = door.tried()
    moved = door.moved_by(days)
    _show(days, moved, year)
    if dry_run:
        click.echo(localized("calendar-tried", town=town))
        return
    click.echo(localized("calendar-amended", town=town, revision=door.published().revision))


class _CalendarDoor:
    """The routes of a town's calendar, asked about one file."""

    def __init__(self, url: str, town: str, content: bytes, year: int | None) -> None:
        self._url, self._town, self._content = url, town, content
        self._year = {"year": str(year)} if year else {}

    def tried(self) -> TownDays:
        """Return the town's days as they would be."""
        return self._sent("yes")

    def published(self) -> TownDays:
        """Publish the days; return how they are now."""
        return self._sent("no")

    def _sent(self, check: str) -> TownDays:
        path, query = f"{self._town}/calendar/file", {"check": check, **self._year}
        with answer_of(
            "POST", self._url, path, query=query, body=self._content, content="text/calendar"
        ) as answer:
            return msgspec.json.decode(answer.content, type=TownDays)

    def moved_by(self, days: TownDays) -> MovedDeadlines:
        """Return what days would move."""
        path, body = f"{self._town}/calendar-changes/preview", msgspec.json.encode(days)
        with answer_of("POST", self._url, path, body=body, content="application/json") as answer:
            return msgspec.json.decode(answer.content, type=MovedDeadlines)


def _show(days: TownDays, moved: MovedDeadlines, year: int | None) -> None:
    wanted = str(year) if year else ""
    kinds = [(localized("holiday"), days.holidays), (localized("make-up"), days.make_up)]
    rows = sorted(
        (day, kind, name) for kind, named in kinds for day, name in named.items() if day.startswith(wanted)
    )
    click.echo(columns(("day", "kind", "name"), rows))
    click.echo(localized("calendar-moves", count=moved.count, looked_at=moved.looked_at))
    if moved.is_cut:
        click.echo(localized("calendar-cut", looked_at=moved.looked_at))
    if moved.moved:
        shown = [(row.number, row.stage, row.was or "–", row.now or "–") for row in moved.moved[:_SHOWN]]
        click.echo(columns(("case", "stage", "due-before", "due-after"), shown))
