"""What a real broker makes of frames: for the fixture's maker, which keeps them as they lie there.

A queue's frames are kept bundled as they were published, with the broker's own definitions, so that a later version
finds its queues as an older one left them.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kombu import Connection

from shared.bus.rabbit.publisher import RabbitPublisher
from shared.bus.rabbit.topology import Shape, declare
from tests.servers import Servers, vhost_on
from tests.upgrade.broker import channel_on
from tests.upgrade.seams import read

SHARDS = 4
SECONDS = 20.0
Carried = Mapping[str, Any]
Listens = Mapping[str, Sequence[str]]  # for each service, those whose messages it takes


@dataclass(frozen=True, slots=True)
class _Sendable:
    id: int
    stream: str
    frame: bytes


def definitions(servers: Servers, listens: Listens) -> Carried:
    """Return exchanges, queues and bindings as this code declares them."""
    with vhost_on(servers) as url:
        _declare(url, listens)
        found = servers.manage("GET", f"definitions/{urlsplit(url).path.strip('/')}")
    return {name: found[name] for name in ("queues", "exchanges", "bindings")}


def carried(servers: Servers, listens: Listens, consumer: str, frames: Sequence[bytes]) -> list[Carried]:
    """Publish frames for one consumer as its producers do, and return what then lies in its queues."""
    with vhost_on(servers) as url:
        _declare(url, {**dict.fromkeys(listens, ()), consumer: listens[consumer]})
        for producer in listens[consumer]:
            _publish(url, producer, [frame for frame in frames if read(frame).source == producer])
        return list(_drained(url, consumer))


def _declare(url: str, listens: Listens) -> None:
    with Connection(url) as connection:
        declare(connection, listens, Shape(shards=SHARDS))


def _publish(url: str, producer: str, frames: Sequence[bytes]) -> None:
    publisher = RabbitPublisher(url, producer)
    assert publisher.wait_open(SECONDS), producer
    publisher.send([_Sendable(n, read(frame).stream, frame) for n, frame in enumerate(frames)])
    confirmed, until = 0, time.monotonic() + SECONDS
    while confirmed < len(frames):
        confirmed += len(publisher.outcome(0.1)[0])
        assert time.monotonic() < until, producer
    publisher.close()


def _drained(url: str, consumer: str) -> Iterator[Carried]:
    with channel_on(url) as channel:
        for queue in (f"gridcase.{consumer}.{number}" for number in range(SHARDS)):
            for method, properties, body in channel.consume(queue, auto_ack=True, inactivity_timeout=0.5):
                if method is None:
                    break
                yield {
                    "queue": queue,
                    "headers": dict(properties.headers or {}),
                    "content_type": properties.content_type,
                    "body": body.decode(),
                }
            channel.cancel()
