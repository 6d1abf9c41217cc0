"""People who open pages: from standard input who and what, to standard output how long each answer took.

A process of its own, so that asking takes nothing from who is asked but its share of the machine.
"""

import heapq
import json
import random
import selectors
import socket
import sys
import time
from statistics import median, quantiles
from typing import Any

SEED = 20260309


def main() -> None:
    """Open pages as told, each person one every so many seconds."""
    asked = json.load(sys.stdin)
    began = time.perf_counter()
    took, failed = _visit(asked["ports"], asked["people"], asked["every"], asked["seconds"], asked["ways"])
    if failed:
        raise SystemExit(f"{len(failed)} failed, first: {failed[0]}")
    print(json.dumps({"people": asked["people"], "seconds": asked["seconds"], "answers": len(took),
                      "took_s": time.perf_counter() - began,
                      "median_ms": median(took) * 1000, "p99_ms": quantiles(took, n=100)[98] * 1000}))  # fmt: skip


def _visit(
    ports: list[int], people: int, every: float, seconds: float, ways: list[tuple[str, str]]
) -> tuple[list[float], list[str]]:
    chance, began, selector = random.Random(SEED), time.perf_counter(), selectors.DefaultSelector()
    due = [(began + chance.uniform(0, every), person, 0) for person in range(people)]
    heapq.heapify(due)
    took: list[float] = []
    failed: list[str] = []
    while due or selector.get_map():
        now = time.perf_counter()
        while due and due[0][0] <= now:
            at, person, turn = heapq.heappop(due)
            cookie, path = ways[(person * 12 + turn) % len(ways)]
            _ask(selector, ports[person % len(ports)], path, cookie, at)
            if (following := at + every) < began + seconds:
                heapq.heappush(due, (following, person, turn + 1))
        for key, _ in selector.select(max(0.0, due[0][0] - now) if due else 1):
            _hear(selector, key, took, failed)
    return took, failed


def _ask(selector: selectors.BaseSelector, port: int, path: str, cookie: str, at: float) -> None:
    own = socket.create_connection(("127.0.0.1", port), timeout=30)
    own.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
    )
    selector.register(own, selectors.EVENT_READ, [at, b"", path])


def _hear(selector: selectors.BaseSelector, key: Any, took: list[float], failed: list[str]) -> None:
    """Take what has come; at its end the answer is whole. Counted from when it was to be asked for."""
    if part := key.fileobj.recv(262_144):
        key.data[1] += part
        return
    at, answer, path = key.data
    selector.unregister(key.fileobj)
    key.fileobj.close()
    if answer.startswith(b"HTTP/1.1 200"):
        took.append(time.perf_counter() - at)
    else:
        failed.append(f"{path}: {answer[:200]!r}")


if __name__ == "__main__":
    main()
