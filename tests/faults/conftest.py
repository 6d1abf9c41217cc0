"""Houses to be troubled: one embedded in a process of its own, one of processes on servers of their own.

Roles belong to a whole PostgreSQL, and servers that are killed must be nobody else's: all fault tests on real servers
share one set of their own, and one house on it until a test fails.
"""

import os
import platform
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from shared.bus.rabbit.topology import DEAD, UNROUTABLE, Shape, queue_names
from shared.contracts.routes import LISTENS
from shared.rules.scenario.model import label_to_instant
from tests.e2e.houses import SHARDS, RunningHouse, embedded_process, real_house
from tests.faults.load import Load
from tests.faults.record import record_machine, record_run
from tests.servers import Servers, command, database_on, start, vhost_on

FAILED = pytest.StashKey[bool]()
LAST_LINES = 60
START = label_to_instant("2025-01-06 08:00", "Asia/Shanghai")  # two years ahead whose working days are known


@pytest.fixture(scope="session")
def is_whole(request: pytest.FixtureRequest) -> bool:
    """Whether the suite runs at its full size."""
    return bool(request.config.getoption("--whole"))


@pytest.fixture(scope="session")
def troubled_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """RabbitMQ and PostgreSQL for the fault tests alone, to be killed and restarted at will."""
    folder = tmp_path_factory.mktemp("servers")
    servers = start(folder, "rabbit", "pg")
    with psycopg.connect(servers.pg_dsn) as connection:
        postgres = connection.info.parameter_status("server_version")
    rabbit = servers.manage("GET", "overview")["rabbitmq_version"]
    record_machine(PostgreSQL=str(postgres), RabbitMQ=rabbit)
    yield servers
    command("release", str(folder), str(os.getpid()))


class Tenancy:
    """The house on real servers: opened when first wanted, and anew after a failure."""

    def __init__(self, servers: Servers, folders: pytest.TempPathFactory) -> None:
        self._servers = servers
        self._folders = folders
        self._stack = ExitStack()
        self._load: Load | None = None

    def load(self) -> Load:
        """Return a caseload on a house at work."""
        if self._load is None:
            self._load = self._open()
        return self._load

    def leave(self) -> None:
        """End the house."""
        self._load = None
        self._stack.close()

    def _open(self) -> Load:
        load = Load(self._stack.enter_context(house_on(self._servers, self._folders.mktemp("house"), START)))
        load.prepare()
        return load


@contextmanager
def house_on(servers: Servers, folder: Path, at: datetime | None) -> Iterator[RunningHouse]:
    """Run a house on servers, once the broker has written down that its queues exist."""
    with (
        database_on(servers) as database,
        vhost_on(servers) as vhost,
        real_house(folder, database, vhost, at, logs=folder) as house,
    ):
        servers.await_recorded(*broker_queues(), vhost=unquote(vhost.rpartition("/")[2]))
        yield house


def broker_queues() -> list[str]:
    """Return the names of all queues of a house."""
    shape = Shape(shards=SHARDS)
    return [DEAD, UNROUTABLE, *(name for to in LISTENS if LISTENS[to] for name in queue_names(to, shape))]


@pytest.fixture(scope="session")
def tenancy(troubled_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    """Whoever holds the house on real servers."""
    held = Tenancy(troubled_servers, tmp_path_factory)
    yield held
    held.leave()


@pytest.fixture
def real_load(tenancy: Tenancy, request: pytest.FixtureRequest) -> Iterator[Load]:
    """A caseload on a house of processes, under simulated time."""
    load = tenancy.load()
    yield load
    if request.node.stash.get(FAILED, True):
        tenancy.leave()
        show_last_words(load.house)


@pytest.fixture
def embedded_load(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Load]:
    """A caseload on an embedded house in a process of its own, under simulated time."""
    with embedded_process(tmp_path, START, logs=tmp_path) as house:
        load = Load(house)
        load.prepare()
        yield load
    if request.node.stash.get(FAILED, True):
        show_last_words(house)


def show_last_words(house: RunningHouse) -> None:
    """Print the end of what each process said."""
    for log in sorted((house.logs or Path()).glob("*.log")):
        words = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        sys.stdout.write("\n".join([f"==== {log.name}", *words, ""]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed: what it leaves behind is then not for the next one."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of what is too long for every day."""
    config.addinivalue_line("markers", "whole: runs only with --whole, as `make faults` does")
    config.addinivalue_line("markers", "cluster: runs only with --cluster, as `make faults-cluster` does")


@pytest.fixture(scope="session", autouse=True)
def noted_run() -> Iterator[None]:
    """Note on what machine a run took place, and how long it took."""
    record_machine(cores=str(os.cpu_count()), Python=platform.python_version())
    began = time.monotonic()
    yield
    record_run(time.monotonic() - began)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only the whole suite runs, and what takes three machines."""
    not_asked = [mark for mark in ("whole", "cluster") if not config.getoption(f"--{mark}")]
    left_out = [item for item in items if any(map(item.get_closest_marker, not_asked))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
