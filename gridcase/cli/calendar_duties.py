"""`gridcase calendar duties`: a town's year of meetings, logs, patrols, visits, training: a table or iCalendar."""

import sys
from pathlib import Path

import click

from gridcase.cli.catalogue import language, localized
from gridcase.cli.duty_icalendar import icalendar
from gridcase.cli.duty_year import DutyYear, year_of
from gridcase.cli.packs import RULES, load_town
from gridcase.cli.problems import shows_problems
from gridcase.cli.terminal import columns
from shared.rules.duties import Occurrence
from shared.rules.pack.model import Duty
from shared.rules.worktime.windows import clock_text


@click.command()
@click.argument("town")
@click.option("--year", type=click.IntRange(1970, 2199), required=True, help="The year to show.")
@click.option("--ics", is_flag=True, help="Print an iCalendar feed instead of a table.")
@click.option("--daily", is_flag=True, help="List in the table each day of what comes every day, too.")
@click.option("--rules", type=click.Path(path_type=Path), default=RULES, show_default=True)
@shows_problems
def duties(town: str, year: int, rules: Path, *, ics: bool, daily: bool) -> None:
    """Show on which days of a year the duties of TOWN fall, by its pack and the official calendar.

    What a day off moved says why; what comes every day is counted in one line, unless --daily lists it.
    """
    _, pack = load_town(town, rules)
    found = year_of(pack, year)
    if ics:
        sys.stdout.write(icalendar(found, language()))
        return
    _show(found, is_daily_shown=daily)


def _show(found: DutyYear, *, is_daily_shown: bool) -> None:
    shown = found.held if is_daily_shown else found.seldom
    if shown:
        rows = [_row(found, each) for each in shown]
        click.echo(columns(("day", "time", "duty", "posts", "due", "moved"), rows))
    for duty in () if is_daily_shown else found.pack.duties.values():
        count = sum(found.is_daily(each) for each in found.held if each.duty == duty.key)
        if count:
            click.echo(localized("duty-daily", name=_name(duty), count=count, posts=found.posts(duty.key)))
    for duty in found.unwritten:
        click.echo(localized("duty-unwritten", name=_name(duty)))
    for key in dict.fromkeys(each.duty for each in found.unknown):
        count = sum(each.duty == key for each in found.unknown)
        click.echo(
            localized("duty-unknown", name=_name(found.pack.duties[key]), count=count, year=found.year)
        )
    click.echo(localized("duties-counted", town=found.pack.town, year=found.year, count=len(found.held)))


def _row(found: DutyYear, each: Occurrence) -> tuple[str, ...]:
    duty = found.pack.duties[each.duty]
    time = "" if each.at is None else clock_text(each.at)
    judged = localized("duty-judged" if duty.is_judged else "duty-listed")
    return (
        str(each.on),
        time,
        _name(duty),
        str(found.posts(duty.key)),
        judged,
        each.moved.in_language(language()),
    )


def _name(duty: Duty) -> str:
    return duty.name.in_language(language())
