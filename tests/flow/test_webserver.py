"""The HTTP server of a process ends in order, whatever it is doing when it is asked to."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from shared.flow.webserver import WebServer

ROUNDS = 60


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads change places as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"well"]


def test_a_server_that_wakes_by_itself_while_it_is_stopped_ends_in_order(hasty_threads: None) -> None:
    """An answer that ends just then wakes the server's thread, too: it closes nothing that is still in use."""
    for _ in range(ROUNDS):
        server = WebServer(answer, "127.0.0.1", 0)
        server.start()
        waking = threading.Thread(target=wake_until_closed, args=(server,))
        waking.start()
        server.stop()
        waking.join(20)
        assert not server._thread.is_alive()


def wake_until_closed(server: WebServer) -> None:
    """Wake the server's thread again and again, as answers that end do."""
    try:
        while server._thread.is_alive():
            server._server.trigger.pull_trigger()
    except OSError:  # closed meanwhile
        return
