"""A town's house on real servers, as benchmarks use it: prepared, loaded, started, watched, ended."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.ground import ROOT, Unmeasured
from bench.sample import HOLDERS, TOWN
from gridcase.house import HousePlan, build_house, open_stores
from gridcase.house_stores import NAMES
from gridcase.registry_admin import RegistryAdmin
from shared.db.provision import provision, random_passwords
from shared.flow.service import Service
from shared.obs.metrics import Metrics
from shared.rules.pack.build.files import load_files
from shared.web.quotas import DoorSettings

UNBOUNDED = {f"GRIDCASE_QUOTA_{name}": "none" for name in ("REQUESTS", "OFFICE", "TOWN")}
NO_QUOTAS = DoorSettings(quotas={})


@dataclass(slots=True)
class TownHouse:
    """The five services of a town.

    Args:
        services: built on the same stores as the processes, not running: for looking in and for loading.
        environment: of each service's process.
    """

    services: Mapping[str, Service]
    secret: bytes
    environment: Mapping[str, Mapping[str, str]]
    ports: Mapping[str, int]
    processes: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict)

    def open_up(self) -> str:
        """Publish the town's shipped rules, enter who holds what, and return an operator's token."""
        registry = RegistryAdmin(self.services["registry"].store, self.secret)
        registry.publish(TOWN, load_files(ROOT / "rules" / TOWN))
        for unit, role, person in HOLDERS:
            registry.enter_member(TOWN, unit, role, person)
        return registry.issue_token("operator", None, "p-operator", (TOWN,))

    def build(self, names: Sequence[str]) -> None:
        """Start processes up to the point where they wait for the word."""
        for name in names:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "bench.worker", name], cwd=ROOT, env=dict(self.environment[name]),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
        for name in names:
            stdout = self.processes[name].stdout
            if stdout is None or stdout.readline().strip() != "built":
                raise Unmeasured(f"{name} could not be built")

    def go(self, names: Sequence[str]) -> None:
        """Give processes the word."""
        for name in names:
            stdin = self.processes[name].stdin
            assert stdin is not None
            stdin.write("go\n")
            stdin.flush()

    def stop(self, names: Sequence[str]) -> None:
        """Ask processes to end and wait for them."""
        for name in names:
            self.processes[name].terminate()
        for name in names:
            process = self.processes.pop(name)
            process.communicate(timeout=30)

    def count(self, service: str, query: str) -> Any:
        """Ask a service's store for one value."""
        with self.services[service].store.read() as conn:
            return conn.exec_driver_sql(query).scalar()

    def is_quiet(self) -> bool:
        """Tell whether nothing waits in any outbox."""
        return not any(
            self.count(name, "select 1 from outbox where sent_at is null limit 1") for name in NAMES
        )


@contextmanager
def town_house(
    folder: Path, database: str, broker: str, more: Mapping[str, str] = UNBOUNDED
) -> Iterator[TownHouse]:
    """Prepare roles, schemas and tables; end whatever was started at the end.

    Args:
        more: of every process's environment; by default no quota bounds a measurement.
    """
    urls, secret = provision(database, random_passwords(NAMES)), secrets.token_urlsafe(32)
    services: dict[str, Service] = {}
    for name in NAMES:
        plan = HousePlan(urls[name], secret.encode(), "both", folder, door=NO_QUOTAS, admin_url=database)
        services |= build_house(plan, open_stores(plan, (name,)), Metrics())
    ports = dict(zip(NAMES, free_ports(len(NAMES)), strict=True))
    environment = {
        name: {**_environment(urls[name], broker, secret, ports[name], folder), **more} for name in NAMES
    }
    house = TownHouse(services, secret.encode(), environment, ports)
    try:
        yield house
    finally:
        house.stop(list(house.processes))
        for service in services.values():
            service.store.close()


def _environment(store: str, broker: str, secret: str, port: int, folder: Path) -> dict[str, str]:
    return {
        **os.environ, "GRIDCASE_STORE_URL": store, "GRIDCASE_BROKER_URL": broker, "GRIDCASE_SECRET": secret,
        "GRIDCASE_PORT": str(port), "GRIDCASE_FILES": str(folder),
    }  # fmt: skip


def free_ports(number: int) -> list[int]:
    """Return ports that nobody uses now."""
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
