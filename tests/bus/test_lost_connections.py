"""A broker that comes and goes: whoever sends hears of the fate of every single message."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from kombu import Connection

from shared.bus.rabbit.publisher import RabbitPublisher
from shared.bus.rabbit.topology import Shape, declare
from tests.bus.wire import Wire

LISTENS = {"speaker": (), "listener": ("speaker",)}
AT_ONCE, WINDOW, CUTS = 5, 200, 5


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    stream: str = "s"
    frame: bytes = b"frame"


@pytest.fixture
def broker(fresh_vhost: str) -> str:
    """The address of a broker where everything is declared."""
    with Connection(fresh_vhost) as connection:
        declare(connection, LISTENS, Shape(shards=1, max_length=1_000_000))
    return fresh_vhost


@pytest.fixture
def wire(broker: str) -> Iterator[Wire]:
    """What lies between a publisher and its broker."""
    with Wire(urlsplit(broker).port or 0) as made:
        yield made


def through(wire: Wire, broker: str) -> str:
    """Return the broker's address at the near end of a wire."""
    return broker.replace(f":{urlsplit(broker).port}/", f":{wire.port}/")


def test_every_message_handed_over_is_answered_for(broker: str, wire: Wire) -> None:
    """Confirmed or given back: none stays with a connection that is gone, or its case would wait for ever."""
    publisher = RabbitPublisher(through(wire, broker), "speaker")
    unanswered: set[int] = set()
    sent = 0
    for _ in range(CUTS):
        assert publisher.wait_open(20)
        cutter = threading.Timer(0.05, wire.cut)
        cutter.start()
        while not cutter.finished.is_set() or publisher.wait_open(0):
            if len(unanswered) < WINDOW:
                unanswered.update(range(sent, sent + AT_ONCE))
                publisher.send([Message(number) for number in range(sent, sent + AT_ONCE)])
                sent += AT_ONCE
            for answered in publisher.outcome(0):
                unanswered.difference_update(answered)
    for _ in range(600):
        if not unanswered:
            break
        for answered in publisher.outcome(0.1):
            unanswered.difference_update(answered)
    publisher.close()
    assert not unanswered


def test_a_publisher_turns_to_the_next_address(broker: str) -> None:
    """Of several brokers the first that answers is used."""
    publisher = RabbitPublisher(f"amqp://127.0.0.1:1/%2F;{broker}", "speaker")
    assert publisher.wait_open(20)
    publisher.close()
