"""`gridcase absence`: who is away, and who stands in."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.registry import instant, open_registry, zone_of
from gridcase.cli.stores import STORE_URL
from gridcase.cli.terminal import columns
from services.registry.bootstrap import Absence

MOST = 10_000


@click.group()
def absence() -> None:
    """Enter who is away from when until when, and who stands in."""


@absence.command()
@click.argument("town")
@click.argument("person")
@click.option("--from", "from_", required=True, help="Day or instant, in the town's time: 2026-07-01.")
@click.option("--until", required=True, help="Last day, that day included; or the instant of return.")
@click.option("--substitute", help="Reference of somebody of the same unit; none: the unit's other people.")
@STORE_URL
@shows_problems
def add(town: str, person: str, from_: str, until: str, substitute: str | None, store_url: str) -> None:
    """Enter that PERSON (a reference) of TOWN is away; print the absence's id."""
    registry = open_registry(store_url)
    zone = zone_of(registry, town)
    wanted = Absence("", person, substitute, instant(from_, zone), instant(until, zone, is_end=True))
    click.echo(registry.absences.enter(town, wanted).id)


@absence.command()
@click.argument("town")
@click.argument("absence_id")
@STORE_URL
@shows_problems
def remove(town: str, absence_id: str, store_url: str) -> None:
    """Take an absence back, or end one that has begun."""
    open_registry(store_url).absences.take_back(town, absence_id)
    click.echo(localized("absence-removed", absence=absence_id))


@absence.command("list")
@click.argument("town")
@click.option("--all", "with_past", is_flag=True, help="Those too that are over or were taken back.")
@STORE_URL
@shows_problems
def list_(town: str, with_past: bool, store_url: str) -> None:
    """List who of TOWN is or will be away, by reference."""
    registry = open_registry(store_url)
    zone = zone_of(registry, town)
    rows = [
        (
            away.id,
            away.person,
            away.substitute or "",
            _local(away.from_at, zone),
            _local(away.until_at, zone),
            localized("yes" if away.stands else "no"),
        )
        for away in registry.views.absences(town, None, with_past, None, MOST).rows
    ]
    head = ("absence", "person", "substitute", "from", "until", "stands")
    click.echo(columns(head, rows) if rows else localized("absence-none", town=town))


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
