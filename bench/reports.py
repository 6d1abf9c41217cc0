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
    port: int
    request: bytes
    bulk: bytes


def run(ground: Ground, rounds: int = ROUNDS, seconds: float = SECONDS) -> dict[str, Any]:
    """Measure both; the rounds of all contenders are interleaved."""
    found: dict[str, list[Answered]] = {}
    with _doors(ground) as doors:
        for _ in range(rounds):
            for name, door in doors.items():
                found.setdefault(name, []).append(ask(door.port, door.request, CONNECTIONS, seconds))
                if door.bulk:
                    bulk = ask(door.port, door.bulk, BULK_CONNECTIONS, seconds)
                    found.setdefault(f"{name} bulk", []).append(bulk)
    nothing = median(one.per_second for one in found["nothing"])
    return {"rounds": rounds, "seconds": seconds, "connections": CONNECTIONS, "nothing_per_s": round(nothing),
            "nothing_p99_ms": _p99(found["nothing"]),
            "single": {name: _single(found[name], nothing) for name in STORES},
            "bulk": {name: _bulk(found[f"{name} bulk"]) for name in STORES}}  # fmt: skip


def _single(found: list[Answered], nothing: float) -> dict[str, float]:
    per_second = median(one.per_second for one in found)
    return {"per_s": round(per_second), "ratio": round(per_second / nothing, 2), "p99_ms": _p99(found),
            "median_ms": round(median(one.middle_ms for one in found), 1)}  # fmt: skip


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
            doors = {"nothing": _Door(_serve(started, "nothing"), request_of("/", REPORT, {}), b"")}
            for name in STORES:
                admin = database if name == "postgresql" else None
                token = prepare(places[name], secret, Path(folder), admin)
                doors[name] = _door(_serve(started, "intake", places[name]["intake"], secret), token)
            yield doors
        finally:
            for process in started:
                process.terminate()
                process.wait(timeout=20)


def _door(port: int, token: str) -> _Door:
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/v1/towns/{TOWN}/cases"
    return _Door(
        port,
        request_of(path, REPORT, headers),
        request_of(f"{path}/bulk", {"cases": [REPORT] * BULK}, headers),
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
    lines = ["| | requests/s | of nothing | median ms | p99 ms | bulk of 100: cases/s | bulk p99 ms |",
             "|---|---|---|---|---|---|---|",
             f"| a route that does nothing | {result['nothing_per_s']} | 1 | | "
             f"{result['nothing_p99_ms']} | | |"]  # fmt: skip
    for name in STORES:
        one, bulk = result["single"][name], result["bulk"][name]
        lines.append(f"| one report, {name} | {one['per_s']} | {one['ratio']} | {one['median_ms']} | {one['p99_ms']} | "
                     f"{bulk['cases_per_s']} | {bulk['p99_ms']} |")  # fmt: skip
    return "\n".join(lines)
