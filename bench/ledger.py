"""The ledger: a list of persons brought in, brought in again, and a household looked at, on either store.

Run with `python -m bench.ledger`. Processor time of this process counts, so that a busy machine says the same; with
PostgreSQL the server's own is not in it, and the wall's time stands beside.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

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
AT = parse_instant("2026-03-09T02:00:00Z")
_LOOKS = 50
_UNBOUNDED = DoorSettings({})


def run(servers: Ground | None = None, rounds: int = 1) -> dict[str, Any]:
    """Measure on SQLite, and on PostgreSQL where there are servers."""
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

    def bring(type_: str, rows: Iterator[str]) -> tuple[float, float]:
        asked = {"type": type_, "source": "list", "date": "2026-03-01"}
        data = "\n".join(rows).encode()
        began, worked = time.monotonic(), time.process_time()
        answer = client.post(
            f"/v1/towns/{TOWN}/ledger/import", query_string=asked, data=data,
            headers={**headers, "Content-Type": "text/csv"},
        )  # fmt: skip
        if answer.status_code != 200 or answer.get_json()["refused"]:
            raise RuntimeError(answer.get_data(as_text=True)[:500])
        return time.process_time() - worked, time.monotonic() - began

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
    number = HOUSES * EACH
    return {
        "rows_per_second": round(number / median(cpu for cpu, _ in times)),
        "wall_rows_per_second": round(number / median(wall for _, wall in times)),
        "again_per_second": round(number / again[0]),
        "household_ms": round(median(looks) * 1000, 1),
    }


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
        "rows/s by the clock",
        "the same list again, rows/s",
        "household",
    )
    head = f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    return head + "\n".join(
        f"| {each['store']} | {each['rows_per_second']:,} | {each['wall_rows_per_second']:,} "
        f"| {each['again_per_second']:,} | {each['household_ms']} ms |"
        for each in result["stores"]
    )


if __name__ == "__main__":
    print(table_of(run()))
