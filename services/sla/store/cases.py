"""Keeping cases, clocks, versions and deadlines: read in bulk, written in bulk at the end of the transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from services.sla.domain.changes import Change, Event
from services.sla.domain.clock import Clock
from services.sla.domain.firing import Kind, pending
from services.sla.ports.cases import Case
from services.sla.store.clock_rows import clock_of, clock_row, version_row
from services.sla.store.lives import dump_life, load_life
from services.sla.store.tables import (
    assisting,
    clock_deltas,
    clock_versions,
    clocks,
    deadlines,
    situations,
)
from shared.db.bulk import Row
from shared.db.work import Work

ACCEPTED = "accepted"
DeadlineKey = tuple[str, str, int]
_FIRED_BY = {Event.WARNED: (Kind.WARN,), Event.ESCALATED: (Kind.ESCALATION,)}


class SqlCases:
    """Cases in this service's own store."""

    def prefetch(self, work: Work, case_ids: Iterable[str]) -> None:
        """Read cases, their clocks and the open clocks' deadlines: three statements for a whole batch."""
        kept, ids = work.rows(situations), sorted(set(case_ids))
        kept.prefetch(ids)
        rows = [row for case_id in ids if (row := kept.get(case_id)) is not None]
        clock_ids = [clock_id for row in rows for clock_id in row["clock_ids"]]
        work.rows(clocks).prefetch(clock_ids)
        known = (work.rows(clocks).get(clock_id) for clock_id in clock_ids)
        work.rows(deadlines).prefetch(
            key for row in known if row and row["stopped_at"] is None for key in _keys(row)
        )

    def load(self, work: Work, case_id: str) -> Case | None:
        """Return a case with its clocks in order of their start."""
        row = work.rows(situations).get(case_id)
        if row is None:
            return None
        rows = [work.rows(clocks).get(clock_id) for clock_id in row["clock_ids"]]
        return Case(
            case_id,
            row["number"],
            row["town"],
            row["edition"],
            row["situation"],
            load_life(row["life"]),
            tuple(clock_of(found) for found in rows if found),
            row["seen_by"],
        )

    def save(self, work: Work, case: Case, changes: Sequence[Change]) -> None:
        """Keep a case and what its changes made of its clocks."""
        self.save_clocks(work, case, changes)
        _keep_assisting(work, case)
        accepted = case.life.marks.get(ACCEPTED)
        work.rows(situations).put(
            {
                "case_id": case.id,
                "town": case.town,
                "edition": case.edition,
                "number": case.number,
                "situation": dict(case.situation),
                "life": dump_life(case.life),
                "clock_ids": [clock.id for clock in case.clocks],
                "as_of": work.at,
                "accepted_at": accepted.first_at if accepted else None,
                "seen_by": case.seen_by,
            }
        )

    def save_clocks(self, work: Work, case: Case, changes: Sequence[Change]) -> None:
        """Keep the last form of every clock that changed, each of its versions, and what it waits for."""
        for change in changes:
            work.rows(clock_versions).add(version_row(change, work.at))
        ordered = sorted(changes, key=lambda change: change.clock.id)
        for clock_id, own in groupby(ordered, key=lambda change: change.clock.id):
            _keep(work, case, clock_id, list(own))


def _keep_assisting(work: Work, case: Case) -> None:
    """Keep who assists; a unit that no longer does keeps its row."""
    before = work.rows(situations).get(case.id)
    had = set(before["situation"]["assisting"]) if before else set()
    now = set(case.situation["assisting"])
    for unit in sorted(had ^ now):
        work.rows(assisting).put({"unit": unit, "case_id": case.id, "assists": unit in now})


def _keep(work: Work, case: Case, clock_id: str, changes: Sequence[Change]) -> None:
    clock = changes[-1].clock
    is_new = changes[0].clock.version == 1
    row = clock_row(clock, case.id, case.number, case.town)
    before = None if is_new else work.rows(clocks).get(clock_id)
    if before is None:
        work.rows(clocks).add(row)
    else:
        work.rows(clocks).put(row)
    _count(work, case.town, before["state"] if before else None, row["state"])
    _arm(work, clock, before, _fired(changes))


def _count(work: Work, town: str, before: str | None, after: str) -> None:
    if before == after:
        return
    work.rows(clock_deltas).append({"town": town, "state": after, "n": 1})
    if before is not None:
        work.rows(clock_deltas).append({"town": town, "state": before, "n": -1})


def _fired(changes: Sequence[Change]) -> frozenset[tuple[str, int]]:
    """What was fired by these changes themselves, before the engine came to it."""
    found: set[tuple[str, int]] = set()
    for change in changes:
        if change.event in _FIRED_BY:
            found |= {(kind.value, change.escalation or 0) for kind in _FIRED_BY[change.event]}
        elif change.at in (change.clock.breached_at, change.clock.passed_at):
            found |= {(Kind.DUE.value, 0), (Kind.CAP.value, 0)}
    return frozenset(found)


def _arm(work: Work, clock: Clock, before: Row | None, fired: frozenset[tuple[str, int]]) -> None:
    """Bring the deadlines' rows to what the clock waits for now; rows that stay as they are, are not touched."""
    rows, wanted = work.rows(deadlines), _armed(clock)
    armed = _armed(clock_of(before)) if before else {}
    for key, due_at in wanted.items():
        if before is None:
            rows.add(_deadline(key, due_at, None))
        elif armed.get(key) != due_at:
            rows.put(_deadline(key, due_at, None))
    for key in armed.keys() - wanted.keys():
        is_fired = key[1:] in fired
        rows.put(_deadline(key, armed[key] if is_fired else None, work.at if is_fired else None))


def _armed(clock: Clock) -> dict[DeadlineKey, datetime]:
    return {(clock.id, one.kind.value, one.nth): one.due_at for one in pending(clock)}


def _deadline(key: DeadlineKey, due_at: datetime | None, fired_at: datetime | None) -> Row:
    return {"clock_id": key[0], "kind": key[1], "nth": key[2], "due_at": due_at, "fired_at": fired_at}


def _keys(clock: Row) -> list[DeadlineKey]:
    """Every deadline that a clock can have."""
    alone = [(clock["clock_id"], kind.value, 0) for kind in (Kind.CAP, Kind.DUE, Kind.WARN)]
    return [
        *alone,
        *((clock["clock_id"], Kind.ESCALATION.value, nth + 1) for nth in range(len(clock["rungs"]))),
    ]
