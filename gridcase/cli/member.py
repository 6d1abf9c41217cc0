"""`gridcase member`: who holds which unit. Lists show references; a name is typed once and sealed."""

from collections.abc import Iterator

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.registry import open_registry, pairs, require_town
from gridcase.cli.stores import STORE_URL
from gridcase.cli.terminal import columns
from services.registry.bootstrap import ROLES, ListedMember, Membership, Registry
from shared.kernel.instants import format_instant

ROLE = click.option(
    "--role",
    type=click.Choice([str(role) for role in ROLES]),
    default="unit_staff",
    show_default=True,
    help="What the person is in that unit.",
)
PAGE = 500


@click.group()
def member() -> None:
    """Enter who holds a unit, and who no longer does."""


@member.command()
@click.argument("town")
@click.argument("unit")
@ROLE
@click.option("--person", default="", help="Reference of somebody known; left out for somebody new.")
@click.option("--name", help="The person's name: sealed at once, shown to few, every showing recorded.")
@click.option("--address", "addresses", multiple=True, help="mail=… or webhook=https://…; sealed likewise.")
@STORE_URL
@shows_problems
def add(
    town: str,
    unit: str,
    role: str,
    person: str,
    name: str | None,
    addresses: tuple[str, ...],
    store_url: str,
) -> None:
    """Enter that somebody holds UNIT ('jurisdiction/unit') of TOWN; print the person's reference."""
    registry = open_registry(store_url, opens_identities=True)
    require_town(registry, town)
    by_channel = pairs("--address", addresses) or None
    click.echo(registry.members.set(town, Membership(person, unit, role), name=name, addresses=by_channel))


@member.command()
@click.argument("town")
@click.argument("unit")
@click.argument("person")
@ROLE
@STORE_URL
@shows_problems
def remove(town: str, unit: str, person: str, role: str, store_url: str) -> None:
    """Enter that PERSON no longer holds UNIT of TOWN; absences and substitutions that rest on it end too."""
    registry = open_registry(store_url, opens_identities=True)
    require_town(registry, town)
    if not any(held.person == person and held.role == role for held in _held(registry, town, unit)):
        click.echo(localized("member-unknown", person=person, unit=unit))
        raise SystemExit(1)
    registry.members.set(town, Membership(person, unit, role, held=False))
    click.echo(localized("member-removed", person=person, unit=unit))


@member.command("list")
@click.argument("town")
@click.option("--unit", help="One unit's people alone.")
@STORE_URL
@shows_problems
def list_(town: str, unit: str | None, store_url: str) -> None:
    """List who holds which unit of TOWN, by reference."""
    registry = open_registry(store_url)
    require_town(registry, town)
    rows = [
        (held.unit, held.role, held.person, format_instant(held.since)[:10])
        for held in _held(registry, town, unit)
    ]
    click.echo(
        columns(("unit", "role", "person", "since"), rows) if rows else localized("member-none", town=town)
    )


def _held(registry: Registry, town: str, unit: str | None) -> Iterator[ListedMember]:
    """Every place that is held, page by page."""
    after: tuple[str, str, str] | None = None
    while True:
        page = registry.views.members(town, unit, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1].unit, page[-1].person, page[-1].role)
