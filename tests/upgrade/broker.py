"""Queues as a version before left them, put back at a real broker."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pika

from shared.bus.rabbit.bundles import split
from tests.servers import Servers

Carried = Mapping[str, Any]  # a frame as it lay in a queue: queue, headers, content type, body


def put_back(servers: Servers, url: str, broker: Carried, queues: Mapping[str, Sequence[Carried]]) -> None:
    """Set a broker up as it was, in an empty virtual host: its definitions, and its queues with what lay in them."""
    servers.manage("POST", f"definitions/{urlsplit(url).path.strip('/')}", broker)
    with channel_on(url) as channel:
        channel.confirm_delivery()
        for frame in (frame for frames in queues.values() for frame in frames):
            properties = pika.BasicProperties(
                headers=frame["headers"], content_type=frame["content_type"], delivery_mode=2
            )
            channel.basic_publish("", frame["queue"], frame["body"].encode(), properties)


def left_in(url: str, broker: Carried) -> int:
    """Return how many frames wait in all queues of a broker, those for what nobody can read among them."""
    with channel_on(url) as channel:
        found = [channel.queue_declare(queue["name"], passive=True) for queue in broker["queues"]]
    return sum(one.method.message_count for one in found)


def bodies(frames: Sequence[Carried]) -> list[bytes]:
    """Return the messages in what a queue held, in their order."""
    return [part for frame in frames for part in split(frame["body"].encode(), frame.get("headers"))]


@contextmanager
def channel_on(url: str) -> Iterator[Any]:
    """Give a channel for as long as it is used."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    yield connection.channel()
    connection.close()
