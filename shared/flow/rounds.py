"""Doing what falls due by itself: until nothing is, then a pause. A backlog calls helpers, who go when it is gone.

Decides who looks and when. What is claimed twice is the duty's to prevent: other processes do the same work.
"""

import threading

from shared.db.store import Store
from shared.flow.service import Duty
from shared.kernel.scope import StoreScope, within

DUTY_LIMIT = 1000  # pieces of due work that a duty does before anybody looks whether to stop
SIMULATED_PAUSE_SECONDS = 0.1


class Rounds:
    """The rounds of one duty in one process: of one thread that looks, and of helpers that sleep until there is much.

    Args:
        store: the service's own.
        stop: set at the end; `wake` must follow it.
    """

    def __init__(self, duty: Duty, store: Store, stop: threading.Event) -> None:
        self.duty = duty
        self._store = store
        self._stop = stop
        self._backlog = threading.Event()

    @property
    def helpers(self) -> int:
        """How many threads may call `help`; none on SQLite, whose one writer they would only wait for."""
        return 0 if self._store.is_sqlite else self.duty.helpers

    def look(self) -> None:
        """Do what is due until nothing is, then pause; until the end."""
        pause = min(self.duty.every_seconds, SIMULATED_PAUSE_SECONDS) if self._is_simulated() else None
        while not self._stop.is_set():
            done = self._do()
            if done >= DUTY_LIMIT:
                self._backlog.set()
            elif done == 0:
                self._stop.wait(pause or self.duty.every_seconds)

    def help(self) -> None:
        """Sleep until there is a backlog, and work at it while it lasts; until the end."""
        while not self._stop.is_set():
            self._backlog.wait()
            # Taken back before the work: what comes up meanwhile is seen by whoever looks, and said again.
            self._backlog.clear()
            while not self._stop.is_set() and self._do():
                pass

    def wake(self) -> None:
        """Have helpers see that it is the end."""
        self._backlog.set()

    def _do(self) -> int:
        with within(StoreScope(self.duty.part)):
            return self.duty.run(DUTY_LIMIT)

    def _is_simulated(self) -> bool:
        """Tell whether time is moved by hand, so that hours pass in a moment."""
        with self._store.read() as conn:
            return self._store.is_simulated(conn)
