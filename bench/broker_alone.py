"""P1, the measure: what the broker alone does over the same hops, with our bus, our topology and frames as large.

No store, no rules: every process takes frames, publishes what the service would say, and acknowledges when the
broker has confirmed it. Run as `python -m bench.broker_alone SERVICE URL CASES SIZES`.
"""

import json
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from kombu import Connection

from bench.ground import ROOT, Ground
from shared.bus.batch import Batch
from shared.bus.rabbit.consumer import RabbitSource
from shared.bus.rabbit.publisher import RabbitPublisher
from shared.bus.rabbit.topology import Shape, declare
from shared.contracts.routes import LISTENS
from shared.kernel.ids import new_id

SERVICES = ("intake", "routing", "sla", "notify")
FIRST, LAST = "case.admitted", "notification.sent"
ANSWERS: Mapping[tuple[str, str], Sequence[str]] = {
    ("routing", "case.admitted"): ("case.routed",),
    ("intake", "case.routed"): ("case.accepted", "work_order.issued"),
    ("sla", "case.accepted"): ("clock.started",),
    ("notify", "clock.started"): ("notification.sent",),
}
WINDOW = 2000


@dataclass(frozen=True, slots=True)
class _Frame:
    id: int
    stream: str
    frame: bytes


class _Hop:
    """One service's place in the chain."""

    def __init__(self, service: str, url: str, cases: int, sizes: Mapping[str, int]) -> None:
        self._service, self._sizes, self._left = service, sizes, cases if service == "intake" else 0
        self._publisher = RabbitPublisher(url, service, bundled=False)
        self._publisher.wait_open(10)
        self._source = RabbitSource(url, service, Shape())
        self._ids = count(1)
        self._sent: dict[int, _Frame] = {}
        self._open: deque[tuple[Batch, int]] = deque()  # a batch, and the last id that it brought about
        self._seen: Counter[str] = Counter()
        self._cases = cases

    def run(self, stop: threading.Event) -> float:
        """Work until every case has come back; return the seconds since the first was published."""
        began = time.monotonic()
        self._feed()
        for batch in self._source.batches(200, stop):
            self._answer(batch)
            self._settle()
            self._feed()
            if self._seen[LAST] >= self._cases and self._service == "intake":
                break
        return time.monotonic() - began

    def _feed(self) -> None:
        wanted = min(self._left, WINDOW - len(self._sent))
        self._left -= max(0, wanted)
        self._send([self._frame(FIRST, new_id()) for _ in range(wanted)])

    def _answer(self, batch: Batch) -> None:
        said = []
        for frame in batch.frames:
            type_, stream, _ = frame.decode().split("\n", 2)
            self._seen[type_] += 1
            said += [self._frame(answer, stream) for answer in ANSWERS.get((self._service, type_), ())]
        self._send(said)
        self._open.append((batch, said[-1].id if said else 0))

    def _frame(self, type_: str, stream: str) -> _Frame:
        head = f"{type_}\n{stream}\n".encode()
        return _Frame(next(self._ids), stream, head + b"x" * max(0, self._sizes[type_] - len(head)))

    def _send(self, frames: list[_Frame]) -> None:
        self._sent.update((frame.id, frame) for frame in frames)
        if frames:
            self._publisher.send(frames)

    def _settle(self) -> None:
        delivered, again = self._publisher.outcome(0)
        for id_ in delivered:
            self._sent.pop(id_, None)
        if again:
            self._publisher.send([self._sent[id_] for id_ in again if id_ in self._sent])
        oldest = min(self._sent, default=sys.maxsize)
        while self._open and self._open[0][1] < oldest:
            self._open.popleft()[0].committed()


def broker_alone(ground: Ground, cases: int, sizes: Mapping[str, int]) -> float:
    """Return the cases a second that go all the way round."""
    with ground.vhost() as vhost:
        with Connection(vhost) as connection:
            declare(connection, LISTENS, Shape())
        hops = [_started(name, vhost, cases, sizes) for name in reversed(SERVICES)]
        try:
            words, _ = hops[-1].communicate(timeout=120)
            return cases / float(words)
        finally:
            for hop in hops:
                hop.terminate()
                hop.wait(timeout=20)


def _started(name: str, url: str, cases: int, sizes: Mapping[str, int]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.broker_alone", name, url, str(cases), json.dumps(dict(sizes))]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if name != "intake":
        assert started.stdout is not None
        started.stdout.readline()
    return started


def main(service: str, url: str, cases: str, sizes: str) -> None:
    """Be one hop."""
    hop = _Hop(service, url, int(cases), json.loads(sizes))
    if service != "intake":
        print("ready", flush=True)
    seconds = hop.run(threading.Event())
    print(seconds, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
