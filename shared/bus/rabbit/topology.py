"""Exchanges and queues, declared the same by whoever comes first.

    gridcase.from.<producer>  fanout, one per service that speaks
      → gridcase.to.<consumer>  consistent hash on the stream's lane, one per service that listens
          → gridcase.<consumer>.<n>  quorum queues with a single active consumer each: order within a stream

Queues are short and refuse what does not fit: the backlog belongs into the outbox, where towns take turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kombu import Connection, Exchange, Queue

DEAD = "gridcase.dead"
UNROUTABLE = "gridcase.unroutable"


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide the topology is; the same for every process of a deployment.

    Args:
        shards: queues per consuming service.
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


def queue_names(consumer: str, shape: Shape) -> list[str]:
    """Return the queues of a consuming service."""
    return [f"gridcase.{consumer}.{number}" for number in range(shape.shards)]


def declare(connection: Connection, listens: Mapping[str, Sequence[str]], shape: Shape) -> None:
    """Declare everything; repeating it changes nothing."""
    with connection.channel() as channel:
        _declare_last_resorts(channel)
        for producer in listens:
            Exchange(
                from_exchange(producer), "fanout", durable=True, arguments={"alternate-exchange": UNROUTABLE}
            )(channel).declare()
        for consumer, producers in listens.items():
            if producers:
                _declare_consumer(channel, consumer, producers, shape)


def _declare_last_resorts(channel: Any) -> None:
    for name in (DEAD, UNROUTABLE):
        exchange = Exchange(name, "fanout", durable=True)
        Queue(name, exchange, durable=True, queue_arguments={"x-queue-type": "quorum"})(channel).declare()


def _declare_consumer(channel: Any, consumer: str, producers: Sequence[str], shape: Shape) -> None:
    to = Exchange(f"gridcase.to.{consumer}", "x-consistent-hash", durable=True)(channel)
    to.declare()
    for producer in producers:
        to.bind_to(from_exchange(producer))
    for name in queue_names(consumer, shape):
        # the binding's key is the queue's weight on the hash ring, not a pattern
        Queue(name, to, routing_key="1", durable=True, queue_arguments=_arguments(shape))(channel).declare()


def _arguments(shape: Shape) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-max-length": shape.max_length,
        "x-max-length-bytes": shape.max_bytes,
        "x-overflow": "reject-publish",
        "x-delivery-limit": shape.delivery_limit,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-strategy": "at-least-once",
    }
