"""What a case comes to: everything that all stores keep of it, as counted kinds.

All cases of the load are alike, so each must come to exactly what one came to that lived undisturbed: whatever is
missing was lost, whatever is too much was doubled.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.intake.store import tables as intake
from services.notify.store import tables as notify
from services.routing.store import tables as routing
from services.sla.store import tables as sla
from shared.flow.service import Service

Shape = Counter[tuple[Any, ...]]
ABOUT_CASES = ("intake", "routing", "sla", "notify")
AT_ONCE = 200


def shapes_of(services: Mapping[str, Service], cases: Sequence[str]) -> dict[str, Shape]:
    """Return what each of these cases has come to in all stores."""
    found: dict[str, Shape] = {case: Counter() for case in cases}
    for start in range(0, len(cases), AT_ONCE):
        for service in ABOUT_CASES:
            with services[service].store.read() as conn:
                for case, *kind in _kept(conn, service, services[service], cases[start : start + AT_ONCE]):
                    found[case][service, *kind] += 1
    return found


def _kept(conn: sa.Connection, name: str, service: Service, cases: Sequence[str]) -> Iterable[Sequence[Any]]:
    outbox = service.store.flow.outbox
    yield from _rows(conn, outbox, "stream", cases, "type")
    for table, about, *columns in _KEPT[name]:
        yield from _rows(conn, table, about, cases, *columns)
    if name == "sla":
        yield from _of_clocks(conn, cases)


_KEPT: dict[str, list[tuple[Any, ...]]] = {
    "intake": [
        (intake.cases, "id", "state", "breached", "history_n"),
        (intake.history, "case_id", "what"),
        (intake.decisions, "case_id", "n", "kind", "in_effect"),
        (intake.orders, "case_id", "unit", "state"),
        (intake.clocks, "case_id", "stage", "round", "state", "verdict"),
        (intake.notices, "case_id", "on", "party", "unit", "channel", "state"),
    ],
    "routing": [(routing.decisions, "case_id", "decision", "rule")],
    "sla": [(sla.clocks, "subject_id", "stage", "round", "state", "verdict", "version")],
    "notify": [
        (notify.notifications, "subject_id", "event", "rule", "party", "unit", "channel", "state"),
        (notify.held_notices, "subject_id", "held_by"),
    ],
}


def _rows(
    conn: sa.Connection, table: sa.Table, about: str, cases: Sequence[str], *columns: str
) -> Iterable[Sequence[Any]]:
    picked = [table.c[about], sa.literal(table.name), *(table.c[column] for column in columns)]
    return conn.execute(sa.select(*picked).where(table.c[about].in_(list(cases))))


def _of_clocks(conn: sa.Connection, cases: Sequence[str]) -> Iterable[Sequence[Any]]:
    for table, columns in ((sla.clock_versions, ("event", "state")), (sla.deadlines, ("kind", "nth"))):
        picked = [sla.clocks.c.subject_id, sa.literal(table.name), *(table.c[column] for column in columns)]
        joined = sa.select(*picked).join_from(table, sla.clocks, table.c.clock_id == sla.clocks.c.clock_id)
        yield from conn.execute(joined.where(sla.clocks.c.subject_id.in_(list(cases))))


def differences(found: Mapping[str, Shape], wanted: Shape) -> tuple[Shape, Shape]:
    """Return what is missing of all these cases together, and what is too much."""
    missing: Shape = Counter()
    extra: Shape = Counter()
    for shape in found.values():
        missing += wanted - shape
        extra += shape - wanted
    return missing, extra


def by_service(kinds: Shape) -> dict[str, int]:
    """Return how many of these kinds lie in which store."""
    total: defaultdict[str, int] = defaultdict(int)
    for kind, number in kinds.items():
        total[kind[0]] += number
    return dict(total)
