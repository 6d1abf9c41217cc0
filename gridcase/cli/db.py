"""`gridcase db`: the stores' roles and tables."""

from collections.abc import Sequence

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.passwords import passwords_of
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import secured
from gridcase.house_stores import NAMES, upgrade_at
from shared.db.provision import provision
from shared.kernel.addresses import Server

_ADMIN_HELP = "PostgreSQL address of a superuser; its database is the house, whose name all roles carry."
ADMIN_URL = click.option("--admin-url", envvar="GRIDCASE_ADMIN_URL", required=True, help=_ADMIN_HELP)


@click.group()
def db() -> None:
    """Prepare and upgrade the services' stores."""


@db.command("provision")
@ADMIN_URL
@shows_problems
def provision_(admin_url: str) -> None:
    """Make a house's roles and one schema per service in PostgreSQL; repeating it changes the passwords alone.

    Each service's role gets the password of GRIDCASE_STORE_<SERVICE>_PASSWORD. A house from before its roles were
    called by its database becomes one of these.
    """
    provision_store(admin_url)


@db.command("upgrade")
@click.argument("services", nargs=-1, type=click.Choice(NAMES))
@click.option(
    "--admin-url",
    envvar="GRIDCASE_ADMIN_URL",
    help=f"{_ADMIN_HELP} In place of the stores' own address, which owns no tables there.",
)
@click.option(
    "--store-url",
    envvar="GRIDCASE_STORE_URL",
    default="sqlite:///var/{service}.db",
    show_default=True,
    help="Address of the stores; '{service}' stands for each service's name.",
)
@shows_problems
def upgrade_(services: tuple[str, ...], admin_url: str | None, store_url: str) -> None:
    """Bring the tables of SERVICES (default: all) to the present form, and give each role what it may do."""
    upgrade_stores(services or NAMES, admin_url or store_url)


def provision_store(admin_url: str) -> None:
    """Make roles and schemas, and say so."""
    for service in provision(secured(admin_url), passwords_of(NAMES, Server.STORE)):
        click.echo(localized("provisioned", service=service))


def upgrade_stores(services: Sequence[str], url: str) -> None:
    """Bring the tables of services to their present form, and say so."""
    for service in services:
        click.echo(localized("db-upgraded", service=service, revision=upgrade_at(secured(url), service)))
