"""Many clocks at once, put into a store without their lives."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from services.sla.store.clock_rows import clock_row
from services.sla.store.tables import clocks, deadlines
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.subject import case_subject
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.clocks.firing import pending
from tests.sla.packs import TOWN


def stock(store: Store, number: int, due_at: datetime, *, prefix: str = "s") -> None:
    """Put `number` clocks into the store that all fall due at one instant, each with an escalation at the breach."""
    made = [_clock(f"{prefix}-{index:06}", due_at) for index in range(number)]
    with store.begin() as work:
        for clock in made:
            put(work, clock)


def put(work: Work, clock: Clock) -> None:
    """Put a clock of a case of its own into the store, with everything that it waits for."""
    work.rows(clocks).add(clock_row(clock, case_subject(f"case-{clock.id}"), f"n-{clock.id}", TOWN))
    for ahead in pending(clock):
        work.rows(deadlines).add(
            {
                "clock_id": clock.id,
                "kind": ahead.kind.value,
                "nth": ahead.nth,
                "due_at": ahead.due_at,
                "fired_at": None,
            }
        )


def _clock(name: str, due_at: datetime) -> Clock:
    began_at = due_at - timedelta(days=3)
    return Clock(
        id=name,
        rule="village-limit",
        because=("P",),
        stage="settle",
        edition="e",
        round=1,
        decision=1,
        start_mark="accepted",
        started_at=began_at,
        counted_from_at=began_at,
        unit=f"{TOWN}/station",
        level="village",
        due_at=due_at,
        first_due_at=due_at,
        label="a label",
        version=1,
        escalations=(EscalationStep(None, False, (f"{TOWN}/office",), None),),
    )


def fired_and_said(store: Store) -> tuple[int, list[tuple[str, int]]]:
    """Return how many deadlines are fired, and how often each message was said for a clock, at most."""
    outbox = store.flow.outbox
    per_case = (
        sa.select(outbox.c.type, outbox.c.stream, sa.func.count().label("n"))
        .group_by(outbox.c.type, outbox.c.stream)
        .subquery()
    )
    with store.read() as conn:
        fired = conn.scalar(sa.select(sa.func.count()).where(deadlines.c.fired_at.is_not(None))) or 0
        most = conn.execute(
            sa.select(per_case.c.type, sa.func.max(per_case.c.n))
            .group_by(per_case.c.type)
            .order_by(per_case.c.type)
        ).all()
    return fired, [(type_, int(n)) for type_, n in most]
