"""`gridcase calendar`: a town's days that differ from the official ones, without a new edition."""

from datetime import date, datetime

import click

from gridcase.cli.calendar_duties import duties
from gridcase.cli.calendar_load import load
from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.registry import open_registry, pairs, require_town
from gridcase.cli.stores import STORE_URL
from gridcase.cli.terminal import columns
from services.registry.bootstrap import CalendarAmendment, Days

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def calendar() -> None:
    """See and amend a town's holidays and make-up working days; see a year of its duties."""


@calendar.command()
@click.argument("town")
@STORE_URL
@shows_problems
def show(town: str, store_url: str) -> None:
    """Show the days that TOWN has of its own, over the official calendar and its pack's."""
    registry = open_registry(store_url)
    require_town(registry, town)
    published = registry.views.calendar(town)
    if published is None:
        click.echo(localized("calendar-none", town=town))
        return
    days = published.days
    years = ", ".join(map(str, days.years)) or "–"
    click.echo(localized("calendar-revision", town=town, revision=days.revision, years=years))
    kinds = [(localized("holiday"), days.holidays), (localized("make-up"), days.make_up)]
    rows = sorted((day, kind, name) for kind, named in kinds for day, name in named.items())
    if rows:
        click.echo(columns(("day", "kind", "name"), rows))


@calendar.command()
@click.argument("town")
@click.option("--holiday", "holidays", multiple=True, help="A day off: 2027-01-01=元旦. May be repeated.")
@click.option(
    "--make-up", "make_up", multiple=True, help="A working day: 2027-02-20=春节调休. May be repeated."
)
@click.option("--ordinary", multiple=True, type=DAY, help="A day that is ordinary after all.")
@click.option("--year", "years", multiple=True, type=int, help="A year that is complete with these days.")
@STORE_URL
@shows_problems
def amend(
    town: str,
    holidays: tuple[str, ...],
    make_up: tuple[str, ...],
    ordinary: tuple[datetime, ...],
    years: tuple[int, ...],
    store_url: str,
) -> None:
    """Amend the days of TOWN; open deadlines that they touch are computed anew.

    What is known stays, and the later word counts.
    """
    registry = open_registry(store_url)
    require_town(registry, town)
    days = Days(_days("--holiday", holidays), _days("--make-up", make_up), frozenset(years))
    made = registry.calendars.publish(
        town, CalendarAmendment(days, frozenset(day.date() for day in ordinary))
    )
    key = "calendar-amended" if made.is_new else "calendar-unchanged"
    click.echo(localized(key, town=town, revision=made.revision))


def _days(sign: str, given: tuple[str, ...]) -> dict[date, str]:
    named = pairs(sign, given, date.fromisoformat)
    return {date.fromisoformat(day): name for day, name in named.items()}


calendar.add_command(load)
calendar.add_command(duties)
