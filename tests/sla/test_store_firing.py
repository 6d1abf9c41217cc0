"""Firing in bulk does to every clock what the domain does to one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.sla.bootstrap import Settings, metadata, open_store
from services.sla.domain.changes import Ledger
from services.sla.domain.clock import Clock
from services.sla.domain.firing import Kind, fire_until, pending
from services.sla.domain.rungs import Rung
from services.sla.ports.deadlines import Firing
from services.sla.store import firing
from services.sla.store.clock_rows import clock_of, clock_row
from services.sla.store.firing import SqlDeadlines
from services.sla.store.tables import clock_deltas, clock_versions, clocks, deadlines, flow
from shared.contracts.envelope import decode
from shared.db.store import Store
from shared.rules.pack.model import LateKind
from tests.sla.conftest import Open
from tests.sla.stock import fired_and_said, stock
from tests.sla.test_store_engines import DUE, engine_of

HOUR = timedelta(hours=1)
hours = st.integers(1, 12)
Said = tuple[str, str, str | None, int | None]


@st.composite
def some_clocks(draw: st.DrawFn) -> Sequence[Clock]:
    """Clocks of one case each, with warnings, escalations and every kind of ending."""
    return [_clock(f"c{number}", draw) for number in range(draw(st.integers(1, 4)))]


def _clock(name: str, draw: st.DrawFn) -> Clock:
    due_at = DUE + draw(hours) * HOUR
    rungs = tuple(
        _rung(due_at + after * HOUR if after else None, draw)
        for after in draw(st.lists(st.integers(0, 4), max_size=3))
    )
    clock = Clock(
        id=name,
        rule="r",
        because=("P",),
        facts={"level": "village"},
        stage="settle",
        edition="e",
        round=1,
        decision=1,
        start_mark="accepted",
        started_at=DUE,
        counted_from_at=DUE,
        due_at=due_at,
        first_due_at=due_at,
        label="l",
        rungs=rungs,
        otherwise=draw(st.sampled_from(LateKind)),
        is_capped=draw(st.booleans()),
        version=1,
        warn_at=draw(st.none() | st.integers(1, 3).map(lambda early: due_at - early * HOUR)),
        silent_until=draw(st.none() | hours.map(lambda later: DUE + later * HOUR)),
    )
    return replace(clock, extended_at=DUE if draw(st.booleans()) else None)


def _rung(at: datetime | None, draw: st.DrawFn) -> Rung:
    repeats = draw(st.booleans())
    most = draw(st.none() | st.integers(1, 4)) if repeats else None
    return Rung(at, at is not None, ("u",), None, at, repeats, most)


def every(nth: int, at: datetime) -> datetime:
    """Reminders of the first rung come every hour, those of the second every two …"""
    return at + nth * HOUR


def put(store: Store, made: Sequence[Clock]) -> None:
    with store.begin() as work:
        for table in (clocks, deadlines, clock_versions, clock_deltas, flow.outbox, flow.stream_out):
            work.conn.execute(sa.delete(table))
        for clock in made:
            work.rows(clocks).add(clock_row(clock, f"case-{clock.id}", "n", "t"))
            for one in pending(clock):
                work.rows(deadlines).add(
                    {
                        "clock_id": clock.id,
                        "kind": one.kind.value,
                        "nth": one.nth,
                        "due_at": one.due_at,
                        "fired_at": None,
                    }
                )


def heard(store: Store) -> dict[str, list[Said]]:
    with store.read() as conn:
        frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id)).all()
    found: dict[str, list[Said]] = {}
    for message in map(decode, frames):
        data = message.data
        words = (message.type.removeprefix("clock."), data["at"], data["verdict"], data.get("escalation"))
        found.setdefault(data["clock"], []).append(words)
    return found


def said(ledger: Ledger) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for change in ledger.changes:
        if change.event:
            verdict = change.clock.verdict.value if change.clock.verdict else None
            moment = change.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            found.setdefault(change.clock.id, []).append(
                (change.event.value, moment, verdict, change.escalation)
            )
    return found


def in_turn(found: dict[str, list[Said]], size: int) -> dict[str, list[Said]]:
    """Small batches may cut between a clock's rungs of one instant; each instant's words are the same."""
    return (
        found if size > 2 else {name: sorted(words, key=lambda one: one[1]) for name, words in found.items()}
    )


def same(clock: Clock) -> Clock:
    """A clock without what the two keep differently: version numbers, and escalations that the breach implies."""
    later = frozenset(nth for nth in clock.reached if clock.rungs[nth - 1].is_later)
    return replace(clock, version=0, reached=later, certificate={})


@given(some_clocks(), st.lists(hours, min_size=1, max_size=3), st.sampled_from([2, 50]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bulk_and_single_firing_agree(open_house: Open, made: Sequence[Clock], looks: list[int], size: int):
    """Whatever clocks there are and whenever the engine looks, rows and messages are those of the domain."""
    house = open_house()
    put(house.store, made)
    ledger = Ledger(tuple(made))
    for look in sorted(looks):
        with house.store.begin() as work:  # a simulated time that may run backwards between examples
            work.conn.execute(
                sa.update(flow.meta)
                .where(flow.meta.c.key == "now")
                .values(value=(DUE + look * HOUR).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
            )
        engine = replace(engine_of(house), repeat=lambda work, due, nth, at: every(nth, at))
        while engine.run(size):
            pass
        fire_until(ledger, DUE + look * HOUR, lambda clock, nth, at: every(nth, at))
    with house.store.read() as conn:
        kept = {row["clock_id"]: clock_of(row) for row in conn.execute(sa.select(clocks)).mappings()}
        states = {row["clock_id"]: row["state"] for row in conn.execute(sa.select(clocks)).mappings()}
    assert {clock.id: same(clock) for clock in ledger.clocks} == {
        name: same(clock) for name, clock in kept.items()
    }
    assert states == {clock.id: clock.state.value for clock in ledger.clocks}
    assert in_turn(heard(house.store), size) == in_turn(said(ledger), size)


@pytest.mark.servers
def test_a_frozen_engine_loses_what_it_claimed(fresh_database: str, monkeypatch: pytest.MonkeyPatch):
    """What an engine claimed and then stood still over is taken back by the database and fired by another."""
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute("create schema sla")
    address = Settings(fresh_database.replace("postgresql://", "postgresql+psycopg://"))
    frozen, other = open_store(address), open_store(address)
    metadata.create_all(other.engine)
    stock(other, 10, datetime.now(UTC) - HOUR)
    monkeypatch.setattr(firing, "LONGEST_HOLD", "100ms")
    with pytest.raises(sa.exc.DBAPIError):
        stand_still(frozen, other)
    assert fired_and_said(other)[0] == 10
    frozen.close()
    other.close()


def stand_still(frozen: Store, other: Store) -> None:
    """Claim everything in one store and do nothing until another engine has fired it."""
    with frozen.begin() as work:
        assert len(SqlDeadlines().claim(work, 100)) == 10
        while fired_and_said(other)[0] < 10:
            fire_all(other)
        work.conn.execute(sa.select(sa.literal(1)))


def fire_all(store: Store) -> None:
    port = SqlDeadlines()
    with store.begin() as work:
        found = port.claim(work, 100)
        if found:
            port.fire(work, {Firing(Kind.DUE, 0, LateKind.BREACHED, False): [due.clock_id for due in found]})
