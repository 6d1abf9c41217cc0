"""From one version to the next while cases flow: one worker after the other is replaced, in the guide's order."""

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridcase.house_stores import NAMES, upgrade_at
from tests.e2e.houses import ROOT, RunningHouse, real_house
from tests.faults.conftest import FAILED, START, Tenancy, show_last_words
from tests.faults.load import Load
from tests.faults.record import record
from tests.servers import Servers, database_on, vhost_on

WAY = "upgraded and restored"
CASES, PAUSE_SECONDS = 6, 0.5
DOUBLED = ("sla", "intake")  # their two workers are of two versions for a while; of the others there is one
# Until a release is tagged whose workers can be replaced one by one. Revisions soon after this one don't serve: a
# migration of theirs was rewritten before any release had it, and their tables are nobody's.
BEFORE = "6b50d5615c"
ORDER = ("routing", "sla", "notify", "registry", "intake")  # readers before writers


@pytest.fixture(scope="session")
def revision(request: pytest.FixtureRequest) -> str:
    """The revision that is upgraded from."""
    return _git("rev-parse", "--short", request.config.getoption("--before") or BEFORE)


@pytest.fixture
def checkout(revision: str, tmp_path: Path) -> Path:
    """The version before, as it was."""
    folder = tmp_path / "before"
    folder.mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "x"], cwd=folder, check=True, input=archive)
    return folder


@pytest.fixture
def older_load(
    tenancy: Tenancy,
    troubled_servers: Servers,
    checkout: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Load]:
    """A caseload on a house of the version before, two workers of some services."""
    tenancy.leave()  # roles belong to a whole PostgreSQL: two houses would take them from each other
    with (
        database_on(troubled_servers) as database,
        vhost_on(troubled_servers) as broker,
        real_house(tmp_path, database, broker, START, start=False, logs=tmp_path, before=checkout) as house,
    ):
        others = [house.add_worker(name) for name in DOUBLED]
        house.start(*NAMES, *others)
        load = Load(house)
        load.prepare()
        yield load
    if request.node.stash.get(FAILED, True):
        show_last_words(house)


@pytest.mark.whole
@pytest.mark.timeout(1800)
def test_workers_are_replaced_one_by_one_while_cases_flow(
    older_load: Load, troubled_servers: Servers, revision: str
) -> None:
    """Tables first, then readers before writers: whatever was acknowledged meanwhile is there, once, also where the
    two workers of a service are of two versions; deadlines of before fire.
    """
    load, stop = older_load, threading.Event()

    def report() -> None:
        while not stop.wait(PAUSE_SECONDS):  # replacing all takes minutes: more would count nothing else
            load.report(CASES)

    load.report(CASES)
    reporting = load.in_background(report)
    began = time.monotonic()
    try:
        upgrade_tables(load.house, troubled_servers)
        for service in ORDER:
            for worker in load.house.doors(service):
                replace(load.house, worker)
    finally:
        stop.set()
    reporting.result()
    load.time.wait_quiet()
    took = time.monotonic() - began
    count = load.settle()
    record(WAY, f"upgrade from {revision}, one worker after the other", count, recovered=[took],
           firing=load.time.take_firing(), waited=load.take_waited())  # fmt: skip
    assert count.wrong() == {}
    assert load.settle_all().wrong() == {}


def upgrade_tables(house: RunningHouse, servers: Servers) -> None:
    """Bring all tables to the present form, under the workers of the version before."""
    database = house.store_url.rpartition("/")[2]
    for name in NAMES:
        upgrade_at(f"{servers.pg_dsn.rpartition('/')[0]}/{database}", name)


def replace(house: RunningHouse, worker: str) -> None:
    """End a worker in order, and start it in the present version."""
    house.stop(worker)
    house.checkouts[worker] = ROOT
    house.start(worker)


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
