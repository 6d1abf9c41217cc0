"""Being asked to end: SIGTERM, or SIGINT from a terminal.

A handler runs between any two steps of the main thread: it sets an event and does nothing else.
"""

import signal
import threading

LOOK_EVERY_SECONDS = 1.0


def asked_to_end() -> threading.Event:
    """Return an event that is set when the process is asked to end.

    Raises:
        ValueError: it is not the main thread that calls: Python lets no other handle signals.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def wait_until(stop: threading.Event) -> None:
    """Wait for the event. A signal that another thread caught, as after a freeze, does not wake this one: look."""
    while not stop.wait(LOOK_EVERY_SECONDS):
        pass
