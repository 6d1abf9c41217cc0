"""`gridcase db`: the stores' roles and tables."""

import os

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import secured
from gridcase.house import NAMES, upgrade_at
from shared.db.engines import password_setting
from shared.db.provision import provision
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

_ADMIN_HELP = "PostgreSQL address of a superuser; its database is the house, whose name all roles carry."
ADMIN_URL = click.option("--admin-url", envvar="GRIDCASE_ADMIN_URL", required=True, help=_ADMIN_HELP)


@click.group()
def db() -> None:
    """Prepare and upgrade the services' stores."""


@db.command("prepare")
@ADMIN_URL
@shows_problems
def prepare(admin_url: str) -> None:
    """Do all that a PostgreSQL needs before services start on it: 'provision', then 'upgrade'."""
    _provision(admin_url)
    _upgrade(NAMES, admin_url)


@db.command("provision")
@ADMIN_URL
@shows_problems
def provision_(admin_url: str) -> None:
    """Make a house's roles and one schema per service in PostgreSQL; repeating it changes the passwords alone.

    Each service's role gets the password of GRIDCASE_STORE_<SERVICE>_PASSWORD. A house from before its roles were
    called by its database becomes one of these.
    """
    _provision(admin_url)


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
    _upgrade(services or NAMES, admin_url or store_url)


def _provision(admin_url: str) -> None:
    for service in provision(admin_url, {service: _password(service) for service in NAMES}):
        click.echo(localized("provisioned", service=service))


def _upgrade(services: tuple[str, ...], url: str) -> None:
    for service in services:
        click.echo(localized("db-upgraded", service=service, revision=upgrade_at(secured(url), service)))


def _password(service: str) -> str:
    name = password_setting(service)
    if password := os.environ.get(name):
        return password
    raise Problem(
        "missing-setting",
        Text(f"缺少环境变量 {name}", f"the environment variable {name} is not set"),
        Text("用 deploy/make-env 补上缺少的密码", "have deploy/make-env add the passwords that are missing"),
        {"setting": name},
    )
