"""Duties of a large town: occurrences made ahead in bounded steps, days that cost what is due and not what is stored.

Run with `python -m bench duties`; `--whole` has two thousand grids with five daily duties each. Days are lived at the
beginning, and once more when a year of occurrences lies in the store. Processor time of this process and that of
PostgreSQL's beside it counts, so that a busy machine says the same.
"""

import resource
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench.ground import Ground
from bench.ledger import Spent
from gridcase.house import HousePlan, build_house, open_stores
from gridcase.registry_admin import RegistryAdmin
from services.duties.store.tables import occurrences
from shared.contracts.envelope import Envelope, decode
from shared.db.provision import provision
from shared.db.store import Store
from shared.flow.receive import Receiver
from shared.flow.service import Service
from shared.kernel.instants import parse_instant
from shared.obs.metrics import Metrics

TOWN, DUTIES = "t-large", 5
GRIDS, WHOLE_GRIDS = 200, 2_000
YEAR, DAYS = 365, 3
AT = parse_instant("2026-03-01T16:00:00Z")  # the first instant of a Monday there
_PACK = """
town: t-large
name: {zh: 大镇, en: large town}
zone: Asia/Shanghai
policies: {P: {zh: 办法, en: a policy}}
calendar: {official: china, weekend: [sat, sun]}
acceptance: automatic
fallback: office
levels:
  village: {name: {zh: 村, en: village}, supervisor: office}
  town: {name: {zh: 镇, en: town}, supervisor: office}
units:
  worker: {name: {zh: 网格员, en: grid worker}, level: village}
  office: {name: {zh: 办, en: office}, level: town}
channels: {app: {zh: 手机, en: app}}
categories: {other: {name: {zh: 其他, en: other}, department: none}}
facts: {}
steps:
  settle: {name: {zh: 办结, en: settle}, who: [lead], does: [settle]}
  close: {name: {zh: 结案, en: close}, who: [lead], does: [close]}
procedures:
  standard: {name: {zh: 一般, en: standard}, steps: [settle, close]}
routing:
  - {rule: to-office, because: P, otherwise: yes, then: {level: town, lead: office, procedure: standard}}
limits: []
tell: []
records:
  log: {name: {zh: 日志, en: log}, because: P, about: grid, facts: {done: text}}
"""


def pack_of(grids: int) -> str:
    """Return a town with so many grids, each of whose workers owes five records a day."""
    places = "\n".join(
        f"  g-{n}: {{name: {{zh: 网格{n}, en: grid {n}}}, level: village}}" for n in range(grids)
    )
    duties = "\n".join(
        f"  - {{rule: daily-{n}, because: P, name: {{zh: 日常{n}, en: daily {n}}}, who: worker, every: day, "
        "day_off: stay, owes: log, missing: [{to: [office]}]}"
        for n in range(DUTIES)
    )
    return f"{_PACK}places:\n{places}\nduties:\n{duties}\n"


def run(servers: Ground | None = None, rounds: int = DAYS, *, whole: bool = False) -> dict[str, Any]:
    """Measure on SQLite, and on PostgreSQL where there are servers.

    Args:
        rounds: days that are lived at the beginning, and at the end.
    """
    grids = WHOLE_GRIDS if whole else GRIDS
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/{{service}}.db"
        found = [{"store": "SQLite", **_measured(url, Path(folder), None, grids, rounds)}]
    if servers is not None:
        with servers.database() as database, tempfile.TemporaryDirectory() as folder:
            names = ("registry", "intake", "routing", "sla", "notify", "duties")
            urls = provision(database, dict.fromkeys(names, "of-this-benchmark"))
            url = urls["sla"].replace("_sla:", "_{service}:")
            found.append({"store": "PostgreSQL", **_measured(url, Path(folder), database, grids, rounds)})
    return {"stores": found, "grids": grids}


def _measured(url: str, folder: Path, admin: str | None, grids: int, rounds: int) -> dict[str, Any]:
    with _duties(url, folder, admin, grids) as (service, store):
        made, longest = _made_ahead(service, store, admin)
        today = AT
        first = [_day(service, store, admin, today + timedelta(days=n)) for n in range(rounds)]
        memory = _memory()
        _fill(store, date(2026, 3, 2))
        again = [_day(service, store, admin, today + timedelta(days=rounds + n)) for n in range(rounds)]
        return {
            "made": _count(store),
            "ahead_per_second": round(made[0] / made[1]),
            "longest_step_ms": round(longest * 1000),
            "first_ms": round(median(each / (grids * DUTIES) for each in first) * 1000, 3),
            "after_a_year_ms": round(median(each / (grids * DUTIES) for each in again) * 1000, 3),
            "memory_mb": round(memory),
            "memory_after_mb": round(_memory()),
        }


@contextmanager
def _duties(url: str, folder: Path, admin: str | None, grids: int) -> Iterator[tuple[Service, Store]]:
    """Lend the service of a town whose rules it has just heard."""
    secret = b"a secret of a benchmark ........"
    plan = HousePlan(url, secret, "reference", folder, admin_url=admin)
    stores = open_stores(plan, ("registry", "duties"))
    for store in stores.values():
        store.make_simulated(AT)
    services = build_house(plan, stores, Metrics())
    registry = RegistryAdmin(stores["registry"], secret)
    try:
        registry.publish(TOWN, {f"{TOWN}/pack.yaml": pack_of(grids)})
        Receiver(services["duties"]).take(_said(stores["registry"]))
        yield services["duties"], stores["duties"]
    finally:
        for store in stores.values():
            store.close()


def _said(registry: Store) -> list[Envelope]:
    with registry.read() as conn:
        outbox = registry.flow.outbox.c
        return [decode(frame) for frame in conn.scalars(sa.select(outbox.frame).order_by(outbox.id))]


def _made_ahead(service: Service, store: Store, admin: str | None) -> tuple[tuple[int, float], float]:
    """Make all that is to be made, step by step; return how many in how long, and how long the longest step took."""
    (make,) = [duty for duty in service.duties if duty.name == "make occurrences ahead"]
    began, longest = Spent.until_now(admin), 0.0
    while True:
        before = Spent.until_now(None)
        if not make.run(1):
            break
        longest = max(longest, (Spent.until_now(None) - before).own)
    spent = Spent.until_now(admin) - began
    return (_count(store), spent.own + spent.servers), longest


def _day(service: Service, store: Store, admin: str | None, at: datetime) -> float:
    """Live a day's beginning: what is owed opens, and a day more is made; return the processor time of it."""
    store.set_now(at)
    began = Spent.until_now(admin)
    while sum(duty.run(1_000) for duty in service.duties if duty.next_at is not None):
        pass
    spent = Spent.until_now(admin) - began
    return spent.own + spent.servers


def _fill(store: Store, since: date) -> None:
    """Lay a year of days behind: each as the first one stands, met long ago."""
    names = [column.name for column in occurrences.columns]
    with store.begin() as work:
        for back in range(1, YEAR + 1):
            day = (since - timedelta(days=back)).isoformat()
            laid = {
                "id": occurrences.c.id.concat(f"~{back}"), "label": sa.literal(day), "held_on": sa.literal(day),
                "state": sa.literal("met"),
            }  # fmt: skip
            copied = sa.select(*(laid.get(name, occurrences.c[name]) for name in names)).where(
                occurrences.c.town == TOWN, occurrences.c.held_on == since.isoformat()
            )
            work.conn.execute(sa.insert(occurrences).from_select(names, copied))


def _count(store: Store) -> int:
    with store.read() as conn:
        return int(conn.scalar(sa.select(sa.func.count()).select_from(occurrences)) or 0)


def _memory() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table_of(result: Mapping[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    names = (
        "store",
        "occurrences stored",
        "made ahead, a second",
        "longest step",
        "a day, each due, at the beginning",
        "with a year stored",
        "memory before, after",
    )
    head = f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    return head + "\n".join(
        f"| {each['store']} | {each['made']:,} | {each['ahead_per_second']:,} | {each['longest_step_ms']} ms "
        f"| {each['first_ms']} ms | {each['after_a_year_ms']} ms | {each['memory_mb']}, {each['memory_after_mb']} MB |"
        for each in result["stores"]
    )


if __name__ == "__main__":
    print(table_of(run()))
