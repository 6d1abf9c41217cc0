"""Running a neighbour for one round: its cases lie in the broker before the clock starts."""

import os
import subprocess
import sys
from dataclasses import dataclass

import psycopg

from bench.ground import ROOT, Ground, wait_for
from bench.peers.work import TABLES

WORKERS = 4  # and one that starts and watches them: five processes, as ours
PATIENCE_SECONDS = 90.0
COMMANDS = {
    "celery": ["-m", "celery", "-A", "bench.peers.celery_chain", "worker", "-P", "prefork", "-c", str(WORKERS),
               "-l", "error", "--without-gossip", "--without-mingle", "--without-heartbeat"],
    "dramatiq": ["-m", "dramatiq", "bench.peers.dramatiq_pipeline", "--processes", str(WORKERS), "--threads", "2"],
}  # fmt: skip
LOADERS = {"celery": "bench.peers.celery_chain", "dramatiq": "bench.peers.dramatiq_pipeline"}


@dataclass(frozen=True, slots=True)
class PeerFlowed:
    """What one round of a neighbour brought."""

    cases: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Cases a second."""
        return self.cases / self.seconds


def run_peer(ground: Ground, name: str, cases: int) -> PeerFlowed:
    """Run one round of a neighbour."""
    with ground.database() as database, ground.vhost() as vhost:
        environment = {**os.environ, "PEER_BROKER": vhost, "PEER_DATABASE": database, "PYTHONPATH": str(ROOT),
                       "dramatiq_queue_prefetch": "64"}  # fmt: skip
        with psycopg.connect(database, autocommit=True) as conn:
            conn.execute(TABLES)
            _command(["-c", f"from {LOADERS[name]} import enqueue; enqueue({cases})"], environment).wait()
            workers = _command(COMMANDS[name], environment)
            try:
                wait_for(
                    lambda: _finished(conn) >= cases, PATIENCE_SECONDS, f"{cases} cases of {name}", every=0.2
                )
            finally:
                workers.terminate()
                workers.wait(timeout=60)
            row = conn.execute("select extract(epoch from max(at) - min(at)) from peer.inbox").fetchone()
            assert row is not None
            return PeerFlowed(cases, float(row[0]))


def _finished(conn: "psycopg.Connection[tuple[int]]") -> int:
    row = conn.execute("select count(*) from peer.inbox where task = 'notify'").fetchone()
    assert row is not None
    return row[0]


def _command(words: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
