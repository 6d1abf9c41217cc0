"""The house with two workers of each service, on three machines."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from gridcase.house_stores import NAMES
from tests.e2e.houses import RunningHouse, real_house
from tests.faults.cluster.machines import Machines, start_machines
from tests.faults.conftest import FAILED, START, broker_queues, show_last_words
from tests.faults.load import Load
from tests.faults.record import record_machine
from tests.servers import database_on, vhost_on

VERSIONS = {"Patroni": ["patroni", "--version"], "etcd": ["etcd", "--version"], "HAProxy": ["haproxy", "-v"]}


@pytest.fixture(scope="session")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Three machines for these tests alone."""
    folder = tmp_path_factory.mktemp("machines")
    started = start_machines(folder)
    _note_versions(started)
    yield started
    with started.opened() as cluster:
        cluster.wipe()


def _note_versions(machines: Machines) -> None:
    with psycopg.connect(machines.pg_dsn) as connection:
        store = connection.info.parameter_status("server_version")
    found = {
        "PostgreSQL": str(store),
        "RabbitMQ": str(machines.manage("GET", "overview")["rabbitmq_version"]),
    }
    for name, words in VERSIONS.items():
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        found[name] = re.findall(r"\d+\.\d+\.\d+", said)[0]
    record_machine(**found)


@contextmanager
def doubled_house(machines: Machines, folder: Path, at: datetime | None) -> Iterator[RunningHouse]:
    """Run two workers of each service, once the broker has written down that its queues exist."""
    with (
        database_on(machines) as database,
        vhost_on(machines) as broker,
        real_house(folder, database, broker, at, start=False, logs=folder) as house,
    ):
        others = [house.add_worker(name) for name in NAMES]
        house.start(*NAMES, *others)
        machines.await_recorded(*broker_queues(), vhost=unquote(vhost_of(house)))
        yield house


def vhost_of(house: RunningHouse) -> str:
    """Return the virtual host of a house, as an address writes it."""
    return house.environment["intake"]["GRIDCASE_BROKER_URL"].rpartition("/")[2]


@pytest.fixture
def doubled_load(machines: Machines, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Load]:
    """A caseload on a house with two workers of each service, under simulated time."""
    with doubled_house(machines, tmp_path, START) as house:
        load = Load(house)
        load.prepare()
        yield load
    if request.node.stash.get(FAILED, True):
        show_last_words(house)


@pytest.fixture(scope="session")
def cluster_minutes(request: pytest.FixtureRequest) -> float:
    """How long the machines are troubled."""
    return float(request.config.getoption("--minutes"))


@pytest.fixture(scope="session")
def cluster_seed(request: pytest.FixtureRequest) -> int:
    """What the order of troubles hangs on."""
    return int(request.config.getoption("--seed"))
