"""Whole houses for end-to-end tests: everything in one process, or every service a process on real servers."""

import os
import secrets
import signal
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
from sqlalchemy import make_url

from gridcase.embedded import embed, plan_in
from gridcase.house import HousePlan, build_house, open_stores, standing_stores
from gridcase.house_stores import NAMES, PACKAGES
from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.timekeeper import Timekeeper
from scripts.servers.processes import free_port
from shared.db.provision import provision
from shared.db.roles import login_of
from shared.flow.service import Service
from shared.obs.metrics import Metrics
from shared.web.quotas import DoorSettings

ROOT = Path(__file__).resolve().parents[2]
SHARDS = 4


@dataclass(slots=True)
class RunningHouse:
    """A house at work, seen from outside.

    Args:
        addresses: of each process's HTTP door.
        services: built on the same stores, not running: for looking into them.
        logs: folder for what the processes say; None: they say it where the tests do.
        store_url: of all stores; '{service}' stands for each service's name.
        checkouts: of processes that run another version: where that lies.
    """

    addresses: dict[str, str]
    services: Mapping[str, Service]
    secret: bytes
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    environment: dict[str, dict[str, str]] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)
    logs: Path | None = None
    store_url: str = ""
    checkouts: dict[str, Path] = field(default_factory=dict)

    @property
    def time(self) -> Timekeeper:
        """Whoever moves the time of a simulated house."""
        return Timekeeper(self.services)

    @property
    def registry(self) -> RegistryAdmin:
        """The registry's doings."""
        return RegistryAdmin(self.services["registry"].store, self.secret)

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

    def start(self, *names: str) -> None:
        """Start processes side by side and wait until the door of each answers."""
        for name in names:
            self.begin(name)
        for name in names:
            self.await_well(name)

    def begin(self, name: str) -> None:
        """Start a process without waiting for it."""
        words = (self.logs / f"{name}.log").open("ab") if self.logs else None
        try:
            self.processes[name] = subprocess.Popen(
                self.commands[name],
                cwd=self.checkouts.get(name, ROOT),
                env=self.environment[name],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        finally:
            if words is not None:
                words.close()

    def await_well(self, name: str, seconds: float = 180.0) -> None:
        """Wait until a process says that it is well."""
        until = time.monotonic() + seconds
        while not self.is_well(name):
            process = self.processes.get(name)
            assert process is None or process.poll() is None, (
                f"{name} ended with {process and process.returncode}"
            )
            assert time.monotonic() < until, f"{name} did not become well"
            time.sleep(0.05)

    def is_well(self, name: str) -> bool:
        """Tell whether a process answers that it is well."""
        try:
            return requests.get(f"{self.addresses[name]}/healthz", timeout=5).status_code == 200
        except requests.RequestException:  # an answer may break off in its middle, too
            return False

    def kill(self, *names: str) -> None:
        """End processes as a power cut would."""
        for name in names:
            self.processes[name].kill()
        for name in names:
            self.processes.pop(name).wait()

    def stop(self, *names: str) -> None:
        """Ask processes to end, and wait for them."""
        for name in names:
            self.processes[name].terminate()
        for name in names:
            self.processes.pop(name).wait(timeout=30)

    def freeze(self, name: str) -> None:
        """Halt a process where it stands, as an overloaded machine would."""
        self.processes[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let a frozen process go on."""
        self.processes[name].send_signal(signal.SIGCONT)

    def add_worker(self, service: str) -> str:
        """Prepare one more process of a service and return its name; each hears of the others at its start."""
        name = f"{service}-{len(self._workers(service))}"
        port = free_port()
        self.addresses[name] = f"http://127.0.0.1:{port}"
        self.commands[name] = self.commands[service]
        self.checkouts[name] = self.checkouts[service]
        self.environment[name] = {**self.environment[service], "GRIDCASE_PORT": str(port)}
        self._share_out(service)
        return name

    def dismiss_worker(self, name: str) -> None:
        """Forget a process that was added and has ended."""
        for known in (self.addresses, self.commands, self.environment, self.checkouts):
            del known[name]
        self._share_out(name.partition("-")[0])

    def _share_out(self, service: str) -> None:
        workers = self._workers(service)
        for number, worker in enumerate(workers):
            self.environment[worker]["GRIDCASE_WORKER"] = str(number)
            self.environment[worker]["GRIDCASE_WORKERS"] = str(len(workers))

    def doors(self, service: str) -> list[str]:
        """Return the processes that answer for a service."""
        return self._workers(service) or [service]

    def _workers(self, service: str) -> list[str]:
        return [name for name in self.commands if name.partition("-")[0] == service]

    def end(self) -> None:
        """End everything, also what is frozen, and give the stores back."""
        for process in self.processes.values():
            process.terminate()
            process.send_signal(signal.SIGCONT)
        try:
            for process in self.processes.values():
                process.wait(timeout=30)
        finally:
            for process in self.processes.values():
                process.kill()
                process.wait()
            for service in self.services.values():
                service.store.close()


@contextmanager
def embedded_house(
    folder: Path,
    at: datetime | None = None,
    door: DoorSettings | None = None,
    *,
    webhooks: bool = False,
) -> Iterator[RunningHouse]:
    """Run everything in this process; simulated from `at` on, real where that is None.

    Args:
        door: whom it lets in how often; None: as a house does that says nothing of it.
        webhooks: they are sent; else they are written to a file.
    """
    url = f"sqlite:///{folder}/{{service}}.db"
    secret, door = secrets.token_bytes(32), door or DoorSettings()
    plan = HousePlan(url, secret, "both", folder, door=door, webhooks=webhooks)
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
    folder: Path,
    database: str,
    broker: str,
    at: datetime | None = None,
    *,
    start: bool = True,
    logs: Path | None = None,
    before: Path | None = None,
) -> Iterator[RunningHouse]:
    """Run every service as a process of its own on RabbitMQ and PostgreSQL; `before` as `prepare_real_house` has it."""
    house = prepare_real_house(folder, database, broker, at, before)
    house.logs = logs
    try:
        house.start(*(NAMES if start else ()))
        yield house
    finally:
        house.end()


@contextmanager
def embedded_process(
    folder: Path, at: datetime | None = None, *, logs: Path | None = None
) -> Iterator[RunningHouse]:
    """Run everything in one process of its own, as `gridcase serve` does, called 'house'."""
    plan = plan_in(folder)
    stores = open_stores(plan)
    for store in stores.values() if at is not None else ():
        store.make_simulated(at)
    port = free_port()
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
        logs=logs,
        store_url=plan.store_url,
    )
    try:
        house.start("house")
        yield house
    finally:
        house.end()


def prepare_real_house(
    folder: Path, database: str, broker: str, at: datetime | None = None, before: Path | None = None
) -> RunningHouse:
    """Make roles, schemas and tables; return the house before anything runs.

    Args:
        before: checkout of another version, which makes them and whose processes run; None: this one's.
    """
    passwords = dict.fromkeys(NAMES, secrets.token_hex(8))
    urls = provision(database, passwords) if before is None else _prepare_by(before, database, passwords)
    secret = secrets.token_urlsafe(32)
    services: dict[str, Service] = {}
    for name in NAMES:  # each service has an address of its own: only its role opens its schema
        plan = HousePlan(urls[name], secret.encode(), "both", folder, admin_url=database)
        store = (open_stores if before is None else standing_stores)(plan, (name,))[name]
        if at is not None:
            store.make_simulated(at)
        services |= build_house(plan, {name: store}, Metrics())
    ports = [free_port() for _ in NAMES]
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
    return RunningHouse(
        addresses,
        services,
        secret.encode(),
        {},
        environment,
        commands,
        store_url=urls["sla"].replace("_sla:", "_{service}:"),
        checkouts=dict.fromkeys(NAMES, before or ROOT),
    )


def _prepare_by(checkout: Path, database: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Have another version make roles, schemas and tables, by its own commands; return the services' addresses."""
    told = {f"GRIDCASE_STORE_{name.upper()}_PASSWORD": word for name, word in passwords.items()}
    for verb in ("provision", "upgrade"):
        words = [sys.executable, "-m", "gridcase", "db", verb]
        environment = {**os.environ, **told, "GRIDCASE_ADMIN_URL": database}
        subprocess.run(words, cwd=checkout, env=environment, check=True, stdout=subprocess.DEVNULL)
    url = make_url(database).set(drivername="postgresql+psycopg")
    return {
        name: url.set(username=login_of(str(url.database), name), password=word).render_as_string(
            hide_password=False
        )
        for name, word in passwords.items()
    }
