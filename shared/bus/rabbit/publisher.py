"""The relay's transport: pika with pipelined confirms.

The connection lives in a thread of its own; other threads reach it only through `add_callback_threadsafe`, the one
door of pika that may be used from outside (used from several threads, a channel loses messages without a word).
A lost connection gives everything unconfirmed back to be sent again and is opened anew. What was handed over and not
yet published when it went is given back too: whoever sends waits for the fate of every single message.

Which thread touches what: channel, connection, tags and what is unconfirmed belong to the connection's thread; what is
handed over is a deque, of which each message has one taker; delivered and given back are changed under `_change`.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pika
import structlog

from shared.bus.rabbit.bundles import BATCH_TYPE, ONE_TYPE, bundles, join
from shared.bus.rabbit.connecting import addresses_of, pika_parameters
from shared.bus.rabbit.topology import from_exchange
from shared.obs.failures import told

log = structlog.get_logger()
RETRY_SECONDS = 1.0
HEARTBEAT_SECONDS = 10  # a broker that vanished without a word is noticed after two of them


class RabbitPublisher:
    """Sends one service's messages and reports what the broker confirmed.

    Args:
        url: AMQP address, of one broker or of several to fail over between (`connecting`).
        producer: the service whose exchange is used.
        bundled: whether messages that go the same way share frames; without, each has its own (to measure that).
    """

    def __init__(self, url: str, producer: str, *, bundled: bool = True) -> None:
        self._addresses = map(_parameters, addresses_of(url))
        self._exchange = from_exchange(producer)
        self._bundled = bundled
        self._change = threading.Condition()
        self._delivered: list[int] = []
        self._given_back: list[int] = []
        self._handed: deque[Any] = deque()  # sent to the connection's thread, not yet published
        self._unconfirmed: dict[int, list[int]] = {}  # delivery tag → outbox ids
        self._next_tag = 1  # a channel's messages count from 1, which nobody is told: it is counted along
        self._channel: Any = None
        self._connection: Any = None
        self._closing = False
        self._opened = threading.Event()
        # Last of all, since it uses everything above.
        self._thread = threading.Thread(target=self._keep_open, name=f"publish-{producer}", daemon=True)
        self._thread.start()

    def send(self, messages: Sequence[Any]) -> None:
        """Hand messages to the connection's thread; without a connection they come back to be sent again.

        Args:
            messages: with `id`, `stream` and `frame`; what becomes of each is told by `outcome`.
        """
        # Handed over before the thread is asked: whatever makes it publish takes these along.
        self._handed.extend(messages)
        if not self._in_loop(self._publish):
            self._give_back_handed()

    def outcome(self, wait_seconds: float) -> tuple[list[int], list[int]]:
        """Return ids confirmed and ids to send again since the last call.

        Args:
            wait_seconds: how long to wait for the first one; 0: not at all.
        """
        with self._change:
            if not (self._delivered or self._given_back) and wait_seconds:
                self._change.wait(wait_seconds)
            delivered, self._delivered = self._delivered, []
            given_back, self._given_back = self._given_back, []
        if given_back and not delivered:
            time.sleep(0.05)  # refused by a full queue, or no connection: don't spin
        return delivered, given_back

    def wait_open(self, seconds: float) -> bool:
        """Wait until messages can be published, at most so long; tell whether they can."""
        return self._opened.wait(seconds)

    def close(self) -> None:
        """Close the connection and end its thread."""
        self._closing = True
        connection = self._connection
        if connection is not None:
            self._in_loop(lambda: _close(connection))
        # A broker that is gone answers no farewell: the thread is a daemon, and nobody waits for it any longer.
        self._thread.join(timeout=5)

    def _keep_open(self) -> None:
        """Open a connection, serve it until it ends, and open the next: pika reconnects nothing by itself.

        Several addresses are taken in turn. Whatever was under way when a connection ended is given back before the
        next one is opened: its confirmation can't come any more.
        """
        while not self._closing:
            try:
                self._connection = pika.SelectConnection(
                    next(self._addresses),
                    on_open_callback=self._on_open,
                    on_open_error_callback=lambda connection, _why: connection.ioloop.stop(),
                    on_close_callback=lambda connection, _why: connection.ioloop.stop(),
                )
                self._connection.ioloop.start()
            except Exception as failure:  # noqa: BLE001 - whatever ends a connection, another is opened
                log.warning("publisher-connection-failed", cause=told(failure))
            finally:
                self._lose_channel()
            if not self._closing:
                time.sleep(RETRY_SECONDS)

    def _on_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        """Have the broker confirm, and end the connection with the channel: a dead channel stays dead."""
        channel.add_on_close_callback(lambda closed, _why: _close(closed.connection))
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: self._use(channel))

    def _use(self, channel: Any) -> None:
        self._next_tag = 1  # tags begin anew with every channel
        self._channel = channel
        self._opened.set()
        self._publish()  # whoever handed something to the connection before this one

    def _publish(self) -> None:
        channel = self._channel
        if channel is None or not channel.is_open:
            # Not kept for the next connection: the relay chooses anew, in turn over the towns.
            self._give_back_handed()
            return
        handed = list(_taken_from(self._handed))
        alone = ((message.stream, [message]) for message in handed)
        for lane, part in bundles(handed) if self._bundled else alone:
            # Noted before it is published: where the connection ends in between, it is given back with the others.
            self._unconfirmed[self._next_tag] = [message.id for message in part]
            self._next_tag += 1
            body, headers = join([message.frame for message in part])
            # Not `mandatory`: what no queue wants is kept by the alternate exchange (`topology.UNROUTABLE`).
            channel.basic_publish(self._exchange, lane, body, _properties(headers))

    def _on_confirm(self, frame: Any) -> None:
        """Take the broker's word: kept by every queue, or refused, as where one of them was full.

        A word may cover all tags up to its own. One that is not known any more was given back with its connection.
        """
        method = frame.method
        tags = [method.delivery_tag]
        if method.multiple:
            tags = [tag for tag in self._unconfirmed if tag <= method.delivery_tag]
        ids = [id_ for tag in tags for id_ in self._unconfirmed.pop(tag, ())]
        with self._change:
            (self._delivered if isinstance(method, pika.spec.Basic.Ack) else self._given_back).extend(ids)
            self._change.notify()

    def _lose_channel(self) -> None:
        self._opened.clear()
        # Out of reach first, given back after: what is handed over from here on, `send` gives back by itself.
        connection, self._channel, self._connection = self._connection, None, None
        if connection is not None:
            connection.ioloop.close()  # gives the sockets back that wake the loop
        ids = [id_ for part in self._unconfirmed.values() for id_ in part]
        self._unconfirmed.clear()
        self._give_back(ids)
        self._give_back_handed()

    def _give_back_handed(self) -> None:
        self._give_back([message.id for message in _taken_from(self._handed)])

    def _give_back(self, ids: Sequence[int]) -> None:
        with self._change:
            self._given_back.extend(ids)
            self._change.notify()

    def _in_loop(self, act: Callable[[], None]) -> bool:
        """Have `act` done by the connection's thread; tell whether it was asked, not whether it was done."""
        connection = self._connection
        if connection is None or self._channel is None:
            return False
        try:
            connection.ioloop.add_callback_threadsafe(act)
        except Exception:  # noqa: BLE001 - the loop ended in between
            return False
        return True


def _properties(headers: dict[str, str]) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type=BATCH_TYPE if headers else ONE_TYPE, headers=headers or None, delivery_mode=2
    )


def _parameters(address: str) -> pika.URLParameters:
    parameters = pika_parameters(address)
    parameters.heartbeat = HEARTBEAT_SECONDS
    return parameters


def _taken_from(queue: deque[Any]) -> Iterator[Any]:
    """Yield what is now in a queue, each to one taker only, also where two threads take at once.

    What is added while it is taken is left to whoever added it, who asks for the next round.
    """
    for _ in range(len(queue)):
        try:
            yield queue.popleft()
        except IndexError:
            return


def _close(connection: Any) -> None:
    """Close a connection unless it is closing already; a channel alone is of no use to us."""
    if not (connection.is_closing or connection.is_closed):
        connection.close()
