"""Everything in one process: SQLite files, kombu's memory broker, one web address. Nothing to install but Python."""

import os
import stat
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from prometheus_client import make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from gridcase.engines import engine_here
from gridcase.front import Front
from gridcase.house import HousePlan, build_house, open_stores
from gridcase.new_services import fill_new_services, tell_new_services
from gridcase.secret_file import NAME as SECRET_FILE
from gridcase.secret_file import house_secrets
from services.console import bootstrap as console
from services.registry.bootstrap import read_providers
from shared.bus.memory import MemoryBus
from shared.contracts.routes import LISTENS
from shared.flow.deployment import read_session_life, read_token_days
from shared.flow.host import Host
from shared.flow.service import Service
from shared.flow.watch import watch_flow
from shared.flow.webserver import HeldAddress, TlsFiles, WebServer
from shared.kernel.keyring import Secret
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.quotas import DoorSettings

METRICS_PORT = "GRIDCASE_METRICS_PORT"
LOOPBACK = "127.0.0.1"  # figures tell of every town: whoever watches from elsewhere asks through a tunnel or an agent


def plan_in(
    folder: Path, engine: str | None = None, *, webhooks: bool = False, door: DoorSettings | None = None
) -> HousePlan:
    """Return the plan of a house that lives in a folder; its secret is made at the first start."""
    _make_private(folder)
    return HousePlan(
        f"sqlite:///{folder}/{{service}}.db",
        house_secrets(folder),
        engine or engine_here(),
        folder,
        webhooks=webhooks,
        token_days=read_token_days(),
        door=door or DoorSettings(),
        sessions=read_session_life(),
        providers=read_providers(os.environ),
    )


def _make_private(folder: Path) -> None:
    """See to it that nobody else reads in the folder of a house.

    A folder that was there for other things is left as it is, such as /tmp: the house's files in it are private anyway.
    """
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    elif (folder / SECRET_FILE).is_file() and not folder.stat().st_mode & stat.S_ISVTX:
        with suppress(PermissionError):  # another user's folder: theirs to guard
            folder.chmod(0o700)


@dataclass(slots=True)
class EmbeddedHouse:
    """All services at work in this process.

    Args:
        secret: of which the console's keys are made, like those of every service.
    """

    services: Mapping[str, Service]
    hosts: list[Host]
    metrics: Metrics
    health: Health
    secret: Secret = field(repr=False)
    server: WebServer | None = None
    _figures: WSGIServer | None = None

    def start(self) -> None:
        """Start taking and giving messages and doing what falls due."""
        for host in self.hosts:
            host.start()

    def serve(
        self,
        home: Flask,
        address: str,
        port: int,
        held: HeldAddress | None = None,
        tls: TlsFiles | None = None,
    ) -> str:
        """Open the web address, in a thread; return it.

        Args:
            held: the address, where it was taken before.
            tls: with what it shows who it is; None: plain HTTP.

        Raises:
            Problem: `port-in-use`.
        """
        try:
            self.server = WebServer(self.front(home), address, port, held=held, tls=tls)
        except OSError as taken:
            raise _in_use(port, "--port", taken) from taken
        self.server.start()
        return f"{'https' if tls else 'http'}://{address}:{self.server.port}"

    def front(self, home: Flask) -> Front:
        """Return what answers at the one address: the services, and the console, which asks them through it."""
        calls = console.WsgiCalls()
        pages = console.build(console.ConsoleSettings(self.secret), calls, metrics=self.metrics)
        apps = {name: service.app for name, service in self.services.items()}
        front = Front({**apps, console.NAME: pages}, home, self.metrics)  # type: ignore[dict-item]
        calls.reach(front)
        return front

    def show_figures(self, port: int) -> int:
        """Show the figures of this process, all services' together, on loopback alone; return the port.

        Args:
            port: 0 takes a free one.

        Raises:
            Problem: `port-in-use`.
        """
        try:
            self._figures = make_server(LOOPBACK, port, self._tell_figures, ThreadingWSGIServer, _Silent)
        except OSError as taken:
            raise _in_use(port, METRICS_PORT, taken) from taken
        threading.Thread(target=self._figures.serve_forever, name="figures", daemon=True).start()
        return int(self._figures.server_port)

    def _tell_figures(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.health.report()  # how every store is by now is among the figures
        shown: Iterable[bytes] = make_wsgi_app(self.metrics.registry)(environ, start_response)
        return shown

    def stop(self) -> None:
        """Stop everything; what is unfinished comes again at the next start."""
        # The address first and the stores last: whoever is still answered needs both threads and stores.
        if self.server is not None:
            self.server.stop()
        if self._figures is not None:
            self._figures.shutdown()
            self._figures.server_close()
        for host in self.hosts:
            host.stop()
        for service in self.services.values():
            service.store.close()


def hold_address(address: str, port: int) -> HeldAddress:
    """Take the web address before anything is done that would outlive a start in vain.

    Raises:
        Problem: `port-in-use`.
    """
    try:
        return HeldAddress(address, port)
    except OSError as taken:
        raise _in_use(port, "--port", taken) from taken


class _Silent(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Say nothing: a scrape is no event."""


def _in_use(port: int, option: str, taken: OSError) -> Problem:
    return Problem(
        "port-in-use",
        Text(f"端口 {port} 已被占用", f"port {port} is in use: {taken}"),
        Text(f"用 {option} 另选一个", f"choose another with {option}"),
    )


def embed(plan: HousePlan, metrics: Metrics | None = None) -> EmbeddedHouse:
    """Build all services in this process, on one memory bus."""
    metrics = metrics or Metrics()
    stores = open_stores(plan)
    services = build_house(plan, stores, metrics)
    fill_new_services(stores, services.__getitem__)
    tell_new_services(stores)
    bus = MemoryBus({name: LISTENS[name] for name in services})
    hosts = [
        Host(
            service,
            bus.source(name) if service.listens else None,
            bus.publisher(name),
            metrics,
            is_alone=True,
        )
        for name, service in services.items()
    ]
    watch_flow(list(services.values()), metrics)
    health = Health(
        {name: service.store.ping for name, service in services.items()},
        shows=lambda name, is_well: metrics.well.labels(name, "store").set(is_well),
    )
    return EmbeddedHouse(services, hosts, metrics, health, plan.secret)
