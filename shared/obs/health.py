"""Health as registered pings: each part of a service says for itself whether it works, in a word.

Decides that a report is there within two seconds whatever a part does, and that it says no more than a word: anybody
may ask. What was amiss stands in the log.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from shared.obs.failures import told

Ping = Callable[[], str | None]  # None: well; a word: what is wrong
OK, FAILING, SLOW = "ok", "failing", "slow"
PATIENCE_SECONDS = 1.5  # for all parts together; with what else an answer takes, two seconds

log = structlog.get_logger("health")


class _Part:
    """One part, asked by one thread at a time: a ping that hangs in a driver keeps that thread and no other."""

    def __init__(self, name: str, ping: Ping) -> None:
        self._name = name
        self._ping = ping
        self._lock = threading.Lock()
        self._round: _Round | None = None
        self._last = OK

    def ask(self) -> "_Round":
        """Begin to ask, or join those who wait for the answer already."""
        with self._lock:
            if self._round is None or self._round.is_done.is_set():
                self._round = _Round()
                # A daemon: where it hangs for ever it must not keep the process from ending.
                threading.Thread(
                    target=self._answer, args=(self._round,), name=f"health-{self._name}", daemon=True
                ).start()
            return self._round

    def _answer(self, asked: "_Round") -> None:
        cause = None
        try:
            asked.state = self._ping() or OK
        except Exception as failure:  # noqa: BLE001 - a ping that fails is an answer
            asked.state, cause = FAILING, told(failure)
        self._say(asked.state, cause)
        asked.is_done.set()

    def _say(self, state: str, cause: str | None) -> None:
        """A line for each change: whoever asks each second must not fill the log."""
        if state != self._last:
            log.warning("health", part=self._name, state=state, before=self._last, cause=cause)
            self._last = state


@dataclass(slots=True)
class _Round:
    """One asking of a part; its state is read once it is done, and is 'slow' until then."""

    state: str = SLOW
    is_done: threading.Event = field(default_factory=threading.Event)


class Health:
    """The pings of one service.

    Args:
        pings: part → what asks it.
        shows: told of each part whether it is well, at every report; for a figure.
        patience_seconds: how long a report waits, at most, for all parts together.
    """

    def __init__(
        self,
        pings: dict[str, Ping] | None = None,
        *,
        shows: Callable[[str, bool], None] = lambda _part, _is_well: None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._parts: dict[str, _Part] = {}
        self.shows = shows
        self._patience_seconds = patience_seconds
        for name, ping in (pings or {}).items():
            self.register(name, ping)

    def register(self, name: str, ping: Ping) -> None:
        """Add a part to the report; a second ping under one name takes the first one's place.

        Args:
            ping: asked at every report, in a thread of its own; a word that it returns is shown to everybody.
        """
        self._parts[name] = _Part(name, ping)

    def report(self) -> tuple[bool, dict[str, str]]:
        """Return whether all is well, and for each part 'ok' or a word: 'slow', 'failing', or the ping's own."""
        until = time.monotonic() + self._patience_seconds
        asked = {name: part.ask() for name, part in self._parts.items()}
        states = {}
        for name, round_ in asked.items():
            round_.is_done.wait(max(0.0, until - time.monotonic()))
            states[name] = round_.state
            self.shows(name, states[name] == OK)
        return all(state == OK for state in states.values()), states
