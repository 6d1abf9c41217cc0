"""The way of messages between services, of which some take what comes and some are down: for the fixture's maker.

What is for a service that is down waits in its queue, as it would at the broker. Nothing that falls due is done.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.contracts.envelope import decode
from shared.flow.outbox import Outgoing, mark_sent, pick
from shared.flow.receive import MAX_ATTEMPTS, Receiver
from shared.kernel.clock import SetClock
from tests.upgrade.seams import House, Message, read

LONG = timedelta(hours=1)  # longer than any pause between two attempts


class Broken(RuntimeError):
    """What a handler raises that has a fault."""


class Street:
    """Passes messages on, one pass at a time.

    Args:
        is_sent: whether what lies in queues counts as delivered, as it does at a broker that confirmed it; in a
            house of one process the outbox keeps it until every service has taken it.
    """

    def __init__(self, house: House, *, is_sent: bool) -> None:
        self.down: set[str] = set()
        self.queues: dict[str, list[bytes]] = {name: [] for name in house.services}
        self._house = house
        self._is_sent = is_sent
        self._passed: set[tuple[str, int]] = set()

    def rest(self) -> None:
        """Pass on whatever was said until nothing more is."""
        while sum(self._pass_from(name) for name in self._house.services):
            pass

    def _pass_from(self, name: str) -> int:
        fresh = [message for message in self._waiting(name) if (name, message.id) not in self._passed]
        frames = [message.frame for message in fresh]
        for listener, service in self._house.services.items():
            if name in service.listens and listener in self.down:
                self.queues[listener] += frames
            elif name in service.listens:
                self._house.take(listener, frames)
        self._passed |= {(name, message.id) for message in fresh}
        return len(fresh)

    def end(self) -> None:
        """Mark as sent what was delivered: nothing is passed on any more."""
        waits = {frame for frames in self.queues.values() for frame in frames}
        for name, store in self._house.stores.items():
            passed = [message for message in self._waiting(name) if (name, message.id) in self._passed]
            done = [message.id for message in passed if self._is_sent or message.frame not in waits]
            mark_sent(store, done, self._house.world.now)

    def _waiting(self, name: str) -> list[Outgoing]:
        return pick(self._house.stores[name], 10_000)

    # ---- what goes wrong

    def hand_over(self, listener: str, types: Iterable[str], case: str) -> list[Message]:
        """Take messages of a case out of a queue and have them arrive, whatever lies before them."""
        wanted = set(types)
        chosen = [
            frame
            for frame in self.queues[listener]
            if (message := read(frame)).stream == case and message.type in wanted
        ]
        assert chosen, (listener, types, case)
        self.queues[listener] = [frame for frame in self.queues[listener] if frame not in chosen]
        self._house.take(listener, chosen)
        return [read(frame) for frame in chosen]

    def park(self, listener: str, type_: str, case: str) -> None:
        """Have a message arrive at a handler with a fault, until it is parked."""

        def fail(*_: object) -> None:
            raise Broken("a fault in the version before")

        service = self._house.services[listener]
        clock = SetClock(datetime.now(UTC))
        receiver = Receiver(replace(service, handlers={**service.handlers, type_: fail}), clock)
        (frame,) = [
            frame
            for frame in self.queues[listener]
            if (message := read(frame)).stream == case and message.type == type_
        ]
        self.queues[listener].remove(frame)
        receiver.take([decode(frame)])
        for _ in range(MAX_ATTEMPTS):
            clock.set(clock.now() + LONG)
            receiver.retry()
