"""`gridcase grid-code`: the code of a grid from its names; characters of several readings are asked about."""

import click

from gridcase.cli.problems import shows_problems
from gridcase.cli.registry import open_registry, pairs, require_town
from gridcase.cli.stores import STORE_URL
from services.registry.bootstrap import GridName, code_of


@click.command("grid-code")
@click.argument("street")
@click.argument("community")
@click.argument("serial", type=int)
@click.option("--reading", "readings", multiple=True, help="How a character is read: 巷=x or 巷=xiang.")
@click.option("--separator", default="", help="Stands between the parts, such as '-'. Default: nothing.")
@click.option("--town", help="Give the code out in this town and keep it; a code that is taken is refused.")
@STORE_URL
@shows_problems
def grid_code(
    street: str,
    community: str,
    serial: int,
    readings: tuple[str, ...],
    separator: str,
    town: str | None,
    store_url: str,
) -> None:
    """Print the code of grid SERIAL of COMMUNITY in STREET: first letters of every character, two digits.

    Nothing is kept unless --town is given.
    """
    name, chosen = GridName(street, community, serial), pairs("--reading", readings)
    if town is None:
        click.echo(code_of(name, chosen, separator).text)
        return
    registry = open_registry(store_url)
    require_town(registry, town)
    click.echo(registry.codes.give(town, name, chosen=chosen, separator=separator).text)
