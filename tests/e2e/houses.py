"""Whole houses for end-to-end tests: everything in one process, or every service a process on real servers."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from gridcase.embedded import embed, plan_in
from gridcase.house import NAMES, PACKAGES, Plan, build_house, open_stores
from gridcase.registry_desk import RegistryDesk
from gridcase.simulation.timekeeper import Timekeeper
from shared.db.provision import provision
from shared.flow.service import Service
from shared.obs.metrics import Metrics

ROOT = Path(__file__).resolve().parents[2]
SHARDS = 4


@dataclass(slots=True)
class RunningHouse:
    """A house at work, seen from outside.

    Args:
        addresses: of each service's HTTP door.
        services: built on the same stores, not running: for looking into them.
    """

    addresses: Mapping[str, str]
    services: Mapping[str, Service]
    secret: bytes
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    environment: dict[str, dict[str, str]] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)

    @property
    def time(self) -> Timekeeper:
        """Whoever moves the time of a simulated house."""
        return Timekeeper(self.services)

    @property
    def desk(self) -> RegistryDesk:
        """The registry's doings."""
        return RegistryDesk(self.services["registry"].store, self.secret)

    def ask(
        self,
        service: str,
        method: str,
        path: str,
        token: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request to a service's door."""
        return requests.request(
            method,
            self.addresses[service] + path,
            json=body,
            timeout=30,
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "en", **(headers or {})},
        )

    def start(self, name: str) -> None:
        """Start a service's process and wait until its door answers."""
        self.processes[name] = subprocess.Popen(
            self.commands[name], cwd=ROOT, env=self.environment[name], stdin=subprocess.DEVNULL
        )
        self.await_well(name)

    def await_well(self, name: str, seconds: float = 30.0) -> None:
        """Wait until a service says that it is well."""
        until = time.monotonic() + seconds
        while True:
            try:
                if requests.get(f"{self.addresses[name]}/healthz", timeout=5).status_code == 200:
                    return
            except requests.ConnectionError:
                pass
            process = self.processes.get(name)
            assert process is None or process.poll() is None, (
                f"{name} ended with {process and process.returncode}"
            )
            assert time.monotonic() < until, f"{name} did not become well"
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """End a service's process as a power cut would."""
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def stop(self, name: str) -> None:
        """Ask a service's process to end, and wait for it."""
        self.processes[name].terminate()
        self.processes.pop(name).wait(timeout=30)


@contextmanager
def embedded_house(folder: Path, at: datetime | None = None) -> Iterator[RunningHouse]:
    """Run everything in this process; simulated from `at` on, real where that is None."""
    plan = Plan(f"sqlite:///{folder}/{{service}}.db", secrets.token_bytes(32), "both", folder)
    if at is not None:
        for store in open_stores(plan).values():
            store.make_simulated(at)
            store.close()
    house = embed(plan)
    house.start()
    address = house.serve(Flask("home"), "127.0.0.1", 0)
    try:
        yield RunningHouse(dict.fromkeys(NAMES, address), house.services, plan.secret)
    finally:
        house.stop()


@contextmanager
def real_house(
    folder: Path, database: str, broker: str, at: datetime | None = None, *, start: bool = True
) -> Iterator[RunningHouse]:
    """Run every service as a process of its own on RabbitMQ and PostgreSQL."""
    house = prepare_real_house(folder, database, broker, at)
    try:
        for name in NAMES if start else ():
            house.start(name)
        yield house
    finally:
        for process in house.processes.values():
            process.terminate()
        for process in house.processes.values():
            process.wait(timeout=30)
        for service in house.services.values():
            service.store.close()


@contextmanager
def embedded_process(folder: Path, at: datetime | None = None) -> Iterator[RunningHouse]:
    """Run everything in one process of its own, as `gridcase serve` does, called 'house'."""
    plan = plan_in(folder)
    stores = open_stores(plan)
    for store in stores.values() if at is not None else ():
        store.make_simulated(at)
    (port,) = free_ports(1)
    house = RunningHouse(
        dict.fromkeys([*NAMES, "house"], f"http://127.0.0.1:{port}"),
        build_house(plan, stores, Metrics()),
        plan.secret,
        environment={"house": dict(os.environ)},
        commands={
            "house": [
                sys.executable,
                "-m",
                "gridcase",
                "serve",
                "--data",
                str(folder),
                "--port",
                str(port),
                "--rules",
                str(folder / "no-rules"),
            ]
        },
    )
    try:
        house.start("house")
        yield house
    finally:
        for process in house.processes.values():
            process.terminate()
            process.wait(timeout=30)
        for service in house.services.values():
            service.store.close()


def prepare_real_house(folder: Path, database: str, broker: str, at: datetime | None = None) -> RunningHouse:
    """Make roles, schemas and tables; return the house before anything runs."""
    urls = provision(database, NAMES, secrets.token_hex(8))
    secret = secrets.token_urlsafe(32)
    services: dict[str, Service] = {}
    for name in NAMES:  # each service has an address of its own: only its role opens its schema
        plan = Plan(urls[name], secret.encode(), "both", folder)
        store = open_stores(plan, (name,))[name]
        if at is not None:
            store.make_simulated(at)
        services |= build_house(plan, {name: store}, Metrics())
    ports = free_ports(len(NAMES))
    addresses = {name: f"http://127.0.0.1:{port}" for name, port in zip(NAMES, ports, strict=True)}
    environment = {
        name: {
            **os.environ,
            "GRIDCASE_STORE_URL": urls[name],
            "GRIDCASE_BROKER_URL": broker,
            "GRIDCASE_SECRET": secret,
            "GRIDCASE_PORT": str(port),
            "GRIDCASE_SHARDS": str(SHARDS),
            "GRIDCASE_FILES": str(folder),
        }
        for name, port in zip(NAMES, ports, strict=True)
    }
    commands = {name: [sys.executable, "-m", PACKAGES[name]] for name in NAMES}
    return RunningHouse(addresses, services, secret.encode(), {}, environment, commands)


def free_ports(number: int) -> list[int]:
    """Return ports that nobody uses now."""
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
