"""P9: one town floods at a hundred times its rate while its neighbours go on reporting, without quotas and with them.

Five processes on RabbitMQ and PostgreSQL; each town has its own token. What is measured of the neighbours: how long a
report waits for its answer, and how long until somebody was told of it, which is through all queues behind the door.
And of the machine: how much of it lay idle while anything accepted waited.
"""

import http.client
import json
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.ground import ROOT, Ground, wait_for
from bench.sample import HOLDERS, REPORT, TOWN
from bench.town import TownHouse, town_house
from gridcase.house_stores import NAMES
from gridcase.registry_admin import RegistryAdmin
from shared.rules.pack.build.files import load_files

RATE = 4  # reports a second, of each town on an ordinary day
TIMES = 100
NEIGHBOURS = ("t-east", "t-south", "t-west")
FLOODED = "t-flood"
SECONDS = 15.0
FLOODERS = 16  # connections
QUIET_SECONDS = 240.0
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "no flood": {},
    "flood, no quotas": {"GRIDCASE_QUOTA_TOWN": "none", "GRIDCASE_QUOTA_OFFICE": "none"},
    # The default's rate, 6,000 per minute, with less saved up: a minute's worth would outlast this measurement.
    "flood, quotas": {"GRIDCASE_QUOTA_TOWN": "100 per second"},
}


@dataclass(slots=True)
class Reported:
    """What one town's reporters met."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def note(self, seconds: float, status: int) -> None:
        """Count an answer; how long it took counts where it was taken in."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == http.client.CREATED:
            self.seconds.append(seconds)


def run(ground: Ground, rounds: int = 1, seconds: float = SECONDS) -> dict[str, Any]:
    """Measure every setting, in turn, `rounds` times; figures are medians of rounds."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SETTINGS}
    for _ in range(rounds):
        for name, environment in SETTINGS.items():
            found[name].append(_round(ground, environment, seconds, floods="no flood" not in name))
    summed = {
        name: {key: median(each[key] for each in rows) for key in rows[0]} for name, rows in found.items()
    }
    return {"rounds": rounds, "seconds": seconds, "rate": RATE, "times": TIMES, "settings": summed}


def _round(
    ground: Ground, environment: Mapping[str, str], seconds: float, *, floods: bool
) -> dict[str, float]:
    with _house(ground, environment) as (house, tokens):
        ends, towns = time.monotonic() + seconds, {town: Reported() for town in tokens}
        threads = [_reporter(house, tokens, towns, town, RATE, ends) for town in NEIGHBOURS]
        if floods:
            each = RATE * TIMES / FLOODERS
            threads += [_reporter(house, tokens, towns, FLOODED, each, ends) for _ in range(FLOODERS)]
        with _idleness(house) as idle:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            wait_for(house.is_quiet, QUIET_SECONDS, "all is told", every=0.5)
        return _figures(house, towns, idle)


def _figures(house: TownHouse, towns: Mapping[str, Reported], idle: Sequence[float]) -> dict[str, float]:
    answered = [each for town in NEIGHBOURS for each in towns[town].seconds]
    told, flood = _seconds_until_told(house), towns[FLOODED].statuses
    answers = sum(sum(towns[town].statuses.values()) for town in NEIGHBOURS)
    return {
        "neighbours_answers": len(answered),
        "neighbours_not_taken": answers - len(answered),
        "neighbours_median_ms": round(median(answered) * 1000, 1),
        "neighbours_p99_ms": round(quantiles(answered, n=100)[98] * 1000, 1),
        "told_median_s": round(median(told), 2),
        "told_p99_s": round(quantiles(told, n=100)[98], 2),
        "flood_taken": flood.get(201, 0),
        "flood_refused": flood.get(429, 0),
        "idle_while_waiting": round(sum(idle) / len(idle), 3) if idle else 0.0,
    }


def _seconds_until_told(house: TownHouse) -> list[float]:
    """For each case of the neighbours, from its report to the first notification of it, by the database's clock."""
    with house.services["intake"].store.read() as conn:
        reported = dict(conn.exec_driver_sql(
            f"select id, reported_at from cases where town <> '{FLOODED}'").all())  # fmt: skip
    with house.services["notify"].store.read() as conn:
        told = conn.exec_driver_sql(
            f"select subject_id, min(made_at) from notifications where town <> '{FLOODED}' "
            "group by subject_id"
        ).all()
    return [(at - reported[case]).total_seconds() for case, at in told if case in reported]


@contextmanager
def _idleness(house: TownHouse) -> Iterator[list[float]]:
    """Collect, each fifth of a second in which something accepted waits, which share of the processors lay idle."""
    found: list[float] = []
    done = threading.Event()

    def watch() -> None:
        before = _ticks()
        while not done.wait(0.2):
            now = _ticks()
            if not house.is_quiet() and now[1] > before[1]:
                found.append((now[0] - before[0]) / (now[1] - before[1]))
            before = now

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()


def _ticks() -> tuple[int, int]:
    """Idle ticks, waiting for disks apart, and all ticks of all processors."""
    numbers = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return numbers[3], sum(numbers[:8])


def _reporter(
    house: TownHouse,
    tokens: Mapping[str, str],
    towns: Mapping[str, Reported],
    town: str,
    rate: float,
    ends: float,
) -> threading.Thread:
    """A connection that reports at a rate, and never two at once."""
    body = json.dumps({**REPORT, "place": REPORT["place"]}).encode()
    headers = {"Authorization": f"Bearer {tokens[town]}", "Content-Type": "application/json"}

    def report() -> None:
        door = http.client.HTTPConnection("127.0.0.1", house.ports["intake"], timeout=60)
        due = time.monotonic()
        while (began := time.monotonic()) < ends:
            if began < due:
                time.sleep(due - began)
                continue
            # One that could not be sent in time is not made up for: a late one must not hurry those after it.
            due = max(due + 1 / rate, began)
            door.request("POST", f"/v1/towns/{town}/cases", body, headers)
            answer = door.getresponse()
            answer.read()
            towns[town].note(time.monotonic() - began, answer.status)
        door.close()

    return threading.Thread(target=report)


@contextmanager
def _house(ground: Ground, environment: Mapping[str, str]) -> Iterator[tuple[TownHouse, dict[str, str]]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        ground.database() as database,
        ground.vhost() as vhost,
        town_house(Path(folder), database, vhost, environment) as house,
    ):
        tokens = _open_towns(house)
        house.build(NAMES)
        house.go(NAMES)
        number = len(tokens)
        known = f"select {number} <= (select count(*) from tokens) and {number} <= (select count(*) from editions)"
        wait_for(
            lambda: all(house.count(name, known) for name in NAMES[1:4]) and house.is_quiet(), 90, "set up"
        )
        yield house, tokens


def _open_towns(house: TownHouse) -> dict[str, str]:
    """Towns of the sample's rules under names of their own; return each one's operator's token."""
    registry = RegistryAdmin(house.services["registry"].store, house.secret)
    tokens = {}
    for town in (*NEIGHBOURS, FLOODED):
        files = {
            name.replace(TOWN, town): text.replace(TOWN, town)
            for name, text in load_files(ROOT / "rules" / TOWN).items()
        }
        registry.publish(town, files)
        for unit, role, person in HOLDERS:
            registry.enter_member(town, unit.replace(TOWN, town), role, person)
        tokens[town] = registry.issue_token("operator", None, f"p-{town}", (town,))
    return tokens


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    lines = [
        f"Each of three neighbours reports {result['rate']} times a second; the flood {result['times']} times that.\n",
        "| | neighbours: answer, median ms | p99 ms | not taken | until told, median s | p99 s "
        "| of the flood taken | refused | idle while anything waited |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in result["settings"].items():
        lines.append(
            f"| {name} | {row['neighbours_median_ms']} | {row['neighbours_p99_ms']} "
            f"| {row['neighbours_not_taken']:.0f} | {row['told_median_s']} | {row['told_p99_s']} "
            f"| {row['flood_taken']:.0f} | {row['flood_refused']:.0f} | {row['idle_while_waiting'] * 100:.0f} % |"
        )
    return "\n".join(lines)
