"""The embedded broker: kombu's memory transport, one direct queue per service, within one process.

It keeps nothing through a crash and need not: a message counts as delivered when every subscriber's inbox has
committed it, which the subscribers report here; until then the outbox keeps it.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty
from typing import Protocol

from kombu import Connection, Message
from kombu.simple import SimpleQueue

from shared.bus.batch import Batch
from shared.kernel.ids import new_id

POLLING_SECONDS = 0.005  # kombu's own default of a second would be felt at every hop


class Frame(Protocol):
    """What is sent: an outbox id and the message's bytes."""

    @property
    def id(self) -> int:
        """The outbox row."""
        ...

    @property
    def frame(self) -> bytes:
        """The encoded message."""
        ...


class MemoryBus:
    """All queues of one process.

    Args:
        listens: for each service, the services whose messages it takes.
    """

    def __init__(self, listens: Mapping[str, Sequence[str]]) -> None:
        self._prefix = f"gridcase.{new_id()}"  # kombu's memory queues are shared by the whole process
        self._opening = threading.Lock()
        self._publishers = {
            name: MemoryPublisher(self, name, [sub for sub, sources in listens.items() if name in sources])
            for name in listens
        }

    def publisher(self, service: str) -> "MemoryPublisher":
        """Return the transport of a service's relay: the same at every call.

        Raises:
            KeyError: no such service.
        """
        return self._publishers[service]

    def source(self, service: str) -> "MemorySource":
        """Return where a service's messages come from."""
        return MemorySource(self, service)

    def queue(self, service: str) -> SimpleQueue:
        """Open a service's queue on a connection of its own: neither is ever shared between threads.

        Nothing is acknowledged: kombu's virtual transports forget a message when it is taken, whatever becomes of it.
        """
        connection = Connection("memory://", transport_options={"polling_interval": POLLING_SECONDS})
        # Both ends declare it, and kombu looks before it makes one: of two made at once, one is lost with all in it.
        with self._opening:
            return connection.SimpleQueue(
                f"{self._prefix}.{service}", no_ack=True, queue_opts={"durable": False}
            )

    def committed(self, service: str, batch: Sequence["_Arrived"]) -> None:
        """Report that a subscriber's inbox has committed a batch.

        Args:
            service: the subscriber.
        """
        for arrived in batch:
            self._publishers[arrived.source].has_committed(arrived.id, service)


class MemoryPublisher:
    """Sends one service's messages to every subscriber and waits for their word.

    The relay's thread sends, the subscribers' threads report: what both touch is changed under one lock alone.

    Args:
        service: the producer.
        subscribers: services that take its messages; none: what is sent is delivered.
    """

    def __init__(self, bus: MemoryBus, service: str, subscribers: Sequence[str]) -> None:
        self._bus = bus
        self._service = service
        self._subscribers = tuple(subscribers)
        self._awaited: dict[int, set[str]] = {}  # outbox id → subscribers that have not committed it yet
        self._delivered: list[int] = []
        self._change = threading.Condition()
        self._queues: dict[str, SimpleQueue] = {}

    def send(self, messages: Sequence[Frame]) -> None:
        """Put every message into every subscriber's queue.

        Args:
            messages: none of them under way already.
        """
        # First it is noted who has to answer: a quick subscriber's word would else come before anybody waited for it,
        # and the message would never count as delivered.
        with self._change:
            self._awaited.update((message.id, set(self._subscribers)) for message in messages)
            if not self._subscribers:
                self._delivered.extend(message.id for message in messages)
        # Opened here and not when this is made: a connection belongs to the one thread that sends.
        for subscriber in self._subscribers:
            queue = self._queues.get(subscriber) or self._queues.setdefault(
                subscriber, self._bus.queue(subscriber)
            )
            for message in messages:
                queue.put(
                    message.frame, serializer="raw", headers={"source": self._service, "outbox": message.id}
                )

    def outcome(self, wait_seconds: float) -> tuple[list[int], list[int]]:
        """Return the ids that every subscriber has committed since the last call.

        Args:
            wait_seconds: how long to wait for the first one; 0: not at all.

        Returns:
            Outbox ids that are delivered, and ids to send again: none here, where nothing is refused.
        """
        with self._change:
            if not self._delivered and wait_seconds:
                self._change.wait(wait_seconds)
            delivered, self._delivered = self._delivered, []
            return delivered, []

    def has_committed(self, id_: int, subscriber: str) -> None:
        """Take a subscriber's word; the last one's makes the message delivered.

        Args:
            id_: of the outbox row; one that nobody waits for any more is passed over.
        """
        with self._change:
            awaited = self._awaited.get(id_)
            if awaited is None:
                return
            awaited.discard(subscriber)
            if not awaited:
                del self._awaited[id_]
                self._delivered.append(id_)
                self._change.notify()


class MemorySource:
    """One service's end of its queue."""

    def __init__(self, bus: MemoryBus, service: str) -> None:
        self._bus = bus
        self._service = service

    def batches(self, size: int, stop: threading.Event) -> Iterator[Batch]:
        """Yield what arrives until `stop` is set; `size`: frames that a batch has at most."""
        queue = self._bus.queue(self._service)
        while not stop.is_set():
            if arrived := _drain(queue, size):
                yield self._batch(arrived)

    def _batch(self, arrived: Sequence["_Arrived"]) -> Batch:
        return Batch(
            [arrival.frame for arrival in arrived],
            committed=lambda: self._bus.committed(self._service, arrived),
            unreadable=lambda _index: None,  # frames of this process's own outboxes are readable
        )


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A frame taken from a queue, with the way back to its sender."""

    source: str
    id: int
    frame: bytes


def _drain(queue: SimpleQueue, size: int) -> list[_Arrived]:
    """Wait a moment for the first frame, then take what is there; `stop` is looked at after every moment."""
    batch: list[_Arrived] = []
    try:
        batch.append(_arrived(queue.get(block=True, timeout=0.2)))
        while len(batch) < size:
            batch.append(_arrived(queue.get(block=False)))
    except Empty:
        pass
    return batch


def _arrived(message: Message) -> _Arrived:
    return _Arrived(message.headers["source"], message.headers["outbox"], bytes(message.body))
