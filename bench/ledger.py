"""The ledger: a list of persons brought in, brought in again, and a household looked at, on either store.

Run with `python -m bench ledger`; `--whole` brings in a million persons. Where a row's time goes is told apart:
processor time of this process, that of PostgreSQL's beside it, and the rest of the clock's, which is waiting – for the
disk, and on a machine that others share for its processors. An import is one request that asks and waits, so on a quiet
machine the first two and the disk are what bounds it.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Self

import psycopg
from werkzeug.test import Client

from bench.ground import ROOT, Ground
from gridcase.house import HousePlan, build_house, open_stores
from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.world import World
from shared.db.provision import provision
from shared.kernel.instants import parse_instant
from shared.obs.metrics import Metrics
from shared.rules.pack.build.files import load_files
from shared.web.quotas import DoorSettings

TOWN, HOUSES, EACH = "t-ly", 400, 25
WHOLE_ROUNDS = 100  # of ten thousand persons
AT = parse_instant("2026-03-09T02:00:00Z")
_LOOKS = 50
_UNBOUNDED = DoorSettings({})


def run(servers: Ground | None = None, rounds: int = 1, *, whole: bool = False) -> dict[str, Any]:
    """Measure on SQLite, and on PostgreSQL where there are servers."""
    rounds = WHOLE_ROUNDS if whole else rounds
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/{{service}}.db"
        found = [{"store": "SQLite", **_measured(url, Path(folder), None, rounds)}]
    if servers is not None:
        with servers.database() as database, tempfile.TemporaryDirectory() as folder:
            names = ("registry", "intake", "routing", "sla", "notify", "ledger")
            urls = provision(database, dict.fromkeys(names, "of-this-benchmark"))
            url = urls["sla"].replace("_sla:", "_{service}:")
            found.append({"store": "PostgreSQL", **_measured(url, Path(folder), database, rounds)})
    return {"stores": found, "persons": HOUSES * EACH * rounds}


def _measured(url: str, folder: Path, admin: str | None, rounds: int) -> dict[str, Any]:
    secret = b"a secret of a benchmark ........"
    plan = HousePlan(url, secret, "reference", folder, door=_UNBOUNDED, admin_url=admin)
    stores = open_stores(plan, ("registry", "ledger"))
    for store in stores.values():
        store.make_simulated(AT)
    services = build_house(plan, stores, Metrics())
    world, registry = World(services, AT), RegistryAdmin(stores["registry"], plan.secret)
    registry.publish(TOWN, load_files(ROOT / "rules" / TOWN))
    token = registry.issue_token("unit_staff", f"{TOWN}.huayuanjie-1/grid-person", "p-1", (TOWN,))
    world.settle()
    client, headers = Client(services["ledger"].app), {"Authorization": f"Bearer {token}"}

    def bring(type_: str, rows: Iterator[str]) -> Spent:
        asked = {"type": type_, "source": "list", "date": "2026-03-01"}
        data = "\n".join(rows).encode()
        began = Spent.until_now(admin)
        answer = client.post(
            f"/v1/towns/{TOWN}/ledger/import", query_string=asked, data=data,
            headers={**headers, "Content-Type": "text/csv"},
        )  # fmt: skip
        if answer.status_code != 200 or answer.get_json()["refused"]:
            raise RuntimeError(answer.get_data(as_text=True)[:500])
        return Spent.until_now(admin) - began

    bring("house", _rows("number,place", (f"{n},huayuanjie-1" for n in range(HOUSES))))
    bring("household", _rows("about,place,members", (f"{n},huayuanjie-1,{EACH}" for n in range(HOUSES))))
    families = _ids(client, headers, "household")
    times = [
        bring("person", _rows("about,name", (f"{key},{lap}-{n}" for key in families for n in range(EACH))))
        for lap in range(rounds)
    ]
    again = bring("person", _rows("about,name", (f"{key},0-{n}" for key in families for n in range(EACH))))
    looks = [_looked(client, headers, key) for key in families[:_LOOKS]]
    for store in stores.values():
        store.close()
    number, last = HOUSES * EACH, times[-max(1, rounds // 10) :]
    return {
        "rows_per_second": round(number / median(each.own for each in times)),
        "with_server_per_second": round(number / median(each.own + each.servers for each in times)),
        "last_per_second": round(number / median(each.own + each.servers for each in last)),
        "wall_rows_per_second": round(number / median(each.wall for each in times)),
        "again_per_second": round(number / again.own),
        "household_ms": round(median(looks) * 1000, 1),
    }


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: of this process's processor time, of the database server's for it, and by the clock."""

    own: float
    servers: float
    wall: float

    @classmethod
    def until_now(cls, admin: str | None) -> Self:
        """Return what was spent up to now.

        Args:
            admin: address of the database; None: there is no server.
        """
        return cls(time.process_time(), _of_backends(admin) if admin else 0.0, time.monotonic())

    def __sub__(self, other: Self) -> "Spent":
        return Spent(self.own - other.own, self.servers - other.servers, self.wall - other.wall)


def _of_backends(admin: str) -> float:
    """Processor time of the server's processes that serve this database."""
    with psycopg.connect(admin) as conn:
        found = conn.execute(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchall()
    return sum(_of_process(pid) for (pid,) in found)


def _of_process(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rows(head: str, rows: Iterator[str]) -> Iterator[str]:
    yield head
    yield from rows


def _ids(client: Client, headers: Mapping[str, str], type_: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        asked = {"type": type_, "limit": "200", **({"cursor": cursor} if cursor else {})}
        page = client.get(f"/v1/towns/{TOWN}/ledger/entries", query_string=asked, headers=headers).get_json()
        found += [entry["id"] for entry in page["entries"]]
        cursor = page["next"]
        if cursor is None:
            return found


def _looked(client: Client, headers: Mapping[str, str], key: str) -> float:
    began = time.process_time()
    client.get(f"/v1/towns/{TOWN}/ledger/entries/{key}", headers=headers)
    return time.process_time() - began


def table_of(result: Mapping[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    names = (
        "store",
        "rows/s of processor time",
        "with the server's",
        "the last tenth of all",
        "rows/s by the clock",
        "the same list again, rows/s",
        "household",
    )
    head = f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    return head + "\n".join(
        f"| {each['store']} | {each['rows_per_second']:,} | {each['with_server_per_second']:,} "
        f"| {each['last_per_second']:,} | {each['wall_rows_per_second']:,} "
        f"| {each['again_per_second']:,} | {each['household_ms']} ms |"
        for each in result["stores"]
    )


if __name__ == "__main__":
    print(table_of(run()))
