"""At the real RabbitMQ a service's user speaks as its service and hears what is its service's, and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pika
import pytest
from kombu import Connection
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, ProbableAccessDeniedError

from shared.bus.rabbit.consumer import RabbitSource
from shared.bus.rabbit.publisher import RabbitPublisher
from shared.bus.rabbit.topology import Shape, declare, ensure, from_exchange, queue_names, to_exchange
from shared.bus.rabbit.users import BrokerAdmin, make_users
from tests.bus.test_transports import Message, Reader, confirmed
from tests.servers import Servers

pytestmark = pytest.mark.servers
LISTENS = {"speaker": (), "listener": ("speaker",), "other": ("listener",)}
SHAPE = Shape(shards=2)
REFUSED = "ACCESS_REFUSED"


@pytest.fixture
def admin(servers: Servers, fresh_vhost: str) -> Iterator[BrokerAdmin]:
    """The broker's administrator, with the topology declared; the users go in the end."""
    at = urlsplit(servers.reach["RABBITMQ_MANAGEMENT_URL"])
    made = BrokerAdmin(fresh_vhost, f"http://{at.hostname}:{at.port}")
    with Connection(fresh_vhost) as connection:
        declare(connection, LISTENS, SHAPE)
    yield made
    for name in LISTENS:
        servers.manage("DELETE", f"users/{made.vhost}_{name}")


@pytest.fixture
def urls(admin: BrokerAdmin) -> dict[str, str]:
    """Each service's own address; its user was made twice, as at every upgrade."""
    for password in ("before", "now"):
        users = make_users(admin, dict.fromkeys(LISTENS, password))
    at = urlsplit(admin.amqp_url)
    return {
        name: urlunsplit(at._replace(netloc=f"{user}:now@{at.hostname}:{at.port}"))
        for name, user in users.items()
    }


def test_who_speaks_is_heard_by_who_listens(urls: dict[str, str]) -> None:
    """With their own users alone, what the one says arrives at the other."""
    for url in urls.values():
        with Connection(url) as connection:
            ensure(connection, LISTENS, SHAPE)
    publisher = RabbitPublisher(urls["speaker"], "speaker")
    assert publisher.wait_open(30)
    publisher.send([Message(n, f"s{n}", b"%d" % n) for n in range(20)])
    assert len(confirmed(publisher, 20)) == 20
    reader = Reader(RabbitSource(urls["listener"], "listener", SHAPE), 20)
    reader.join(30)
    assert len(reader.frames) == 20
    publisher.close()


@pytest.mark.parametrize(
    "exchange", [from_exchange("speaker"), to_exchange("listener"), to_exchange("other"), "", "gridcase.dead"]
)
def test_nobody_speaks_as_another(urls: dict[str, str], exchange: str) -> None:
    """A service's user can't publish into another's exchange, nor past all producers into a queue."""
    with channel_of(urls["other"]) as channel:
        channel.confirm_delivery()
        with pytest.raises(ChannelClosedByBroker, match=REFUSED):
            channel.basic_publish(exchange, queue_names("listener", SHAPE)[0], b"forged")


OWN, OTHERS = queue_names("other", SHAPE)[0], queue_names("listener", SHAPE)[0]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.basic_consume(OTHERS, print),
        lambda channel: channel.basic_get("gridcase.dead"),
        lambda channel: channel.queue_purge(OTHERS),
        lambda channel: channel.queue_delete(OWN),
        lambda channel: channel.queue_bind(OWN, from_exchange("speaker")),
        lambda channel: channel.queue_declare("gridcase.other.9"),
        lambda channel: channel.exchange_delete(from_exchange("other")),
    ],
    ids=["read", "read dead letters", "empty", "delete", "bind", "declare", "delete exchange"],
)
def test_nobody_reads_anothers_queue_nor_changes_the_topology(
    urls: dict[str, str], attempt: Callable[[BlockingChannel], object]
) -> None:
    """Its own queues a service may read; all else is refused, changing them included."""
    with channel_of(urls["other"]) as channel:
        channel.basic_consume(OWN, print)
        with pytest.raises(ChannelClosedByBroker, match=REFUSED):
            attempt(channel)


def test_nobody_comes_into_another_house(urls: dict[str, str]) -> None:
    """A house's user has no say in another virtual host."""
    elsewhere = urlunsplit(urlsplit(urls["other"])._replace(path="/%2F"))
    with pytest.raises(ProbableAccessDeniedError), channel_of(elsewhere):
        pass


@contextmanager
def channel_of(url: str) -> Iterator[BlockingChannel]:
    """Open a channel with one user's rights."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        yield connection.channel()
    finally:
        connection.close()
