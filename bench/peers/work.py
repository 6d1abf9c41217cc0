"""The four pieces of work that every neighbour does for a case, each one transaction on PostgreSQL.

The same rules, worktime and history hash as the services', rows of the same kind and size, an inbox against
repetition; written the cheapest way there is, on the driver with prepared statements and without an outbox.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
import psycopg

from bench.ground import ROOT
from bench.sample import CATEGORY, PLACE, TOWN
from shared.kernel.canonical import content_hash
from shared.kernel.ids import new_id
from shared.rules.decide import (
    CompiledRulesCache,
    Decision,
    Situation,
    calendar_of,
    local_day,
    placeholders,
    render,
    resolve_parties,
    time_readings,
)
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.worktime.due import due

TABLES = """
create schema peer;
create table peer.inbox (task text, message text, at timestamptz not null, primary key (task, message));
create table peer.routing_cases (id text primary key, town text, reported_at timestamptz, decisions int);
create table peer.routing_decisions (case_id text, n int, body text, primary key (case_id, n));
create table peer.cases (id text primary key, town text, state text, lead text, body text, history_n int,
                         history_head text);
create index on peer.cases (town, state, id);
create index on peer.cases (town, lead, id);
create table peer.decisions (case_id text, n int, body text, primary key (case_id, n));
create table peer.work_orders (id text primary key, case_id text, unit text, part text, state text, at timestamptz);
create index on peer.work_orders (case_id);
create table peer.history (case_id text, n int, at text, what text, body text, previous text, hash text,
                           primary key (case_id, n));
create table peer.situations (case_id text primary key, body text);
create table peer.clocks (id text primary key, case_id text, state text, due_at timestamptz, label text, body text);
create table peer.clock_versions (clock_id text, n int, body text, primary key (clock_id, n));
create table peer.deadlines (clock_id text, kind text, due_at timestamptz, fired_at timestamptz,
                             primary key (clock_id, kind));
create index on peer.deadlines (due_at) where fired_at is null;
create table peer.clock_copies (id text primary key, case_id text, due_at timestamptz, body text);
create table peer.notify_cases (case_id text primary key, body text);
create table peer.notifications (id text primary key, case_id text, unit text, body text, at timestamptz);
create table peer.notice_copies (id text primary key, case_id text, body text);
"""
Message = dict[str, Any]


def report(number: int) -> Message:
    """Return a case just admitted, as the first task gets it."""
    return {"case": new_id(), "number": f"2026-{number:06}", "town": TOWN, "category": CATEGORY, "channel": "grid",
            "place": {"key": PLACE, "jurisdiction": f"{TOWN}.{PLACE}", "lat": None, "lon": None}, "facts": {},
            "reported_at": datetime.fromisoformat("2026-03-09T10:00:00+08:00").isoformat(), "finder_role": "operator",
            "history": [0, "0" * 64]}  # fmt: skip


class Worker:
    """One process's connection and rules."""

    def __init__(self, database: str) -> None:
        self._conn = psycopg.connect(database, autocommit=True)
        self._conn.prepare_threshold = 1
        self._books = CompiledRulesCache("both")

    def close(self) -> None:
        """Give the connection back."""
        self._conn.close()

    @cached_property
    def _pack(self) -> Pack:
        return build_pack(load_files(ROOT / "rules" / TOWN), TOWN)

    def route(self, message: Message) -> Message:
        """Decide who is responsible; keep the decision with its reason."""
        with self._once("route", message) as write:
            answer = self._books.of(self._pack).route(_situation(message), self._day(message))
            if not isinstance(answer, Decision):
                raise RuntimeError("the neighbour's case found no owner")
            told = asdict(answer)
            told.pop("evaluator")
            message = {**message, "decision": orjson.loads(orjson.dumps(told, default=str))}
            write(
                "insert into peer.routing_cases values (%s, %s, %s, 1)",
                message["case"],
                TOWN,
                message["reported_at"],
            )
            write("insert into peer.routing_decisions values (%s, 1, %s)", message["case"], _body(message))
            return message

    def accept(self, message: Message) -> Message:
        """Give the case to its unit: its state, a work order, the decision, and two entries of its history."""
        with self._once("accept", message) as write:
            case, lead = message["case"], message["decision"]["lead"]
            history = message["history"]
            for what in ("admitted", "assigned"):
                history = self._record(write, message, what, history)
            write("insert into peer.cases values (%s, %s, 'accepted', %s, %s, %s, %s)", case, TOWN, lead,
                  _body(message), *history)  # fmt: skip
            write("insert into peer.decisions values (%s, 1, %s)", case, _body(message["decision"]))
            write(
                "insert into peer.work_orders values (%s, %s, %s, 'lead', 'accepted', now())",
                new_id(),
                case,
                lead,
            )
            return {**message, "state": "accepted", "history": history}

    def set_deadlines(self, message: Message) -> Message:
        """Start the clocks of the limits that hold: due instants, labels, certificates, deadlines."""
        with self._once("clock", message) as write:
            at = datetime.fromisoformat(message["reported_at"])
            after = self._after(message)
            clocks = {}
            for limit in self._books.of(self._pack).limits(after, self._day(message)).limits:
                if limit.within is None:
                    continue
                found = due(start_at=at, amount=limit.within, calendar=calendar_of(self._pack, None),
                            readings=time_readings(self._pack, limit))  # fmt: skip
                clock, body = new_id(), _body({**message, "certificate": found.certificate})
                clocks[limit.clock] = found.label
                write("insert into peer.clocks values (%s, %s, 'running', %s, %s, %s)", clock, message["case"],
                      found.due_at, found.label, body)  # fmt: skip
                write("insert into peer.clock_versions values (%s, 1, %s)", clock, body)
                for kind in ("warn", "due"):
                    write("insert into peer.deadlines values (%s, %s, %s, null)", clock, kind, found.due_at)
                write("insert into peer.clock_copies values (%s, %s, %s, %s)", clock, message["case"], found.due_at,
                      body)  # fmt: skip
            write("insert into peer.situations values (%s, %s)", message["case"], _body(message))
            history = self._record(write, message, "clock.started", message["history"])
            write(
                "update peer.cases set history_n = %s, history_head = %s where id = %s",
                *history,
                message["case"],
            )
            return {**message, "clocks": clocks, "history": history}

    def notify(self, message: Message) -> Message:
        """Record who is told what."""
        with self._once("notify", message) as write:
            after = self._after(message)
            for notice in self._books.of(self._pack).notices("accepted", after, self._day(message)).notices:
                for one in resolve_parties(self._pack, notice.who, after):
                    values = placeholders(self._pack, after, state="accepted", deadlines=message["clocks"],
                                          unit=one.unit)  # fmt: skip
                    body = _body({"text": render(notice.text, values, "zh"), "rule": notice.origin.rule})
                    told = new_id()
                    write("insert into peer.notifications values (%s, %s, %s, %s, now())", told, message["case"],
                          one.unit, body)  # fmt: skip
                    write("insert into peer.notice_copies values (%s, %s, %s)", told, message["case"], body)
            write("insert into peer.notify_cases values (%s, %s)", message["case"], _body(message))
            history = self._record(write, message, "notification.sent", message["history"])
            write(
                "update peer.cases set history_n = %s, history_head = %s where id = %s",
                *history,
                message["case"],
            )
            return {**message, "history": history}

    @contextmanager
    def _once(self, task: str, message: Message) -> Iterator[Callable[..., None]]:
        with self._conn.transaction():
            self._conn.execute(
                "insert into peer.inbox values (%s, %s, clock_timestamp())", (task, message["case"])
            )
            yield lambda query, *values: self._write(query, values)

    def _write(self, query: str, values: tuple[Any, ...]) -> None:
        self._conn.execute(query, values)

    def _record(
        self, write: Callable[..., None], message: Message, what: str, history: list[Any]
    ) -> list[Any]:
        n, previous = history[0] + 1, history[1]
        at, data = (
            message["reported_at"],
            {key: message[key] for key in ("number", "category", "place", "facts")},
        )
        seal = content_hash([message["case"], n, at, what, data, previous])
        write("insert into peer.history values (%s, %s, %s, %s, %s, %s, %s)", message["case"], n, at, what,
              _body(data), previous, seal)  # fmt: skip
        return [n, seal]

    def _after(self, message: Message) -> Situation:
        held = message["decision"]
        return replace(_situation(message), levels=tuple(held["levels"]), lead=held["lead"],
                       assisting=tuple(held["assisting"]), procedure=held["procedure"])  # fmt: skip

    def _day(self, message: Message) -> Any:
        return local_day(self._pack, datetime.fromisoformat(message["reported_at"]))


def _situation(message: Message) -> Situation:
    return Situation(message["category"], message["channel"], message["place"]["key"], message["facts"],
                     finder_role=message["finder_role"])  # fmt: skip


def _body(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()
