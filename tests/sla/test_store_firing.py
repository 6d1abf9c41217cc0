"""Firing in bulk does to every clock what the domain does to one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as replace_fields

from services.sla.bootstrap import SlaSettings, metadata, open_store
from services.sla.domain.announcements import clock_changed
from services.sla.domain.deadlines import FiringGroup
from services.sla.domain.subjects import ClockedCase
from services.sla.store import firing
from services.sla.store.clock_rows import clock_of
from services.sla.store.firing import SqlDeadlines
from services.sla.store.tables import clock_deltas, clock_versions, clocks, deadlines, flow
from shared.contracts.messages import ClockChanged
from shared.db.store import Store
from shared.kernel.subject import case_subject
from shared.rules.case.snapshot import CaseSnapshot, Place
from shared.rules.clocks.case_clocks import CaseClocks
from shared.rules.clocks.changes import ClockJournal
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.escalation import EscalationStep, Telling
from shared.rules.clocks.firing import DeadlineKind, fire_until
from shared.rules.pack.model import LateKind
from tests.sla.conftest import House, Open
from tests.sla.packs import TOWN
from tests.sla.stock import fired_and_said, put, stock
from tests.sla.test_store_engines import DUE, engine_of

HOUR = timedelta(hours=1)
hours = st.integers(1, 12)
Emitted = Mapping[str, list[tuple[str, ClockChanged]]]  # clock → type and data of its messages
values = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from(["village", "村"])
)


@st.composite
def some_clocks(draw: st.DrawFn) -> Sequence[Clock]:
    """Clocks of one case each, with warnings, escalations and every kind of ending."""
    return [_clock(f"c{number}", draw) for number in range(draw(st.integers(1, 4)))]


def _clock(name: str, draw: st.DrawFn) -> Clock:
    due_at = DUE + draw(hours) * HOUR
    escalations = tuple(
        _escalation(due_at + after * HOUR if after else None, draw)
        for after in draw(st.lists(st.integers(0, 4), max_size=3))
    )
    clock = Clock(
        id=name,
        rule="r",
        because=tuple(draw(st.lists(st.sampled_from(["P001-05.4", "条款"]), min_size=1, max_size=2))),
        facts=draw(st.dictionaries(st.sampled_from(["level", "加急"]), values, max_size=2)),
        unit=draw(st.none() | st.just("t-time/站")),
        level=draw(st.none() | st.just("village")),
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
        escalations=escalations,
        otherwise=draw(st.sampled_from(LateKind)),
        is_capped=draw(st.booleans()),
        version=1,
        warn_at=draw(st.none() | st.integers(1, 3).map(lambda early: due_at - early * HOUR)),
        silent_until=draw(st.none() | hours.map(lambda later: DUE + later * HOUR)),
    )
    return replace_fields(clock, extended_at=DUE if draw(st.booleans()) else None)


def _escalation(at: datetime | None, draw: st.DrawFn) -> EscalationStep:
    repeats = draw(st.booleans())
    most = draw(st.none() | st.integers(1, 4)) if repeats else None
    mark = draw(st.none() | st.just("urged"))
    return EscalationStep(at, at is not None, ("u", "v"), mark, at, repeats, most)


def every(nth: int, at: datetime) -> Telling:
    """Reminders of the first escalation come every hour, those of the second every two …"""
    return Telling(at + nth * HOUR)


def fill(store: Store, made: Sequence[Clock]) -> None:
    """Have these clocks in the store and nothing else."""
    with store.begin() as work:
        for table in (clocks, deadlines, clock_versions, clock_deltas, flow.outbox, flow.stream_out):
            work.conn.execute(sa.delete(table))
        for clock in made:
            put(work, clock)


def emitted_in_bulk(house: House) -> Emitted:
    """What listeners get of each clock, in order."""
    found: defaultdict[str, list[tuple[str, ClockChanged]]] = defaultdict(list)
    for message in house.emitted():
        found[message.data.clock].append((message.type, message.data))
    return found


def announced_singly(journal: ClockJournal) -> Emitted:
    """What is said of each clock where it was loaded whole."""
    found: defaultdict[str, list[tuple[str, ClockChanged]]] = defaultdict(list)
    snapshot = CaseSnapshot(category="quarrel", channel="app", place=Place(jurisdiction=TOWN), facts={})
    for change in journal.changes:
        if change.event:
            name = change.clock.id
            case = ClockedCase(case_subject(f"case-{name}"), f"n-{name}", TOWN, CaseClocks("e", snapshot))
            found[name].append((f"clock.{change.event.value}", clock_changed(change, case)))
    return found


def in_turn(found: Emitted, size: int) -> Emitted:
    """Small batches may cut between a clock's escalations of one instant; each instant's words are the same."""
    if size > 2:
        return found
    return {
        name: sorted(words, key=lambda word: (word[1].at, word[1].escalation or 0))
        for name, words in found.items()
    }


def same(clock: Clock) -> Clock:
    """A clock without what the two keep differently: version numbers, and escalations that the breach implies."""
    later = frozenset(nth for nth in clock.reached if clock.escalations[nth - 1].is_later)
    return replace_fields(clock, version=0, reached=later, certificate={})


@given(some_clocks(), st.lists(hours, min_size=1, max_size=3), st.sampled_from([2, 50]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bulk_and_single_firing_agree(open_house: Open, made: Sequence[Clock], looks: list[int], size: int):
    """Whatever clocks there are and whenever the engine looks, rows and messages are those of the domain, whole."""
    house = open_house()
    fill(house.store, made)
    journal = ClockJournal(tuple(made))
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
        fire_until(journal, DUE + look * HOUR, lambda clock, nth, at: every(nth, at))
    with house.store.read() as conn:
        kept = {row["clock_id"]: clock_of(row) for row in conn.execute(sa.select(clocks)).mappings()}
        states = {row["clock_id"]: row["state"] for row in conn.execute(sa.select(clocks)).mappings()}
    assert {clock.id: same(clock) for clock in journal.clocks} == {
        name: same(clock) for name, clock in kept.items()
    }
    assert states == {clock.id: clock.state.value for clock in journal.clocks}
    assert in_turn(emitted_in_bulk(house), size) == in_turn(announced_singly(journal), size)
    house.store.close()  # an example's connections are not the next one's


@pytest.mark.servers
def test_a_frozen_engine_loses_what_it_claimed(fresh_database: str, monkeypatch: pytest.MonkeyPatch):
    """What an engine claimed and then stood still over is taken back by the database and fired by another."""
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute("create schema sla")
    address = SlaSettings(fresh_database.replace("postgresql://", "postgresql+psycopg://"))
    frozen, other = open_store(address), open_store(address)
    metadata.create_all(other.engine)
    stock(other, 10, datetime.now(UTC) - HOUR)
    with pytest.raises(sa.exc.DBAPIError):
        stand_still(frozen, other, monkeypatch)
    assert fired_and_said(other)[0] == 10
    frozen.close()
    other.close()


def stand_still(frozen: Store, other: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claim everything in one store and do nothing until another engine has fired it.

    The short hold is the frozen engine's alone: a slow machine must not take the other one's claim back too.
    """
    with frozen.begin() as work:
        with monkeypatch.context() as patched:
            patched.setattr(firing, "LONGEST_HOLD", "100ms")
            assert len(SqlDeadlines().claim(work, 100)) == 10
        while fired_and_said(other)[0] < 10:
            fire_all(other)
        work.conn.execute(sa.select(sa.literal(1)))


def fire_all(store: Store) -> None:
    port = SqlDeadlines()
    with store.begin() as work:
        found = port.claim(work, 100)
        if found:
            port.fire(
                work,
                {FiringGroup(DeadlineKind.DUE, 0, LateKind.BREACHED, False): [due.clock_id for due in found]},
            )
