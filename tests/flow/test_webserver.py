"""The HTTP server of a process begins and ends in order, whatever it is doing when it is asked to."""

import threading

import pytest

from shared.flow.webserver import WebServer
from tests.flow.serving import Asked, answer_of, connect, served, status_of, wait_until

GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_a_port_in_use_is_told_when_it_is_made() -> None:
    """Whoever starts a house hears of it before anything runs."""
    with served(Asked()) as port, pytest.raises(OSError, match="in use"):
        WebServer(Asked(), "127.0.0.1", port)


def test_it_listens_before_it_is_started() -> None:
    """Who asks early waits for the answer."""
    server = WebServer(Asked(), "127.0.0.1", 0)
    with connect(server.port, GET) as own:
        server.start()
        assert status_of(answer_of(own)) == 200
    server.stop()


def test_what_is_being_answered_is_answered_before_the_end() -> None:
    """Stopped in the middle of an answer, the server gives it, and takes no other request."""
    goes_on, began = threading.Event(), threading.Event()

    def slow(_environ: object, start_response: object) -> list[bytes]:
        began.set()
        goes_on.wait(20)
        start_response("200 OK", [("Content-Length", "4")])  # type: ignore[operator]
        return [b"well"]

    server = WebServer(slow, "127.0.0.1", 0)  # type: ignore[arg-type]
    server.start()
    with connect(server.port, GET) as own, connect(server.port) as idle:
        assert began.wait(20)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        assert answer_of(idle) == b""
        goes_on.set()
        assert answer_of(own).endswith(b"well")
        stopping.join(20)
    assert not server._thread.is_alive()


def test_one_that_was_never_started_ends_as_well() -> None:
    """A house that fails in starting lets go of its port."""
    server = WebServer(Asked(), "127.0.0.1", 0)
    server.stop()
    WebServer(Asked(), "127.0.0.1", server.port).stop()


def test_it_starts_and_ends_again_and_again() -> None:
    """No thread is left over, however often."""
    before = threading.active_count()
    for _ in range(5):
        with served(Asked()) as port, connect(port, GET) as own:
            assert status_of(answer_of(own)) == 200
    wait_until(lambda: threading.active_count() <= before)
