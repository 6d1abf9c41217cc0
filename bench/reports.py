"""P2 and P3: reports over HTTP, durable when answered – one at a time, and a hundred a request."""

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench import processor
from bench.ground import ROOT, Ground
from bench.load import Answered, ask, request_of
from bench.sample import REPORT, TOWN
from gridcase.house import HousePlan, build_house, open_stores
from gridcase.registry_admin import RegistryAdmin
from shared.contracts.envelope import decode
from shared.db.provision import provision, random_passwords
from shared.flow.outbox import pick
from shared.flow.receive import Receiver
from shared.obs.metrics import Metrics
from shared.rules.pack.build.files import load_files

ROUNDS = 3
SECONDS = 4.0
CONNECTIONS = 8
BULK = 100
BULK_CONNECTIONS = 2
STORES = ("postgresql", "sqlite")


@dataclass(frozen=True, slots=True)
class _Door:
    """Where is asked, and which processes answer: the server's, and PostgreSQL's for its database."""

    port: int
    request: bytes
    bulk: bytes
    pid: int
    database: str | None = None

    def processor_seconds(self) -> tuple[float, float]:
        """Return the processor time so far, the server's and PostgreSQL's."""
        servers = processor.servers_of(self.database) if self.database else ()
        return processor.seconds([self.pid]), processor.seconds(servers)


def run(ground: Ground, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """Measure both; the rounds of all contenders are interleaved."""
    found: dict[str, list[Answered]] = {}
    costs: dict[str, list[tuple[int, int]]] = {}
    with _doors(ground) as doors:
        for _ in range(rounds):
            for name, door in doors.items():
                before = door.processor_seconds()
                answered = ask(door.port, door.request, CONNECTIONS, seconds)
                found.setdefault(name, []).append(answered)
                costs.setdefault(name, []).append(_cost(before, door.processor_seconds(), answered.requests))
                if door.bulk:
                    bulk = ask(door.port, door.bulk, BULK_CONNECTIONS, seconds)
                    found.setdefault(f"{name} bulk", []).append(bulk)
    nothing = median(one.per_second for one in found["nothing"])
    return {"rounds": rounds, "seconds": seconds, "connections": CONNECTIONS, "nothing_per_s": round(nothing),
            "nothing_p99_ms": _p99(found["nothing"]),
            "nothing_us": min(costs["nothing"])[0],
            "single": {name: _single(found[name], nothing, min(costs[name])) for name in STORES},
            "bulk": {name: _bulk(found[f"{name} bulk"]) for name in STORES}}  # fmt: skip


def _cost(before: tuple[float, float], after: tuple[float, float], requests: int) -> tuple[int, int]:
    """Microseconds of processor time a request: the server's, PostgreSQL's."""
    own, database = (round((now - then) * 1e6 / requests) for then, now in zip(before, after, strict=True))
    return own, database


def _single(found: list[Answered], nothing: float, cost: tuple[int, int]) -> dict[str, float]:
    per_second = median(one.per_second for one in found)
    return {"per_s": round(per_second), "ratio": round(per_second / nothing, 2), "p99_ms": _p99(found),
            "median_ms": round(median(one.middle_ms for one in found), 1),
            "server_us": cost[0], "database_us": cost[1]}  # fmt: skip


def _bulk(found: list[Answered]) -> dict[str, float]:
    return {"cases_per_s": round(median(one.per_second for one in found) * BULK), "p99_ms": _p99(found)}


def _p99(found: list[Answered]) -> float:
    return round(median(one.p99_ms for one in found), 1)


@contextmanager
def _doors(ground: Ground) -> Iterator[dict[str, _Door]]:
    with tempfile.TemporaryDirectory() as folder, ground.database() as database:
        secret = secrets.token_urlsafe(32)
        urls = provision(database, random_passwords(("registry", "intake")))
        places = {"postgresql": urls, "sqlite": dict.fromkeys(urls, f"sqlite:///{folder}/{{service}}.db")}
        started: list[subprocess.Popen[str]] = []
        try:
            port = _serve(started, "nothing")
            doors = {"nothing": _Door(port, request_of("/", REPORT, {}), b"", started[-1].pid)}
            for name in STORES:
                admin = database if name == "postgresql" else None
                token = prepare(places[name], secret, Path(folder), admin)
                port = _serve(started, "intake", places[name]["intake"], secret)
                named = database.rpartition("/")[2] if name == "postgresql" else None
                doors[name] = _door(port, token, started[-1].pid, named)
            yield doors
        finally:
            for process in started:
                process.terminate()
                process.wait(timeout=20)


def _door(port: int, token: str, pid: int, database: str | None) -> _Door:
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/v1/towns/{TOWN}/cases"
    return _Door(
        port,
        request_of(path, REPORT, headers),
        request_of(f"{path}/bulk", {"cases": [REPORT] * BULK}, headers),
        pid,
        database,
    )


def _serve(started: list["subprocess.Popen[str]"], *words: str) -> int:
    process = subprocess.Popen([sys.executable, "-m", "bench.web_server", *words], cwd=ROOT, stdout=subprocess.PIPE,
                               text=True)  # fmt: skip
    started.append(process)
    assert process.stdout is not None
    return int(process.stdout.readline())


def prepare(urls: dict[str, str], secret: str, folder: Path, admin: str | None) -> str:
    """Publish the town's rules and bring them to intake's store; return an operator's token."""
    services = {}
    for name in ("registry", "intake"):
        plan = HousePlan(urls[name], secret.encode(), "both", folder, admin_url=admin)
        services |= build_house(plan, open_stores(plan, (name,)), Metrics())
    registry = RegistryAdmin(services["registry"].store, secret.encode())
    registry.publish(TOWN, load_files(ROOT / "rules" / TOWN))
    token = registry.issue_token("operator", None, "p-operator", (TOWN,))
    Receiver(services["intake"]).take([decode(one.frame) for one in pick(services["registry"].store, 1000)])
    for service in services.values():
        service.store.close()
    return token


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    lines = ["| | requests/s | of nothing | median ms | p99 ms | µs of processor time a request: server, PostgreSQL | "
             "bulk of 100: cases/s | bulk p99 ms |",
             "|---|---|---|---|---|---|---|---|",
             f"| a route that does nothing | {result['nothing_per_s']} | 1 | | "
             f"{result['nothing_p99_ms']} | {result['nothing_us']} | | |"]  # fmt: skip
    for name in STORES:
        one, bulk = result["single"][name], result["bulk"][name]
        lines.append(f"| one report, {name} | {one['per_s']} | {one['ratio']} | {one['median_ms']} | "
                     f"{one['p99_ms']} | {one['server_us']}, {one['database_us']} | {bulk['cases_per_s']} | "
                     f"{bulk['p99_ms']} |")  # fmt: skip
    return "\n".join(lines)
