"""A served application, and clients that write bytes as they like."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.flow.serving.limits import ServingLimits
from shared.flow.webserver import WebServer
from shared.web.body_length import LONGEST_BODY

QUICK = ServingLimits(
    head_seconds=0.5,
    idle_seconds=1,
    unread_seconds=1.0,
    body_seconds=0.5,
    body_rate=1_000_000,
    drain_seconds=0.3,
)
PATIENCE = 30.0


@dataclass
class Asked:
    """An application that remembers what it was asked.

    Args:
        allows: bytes that it takes; None: it says nothing about it.
        known: the token that it asks for before it reads; None: it reads from anybody.
    """

    allows: int | None = None
    known: str | None = None
    bodies: list[int] = field(default_factory=list)
    environs: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer with the body's length."""
        self.environs.append(environ)
        if self.known and environ.get("HTTP_AUTHORIZATION") != self.known:
            start_response("401 Unauthorized", [("Content-Length", "0")])
            return []
        if self.allows is not None:
            environ[LONGEST_BODY] = self.allows
        length = len(environ["wsgi.input"].read())
        self.bodies.append(length)
        said = str(length).encode()
        start_response("200 OK", [("Content-Length", str(len(said)))])
        return [said]


@contextmanager
def served(app: Any, limits: ServingLimits = QUICK) -> Iterator[int]:
    """Serve an application and lend the port."""
    server = WebServer(app, "127.0.0.1", 0, limits)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def connect(port: int, *begins: bytes) -> socket.socket:
    """Open a connection and write something."""
    own = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    for part in begins:
        own.sendall(part)
    return own


def answer_of(own: socket.socket) -> bytes:
    """Read until the other side ends the connection."""
    found = b""
    try:
        while part := own.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def next_answer(own: socket.socket) -> bytes:
    """Read one answer of a connection that stays: its head, and a body of one digit."""
    found = b""
    while not found.partition(b"\r\n\r\n")[2]:
        part = own.recv(65536)
        assert part, f"it ended after {found!r}"
        found += part
    return found


def status_of(answer: bytes) -> int:
    """The status of the first answer; 0: there is none."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


def problem_of(answer: bytes) -> Any:
    """The problem that an answer states."""
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def asked(port: int, request: bytes) -> int:
    """Ask over a connection of its own and return the status."""
    with connect(port, request) as own:
        return status_of(own.recv(65536))


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a safety net of half a minute."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.01)


def dripping(own: socket.socket, stop: threading.Event, drop: bytes, every: float = 0.1) -> threading.Thread:
    """Write a byte now and then, until the other side ends the connection."""

    def drip() -> None:
        try:
            while not stop.wait(every):
                own.send(drop)
        except OSError:
            stop.set()

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    return thread
