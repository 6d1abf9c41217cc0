"""An upgrade of a full deployment: its broker keeps its queues while every process is replaced by a newer one."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gridcase.house_stores import NAMES, PACKAGES
from scripts.servers.processes import free_port
from shared.kernel.instants import format_instant
from tests.e2e.houses import RunningHouse
from tests.servers import Servers, database_on, vhost_on
from tests.upgrade import broker
from tests.upgrade.fixture import versions
from tests.upgrade.look import lost
from tests.upgrade.upgraded import POSTGRES, Upgraded

SECONDS = 60.0


@contextmanager
def processes(upgraded: Upgraded, database: str, url: str) -> Iterator[RunningHouse]:
    """Run every service as a process of its own on the stores of a house and a broker."""
    shards = sum(queue["name"].startswith("gridcase.sla.") for queue in upgraded.fixture.broker["queues"])
    common = {
        **os.environ,
        "GRIDCASE_STORE_URL": database.replace("postgresql://", "postgresql+psycopg://"),
        "GRIDCASE_BROKER_URL": url,
        "GRIDCASE_SECRET": upgraded.fixture.secret.decode(),
        "GRIDCASE_SHARDS": str(shards),
        "GRIDCASE_FILES": str(upgraded.files),
        "GRIDCASE_NOTIFY_FILE": str(upgraded.files / "notifications.jsonl"),
        "GRIDCASE_WEBHOOKS": "yes",
        # As `deploy/make-env` sets it for an upgrade: what lies in these queues nobody signed.
        "GRIDCASE_UNSIGNED_UNTIL": format_instant(datetime.now(UTC) + timedelta(days=1)),
    }
    ports = {name: free_port() for name in NAMES}
    house = RunningHouse(
        {name: f"http://127.0.0.1:{port}" for name, port in ports.items()},
        {},
        upgraded.fixture.secret,
        environment={name: {**common, "GRIDCASE_PORT": str(port)} for name, port in ports.items()},
        commands={name: [sys.executable, "-m", PACKAGES[name]] for name in NAMES},
    )
    try:
        house.start(*NAMES)
        yield house
    finally:
        house.end()


@pytest.mark.servers
@pytest.mark.parametrize("version", versions())
def test_queues_of_before_are_read_by_the_new_processes(
    servers: Servers, tmp_path: Path, version: str
) -> None:
    """The new processes find the queues as they were declared, take every bundled frame in them, and make of stores
    and queues what the version before made of them; nothing is refused, and none goes to the dead letters."""
    with database_on(servers) as database, vhost_on(servers) as url:
        upgraded = Upgraded.open(version, POSTGRES, tmp_path, database)
        broker.put_back(servers, url, upgraded.fixture.broker, upgraded.fixture.queues)
        with processes(upgraded, database, url):
            differences = _differences_once_at_rest(upgraded)
        left = broker.left_in(url, upgraded.fixture.broker)
        upgraded.house.close()
    assert differences == []
    assert left == 0


def _differences_once_at_rest(upgraded: Upgraded) -> list[str]:
    """Wait until everything is as it is expected to become; return what still differs when patience ends."""
    until = time.monotonic() + SECONDS
    while (differences := _differences(upgraded)) and time.monotonic() < until:
        time.sleep(0.3)
    return differences


def _differences(upgraded: Upgraded) -> list[str]:
    """Cases are looked at once the message tables are as they shall be: that costs more."""
    house, expected = upgraded.house, dict(upgraded.expected["after"])
    tables = {"letters": expected.pop("letters"), "unsent": dict.fromkeys(NAMES, 0)}
    now = {
        "letters": {name: house.letters(name) for name in NAMES},
        "unsent": {name: house.unsent(name) for name in NAMES},
    }
    return list(lost(tables, now)) or list(lost(expected, upgraded.eyes.outline()))
