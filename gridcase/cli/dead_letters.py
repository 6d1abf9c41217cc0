"""`gridcase dead-letters`: messages that could not be handled, in the stores and in the broker."""

import os

import click
import pika
from rich.table import Table

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import STORE_URL, open_all
from gridcase.cli.terminal import wide_console
from gridcase.house_stores import NAMES
from shared.bus.rabbit.connecting import each_address, pika_parameters, with_ca
from shared.bus.rabbit.topology import DEAD, UNROUTABLE
from shared.contracts.envelope import decode
from shared.db.store import Store
from shared.flow import dead_letters as letters
from shared.flow.deployment import TLS_CA
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

BROKER_URL = click.option(
    "--broker-url",
    envvar="GRIDCASE_BROKER_URL",
    help="AMQP address; with it the broker's own dead letters are shown too.",
)
SERVICE = click.option(
    "--service",
    type=click.Choice(NAMES),
    help="Whose inbox is meant, where the message waits in several.",
)


@click.group("dead-letters")
def dead_letters() -> None:
    """Look at messages that wait, are parked or were refused; try them again or give them up."""


@dead_letters.command("list")
@STORE_URL
@BROKER_URL
@shows_problems
def list_(store_url: str, broker_url: str | None) -> None:
    """List what could not be handled, service by service."""
    table = Table("service", "id", "type", "stream", "seq", "state", "attempts", "reason", "since")
    for store in open_all(store_url).values():
        for letter in letters.list_letters(store):
            table.add_row(
                letter.service,
                letter.message_id,
                letter.type,
                letter.stream,
                str(letter.sequence),
                letter.state,
                str(letter.attempts),
                letter.reason or "",
                f"{letter.received_at:%F %T}Z",
            )
    for queue, number in _broker_depths(broker_url) if broker_url else ():
        if number:
            table.add_row("broker", queue, "–", "–", "–", "dead", "–", f"× {number}", "–")
    if not table.row_count:
        click.echo(localized("no-letters"))
        return
    wide_console().print(table)


@dead_letters.command()
@click.argument("message_id")
@SERVICE
@STORE_URL
@shows_problems
def show(message_id: str, service: str | None, store_url: str) -> None:
    """Show one message with the reason why it waits."""
    letter = letters.find_letter(_holder(message_id, service, store_url), message_id)
    click.echo(f"{letter.service} ← {letter.source}  {letter.type}  {letter.stream} #{letter.sequence}")
    click.echo(f"{letter.state}  {letter.reason or ''}  {letter.detail or ''}")
    if letter.frame:
        click.echo(decode(letter.frame).encode().decode())


@dead_letters.command()
@click.argument("message_id")
@SERVICE
@STORE_URL
@shows_problems
def replay(message_id: str, service: str | None, store_url: str) -> None:
    """Try a parked message again at once; what waits behind it follows."""
    letters.try_again(_holder(message_id, service, store_url), message_id)
    click.echo(localized("replayed", id=message_id))


@dead_letters.command()
@click.argument("message_id")
@click.option("--why", required=True, help="Kept with the tombstone.")
@SERVICE
@STORE_URL
@shows_problems
def drop(message_id: str, why: str, service: str | None, store_url: str) -> None:
    """Give a message up; a tombstone keeps its stream without a hole."""
    letters.drop(_holder(message_id, service, store_url), message_id, why)
    click.echo(localized("dropped", id=message_id))


def _holder(message_id: str, service: str | None, store_url: str) -> Store:
    """Return the store in whose inbox the message lies.

    Raises:
        Problem: `no-such-letter`; `several-letters`: it lies in several, and none was named.
    """
    stores = [store for name, store in open_all(store_url).items() if service in (None, name)]
    found = [store for store in stores if _lies_in(store, message_id)]
    if len(found) > 1:
        names = ", ".join(store.service for store in found)
        raise Problem(
            "several-letters",
            Text(f"该消息停放在多个服务中：{names}", f"the message waits in several services: {names}"),
            Text("用 --service 指明其中一个", "name one of them with --service"),
        )
    if not found:
        letters.find_letter(stores[0], message_id)  # says that there is none
    return found[0]


def _lies_in(store: Store, message_id: str) -> bool:
    try:
        letters.find_letter(store, message_id)
    except Problem:
        return False
    return True


def _broker_depths(url: str) -> list[tuple[str, int]]:
    ca = os.environ.get(TLS_CA)
    url = with_ca(url, ca) if ca else url
    # Of several brokers the first that answers.
    connection = pika.BlockingConnection([pika_parameters(address) for address in each_address(url)])
    try:
        channel = connection.channel()
        return [
            # Passive: one that is missing is not made, and made here it would lack its exchange.
            (name, channel.queue_declare(name, passive=True).method.message_count)
            for name in (DEAD, UNROUTABLE)
        ]
    finally:
        connection.close()
