"""A batch that takes longer than the broker waits for a word does not lose its connection."""

import threading
from itertools import islice

import pika
import pytest
from kombu import Connection

from shared.bus.rabbit import consumer
from shared.bus.rabbit.consumer import RabbitSource
from shared.bus.rabbit.topology import Shape, declare, from_exchange

LISTENS = {"speaker": (), "listener": ("speaker",)}
SHAPE = Shape(shards=1)
HEARTBEAT_SECONDS = 1


def publish(url: str, *frames: bytes) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    for frame in frames:
        channel.basic_publish(from_exchange("speaker"), "0", frame)
    connection.close()


@pytest.mark.servers
def test_a_batch_in_hand_for_long_is_answered_for_and_comes_once(
    fresh_vhost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held for several times as long as the broker waits; nobody gets its messages meanwhile or afterwards."""
    monkeypatch.setattr(consumer, "HEARTBEAT_SECONDS", HEARTBEAT_SECONDS)
    with Connection(fresh_vhost) as connection:
        declare(connection, LISTENS, SHAPE)
    publish(fresh_vhost, b"one", b"two")
    stop = threading.Event()
    batches = RabbitSource(fresh_vhost, "listener", SHAPE).batches(10, stop)
    taken: list[bytes] = []
    while len(taken) < 2:
        batch = next(batches)
        threading.Event().wait(5 * HEARTBEAT_SECONDS)
        batch.committed()
        taken += batch.frames
    publish(fresh_vhost, b"three")
    (last,) = islice(batches, 1)
    last.committed()
    assert [*taken, *last.frames] == [b"one", b"two", b"three"]
    stop.set()
    assert list(batches) == []
