"""A real RabbitMQ takes the deployed settings and plugins, and with them does what the house needs."""

import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import yaml
from kombu import Connection

from scripts.servers import places, processes, rabbit
from scripts.servers.places import Owner
from shared.bus.rabbit.topology import DEAD, Shape, declare
from shared.bus.rabbit.users import BrokerAdmin, make_users
from shared.contracts.routes import LISTENS
from tests.deploy.composition import ROOT, written
from tests.servers import Servers
from tests.watching.eyes import wait_for

DEPLOYED = ROOT / "deploy" / "rabbitmq"
PROMETHEUS = ROOT / "deploy" / "prometheus" / "prometheus.yml"
OF_THE_TEST = (
    "listeners.",
    "prometheus.",
    "management.tcp.",
    "default_",
)  # where it listens and whom it knows


@pytest.fixture(scope="module")
def node(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A node of its own with the deployed files; `servers` has seen to it that the package is here."""
    data = places.data_folder(tmp_path_factory.mktemp("broker"))
    record = rabbit.prepare(data / "rabbit")
    _deploy(data / "rabbit")
    marks = rabbit.start(record)
    try:
        processes.await_ready(
            marks[0],
            lambda: all(processes.answers(record[port]) for port in ("amqp", "metrics")),
            data / "rabbit" / rabbit.LOG,
        )
        yield record
    finally:
        for mark in marks:
            processes.stop(mark, rabbit.STOP)
        shutil.rmtree(data)


def _deploy(folder: Path) -> None:
    """Put the deployed files in the place of the test servers' own; addresses stay."""
    settings = folder / "rabbitmq.conf"
    kept = [line for line in settings.read_text().splitlines() if line.startswith(OF_THE_TEST)]
    settings.write_text("\n".join(kept) + "\n" + (DEPLOYED / "rabbitmq.conf").read_text())
    (folder / "enabled_plugins").write_text((DEPLOYED / "enabled_plugins").read_text())
    for path in (settings, folder / "enabled_plugins"):
        Owner.named(rabbit.USER).give(path, 0o600)


def _run(record: dict[str, Any], *words: str) -> str:
    """Run one of RabbitMQ's programs against the node."""
    program = rabbit.control().with_name(words[0])
    done = subprocess.run(
        [str(program), *words[1:]],
        env=rabbit.environment(record),
        cwd=record["folder"],
        capture_output=True,
        text=True,
        check=True,
        **Owner.named(rabbit.USER).identity(),
    )
    return done.stdout


def test_health_check_is_answered(node: dict[str, Any]) -> None:
    """The Compose file's health check, as it is written, succeeds on a running node."""
    _run(node, *written()["services"]["rabbitmq"]["healthcheck"]["test"][1:])


def test_settings_are_in_force(node: dict[str, Any]) -> None:
    """The node stops taking messages below the deployed free disk and above the deployed share of memory."""
    words = _run(node, "rabbitmqctl", "status")
    assert "Low free disk space watermark: 1.0 gb" in words
    assert "Memory high watermark setting: 0.5 of available memory" in words


def test_topology_can_be_declared(node: dict[str, Any]) -> None:
    """The deployed plugins are enough for the house's exchanges and queues, and for its users."""
    reach = rabbit.reach(node)
    with Connection(reach["AMQP_URL"]) as connection:
        declare(connection, LISTENS, Shape(shards=1))
        declare(connection, LISTENS, Shape(shards=1))
    at = urlsplit(reach["RABBITMQ_MANAGEMENT_URL"])
    admin = BrokerAdmin(reach["AMQP_URL"], f"http://{at.hostname}:{at.port}")
    assert make_users(admin, {"sla": "one"}) == {"sla": "gridcase_sla"}
    assert "gridcase_sla" in _run(node, "rabbitmqctl", "list_users")


def test_figures_of_every_queue_are_shown(node: dict[str, Any]) -> None:
    """The page that Prometheus is told to read names the queues one by one, within a few of the node's seconds."""
    with Connection(rabbit.reach(node)["AMQP_URL"]) as connection:
        declare(connection, LISTENS, Shape(shards=1))
    assert wait_for(lambda: {DEAD, "gridcase.sla.0"} <= _queues_shown(node["metrics"]))


def _queues_shown(port: int) -> set[str]:
    job = next(
        job
        for job in yaml.safe_load(PROMETHEUS.read_text(encoding="utf-8"))["scrape_configs"]
        if job["job_name"] == "rabbitmq-queues"
    )
    page = f"http://127.0.0.1:{port}{job['metrics_path']}?{urlencode(job['params'], doseq=True)}"
    with urllib.request.urlopen(page, timeout=20) as answer:
        figures = answer.read().decode()
    shown = [
        set(re.findall(f'{figure}{{.*queue="([^"]+)"', figures))
        for figure in ("rabbitmq_detailed_queue_messages", "rabbitmq_detailed_queue_consumers")
    ]
    return set.intersection(*shown)
