"""A load of HTTP requests from a few kept connections, each sending the next as soon as it has its answer.

Sockets and prepared bytes alone: the asker takes as little as possible of the processor that the asked needs.
"""

import json
import selectors
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from bench.ground import Unmeasured


@dataclass(frozen=True, slots=True)
class Answered:
    """What a load brought."""

    requests: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Requests answered a second."""
        return self.requests / self.seconds

    @property
    def middle_ms(self) -> float:
        """Half of the answers came within so many milliseconds."""
        return median(self.latencies) * 1000

    @property
    def p99_ms(self) -> float:
        """99 of 100 answers came within so many milliseconds."""
        return quantiles(self.latencies, n=100)[98] * 1000


def request_of(path: str, body: Any, headers: Mapping[str, str]) -> bytes:
    """Return a POST request as it goes over the wire."""
    content = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: bench", "Content-Type: application/json",
             f"Content-Length: {len(content)}", *(f"{name}: {value}" for name, value in headers.items())]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def ask(port: int, request: bytes, connections: int, seconds: float) -> Answered:
    """Send a request over and over for so long.

    Raises:
        Unmeasured: an answer was not of the 200s.
    """
    selector, began = selectors.DefaultSelector(), time.perf_counter()
    for _ in range(connections):
        own = socket.create_connection(("127.0.0.1", port), timeout=30)
        own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(own, selectors.EVENT_READ, [time.perf_counter(), b""])
        own.sendall(request)
    latencies = []
    while (now := time.perf_counter()) - began < seconds:
        for key, _ in selector.select(1):
            if _is_answered(key):
                latencies.append(time.perf_counter() - key.data[0])
                key.data[:] = [time.perf_counter(), b""]
                key.fileobj.sendall(request)  # type: ignore[union-attr]
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return Answered(len(latencies), now - began, tuple(latencies))


def _is_answered(key: selectors.SelectorKey) -> bool:
    key.data[1] += key.fileobj.recv(262_144)  # type: ignore[union-attr]
    head, found, body = key.data[1].partition(b"\r\n\r\n")
    if not found:
        return False
    if not head.startswith(b"HTTP/1.1 2"):
        raise Unmeasured(f"answered {key.data[1][:500]!r}")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(body) >= int(length.partition(b":")[2])
