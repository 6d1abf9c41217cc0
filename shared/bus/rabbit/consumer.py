"""A service's messages from RabbitMQ, through kombu: many unacknowledged, acknowledged together.

A worker subscribes to its own share of the queues at once and to the others, as their standby, a little later:
a queue's first subscriber is its active one.
"""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import structlog
from amqp.exceptions import AMQPError  # type: ignore[import-untyped]
from kombu import Connection, Consumer, Queue

from shared.bus.batch import Batch
from shared.bus.rabbit.beating import Beat
from shared.bus.rabbit.bundles import size_of, split
from shared.bus.rabbit.connecting import addresses_of, kombu_connection
from shared.bus.rabbit.topology import Shape, queue_names
from shared.obs.failures import told

log = structlog.get_logger()
PREFETCH = 200  # frames unacknowledged at once: a batch of single messages, answered for with one word
STANDBY_SECONDS = 10.0  # time for workers that start at the same moment to subscribe to their own share
HEARTBEAT_SECONDS = 10  # default: none, and a broker that vanished without a word is never noticed
RETRY_SECONDS = 1.0
BROKER_TROUBLE = (AMQPError, OSError)  # away, or up and not ready yet


class RabbitSource:
    """One worker's end of a service's queues.

    Args:
        url: AMQP address, of one broker or of several to fail over between (`connecting`).
        service: the consumer.
        shape: width of the topology, as it was declared.
        worker: this worker's number, from 0; workers: how many there are.
    """

    def __init__(self, url: str, service: str, shape: Shape, *, worker: int = 0, workers: int = 1) -> None:
        self._addresses = addresses_of(url)
        self._service = service
        names = queue_names(service, shape)
        self._own = [name for number, name in enumerate(names) if number % workers == worker]
        self._standby = [name for name in names if name not in self._own]

    def batches(self, size: int, stop: Event) -> Iterator[Batch]:
        """Yield what arrives until `stop` is set; a lost connection is opened again.

        What was not acknowledged when a connection went comes again by the next one, also while it is still being
        taken: the inbox knows it by its sequence.

        Args:
            size: messages that a batch should have; frames are not cut, so that it may have some more.
        """
        while not stop.is_set():
            try:
                with self._connection() as connection:
                    yield from self._consume(connection, size, stop)
            except BROKER_TROUBLE as lost:
                log.warning("consumer-connection-lost", listener=self._service, cause=told(lost))
                stop.wait(RETRY_SECONDS)

    def _connection(self) -> Connection:
        return kombu_connection(next(self._addresses), heartbeat=HEARTBEAT_SECONDS, connect_timeout=5)

    def _consume(self, connection: Connection, size: int, stop: Event) -> Iterator[Batch]:
        """Subscribe twice: to this worker's own queues now, to the others as their standby later.

        A queue with a single active consumer gives everything to its first subscriber. Subscribed to all at once, the
        worker that starts first would get everything, and the others nothing until it dies.
        """
        channel = connection.channel()
        # For each queue by itself: one that is full does not use up what the others may deliver.
        channel.basic_qos(0, PREFETCH, False)
        arrived: list[Any] = []
        consumers = [self._subscribe(channel, self._own, arrived)]
        standby_at = time.monotonic() + STANDBY_SECONDS
        beat = Beat(connection, HEARTBEAT_SECONDS / 2)
        with beat.going():
            while not stop.is_set():
                if self._standby and len(consumers) == 1 and time.monotonic() > standby_at:
                    consumers.append(self._subscribe(channel, self._standby, arrived))
                _fill(connection, arrived, size)
                if arrived:
                    # Emptied and not replaced: the subscriptions go on filling this very list.
                    batch, arrived[:] = list(arrived), []
                    with beat.working():
                        yield _batch(batch, beat)

    def _subscribe(self, channel: Any, names: list[str], arrived: list[Any]) -> Consumer:
        consumer = Consumer(
            channel,
            # Never declared here: without the arguments of `topology` the broker would refuse it as another queue.
            [Queue(name, no_declare=True) for name in names],
            on_message=arrived.append,
            accept=None,  # no content type is looked at: what a frame is, the envelope says
            auto_declare=False,
        )
        consumer.consume()
        return consumer


def _fill(connection: Connection, arrived: list[Any], size: int) -> None:
    """Wait a moment for the first frame, then take what is already here.

    What came is counted once, not again for every frame: a batch may have hundreds of them. Heartbeats are
    sent only when they are asked for, which is done whenever nothing more is here.
    """
    try:
        connection.drain_events(timeout=0.2)
        counted = taken = 0
        # Only what has come already: waiting for a full batch would delay the messages that are here.
        while (taken := taken + sum(size_of(message.headers) for message in arrived[counted:])) < size:
            counted = len(arrived)
            connection.drain_events(timeout=0.001)
    except TimeoutError:
        connection.heartbeat_check()


def _batch(messages: list[Any], beat: Beat) -> Batch:
    """All frames of a batch came over one channel in the order of their tags: one acknowledgement covers them.

    A frame of which a part is unreadable goes to the broker's dead letters whole, and its readable parts are taken all
    the same (decision 11). It is answered for by that: the acknowledgement is the last other frame's.
    """
    frames: list[bytes] = []
    carrier: list[int] = []  # of each message, the frame that carried it
    for number, message in enumerate(messages):
        parts = split(_body(message), message.headers)
        frames += parts
        carrier += [number] * len(parts)
    refused: set[int] = set()

    def unreadable(index: int) -> None:
        # Once for a frame: answering for a tag twice is an error that ends the channel.
        if carrier[index] not in refused:
            with beat.writing():
                messages[carrier[index]].reject(requeue=False)
            refused.add(carrier[index])

    def committed() -> None:
        kept = [message for number, message in enumerate(messages) if number not in refused]
        if kept:
            with beat.writing():
                kept[-1].ack(multiple=True)

    return Batch(frames, committed=committed, unreadable=unreadable)


def _body(message: Any) -> bytes:
    return message.body.encode() if isinstance(message.body, str) else bytes(message.body)
