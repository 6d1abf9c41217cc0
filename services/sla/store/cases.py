"""Keeping cases, clocks, versions and deadlines: read in bulk, written in bulk at the end of the transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from services.sla.domain.listed import ListedClock
from services.sla.domain.subjects import Clocked, ClockedCase
from services.sla.store.clock_rows import clock_of, clock_row, version_row
from services.sla.store.tables import (
    assisting,
    clock_deltas,
    clock_versions,
    clocks,
    deadlines,
    shares,
    situations,
)
from shared.contracts.messages import WorkOrderChanged
from shared.db.bulk import Row
from shared.db.sight import Shares, sight_of
from shared.db.visibility import visible
from shared.db.work import Work
from shared.kernel.roles import Viewer
from shared.kernel.subject import Subject, SubjectKind
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.clocks.case_clocks import CaseClocks
from shared.rules.clocks.changes import ClockChange, ClockEvent
from shared.rules.clocks.clock import Clock
from shared.rules.clocks.firing import DeadlineKind, pending

ACCEPTED = "accepted"
SHARES = Shares(shares)
DeadlineKey = tuple[str, str, int]
_FIRED_BY = {ClockEvent.WARNED: (DeadlineKind.WARN,), ClockEvent.ESCALATED: (DeadlineKind.ESCALATION,)}


def may_see(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a viewer may see a case: then its clocks too, and else nobody may."""
    return visible(viewer, SHARES.columns(situations, situations.c.subject_id))


class SqlCases:
    """Cases and their clocks in this service's own store, within a transaction."""

    def prefetch(self, work: Work, subject_ids: Iterable[str]) -> None:
        """Read cases, their clocks and the open clocks' deadlines: three statements for a whole batch.

        Always in this order, and each in the order of its keys: two transactions that need the same rows then wait for
        one another and never both.
        """
        kept, ids = work.rows(situations), sorted(set(subject_ids))
        kept.prefetch(ids)
        rows = [row for subject_id in ids if (row := kept.get(subject_id)) is not None]
        clock_ids = [clock_id for row in rows for clock_id in row["clock_ids"]]
        work.rows(clocks).prefetch(clock_ids)
        known = (work.rows(clocks).get(clock_id) for clock_id in clock_ids)
        work.rows(deadlines).prefetch(
            key for row in known if row and row["stopped_at"] is None for key in deadline_keys(row)
        )

    def prefetch_shares(self, work: Work, changes: Iterable[tuple[str, str]]) -> None:
        """Read units' shares at once, by case and unit."""
        SHARES.prefetch(work, changes)

    def note_share(self, work: Work, case: str, changed: WorkOrderChanged) -> None:
        """Keep what became of a unit's share of a case."""
        SHARES.take(work, case, changed)

    def load(self, work: Work, subject_id: str) -> ClockedCase | None:
        """Return a case with its clocks in order of their start, or None if it is not known."""
        row = work.rows(situations).get(subject_id)
        if row is None:
            return None
        rows = [work.rows(clocks).get(clock_id) for clock_id in row["clock_ids"]]
        state = CaseClocks(
            row["edition"],
            row["snapshot"],
            row["timeline"],
            tuple(clock_of(found) for found in rows if found),
            row["is_unsettled"],
        )
        subject = Subject(SubjectKind(row["subject_kind"]), subject_id)
        return ClockedCase(subject, row["number"], row["town"], state)

    def save(self, work: Work, case: ClockedCase, changes: Sequence[ClockChange]) -> None:
        """Keep a case as it now stands; its clocks, their versions and deadlines follow the changes."""
        self.save_clocks(work, case, changes)
        # Before the case is put: what is kept until then says who assisted before.
        _keep_assisting(work, case)
        state = case.state
        accepted = state.timeline.marks.get(ACCEPTED)
        work.rows(situations).put(
            {
                "subject_id": case.subject.id,
                "subject_kind": case.subject.kind.value,
                "town": case.town,
                "edition": state.edition,
                "number": case.number,
                "snapshot": state.snapshot,
                "timeline": state.timeline,
                "is_unsettled": state.is_unsettled,
                "clock_ids": tuple(clock.id for clock in state.clocks),
                "as_of": work.at,
                "accepted_at": accepted.first_at if accepted else None,
                "category": state.snapshot.category,
                "place": state.snapshot.place.key,
                **sight_of(state.snapshot),
            }
        )

    def save_clocks(self, work: Work, case: Clocked, changes: Sequence[ClockChange]) -> None:
        """Keep the last form of every clock that changed, each of its versions, and what it waits for.

        The case itself stays as it is.
        """
        for change in changes:
            work.rows(clock_versions).add(version_row(change, work.at))
        # The sort is stable: each clock's changes stay in their order, and its last form is the one that is kept.
        ordered = sorted(changes, key=lambda change: change.clock.id)
        for clock_id, own in groupby(ordered, key=lambda change: change.clock.id):
            _keep(work, case, clock_id, list(own))


def _keep_assisting(work: Work, case: ClockedCase) -> None:
    """Keep who assists; a unit that no longer does keeps its row."""
    before = work.rows(situations).get(case.subject.id)
    had = set(assisting_units(before["snapshot"])) if before else set()
    now = set(assisting_units(case.state.snapshot))
    for unit in sorted(had ^ now):
        work.rows(assisting).put({"unit": unit, "subject_id": case.subject.id, "assists": unit in now})


def assisting_units(snapshot: CaseSnapshot) -> tuple[str, ...]:
    """Return who assists in a case as last decided."""
    return snapshot.assignment.assisting if snapshot.assignment else ()


def listed_clock(clock: Clock, subject_id: str, number: str, snapshot: CaseSnapshot) -> ListedClock:
    """Return a clock as it is listed, with what its subject says of itself."""
    assisting = assisting_units(snapshot)
    return ListedClock(clock, subject_id, number, assisting, snapshot.category, snapshot.place.key)


def _keep(work: Work, case: Clocked, clock_id: str, changes: Sequence[ClockChange]) -> None:
    clock = changes[-1].clock
    is_new = changes[0].clock.version == 1
    row = clock_row(clock, case.subject, case.number, case.town)
    before = None if is_new else work.rows(clocks).get(clock_id)
    if before is None:
        work.rows(clocks).add(row)
    else:
        work.rows(clocks).put(row)
    if case.subject.kind is SubjectKind.CASE:  # figures of clocks are those of cases
        _count(work, case.town, before["state"] if before else None, row["state"])
    _arm(work, clock, before, _fired(changes))


def _count(work: Work, town: str, before: str | None, after: str) -> None:
    if before == after:
        return
    work.rows(clock_deltas).append({"town": town, "state": after, "n": 1})
    if before is not None:
        work.rows(clock_deltas).append({"town": town, "state": before, "n": -1})


def _fired(changes: Sequence[ClockChange]) -> frozenset[tuple[str, int]]:
    """What was fired by these changes themselves, before the engine came to it."""
    # A step that comes late fires what fell due before it. Sealed here, none of that is told again by the engine.
    found: set[tuple[str, int]] = set()
    for change in changes:
        if change.event in _FIRED_BY:
            found |= {(kind.value, change.escalation or 0) for kind in _FIRED_BY[change.event]}
        elif change.at in (change.clock.breached_at, change.clock.passed_at):
            found |= {(DeadlineKind.DUE.value, 0), (DeadlineKind.CAP.value, 0)}
    return frozenset(found)


def _arm(work: Work, clock: Clock, before: Row | None, fired: frozenset[tuple[str, int]]) -> None:
    """Bring the deadlines' rows to what the clock waits for now; rows that stay as they are, are not written."""
    rows, wanted = work.rows(deadlines), _armed(clock)
    armed = _armed(clock_of(before)) if before else {}
    for key, due_at in wanted.items():
        if before is None:
            rows.add(_deadline(key, due_at, None))
        elif armed.get(key) != due_at:
            rows.put(_deadline(key, due_at, None))
    for key in armed.keys() - wanted.keys():
        # What was fired keeps its instant beside the firing; what was called off loses it, and no engine finds it.
        is_fired = key[1:] in fired
        rows.put(_deadline(key, armed[key] if is_fired else None, work.at if is_fired else None))


def _armed(clock: Clock) -> dict[DeadlineKey, datetime]:
    return {(clock.id, ahead.kind.value, ahead.nth): ahead.due_at for ahead in pending(clock)}


def _deadline(key: DeadlineKey, due_at: datetime | None, fired_at: datetime | None) -> Row:
    return {"clock_id": key[0], "kind": key[1], "nth": key[2], "due_at": due_at, "fired_at": fired_at}


def deadline_keys(clock: Row) -> list[DeadlineKey]:
    """Return the key of every deadline that a clock can have.

    Args:
        clock: its row.
    """
    clock_id, steps = clock["clock_id"], len(clock["escalations"])
    alone = (DeadlineKind.CAP, DeadlineKind.DUE, DeadlineKind.WARN)
    return [
        *((clock_id, kind.value, 0) for kind in alone),
        *((clock_id, DeadlineKind.ESCALATION.value, nth + 1) for nth in range(steps)),
    ]
