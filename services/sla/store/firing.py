"""Firing deadlines in bulk: a few statements for thousands.

Decides how due rows are claimed (oldest first, skipping what another engine holds) and how whole groups of
clocks change at once. What firing means is the domain's; each statement here writes down one of its outcomes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa

from services.sla.domain.firing import Kind
from services.sla.domain.rungs import Rung
from services.sla.ports.deadlines import Due, Firing
from services.sla.store.clock_rows import dump_rung, load_rung
from services.sla.store.tables import clock_deltas, clocks, deadlines
from shared.db.types import Instant
from shared.db.work import Work
from shared.rules.pack.model import LateKind

# A frozen engine must not keep what it claimed: the database takes it back and another engine fires it.
LONGEST_HOLD = "4s"

# The index on due instants is walked from its left end until a batch is full. Where statistics are older than a
# midnight at which a million deadlines fall due, the planner would rather read and sort them all for every batch.
_OTHER_WAYS = ("bitmapscan", "seqscan", "sort", "hashjoin", "mergejoin")
_IN_ORDER = "; ".join(f"set local enable_{way} = off" for way in _OTHER_WAYS)
_AS_EVER = "; ".join(f"set local enable_{way} to default" for way in _OTHER_WAYS)

_RAW = sa.Text()
_DUE = sa.select(
    deadlines.c.clock_id, deadlines.c.kind, deadlines.c.nth, deadlines.c.due_at,
    clocks.c.case_id, clocks.c.number, clocks.c.town, clocks.c.edition, clocks.c.rule,
    sa.type_coerce(clocks.c.because, _RAW), sa.type_coerce(clocks.c.facts, _RAW),
    clocks.c.stage, clocks.c.level, clocks.c.unit, clocks.c.round, clocks.c.started_at, clocks.c.due_at,
    clocks.c.label, clocks.c.is_provisional, clocks.c.state, clocks.c.verdict, clocks.c.late_as,
    clocks.c.silent_until, sa.type_coerce(clocks.c.rungs, _RAW),
).join_from(deadlines, clocks, clocks.c.clock_id == deadlines.c.clock_id).where(
    deadlines.c.fired_at.is_(None), deadlines.c.due_at <= sa.bindparam("now", type_=Instant())
).order_by(deadlines.c.due_at).limit(sa.bindparam("most", type_=sa.Integer()))  # fmt: skip

# In PostgreSQL an array, so that each id is looked up in the index: as a sub-query, on tables without statistics,
# every row was compared with every id, and firing a thousand deadlines took more than a second.
_AMONG = {
    "postgresql": "= any(array(select json_array_elements_text(cast(:ids as json))))",
    "sqlite": "in (select value from json_each(:ids))",
}
_SEAL = """
update deadlines set fired_at = :now where kind = :kind and nth = :nth and clock_id {among_ids}
"""
# What passing a due instant makes of clocks, by what it counts as.
_PASS = {
    LateKind.BREACHED: "state = 'breached', verdict = 'late', breached_at = due_at",
    LateKind.EXTENDED: "state = 'extended', extended_at = due_at, passed_at = due_at",
    LateKind.NOTED: "verdict = 'noted', passed_at = due_at",
}
_WARN = "warned_at = warn_at, state = case when state = 'running' then 'warned' else state end"
_REACH = "reached = reached | :bit"
_RUNGS = "update clocks set rungs = :rungs where clock_id = :clock_id"
_AGAIN = """
insert into deadlines (clock_id, kind, nth, due_at, fired_at) values (:clock_id, 'escalation', :nth, :due_at, null)
on conflict (clock_id, kind, nth) do update set due_at = excluded.due_at, fired_at = null
"""
_CHANGE = "update clocks set version = version + 1, {change} where clock_id {among_ids}"
_RECORD = """
insert into clock_versions (clock_id, version, at, recorded_at, event, mark, state, verdict, unit, due_at, label,
                            is_provisional)
select c.clock_id, c.version, d.due_at, :now, :event, null, c.state, c.verdict, c.unit, c.due_at, c.label,
       c.is_provisional
from clocks c join deadlines d on d.clock_id = c.clock_id and d.kind = :kind and d.nth = :nth
where c.clock_id {among_ids}
"""


class SqlDeadlines:
    """Deadlines in this service's own store."""

    def claim(self, work: Work, limit: int) -> Sequence[Due]:
        """Return what has fallen due by the store's clock, oldest first."""
        given = {"now": work.at, "most": limit}
        if work.conn.dialect.name != "postgresql":
            return [_due(row) for row in work.conn.execute(_DUE, given)]
        hold = f"set local idle_in_transaction_session_timeout = '{LONGEST_HOLD}'"
        work.conn.exec_driver_sql(f"{hold}; {_IN_ORDER}")
        rows = work.conn.execute(_DUE.with_for_update(of=[deadlines, clocks], skip_locked=True), given).all()
        work.conn.exec_driver_sql(_AS_EVER)
        return [_due(row) for row in rows]

    def fire(self, work: Work, fired: Mapping[Firing, Sequence[str]]) -> None:
        """Keep groups of deadlines as fired: three statements a group, however large it is."""
        for firing, clock_ids in fired.items():
            kind, nth, late_as, is_silent = firing
            given = {
                "now": work.at,
                "kind": kind.value,
                "nth": nth,
                "bit": 1 << nth,
                "event": _event(kind, late_as, is_silent=is_silent),
                "ids": orjson.dumps(list(clock_ids)).decode(),
            }
            for words in (_SEAL, _CHANGE.replace("{change}", _change(kind, late_as)), _RECORD):
                _run(work, words, given)

    def schedule(self, work: Work, rungs: Mapping[str, Sequence[Rung]]) -> None:
        """Keep what reminders have become: two statements for all of them."""
        if not rungs:
            return
        kept = [
            {"clock_id": clock_id, "rungs": orjson.dumps([dump_rung(rung) for rung in own]).decode()}
            for clock_id, own in rungs.items()
        ]
        ahead = [
            {"clock_id": clock_id, "nth": nth, "due_at": rung.at}
            for clock_id, own in rungs.items()
            for nth, rung in enumerate(own, start=1)
            if rung.repeats and rung.told and rung.at is not None
        ]
        work.conn.execute(sa.text(_RUNGS), kept)
        if ahead:
            work.conn.execute(sa.text(_AGAIN).bindparams(sa.bindparam("due_at", type_=Instant())), ahead)

    def count(self, work: Work, deltas: Mapping[tuple[str, str], int]) -> None:
        """Add to the counts."""
        for (town, state), n in deltas.items():
            if n:
                work.rows(clock_deltas).append({"town": town, "state": state, "n": n})

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next deadline falls due: the left end of the index."""
        found: datetime | None = conn.scalar(
            sa.select(deadlines.c.due_at)
            .where(deadlines.c.fired_at.is_(None), deadlines.c.due_at.is_not(None))
            .order_by(deadlines.c.due_at)
            .limit(1)
        )
        return found

    def database_now(self, conn: sa.Connection) -> datetime | None:
        """Return the database's own time."""
        if conn.dialect.name != "postgresql":
            return None
        at: datetime = conn.execute(sa.text("select clock_timestamp()")).scalar_one()
        return at.astimezone(UTC)


def _due(row: sa.Row[Any]) -> Due:
    values: list[Any] = list(row)
    values[1], values[-3], values[-1] = Kind(values[1]), LateKind(values[-3]), _rungs(values[-1])
    return Due(*values)


@lru_cache(maxsize=4096)
def _rungs(text: str) -> tuple[Rung, ...]:
    return tuple(load_rung(kept) for kept in orjson.loads(text))


def _change(kind: Kind, late_as: LateKind) -> str:
    if kind is Kind.WARN:
        return _WARN
    return _REACH if kind is Kind.ESCALATION else _PASS[late_as]


def _event(kind: Kind, late_as: LateKind, *, is_silent: bool) -> str | None:
    if kind is Kind.WARN:
        return "warned"
    if kind is Kind.ESCALATION:
        return None if is_silent else "escalated"
    return None if late_as is LateKind.NOTED else late_as.value


def _run(work: Work, words: str, given: Mapping[str, Any]) -> None:
    statement = _statement(words, work.conn.dialect.name)
    work.conn.execute(statement, {name: given[name] for name in statement.compile().params})


@lru_cache(maxsize=64)
def _statement(words: str, dialect: str) -> sa.TextClause:
    statement = sa.text(words.format(among_ids=_AMONG[dialect]))
    return statement.bindparams(sa.bindparam("now", type_=Instant())) if ":now" in words else statement
