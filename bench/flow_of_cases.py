"""P1, our part: cases from the broker to the broker through five processes on RabbitMQ and PostgreSQL."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.test import Client

from bench.ground import Ground, Unmeasured, wait_for
from bench.sample import REPORT, TOWN
from bench.town import TownHouse, town_house
from gridcase.house_stores import NAMES

BULK = 200
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Flowed:
    """What one round brought."""

    cases: int
    seconds: float
    rows: Mapping[str, int]
    frames: Mapping[str, int]  # bytes of a frame of each type, on average

    @property
    def per_second(self) -> float:
        """Cases a second."""
        return self.cases / self.seconds


def load(house: TownHouse, token: str, cases: int) -> None:
    """Report cases through intake's own bulk route; they wait in its outbox.

    Raises:
        Unmeasured: a report was refused.
    """
    client = Client(house.services["intake"].app)
    for first in range(0, cases, BULK):
        answer = client.post(
            f"/v1/towns/{TOWN}/cases/bulk", json={"cases": [REPORT] * min(BULK, cases - first)},
            headers={"Authorization": f"Bearer {token}"})  # fmt: skip
        if answer.status_code != 200 or answer.get_json()["refused"]:
            raise Unmeasured(f"a report was refused: {answer.get_data(as_text=True)[:300]}")


def is_through(house: TownHouse, cases: int) -> bool:
    """Tell whether every case was accepted, has its clock, its notifications, and intake the copies of all."""
    told = house.count("notify", "select count(distinct subject_id) from notifications")
    if told < cases or not house.is_quiet():
        return False
    copies = (
        "select (select count(*) from cases where state = 'accepted') = {0} and (select count(distinct case_id) from"
        " clock_copies) = {0} and (select count(distinct case_id) from notice_copies) = {0}"
    )
    return bool(house.count("intake", copies.format(cases)))


def seconds_taken(house: TownHouse, end: datetime) -> float:
    """From the first decision, which follows the first case's publishing, to the last copy's at intake."""
    first = house.count("routing", "select min(decided_at) from decisions")
    return float((end - first).total_seconds())


def rows_written(house: TownHouse) -> dict[str, int]:
    """Count the rows that the cases left in every store, by store and table."""
    found = {}
    for name in NAMES:
        for table in house.services[name].store.flow.outbox.metadata.sorted_tables:
            if number := house.count(name, f"select count(*) from {table.name}"):
                found[f"{name}.{table.name}"] = int(number)
    return found


def frame_sizes(house: TownHouse) -> dict[str, int]:
    """Measure the messages that a case comes to."""
    found: dict[str, int] = {}
    for name in ("intake", "routing", "sla", "notify"):
        with house.services[name].store.read() as conn:
            rows = conn.exec_driver_sql("select type, avg(octet_length(frame)) from outbox group by type")
            found |= {type_: int(size) for type_, size in rows}
    return found


def flow(ground: Ground, cases: int) -> Flowed:
    """Run one round: load with intake's process ended, then let everything flow."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ground.database() as database,
        ground.vhost() as vhost,
        town_house(Path(folder), database, vhost) as house,
    ):
        token = house.open_up()
        house.build(NAMES)
        house.go(NAMES)
        known = "select (select count(*) from tokens) > 0 and (select count(*) from editions) > 0"
        wait_for(
            lambda: all(house.count(name, known) for name in NAMES[1:4]) and house.is_quiet(), 60, "set up"
        )
        house.stop(["intake"])
        load(house, token, cases)
        house.build(["intake"])
        house.go(["intake"])
        wait_for(lambda: is_through(house, cases), PATIENCE_SECONDS, f"{cases} cases", every=0.1)
        return Flowed(cases, seconds_taken(house, datetime.now(UTC)), rows_written(house), frame_sizes(house))
