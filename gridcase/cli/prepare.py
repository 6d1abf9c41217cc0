"""`gridcase prepare`: what a house's servers need before its services start on them."""

import click
from kombu import Connection

from gridcase.cli.catalogue import localized
from gridcase.cli.db import ADMIN_URL, provision_store, upgrade_stores
from gridcase.cli.passwords import passwords_of
from gridcase.cli.problems import shows_problems
from gridcase.cli.replay import built_to_fill, plan_to_fill
from gridcase.cli.stores import secured
from gridcase.house_stores import NAMES, inspect_store
from gridcase.new_services import fill_new_services, tell_new_services
from shared.bus.rabbit.connecting import each_address
from shared.bus.rabbit.topology import Shape, declare
from shared.bus.rabbit.users import BrokerAdmin, make_users
from shared.contracts.routes import LISTENS
from shared.kernel.addresses import Server


@click.command("prepare")
@ADMIN_URL
@click.option(
    "--broker-admin-url",
    envvar="GRIDCASE_BROKER_ADMIN_URL",
    required=True,
    help="AMQP address of the broker's administrator; its virtual host is the house.",
)
@click.option(
    "--broker-management-url",
    envvar="GRIDCASE_BROKER_MANAGEMENT_URL",
    required=True,
    help="Where RabbitMQ's management interface answers; no name, no password.",
)
@click.option("--shards", envvar="GRIDCASE_SHARDS", type=int, default=16, show_default=True)
@shows_problems
def prepare(admin_url: str, broker_admin_url: str, broker_management_url: str, shards: int) -> None:
    """Make roles, tables, exchanges, queues and users, each service's own; repeating it changes the passwords alone."""
    provision_store(admin_url)
    upgrade_stores(NAMES, admin_url)
    prepare_broker(BrokerAdmin(broker_admin_url, broker_management_url), shards)
    # Once it has queues: what is sent before goes nowhere.
    url = secured(admin_url)
    stores = {name: inspect_store(name, url) for name in NAMES}
    if filled := fill_new_services(stores, lambda name: built_to_fill(name, plan_to_fill(url), stores[name])):
        click.echo(localized("filled-services", services=", ".join(filled)))
    if new := tell_new_services(stores):
        click.echo(localized("new-services", services=", ".join(new)))


def prepare_broker(admin: BrokerAdmin, shards: int) -> None:
    """Make exchanges, queues and users, and say so; of several brokers by the first."""
    with Connection(each_address(admin.amqp_url)[0], connect_timeout=30) as connection:
        declare(connection, LISTENS, Shape(shards=shards))
    for service, user in make_users(admin, passwords_of(NAMES, Server.BROKER)).items():
        click.echo(localized("broker-user", service=service, user=user))
