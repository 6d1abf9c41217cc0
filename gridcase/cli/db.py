"""`gridcase db`: the stores' tables."""

import os

import click
import sqlalchemy as sa

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import secured
from gridcase.house import NAMES, PACKAGES
from shared.db.engines import open_engine
from shared.db.migrate import upgrade
from shared.db.provision import provision


@click.group()
def db() -> None:
    """Prepare and upgrade the services' stores."""


@db.command("provision")
@click.option(
    "--admin-url",
    envvar="GRIDCASE_ADMIN_URL",
    required=True,
    help="PostgreSQL address of a role that may create roles and schemas.",
)
@click.option(
    "--password", envvar="GRIDCASE_DB_PASSWORD", required=True, help="Given to the services' roles."
)
@shows_problems
def provision_(admin_url: str, password: str) -> None:
    """Make one schema and one role per service in PostgreSQL; repeating it changes nothing but the password."""
    for service in provision(admin_url, NAMES, password):
        click.echo(localized("provisioned", service=service))


@db.command("upgrade")
@click.argument("services", nargs=-1, type=click.Choice(NAMES))
@click.option(
    "--store-url",
    envvar="GRIDCASE_STORE_URL",
    default="sqlite:///var/{service}.db",
    show_default=True,
    help="Address of the stores; '{service}' stands for each service's name.",
)
@shows_problems
def upgrade_(services: tuple[str, ...], store_url: str) -> None:
    """Bring the tables of SERVICES (default: all) to the present form."""
    for service in services or NAMES:
        engine = open_engine(_service_url(store_url, service), service)
        click.echo(localized("db-upgraded", service=service, revision=upgrade(engine, PACKAGES[service])))
        engine.dispose()


def _service_url(store_url: str, service: str) -> str:
    """Allow each service a URL of its own in GRIDCASE_STORE_URL_<SERVICE>."""
    own = os.environ.get(f"GRIDCASE_STORE_URL_{service.upper()}", store_url)
    # As a plain text an address hides its password, and nobody could connect with it.
    return sa.make_url(secured(own).replace("{service}", service)).render_as_string(hide_password=False)
