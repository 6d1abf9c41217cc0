"""Telling the broker that this process lives, while it works on what it was given.

A batch may take longer than a broker waits for a word: on a busy machine, or while the store changes its place. Without
one it would end the connection and give the same messages to somebody else, who would take as long.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Beat:
    """Sends heartbeats on a consumer's connection while nobody else writes to it.

    Args:
        connection: kombu's, open.
        every_seconds: half of what was agreed with the broker, or less.
    """

    def __init__(self, connection: Any, every_seconds: float) -> None:
        self._connection = connection
        self._every_seconds = every_seconds
        self._ended = threading.Event()
        self._is_working = False
        # The driver's connection is one thread's: whoever writes to it holds this.
        self._writing = threading.Lock()

    @contextmanager
    def going(self) -> Iterator[None]:
        """Have a thread for it, which ends with the connection's use."""
        thread = threading.Thread(target=self._go_on, name="beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Beat meanwhile: a batch is in hand, and nobody reads from the connection."""
        self._is_working = True
        try:
            yield
        finally:
            with self._writing:
                self._is_working = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep the beat away from the connection."""
        with self._writing:
            yield

    def _go_on(self) -> None:
        while not self._ended.wait(self._every_seconds):
            # A connection that is gone is noticed by whoever answers for the batch.
            with self._writing, suppress(OSError):
                if self._is_working:
                    self._connection.connection.send_heartbeat()
