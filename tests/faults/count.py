"""Counting what a fault left behind, by holding every store against what was acknowledged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa

from services.intake.domain.chain import verify_chain
from services.intake.domain.chain_keys import ChainKeys
from services.intake.store import tables as intake
from services.intake.store.histories import keyed_of
from services.intake.store.reading import history_of
from services.notify.store import tables as notify
from services.sla.store import tables as sla
from shared.flow.service import Service
from shared.kernel.keyring import Secret
from tests.faults.shapes import Shape, differences, shapes_of

FIRED = ("clock.warned", "clock.breached", "clock.escalated", "clock.extended")


@dataclass(slots=True)
class Count:
    """What a fault left behind."""

    acknowledged: int = 0
    due: int = 0  # deadlines that have fallen due
    fired: int = 0  # of these, those fired
    lost: int = 0  # effects of acknowledged reports missing in a store, or the reports themselves
    doubled: int = 0  # effects found more often than once
    early: int = 0  # deadlines fired before they were due
    twice: int = 0  # deadlines said to have been fired more than once
    broken: int = 0  # histories whose chain does not hold
    details: list[str] = field(default_factory=list)

    def wrong(self) -> dict[str, Any]:
        """Return what must not be: empty when every promise was kept."""
        found = {name: getattr(self, name) for name in ("lost", "doubled", "early", "twice", "broken")}
        found["unfired"] = self.due - self.fired
        kept = {name: number for name, number in found.items() if number}
        return {**kept, "details": self.details[:40]} if kept else {}

    def figures(self) -> dict[str, int]:
        """Return the numbers alone."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "details"}


def count_of(
    services: Mapping[str, Service], secret: Secret, cases: Sequence[str], wanted: Shape, total: int
) -> Count:
    """Hold every store against these cases.

    Args:
        secret: the house's, by which histories are verified.
        wanted: what each of them must have come to.
        total: how many cases there may be in all.
    """
    count = Count(acknowledged=len(cases))
    _count_shapes(count, services, cases, wanted)
    _count_strangers(count, services, total)
    _count_deadlines(count, services["sla"], cases)
    _count_histories(count, services["intake"], ChainKeys(secret), cases)
    return count


def _count_shapes(count: Count, services: Mapping[str, Service], cases: Sequence[str], wanted: Shape) -> None:
    missing, extra = differences(shapes_of(services, cases), wanted)
    count.lost += missing.total()
    count.doubled += extra.total()
    count.twice += sum(number for kind, number in extra.items() if kind[2] in FIRED)
    count.details += [f"missing {number} × {kind}" for kind, number in missing.items()]
    count.details += [f"extra {number} × {kind}" for kind, number in extra.items()]


def _count_strangers(count: Count, services: Mapping[str, Service], total: int) -> None:
    """A case that nobody was told of is a report admitted twice; a notification's key is never used twice."""
    cases = _number(services["intake"], sa.select(sa.func.count()).select_from(intake.cases))
    keys = notify.notifications.c.key
    again = _number(services["notify"], sa.select(sa.func.count() - sa.func.count(keys.distinct())))
    count.doubled += cases - total + again
    if cases != total or again:
        count.details.append(f"{cases} cases instead of {total}, {again} keys of notifications used again")


def _number(service: Service, statement: sa.Select[Any]) -> int:
    with service.store.read() as conn:
        return int(conn.scalar(statement) or 0)


def _count_deadlines(count: Count, service: Service, cases: Sequence[str]) -> None:
    fired_at, due_at = sla.deadlines.c.fired_at, sla.deadlines.c.due_at
    statement = sa.select(fired_at, due_at).join_from(
        sla.deadlines, sla.clocks, sla.clocks.c.clock_id == sla.deadlines.c.clock_id
    )
    with service.store.read() as conn:
        now = service.store.now(conn)
        for fired, due in conn.execute(
            statement.where(sla.clocks.c.subject_id.in_(list(cases)), due_at <= now)
        ):
            count.due += 1
            count.fired += fired is not None
            count.early += fired is not None and fired < due


def _count_histories(count: Count, service: Service, keys: ChainKeys, cases: Sequence[str]) -> None:
    with service.store.read() as conn:
        table = intake.cases
        chosen = sa.select(table.c.id, table.c.history_n, table.c.history_head)
        for case, entries, head in conn.execute(chosen.where(table.c.id.in_(list(cases)))).all():
            verdict = verify_chain(history_of(conn, case), entries, head, keyed_of(conn, keys, case))
            count.broken += not verdict.whole
            if not verdict.whole:
                count.details.append(f"history of {case}: {verdict.cause}")
