"""A real Alertmanager with written settings sends what is about a town to that town's receiver, and to no other."""

import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.servers import alertmanager, processes
from tests.watching.boards import ROOT
from tests.watching.eyes import wait_for

MAKE = ROOT / "deploy" / "make-alertmanager"


class Receivers:
    """Receivers of a house and its towns on loopback: what came, by the name in the address."""

    def __init__(self) -> None:
        self.came: dict[str, list[dict[str, Any]]] = {}
        told = self.came

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told.setdefault(self.path.strip("/"), []).append(json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def address(self, name: str) -> str:
        """Where a receiver is told."""
        return f"http://127.0.0.1:{self.server.server_port}/{name}"

    def told(self, name: str) -> set[tuple[str, str]]:
        """Of what a receiver was told: alert and town."""
        alerts = [alert["labels"] for message in self.came.get(name, []) for alert in message["alerts"]]
        return {(labels["alertname"], labels.get("town", "")) for labels in alerts}

    def close(self) -> None:
        """Go."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    """At work."""
    made = Receivers()
    yield made
    made.close()


def written(*words: str) -> str:
    """What the program writes."""
    return subprocess.run([str(MAKE), *words], check=True, capture_output=True, text=True).stdout


@contextmanager
def at_work(settings: str, folder: Path) -> Iterator[str]:
    """Run Alertmanager; a laptop without it skips the test, and CI fails."""
    program = alertmanager.program()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("prometheus-alertmanager is not installed: make servers-install")
        pytest.skip("prometheus-alertmanager is not installed: make servers-install")
    path, port = folder / "alertmanager.yml", processes.free_port()
    # Nobody waits ten seconds for a test; routes and receivers are as they were written.
    path.write_text(settings.replace("group_wait: 10s", "group_wait: 0s"))
    command = [program, f"--config.file={path}", f"--storage.path={folder}/data", "--cluster.listen-address="]
    running = subprocess.Popen(
        [*command, f"--web.listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        assert wait_for(lambda: is_ready(address)), path.read_text()
        yield address
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(10)


def is_ready(address: str) -> bool:
    """Tell whether it answers."""
    with suppress(OSError), urllib.request.urlopen(f"{address}/-/ready", timeout=1):
        return True
    return False


def raise_alerts(address: str, *labels: Mapping[str, str]) -> None:
    """Say alerts, as Prometheus does."""
    body = json.dumps([{"labels": dict(each)} for each in labels]).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{address}/api/v2/alerts", body, headers), timeout=5):
        pass


def breached(town: str) -> dict[str, str]:
    """The labels of a breach in a town."""
    return {"alertname": "GridcaseLimitsBreached", "town": town, "severity": "warning"}


def test_a_breach_reaches_its_towns_receiver_and_no_other(receivers: Receivers, tmp_path: Path) -> None:
    """Of two towns each is told its own; of a town that nobody named, and of no town, the house."""
    towns = [f"{town}={receivers.address(town)}" for town in ("t-one", "t-two")]
    with at_work(written(receivers.address("house"), *towns), tmp_path) as address:
        down = {"alertname": "GridcaseServiceDown", "job": "sla"}
        raise_alerts(address, breached("t-one"), breached("t-two"), breached("t-three"), down)
        expected = {
            "t-one": {("GridcaseLimitsBreached", "t-one")},
            "t-two": {("GridcaseLimitsBreached", "t-two")},
            "house": {("GridcaseLimitsBreached", "t-three"), ("GridcaseServiceDown", "")},
        }
        assert wait_for(lambda: {name: receivers.told(name) for name in expected} == expected), receivers.came
        assert receivers.came.keys() == expected.keys()


def test_the_alerts_about_a_town_carry_its_key() -> None:
    """By the label that the routes ask for: without it one would go to the house."""
    groups = yaml.safe_load((ROOT / "deploy/prometheus/rules/alerts.yml").read_text())["groups"]
    (people,) = [group for group in groups if group["name"] == "people"]
    for rule in people["rules"]:
        assert "$labels.town" in rule["annotations"]["summary"], rule["alert"]
        assert "town" not in rule.get("labels", {})


def test_what_is_written_is_what_alertmanager_takes(tmp_path: Path) -> None:
    """Its own tool says so, with towns and without any."""
    if shutil.which(alertmanager.TOOL) is None and not os.environ.get("CI"):
        pytest.skip("amtool is not installed: make servers-install")
    for number, words in enumerate(
        (["https://a.example/x"], ["https://a.example/x", "t-one=https://b.example/y"])
    ):
        path = tmp_path / f"{number}.yml"
        path.write_text(written(*words))
        subprocess.run([alertmanager.TOOL, "check-config", str(path)], check=True, capture_output=True)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["house.example"],
        ["https://a.example", "t-one"],
        ["https://a.example", "T one=https://b.example"],
        ["https://a.example", "t-one=https://b.example", "t-one=https://c.example"],
        ["https://a.example", "t-one=https://b.example/'\n    x: y"],
    ],
)
def test_what_can_not_be_meant_is_refused_by_name(words: list[str]) -> None:
    """Nothing half written comes out, and nothing that somebody wrote becomes a setting of its own."""
    done = subprocess.run([str(MAKE), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("make-alertmanager: ")
