"""Both transports keep the same promise: what is confirmed has arrived, and what is not comes again."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import memory

from shared.bus.batch import Source
from shared.bus.memory import MemoryBus
from shared.bus.rabbit.consumer import RabbitSource
from shared.bus.rabbit.publisher import RabbitPublisher
from shared.bus.rabbit.topology import DEAD, Shape, declare, queue_names

LISTENS = {"speaker": (), "listener": ("speaker",)}
SHAPE = Shape(shards=2)


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    stream: str
    frame: bytes


class Reader(threading.Thread):
    """Collects frames until it has as many as wanted."""

    def __init__(self, source: Source, wanted: int, refuse: bytes | None = None) -> None:
        super().__init__(daemon=True)
        self.frames: list[bytes] = []
        self._source, self._wanted, self._refuse = source, wanted, refuse
        self.stop = threading.Event()
        self.start()

    def run(self) -> None:
        for batch in self._source.batches(50, self.stop):
            for index, frame in enumerate(batch.frames):
                if frame == self._refuse:
                    batch.unreadable(index)
            batch.committed()
            self.frames.extend(batch.frames)
            if len(self.frames) >= self._wanted:
                return


Pair = tuple[object, Callable[[], Source]]


@pytest.fixture(params=["memory", "rabbit"])
def transport(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """A publisher of 'speaker' and a way to open a source of 'listener'."""
    if request.param == "memory":
        bus = MemoryBus(LISTENS)
        yield bus.publisher("speaker"), lambda: bus.source("listener")
        return
    url = request.getfixturevalue("fresh_vhost")
    with Connection(url) as connection:
        declare(connection, LISTENS, SHAPE)
    publisher = RabbitPublisher(url, "speaker")
    assert publisher.wait_open(10)
    yield publisher, lambda: RabbitSource(url, "listener", SHAPE)
    publisher.close()


def confirmed(publisher: object, wanted: int) -> set[int]:
    """Wait until so many ids are confirmed."""
    found: set[int] = set()
    while len(found) < wanted:
        found.update(publisher.outcome(5.0)[0])  # type: ignore[attr-defined]
    return found


def test_what_is_sent_arrives_and_is_confirmed(transport: Pair) -> None:
    """Every message reaches the subscriber, and each is confirmed by its id."""
    publisher, open_source = transport
    reader = Reader(open_source(), 300)
    publisher.send([Message(n, f"s{n % 7}", b"%d" % n) for n in range(300)])  # type: ignore[attr-defined]
    assert confirmed(publisher, 300) == set(range(300))
    reader.join(20)
    assert sorted(reader.frames) == sorted(b"%d" % n for n in range(300))


def test_two_ends_that_open_at_once_have_one_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends and whoever listens declare the queue at the same moment: nothing goes into a second one."""
    begun = threading.Event()

    class MadeSlowly(memory.Queue):  # type: ignore[misc]
        def __init__(self) -> None:
            begun.set()
            if threading.current_thread() is not threading.main_thread():
                time.sleep(0.2)  # whoever listens has seen that there is none, and is not done
            super().__init__()

    monkeypatch.setattr(memory, "Queue", MadeSlowly)
    bus = MemoryBus(LISTENS)
    reader = Reader(bus.source("listener"), 1)
    assert begun.wait(5)
    bus.publisher("speaker").send([Message(1, "s", b"said")])
    reader.join(5)
    assert reader.frames == [b"said"]


def test_a_stream_keeps_its_order(transport: Pair) -> None:
    """Messages of one stream arrive in the order in which they were sent."""
    publisher, open_source = transport
    reader = Reader(open_source(), 200)
    publisher.send([Message(n, f"s{n % 3}", b"%d %03d" % (n % 3, n)) for n in range(200)])  # type: ignore[attr-defined]
    reader.join(20)
    for stream in (b"0", b"1", b"2"):
        own = [frame for frame in reader.frames if frame.startswith(stream + b" ")]
        assert own == sorted(own)


def test_what_was_not_acknowledged_comes_again(fresh_vhost: str) -> None:
    """A worker that dies with a batch in hand loses nothing."""
    with Connection(fresh_vhost) as connection:
        declare(connection, LISTENS, SHAPE)
    publisher = RabbitPublisher(fresh_vhost, "speaker")
    assert publisher.wait_open(10)
    publisher.send([Message(n, f"s{n}", b"%d" % n) for n in range(20)])
    confirmed(publisher, 20)
    dying = RabbitSource(fresh_vhost, "listener", SHAPE).batches(50, threading.Event())
    assert next(dying).frames
    dying.close()  # the connection goes, nothing was acknowledged
    reader = Reader(RabbitSource(fresh_vhost, "listener", SHAPE), 20)
    reader.join(20)
    assert sorted(set(reader.frames)) == sorted(b"%d" % n for n in range(20))
    publisher.close()


def test_a_frame_that_is_no_message_goes_to_the_dead_letters_and_the_queue_flows_on(fresh_vhost: str) -> None:
    """An unreadable frame stops nobody and is kept by the broker for a person to see."""
    with Connection(fresh_vhost) as connection:
        declare(connection, LISTENS, SHAPE)
    publisher = RabbitPublisher(fresh_vhost, "speaker")
    assert publisher.wait_open(10)
    for message in (Message(1, "s", b"rubbish"), Message(2, "s", b"good")):
        publisher.send([message])
        confirmed(publisher, 1)
    reader = Reader(RabbitSource(fresh_vhost, "listener", SHAPE), 2, refuse=b"rubbish")
    reader.join(20)
    assert b"good" in reader.frames
    publisher.close()
    with Connection(fresh_vhost) as connection, connection.channel() as channel:
        assert bytes(_get(channel, DEAD).body) == b"rubbish"


def test_a_bundle_with_something_unreadable_is_kept_whole(fresh_vhost: str) -> None:
    """What can be read of a bundle is taken; for the rest the broker keeps the frame, for a person to see."""
    with Connection(fresh_vhost) as connection:
        declare(connection, LISTENS, SHAPE)
    publisher = RabbitPublisher(fresh_vhost, "speaker")
    assert publisher.wait_open(10)
    publisher.send([Message(1, "s", b"rubbish"), Message(2, "s", b"good"), Message(3, "s", b"rubbish")])
    confirmed(publisher, 3)
    reader = Reader(RabbitSource(fresh_vhost, "listener", SHAPE), 3, refuse=b"rubbish")
    reader.join(20)
    assert reader.frames == [b"rubbish", b"good", b"rubbish"]
    publisher.close()
    with Connection(fresh_vhost) as connection, connection.channel() as channel:
        assert bytes(_get(channel, DEAD).body) == b"[rubbish,good,rubbish]"


def _get(channel: Any, queue: str) -> Any:
    """Take one message; the broker moves dead letters in its own time."""
    for _ in range(1000):
        if message := channel.basic_get(queue, no_ack=True):
            return message
        threading.Event().wait(0.02)
    raise AssertionError(f"nothing arrived in {queue}")


def test_queues_are_quorum_queues_with_one_active_consumer(fresh_vhost: str, servers: object) -> None:
    """The topology is the one that the promises rest on."""
    with Connection(fresh_vhost) as connection:
        declare(connection, LISTENS, SHAPE)
        declare(connection, LISTENS, SHAPE)  # again: nothing changes
        with connection.channel() as channel:
            for name in queue_names("listener", SHAPE):
                channel.queue_declare(name, passive=True)
