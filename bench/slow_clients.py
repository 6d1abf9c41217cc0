"""What many slow clients without a token do to everybody else, and for how long they can.

Three kinds: one that says nothing, one that gives a head and one that gives a body, a byte at a time. Beside them
somebody reports cases and asks for the health, again and again.
"""

import resource
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.ground import ROOT
from bench.load import request_of
from bench.reports import prepare
from bench.sample import REPORT, TOWN

CLIENTS = 1000
SECONDS = 30.0
PATIENCE = 20.0  # seconds that a good client waits for its answer
DRIP_SECONDS = 2.0  # between two bytes of one client
HEAD = b"POST /v1/towns/x/cases HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n"
KINDS: Mapping[str, tuple[bytes, bool]] = {
    "idle": (b"", False),
    "head": (HEAD, True),
    "body": (HEAD + b"Content-Length: 9000\r\n\r\n{", True),
}  # fmt: skip
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n"


@dataclass
class SlowClients:
    """Clients of one kind, all in one thread; each tries again as soon as it was cut off.

    Args:
        kind: of `KINDS`.
    """

    port: int
    kind: str
    number: int = CLIENTS
    cut_off: int = 0
    longest: float = 0.0
    _open: dict[socket.socket, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @contextmanager
    def at_work(self) -> Iterator["SlowClients"]:
        """Have them all connect, and go on until the end of the block."""
        for _ in range(self.number):
            self._connect()
        self._thread = threading.Thread(target=self._drip, daemon=True)
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join()
            for one in self._open:
                one.close()

    @property
    def open(self) -> int:
        """How many are connected now."""
        return len(self._open)

    def _connect(self) -> None:
        begins, _ = KINDS[self.kind]
        try:
            own = socket.create_connection(("127.0.0.1", self.port), timeout=1)
            own.setblocking(False)
            own.send(begins)
        except OSError:
            return
        self._open[own] = time.monotonic()

    def _drip(self) -> None:
        while not self._stop.wait(DRIP_SECONDS):
            for one, since in list(self._open.items()):
                if not self._goes_on(one):
                    one.close()
                    del self._open[one]
                    self.cut_off += 1
                    self.longest = max(self.longest, time.monotonic() - since)
            for _ in range(self.number - len(self._open)):
                self._connect()

    def _goes_on(self, one: socket.socket) -> bool:
        try:
            if one.recv(4096) == b"":
                return False
        except BlockingIOError:
            pass
        except OSError:
            return False
        try:
            one.send(b"a" if KINDS[self.kind][1] else b"")
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True


@dataclass
class GoodClient:
    """Somebody who asks one thing after another, with a connection for each."""

    port: int
    requests: Mapping[str, bytes]
    answered: dict[str, list[float]] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)

    def ask_for(self, seconds: float, pause: float = 0.1) -> None:
        """Ask in turn for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for name, request in self.requests.items():
                began = time.monotonic()
                if self._is_answered(request):
                    self.answered.setdefault(name, []).append(time.monotonic() - began)
                else:
                    self.unanswered[name] = self.unanswered.get(name, 0) + 1
            time.sleep(pause)

    def _is_answered(self, request: bytes) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as own:
                own.sendall(request)
                return own.recv(4096).startswith(b"HTTP/1.1 2")
        except OSError:
            return False


def run(
    kinds: tuple[str, ...] = tuple(KINDS), clients: int = CLIENTS, seconds: float = SECONDS
) -> dict[str, Any]:
    """Measure each kind against a server of its own."""
    allow_files(2 * clients + 100)
    return {"clients": clients, "seconds": seconds,
            "kinds": {kind: _one(kind, clients, seconds) for kind in kinds}}  # fmt: skip


def allow_files(wanted: int) -> None:
    """Let this process open as many files as it has clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _one(kind: str, clients: int, seconds: float) -> dict[str, Any]:
    with _door() as (port, token):
        report = request_of(f"/v1/towns/{TOWN}/cases", REPORT,
                            {"Authorization": f"Bearer {token}", "Connection": "close"})  # fmt: skip
        good = GoodClient(port, {"health": HEALTH, "report": report})
        with SlowClients(port, kind, clients).at_work() as slow:
            good.ask_for(seconds)
            return {"open": slow.open, "cut_off": slow.cut_off, "longest_s": round(slow.longest, 1),
                    **{name: _shown(good, name) for name in good.requests}}  # fmt: skip


def _shown(good: GoodClient, name: str) -> dict[str, Any]:
    times = good.answered.get(name, [])
    return {"answered": len(times), "unanswered": good.unanswered.get(name, 0),
            "median_ms": round(median(times) * 1000, 1) if times else None,
            "slowest_ms": round(max(times) * 1000, 1) if times else None}  # fmt: skip


@contextmanager
def _door() -> Iterator[tuple[int, str]]:
    """Lend intake's address on a store of its own, and a token."""
    with tempfile.TemporaryDirectory() as folder:
        secret = secrets.token_urlsafe(32)
        urls = {name: f"sqlite:///{folder}/{name}.db" for name in ("registry", "intake")}
        token = prepare(urls, secret, Path(folder))
        words = [sys.executable, "-m", "bench.web_server", "intake", urls["intake"], secret]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                yield int(process.stdout.readline()), token
            finally:
                process.terminate()


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    heads = [f"{result['clients']} clients, a byte each {DRIP_SECONDS:.0f} s", "health answered / not",
             "median, slowest ms", "reports answered / not", "median, slowest ms", "cut off, after at most s",
             "connected at the end"]  # fmt: skip
    rows = [[kind, *_told(one["health"]), *_told(one["report"]), f"{one['cut_off']}, {one['longest_s']}", one["open"]]
            for kind, one in result["kinds"].items()]  # fmt: skip
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in [heads, ["---"] * len(heads), *rows])


def _told(found: dict[str, Any]) -> tuple[str, str]:
    return f"{found['answered']} / {found['unanswered']}", f"{found['median_ms']}, {found['slowest_ms']}"


if __name__ == "__main__":
    print(table_of(run()))
