"""A world of all services whose time is moved by hand.

Decides the order in which messages pass and duties run: everything settles before time moves, and time moves to
the next instant at which something falls due. Must not know what the services do.
"""

from collections.abc import Mapping
from datetime import datetime

from gridcase.simulation.looks import Looks
from gridcase.simulation.post import PostOffice
from shared.flow.service import Service
from shared.kernel.clock import SetClock

DUTY_LIMIT = 1000
RESTLESS = 10_000  # rounds after which a world that never comes to rest is given up


class Restless(RuntimeError):
    """Messages keep causing messages, or a duty never ends."""


class World:
    """All services of a house under one simulated time.

    Args:
        services: by name, on stores that were made simulated.
        at: the instant at which the stores stand.
    """

    def __init__(self, services: Mapping[str, Service], at: datetime) -> None:
        self.services = dict(services)
        self._clock = SetClock(at)
        self._has_moved = True  # time has, since everything last came to rest
        self._looks = [Looks(service) for service in services.values()]
        self._post = PostOffice(services)

    @property
    def now(self) -> datetime:
        """The present simulated instant."""
        return self._clock.now()

    def settle(self) -> None:
        """Pass messages and run due work until nothing moves any more.

        Raises:
            Restless: it does not come to an end.
        """
        # Asked for after every request: while neither time nor a message has moved, no duty need be asked.
        if not (self._has_moved or self._post.has_emitted):
            return
        for _ in range(RESTLESS):
            if not (self._post.pass_on(self.now) or self._run_duties()):
                self._has_moved = False
                return
        raise Restless(f"the house does not come to rest at {self.now.isoformat()}")

    def advance(self, to: datetime) -> None:
        """Move time to `to`, stopping at every instant at which something falls due on the way."""
        self.settle()
        while (due_at := self._next_due()) is not None and due_at <= to:
            # What is overdue already must not set time back.
            self._set(max(due_at, self.now))
            self.settle()
        self._set(to)
        self.settle()

    def finish(self) -> None:
        """Leave nothing untaken of what was said: before stores are emptied of their cases."""
        self._post.take_all()

    def back_to(self, at: datetime) -> None:
        """Begin anew at `at`, earlier or later: only for stores that were emptied of their cases in between."""
        self._clock = SetClock(at)
        self._has_moved = True
        self._post.begin_anew()
        for look in self._looks:
            look.forget()
        self._set(at)

    def _set(self, at: datetime) -> None:
        if at > self._clock.now():
            self._has_moved = True
        self._clock.set(at)
        for service in self.services.values():
            service.store.set_now(at)

    def _run_duties(self) -> int:
        return sum(look.run(DUTY_LIMIT, self.now) for look in self._looks)

    def _next_due(self) -> datetime | None:
        found = [at for look in self._looks if (at := look.next_at()) is not None]
        return min(found, default=None)
