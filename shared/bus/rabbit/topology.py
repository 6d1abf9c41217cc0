"""Exchanges and queues, declared the same by whoever comes first.

    gridcase.from.<producer>  fanout, one per service that speaks
      → gridcase.to.<consumer>  consistent hash on the stream's lane, one per service that listens
          → gridcase.<consumer>.<n>  quorum queues with a single active consumer each: order within a stream

Queues are short and refuse what does not fit: the backlog belongs into the outbox, where towns take turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import AccessRefused  # type: ignore[import-untyped]
from kombu import Connection, Exchange, Queue

# Frames that nobody can decode, or that killed their consumer again and again.
DEAD = "gridcase.dead"
# What no queue wanted is kept: without this exchange the broker would confirm it all the same, and drop it.
UNROUTABLE = "gridcase.unroutable"


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide the topology is; the same for every process of a deployment: whoever declares a queue otherwise than
    it is fails.

    Args:
        shards: queues per consuming service, and so how many of its workers can be busy. A queue per town would be
            wrong: 2,000 quorum queues have a sixth of the speed of 16.
        max_length, max_bytes: frames, and bytes in them, that a queue holds before it refuses more.
        delivery_limit: deliveries after which the broker gives a frame up (it kills its consumer).
    """

    shards: int = 16
    max_length: int = 500
    max_bytes: int = 512 * 1024
    delivery_limit: int = 20


def from_exchange(producer: str) -> str:
    """Return the exchange into which a service publishes."""
    return f"gridcase.from.{producer}"


def to_exchange(consumer: str) -> str:
    """Return the exchange that deals a consumer's messages out to its queues."""
    return f"gridcase.to.{consumer}"


def queue_names(consumer: str, shape: Shape) -> list[str]:
    """Return the queues of a consuming service, in the order in which workers share them."""
    return [f"gridcase.{consumer}.{number}" for number in range(shape.shards)]


def declare(connection: Connection, listens: Mapping[str, Sequence[str]], shape: Shape) -> None:
    """Declare everything; repeating it changes nothing.

    Args:
        connection: open.
        listens: for each service, the services whose messages it takes.
        shape: as every process of the deployment has it.

    Raises:
        amqp.exceptions.PreconditionFailed: something is there already in another form.
    """
    with connection.channel() as channel:
        # First of all: an exchange may name an alternate that is not there, and until it is, drops what it can't route.
        _declare_last_resorts(channel)
        for producer in listens:
            Exchange(
                from_exchange(producer), "fanout", durable=True, arguments={"alternate-exchange": UNROUTABLE}
            )(channel).declare()
        for consumer, producers in listens.items():
            if producers:
                _declare_consumer(channel, consumer, producers, shape)


def ensure(connection: Connection, listens: Mapping[str, Sequence[str]], shape: Shape) -> None:
    """Declare everything, or where this user may not (`users`), see that somebody who may has done so.

    Raises:
        amqp.exceptions.NotFound: something is not there, and this user may not make it.
        amqp.exceptions.PreconditionFailed: something is there already in another form.
    """
    try:
        declare(connection, listens, shape)
    except AccessRefused:
        with connection.channel() as channel:
            for name in _exchanges(listens):
                channel.exchange_declare(name, "", passive=True)
            for name in (
                DEAD,
                UNROUTABLE,
                *(queue for who in listens if listens[who] for queue in queue_names(who, shape)),
            ):
                channel.queue_declare(name, passive=True)


def _exchanges(listens: Mapping[str, Sequence[str]]) -> list[str]:
    to = [to_exchange(consumer) for consumer, producers in listens.items() if producers]
    return [DEAD, UNROUTABLE, *map(from_exchange, listens), *to]


def _declare_last_resorts(channel: Any) -> None:
    for name in (DEAD, UNROUTABLE):
        exchange = Exchange(name, "fanout", durable=True)
        Queue(name, exchange, durable=True, queue_arguments={"x-queue-type": "quorum"})(channel).declare()


def _declare_consumer(channel: Any, consumer: str, producers: Sequence[str], shape: Shape) -> None:
    to = Exchange(to_exchange(consumer), "x-consistent-hash", durable=True)(channel)
    to.declare()
    for producer in producers:
        # Before its queues are there. No message is lost: a process declares everything before it publishes anything.
        to.bind_to(from_exchange(producer))
    for name in queue_names(consumer, shape):
        # the binding's key is the queue's weight on the hash ring, not a pattern
        Queue(name, to, routing_key="1", durable=True, queue_arguments=_arguments(shape))(channel).declare()


def _arguments(shape: Shape) -> dict[str, Any]:
    """How a queue keeps what it has, and refuses what it has no room for.

    One active consumer keeps the order within a stream. `reject-publish` sends what does not fit back to the outbox;
    dead-lettering that loses nothing (`at-least-once`) demands it as well. Bytes are bounded beside frames, since a
    frame may carry a hundred messages.
    """
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-max-length": shape.max_length,
        "x-max-length-bytes": shape.max_bytes,
        "x-overflow": "reject-publish",
        # Said here, since brokers before 4.0 have none: a frame that kills its consumer would come again for ever.
        "x-delivery-limit": shape.delivery_limit,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-strategy": "at-least-once",
    }
