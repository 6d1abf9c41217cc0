"""Being asked to end: SIGTERM, or SIGINT from a terminal."""

import signal
import threading

LOOK_EVERY_SECONDS = 1.0


def asked_to_end() -> threading.Event:
    """Return an event that is set when the process is asked to end; call it in the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def wait_until(stop: threading.Event) -> None:
    """Wait for the event. A signal that another thread caught, as after a freeze, does not wake this one: look."""
    while not stop.wait(LOOK_EVERY_SECONDS):
        pass
