"""Messages between the services in one thread: late, doubled, and in any order that a seed decides.

What a service has said waits here for each that listens to it until it is delivered. Order within a stream is the
receiver's business: what comes early is held there.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from random import Random

import orjson
import sqlalchemy as sa

from shared.contracts.envelope import Envelope, decode
from shared.flow.receive import Receiver
from shared.flow.service import Service
from shared.kernel.clock import SetClock
from tests.lives import towns
from tests.lives.oracle import Frame

DOUBLED = 0.1  # share of messages that come a second time
WHOLE = 0.7  # how often a service gets all that waits for it, where everything is to be delivered
PATIENCE = timedelta(hours=1)  # longer than any pause between two attempts
MOST_ATTEMPTS = 100
Watch = Callable[
    [str, Collection[str]], None
]  # a service, and streams of which it has just taken or said something


def _watch_nothing(service: str, streams: Collection[str]) -> None:
    del service, streams


class Transport:
    """Everything that was said and is not taken by everybody yet.

    Args:
        on_the_way: messages of the registry that nobody has been given yet.
        said: service → id of the last message in its outbox that is no longer looked at.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        seed: int,
        on_the_way: Collection[Envelope] = (),
        said: Mapping[str, int] | None = None,
    ) -> None:
        self._services = services
        self._random = Random(seed)
        self._clock = SetClock(towns.DAWN)  # of the receivers: when they try again what they have put off
        self._receivers = {
            name: Receiver(service, self._clock) for name, service in services.items() if service.listens
        }
        self._pending: dict[str, list[Envelope]] = {name: [] for name in self._receivers}
        self._is_put_off = False
        self._doubled: set[tuple[str, str, str]] = set()
        self.said = {**dict.fromkeys(services, 0), **(said or {})}
        self.frames: dict[str, list[Frame]] = defaultdict(list)  # what intake has said, by stream
        self.watch: Watch = _watch_nothing
        self._queue("registry", list(on_the_way))

    def take_outbox(self, name: str) -> list[Envelope]:
        """Return what a service has said since this was asked last."""
        store = self._services[name].store
        if not store.committed.is_set():
            return []
        store.committed.clear()
        outbox = store.flow.outbox
        columns = (outbox.c.id, outbox.c.frame)
        with store.read() as conn:
            rows = conn.execute(
                sa.select(*columns).where(outbox.c.id > self.said[name]).order_by(outbox.c.id)
            ).all()
        self.said[name] = rows[-1].id if rows else self.said[name]
        return self._decoded(name, [bytes(row.frame) for row in rows])

    def collect(self) -> None:
        """Take everything that was said; what intake has said is looked at at once."""
        for name in self._services:
            said = self.take_outbox(name)
            self._queue(name, said)
            if name == "intake" and said:
                self.watch("intake", {message.stream for message in said})

    def deliver_some(self) -> None:
        """Deliver some messages to one service, if any wait."""
        waiting = [name for name, pending in self._pending.items() if pending]
        if waiting:
            name = self._random.choice(waiting)
            self._deliver(name, self._random.randint(1, len(self._pending[name])))

    def deliver_all(self) -> None:
        """Deliver until nothing waits for anybody, what was put off included."""
        self.collect()
        for _ in range(MOST_ATTEMPTS):
            if not (any(self._pending.values()) or self._retry()):
                return
            for name in self._random.sample(sorted(self._pending), len(self._pending)):
                most = len(self._pending[name])
                is_all = self._random.random() < WHOLE
                self._deliver(name, most if is_all else self._random.randint(0, most))
        raise AssertionError("messages cause messages without end, or one is put off for ever")

    def _deliver(self, name: str, number: int) -> None:
        pending = self._pending[name]
        self._random.shuffle(pending)
        batch, self._pending[name] = pending[:number], pending[number:]
        if batch:
            self._pending[name] += [message for message in batch if self._comes_again(name, message)]
            self._is_put_off |= self._receivers[name].take(batch).later > 0
            self.collect()
            self.watch(name, {message.stream for message in batch})

    def _comes_again(self, name: str, message: Envelope) -> bool:
        key = (name, message.source, message.id)
        if key in self._doubled or self._random.random() > DOUBLED:
            return False
        self._doubled.add(key)
        return True

    def _retry(self) -> bool:
        """Have everybody try again what was put off, whose time has come on the receivers' clock."""
        if not self._is_put_off:
            return False
        self._clock.set(self._clock.now() + PATIENCE)
        self._is_put_off = False
        for name, receiver in self._receivers.items():
            if receiver.retry():
                self._is_put_off = True  # it may have been put off again: only the next attempt tells
                self.collect()
                self.watch(name, set(self.frames))
        return self._is_put_off

    def _queue(self, name: str, said: Sequence[Envelope]) -> None:
        for listener, pending in self._pending.items():
            if name in self._services[listener].listens:
                pending += said

    def _decoded(self, name: str, frames: Sequence[bytes]) -> list[Envelope]:
        messages = [decode(frame) for frame in frames]
        for message, frame in zip(messages, frames, strict=True) if name == "intake" else ():
            self.frames[message.stream].append(orjson.loads(frame))
        return messages
