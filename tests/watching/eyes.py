"""A Prometheus with the deployed settings, on targets of the test's own, that looks every other second.

Decides how the deployed file becomes one for a test: targets and intervals differ, everything else is as deployed.
"""

import json
import os
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.servers import addresses, command
from tests.watching.boards import ROOT, Panel, Query

DEPLOYED = ROOT / "deploy" / "prometheus"
LOOKS_EVERY, RECKONS_EVERY = "2s", "1s"  # a busy machine may take more than a second to answer
PATIENCE_SECONDS = 60.0
Named = dict[str, float]


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the test's processes listen.

    Args:
        services: service → address of its figures, 'host:port'.
        broker: the same of RabbitMQ; None: nobody is there.
        vhost: the broker's virtual host that belongs to the test alone.
        path: of the services' figures.
    """

    services: Mapping[str, str]
    broker: str | None = None
    vhost: str = "/"
    path: str = "/metrics"


def settings(targets: Targets) -> dict[str, Any]:
    """Return the deployed settings with the test's targets."""
    deployed: dict[str, Any] = yaml.safe_load((DEPLOYED / "prometheus.yml").read_text(encoding="utf-8"))
    deployed["global"] = {"scrape_interval": LOOKS_EVERY, "evaluation_interval": RECKONS_EVERY}
    deployed["rule_files"] = [Path(name).name for name in deployed["rule_files"]]
    del deployed["alerting"]
    jobs = {job["job_name"]: job for job in deployed["scrape_configs"]}
    del jobs["gridcase"]["dns_sd_configs"], jobs["gridcase"]["relabel_configs"], jobs["prometheus"]
    jobs["gridcase"]["metrics_path"] = targets.path
    jobs["gridcase"]["static_configs"] = [
        {"targets": [address], "labels": {"job": name}} for name, address in targets.services.items()
    ]
    for name in ("rabbitmq", "rabbitmq-queues"):
        jobs[name]["static_configs"] = [{"targets": [targets.broker] if targets.broker else []}]
    jobs["rabbitmq-queues"]["params"]["vhost"] = [targets.vhost]
    return {**deployed, "scrape_configs": list(jobs.values())}


def lay_out(folder: Path, targets: Targets) -> Path:
    """Write the settings and the deployed rules, reckoned every second, into `folder`."""
    for path in (DEPLOYED / "rules").glob("*.yml"):
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in rules["groups"]:
            group["interval"] = RECKONS_EVERY
        (folder / path.name).write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(settings(targets), allow_unicode=True), encoding="utf-8")
    return path


class Eyes:
    """A running Prometheus."""

    def __init__(self, folder: Path, targets: Targets) -> None:
        """Start it; its data lies in `folder`."""
        self._folder = folder
        file = lay_out(folder, targets)
        words = command(
            "up",
            str(folder / "server"),
            "prom",
            "--prometheus-settings",
            str(file),
            "--for",
            str(os.getpid()),
        )
        self.url = addresses(words)["PROMETHEUS_URL"]
        self.began_at = time.time()

    def close(self) -> None:
        """End it and remove its data."""
        command("release", str(self._folder / "server"), str(os.getpid()))

    def ask(self, path: str, **given: str) -> Any:
        """Ask its interface; raises RuntimeError with its words when it refuses."""
        question = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(given)}"
        try:
            with urllib.request.urlopen(question, timeout=20) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{given}: {refused.read().decode()}") from refused

    def now(self, query: Query) -> Named:
        """Return what a query gives now, by the names that the panel shows."""
        found = self.ask("query", query=query.expr)
        return {query.name(row["metric"]): float(row["value"][1]) for row in found["result"]}

    def over_time(self, query: Query) -> dict[float, Named]:
        """Return what a query gave at each second since the start, where it gave anything."""
        found = self.ask(
            "query_range", query=query.expr, start=f"{self.began_at:.0f}", end=f"{time.time():.0f}", step="1"
        )
        moments: dict[float, Named] = {}
        for row in found["result"]:
            for at, value in row["values"]:
                moments.setdefault(at, {})[query.name(row["metric"])] = float(value)
        return moments

    def shown(self, panel: Panel) -> Named:
        """Return everything that a panel shows now."""
        return {name: value for query in panel.queries for name, value in self.now(query).items()}

    def shown_over_time(self, panel: Panel) -> list[Named]:
        """Return everything that a panel showed, second by second."""
        moments: dict[float, Named] = {}
        for query in panel.queries:
            for at, values in self.over_time(query).items():
                moments.setdefault(at, {}).update(values)
        return [moments[at] for at in sorted(moments)]


def wait_for(holds: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> bool:
    """Wait until `holds`, and tell whether it did."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.25)
    return True
