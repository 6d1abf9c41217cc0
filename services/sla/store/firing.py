"""Firing deadlines in bulk: a few statements for thousands.

Decides how due rows are claimed (oldest first, skipping what another engine holds) and how whole groups of
clocks change at once. What firing means is `shared.rules.clocks.firing`'s; each statement here writes down one of its
outcomes, and must be changed with it (`tests/sla/test_store_firing.py` holds one against the other).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from services.sla.domain.deadlines import DueDeadline, FiringGroup
from services.sla.store.tables import clock_deltas, clocks, deadlines
from shared.contracts.messages.body import FactsSeen
from shared.db.driver import KeptQuery
from shared.db.types import Instant
from shared.db.work import Work
from shared.kernel.subject import Subject, SubjectKind
from shared.rules.clocks.clock import ClockState, ClockVerdict
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.clocks.firing import DeadlineKind
from shared.rules.pack.model import LateKind

# A frozen engine must not keep what it claimed: the database takes it back and another engine fires it.
LONGEST_HOLD = "4s"

# The index on due instants is walked from its left end until a batch is full. Where statistics are older than a
# midnight at which a million deadlines fall due, the planner would rather read and sort them all for every batch.
_OTHER_WAYS = ("bitmapscan", "seqscan", "sort", "hashjoin", "mergejoin")
_IN_ORDER = "; ".join(f"set local enable_{way} = off" for way in _OTHER_WAYS)
_AS_EVER = "; ".join(f"set local enable_{way} to default" for way in _OTHER_WAYS)

# JSON is read as text here and decoded below, where equal texts give the same object: the clauses of a rule, the facts
# that it looked at and the steps of its escalation are few kinds, however many clocks there are.
_RAW = sa.Text()
# Ordered by the instant alone, as the index is. Which of a clock's deadlines comes first at one instant is settled
# when they have been read (`domain.turns`).
_DUE = sa.select(
    deadlines.c.clock_id, deadlines.c.kind, deadlines.c.nth, deadlines.c.due_at,
    clocks.c.subject_kind, clocks.c.subject_id, clocks.c.number, clocks.c.town, clocks.c.edition, clocks.c.rule,
    sa.type_coerce(clocks.c.because, _RAW), sa.type_coerce(clocks.c.facts, _RAW),
    clocks.c.stage, clocks.c.level, clocks.c.unit, clocks.c.round, clocks.c.started_at, clocks.c.due_at,
    clocks.c.label, clocks.c.is_provisional, clocks.c.state, clocks.c.verdict, clocks.c.late_as,
    clocks.c.silent_until, sa.type_coerce(clocks.c.escalations, _RAW),
).join_from(deadlines, clocks, clocks.c.clock_id == deadlines.c.clock_id).where(
    deadlines.c.fired_at.is_(None), deadlines.c.due_at <= sa.bindparam("now", type_=Instant())
).order_by(deadlines.c.due_at).limit(sa.bindparam("most", type_=sa.Integer()))  # fmt: skip

# In PostgreSQL an array, so that each id is looked up in the index: as a sub-query, on tables without statistics,
# every row was compared with every id, and firing a thousand deadlines took more than a second.
_AMONG = {
    "postgresql": "= any(array(select json_array_elements_text(cast(:ids as json))))",
    "sqlite": "in (select value from json_each(:ids))",
}
# What passing a due instant makes of clocks, by what it counts as.
# As of the due instant, never of the present: how late an engine came must not show in what is said of a case.
_PASS = {
    LateKind.BREACHED: "state = 'breached', verdict = 'late', breached_at = clocks.due_at",
    LateKind.EXTENDED: "state = 'extended', extended_at = clocks.due_at, passed_at = clocks.due_at",
    LateKind.NOTED: "verdict = 'noted', passed_at = clocks.due_at",
}
_WARN = "warned_at = warn_at, state = case when state = 'running' then 'warned' else state end"
# By bit and not by sum: a reminder that repeats reaches its step again and again.
_REACH = "reached = reached | :bit"
_KEEP_STEPS = "update clocks set escalations = :escalations where clock_id = :clock_id"
_AGAIN = """
insert into deadlines (clock_id, kind, nth, due_at, fired_at) values (:clock_id, 'escalation', :nth, :due_at, null)
on conflict (clock_id, kind, nth) do update set due_at = excluded.due_at, fired_at = null
"""
# Three writes: the deadline, then its clock, then the clock's new version, which is read from both. It is of the
# instant at which its deadline fell due (`fell_at`); when that was fired stands beside it.
_SEAL = "update deadlines set fired_at = :now where kind = :kind and nth = :nth and clock_id {among_ids}"
_CHANGE = "update clocks set version = version + 1, {change}"
_VERSION = """
insert into clock_versions (clock_id, version, at, recorded_at, event, mark, state, verdict, unit, due_at, label,
                            is_provisional)
select c.clock_id, c.version, fell_at, :now, :event, null, c.state, c.verdict, c.unit, c.due_at, c.label,
       c.is_provisional from
"""
_FIRE = {
    # One statement: what the first two have in hand is not looked up again. Clocks are joined to what was sealed by
    # their key; two lists joined with one another would be compared row by row.
    "postgresql": (
        f"with sealed as ({_SEAL} returning clock_id, due_at as fell_at), "
        f"c as ({_CHANGE} from sealed where clocks.clock_id = sealed.clock_id returning clocks.*, fell_at) "
        f"{_VERSION} c",
    ),
    # The deadlines' rows are read for the versions: they must not carry a reminder's next time yet.
    "sqlite": (
        _SEAL,
        f"{_CHANGE} where clock_id {{among_ids}}",
        f"{_VERSION} clocks c join (select clock_id, due_at as fell_at from deadlines where kind = :kind "  # noqa: S608
        "and nth = :nth) using (clock_id) where clock_id {among_ids}",
    ),
}


class SqlDeadlines:
    """Deadlines in this service's own store: claims what has fallen due and keeps what firing made of it."""

    def claim(self, work: Work, limit: int) -> Sequence[DueDeadline]:
        """Return what has fallen due by the store's clock, oldest first, held for this transaction alone.

        In PostgreSQL deadlines and clocks are locked, and what another engine holds is skipped: it fires that itself. A
        claim that stands still is taken back by the database (`LONGEST_HOLD`). SQLite has one writer at a time.
        """
        given = {"now": work.at, "most": limit}
        if work.conn.dialect.name != "postgresql":
            return [_due(row) for row in work.conn.execute(_DUE, given)]
        hold = f"set local idle_in_transaction_session_timeout = '{LONGEST_HOLD}'"
        work.conn.exec_driver_sql(f"{hold}; {_IN_ORDER}")
        rows = work.conn.execute(_DUE.with_for_update(of=[deadlines, clocks], skip_locked=True), given).all()
        # Set back at once: the same transaction goes on with statements for which the planner needs its other ways.
        work.conn.exec_driver_sql(_AS_EVER)
        return [_due(row) for row in rows]

    def fire(self, work: Work, fired: Mapping[FiringGroup, Sequence[str]]) -> None:
        """Keep groups of deadlines as fired, each with the same few words however large it is.

        Args:
            fired: group → ids of its clocks, none of them in two groups.
        """
        for group, clock_ids in fired.items():
            kind, nth, late_as, is_silent = group
            given = {
                "now": work.at,
                "kind": kind.value,
                "nth": nth,
                "bit": 1 << nth,
                "event": _event(kind, late_as, is_silent=is_silent),
                "ids": _json(list(clock_ids)),
            }
            for words in _FIRE[work.conn.dialect.name]:
                _run(work, words.replace("{change}", _change(kind, late_as)), given)

    def schedule(self, work: Work, escalations: Mapping[str, Sequence[EscalationStep]]) -> None:
        """Keep what reminders have become, and the next time of each: two statements for all of them.

        Args:
            escalations: id of a clock → its escalation steps as they now stand.
        """
        if not escalations:
            return
        kept = [
            {"clock_id": clock_id, "escalations": _json(steps)} for clock_id, steps in escalations.items()
        ]
        ahead = [
            {"clock_id": clock_id, "nth": nth, "due_at": step.at}
            for clock_id, steps in escalations.items()
            for nth, step in enumerate(steps, start=1)
            if step.repeats and step.told and step.at is not None
        ]
        work.conn.execute(sa.text(_KEEP_STEPS), kept)
        if ahead:
            work.conn.execute(sa.text(_AGAIN).bindparams(sa.bindparam("due_at", type_=Instant())), ahead)

    def count(self, work: Work, deltas: Mapping[tuple[str, ClockState], int]) -> None:
        """Add to the counts of clocks by town and state."""
        for (town, state), n in deltas.items():
            if n:
                work.rows(clock_deltas).append({"town": town, "state": state.value, "n": n})

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next deadline falls due, or fell due and was not fired; None where nothing does.

        The left end of the index.
        """
        found: datetime | None = _NEXT_AT.value(conn)
        return found

    def database_now(self, conn: sa.Connection) -> datetime | None:
        """Return the database's own time; None where it has none (SQLite)."""
        if conn.dialect.name != "postgresql":
            return None
        # Not the transaction's own time: that stands still from before the question, and looks like a skew.
        at: datetime = conn.execute(sa.text("select clock_timestamp()")).scalar_one()
        return at.astimezone(UTC)


_NEXT_AT = KeptQuery(
    sa.select(deadlines.c.due_at)
    .where(deadlines.c.fired_at.is_(None), deadlines.c.due_at.is_not(None))
    .order_by(deadlines.c.due_at)
    .limit(1)
)


def _due(row: Sequence[Any]) -> DueDeadline:
    (
        clock_id, kind, nth, due_at, subject_kind, subject_id, number, town, edition, rule, because, facts, stage,
        level, unit, round_, started_at, clock_due_at, label, is_provisional, state, verdict, late_as, silent_until,
        steps,
    ) = row  # fmt: skip
    return DueDeadline(
        clock_id, _KINDS[kind], nth, due_at, Subject(_SUBJECT_KINDS[subject_kind], subject_id), number, town, edition,
        rule, _because(because), _facts(facts), stage, level, unit, round_, started_at, clock_due_at, label,
        is_provisional, _STATES[state], _VERDICTS[verdict], _LATE_KINDS[late_as], silent_until, _steps(steps),
    )  # fmt: skip


# Enums by their values: a look-up costs a fraction of a call.
_KINDS = {kind.value: kind for kind in DeadlineKind}
_SUBJECT_KINDS = {kind.value: kind for kind in SubjectKind}
_STATES = {state.value: state for state in ClockState}
_VERDICTS: dict[str | None, ClockVerdict | None] = {None: None, **{each.value: each for each in ClockVerdict}}
_LATE_KINDS = {kind.value: kind for kind in LateKind}
_because = lru_cache(maxsize=4096)(msgspec.json.Decoder(tuple[str, ...]).decode)
_facts = lru_cache(maxsize=4096)(msgspec.json.Decoder(FactsSeen).decode)
_steps = lru_cache(maxsize=4096)(msgspec.json.Decoder(tuple[EscalationStep, ...]).decode)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _change(kind: DeadlineKind, late_as: LateKind) -> str:
    if kind is DeadlineKind.WARN:
        return _WARN
    return _REACH if kind is DeadlineKind.ESCALATION else _PASS[late_as]


def _event(kind: DeadlineKind, late_as: LateKind, *, is_silent: bool) -> str | None:
    if kind is DeadlineKind.WARN:
        return "warned"
    if kind is DeadlineKind.ESCALATION:
        return None if is_silent else "escalated"
    return None if late_as is LateKind.NOTED else late_as.value


def _run(work: Work, words: str, given: Mapping[str, Any]) -> None:
    statement = _statement(words, work.conn.dialect.name)
    work.conn.execute(statement, {name: given[name] for name in statement.compile().params})


@lru_cache(maxsize=64)
def _statement(words: str, dialect: str) -> sa.TextClause:
    statement = sa.text(words.format(among_ids=_AMONG[dialect]))
    return statement.bindparams(sa.bindparam("now", type_=Instant())) if ":now" in words else statement
