"""A store of an earlier form is brought to the present one with everything that it held."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from services.sla.store.cases import SqlCases
from services.sla.store.listing import find_case
from services.sla.store.tables import assisting, flow, situations
from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, revisions, upgrade
from shared.db.store import Store
from shared.db.types import Instant
from shared.kernel.roles import Viewer
from shared.kernel.subject import case_subject
from shared.rules.case.situation import situation_of
from shared.rules.case.snapshot import Assignment, LinkDirection
from shared.rules.clocks.case_clocks import CaseClocks
from shared.rules.clocks.escalation import EscalationStep
from shared.rules.worktime.pauses import Span
from tests.sla.packs import at

PAST = {
    "marks": {"accepted": ["2026-03-09T02:00:00.000000Z", "2026-03-10T02:00:00.000000Z", True]},
    "pauses": {"settle": [["2026-03-11T02:00:00.000000Z", "2026-03-11T03:00:00.000000Z"]]},
    "written": {"settle": ["2026-03-11T02:00:00.000000Z", "2026-03-20T09:00:00.000000Z", 2]},
    "stopped": {"submit": "2026-03-11T02:00:00.000000Z"},
    "round": 2,
    "decision": 3,
    "reopened_at": "2026-03-10T02:00:00.000000Z",
    "fell": ["settled"],
}
EMPTY = {"marks": {}, "pauses": {}, "written": {}, "stopped": {}, "round": 1, "decision": 0}
REPORTED = {
    "category": "quarrel", "channel": "app", "place": "grid-1", "facts": {"urgent": True}, "finder_role": None,
    "finder_unit": None, "first_contact": None, "reporter": "r-1", "also": [], "repeats": 0, "from_above": False,
    "levels": [], "lead": None, "previous_lead": None, "assisting": [], "procedure": None, "round": 1, "reporters": 1,
    "handed_over": False,
}  # fmt: skip
DECIDED = {
    **REPORTED, "levels": ["village"], "lead": "t/station", "previous_lead": "t/office", "assisting": ["t/office"],
    "procedure": "standard", "round": 2, "reporters": 3, "handed_over": True, "from_above": True, "awaits": True,
}  # fmt: skip

RETURNED = {**DECIDED, "lead": None}


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A store as the first revision made it."""
    made = Store("sla", open_engine(address, "sla"), flow)
    bring_to(made, "0001")
    yield made
    made.close()


def bring_to(store: Store, revision: str) -> None:
    """Bring a store to the form that a revision made."""
    scripts = revisions("services.sla")
    with store.engine.begin() as conn:
        steps = {
            "version_table": VERSION_TABLE,
            "fn": lambda known, _: scripts._upgrade_revs(revision, known),
        }
        context = MigrationContext.configure(conn, opts=steps)
        with context.begin_transaction(), Operations.context(context):
            context.run_migrations()


def put(
    store: Store, case: str, situation: Mapping[str, Any], life: Mapping[str, Any], *clock_ids: str
) -> None:
    """Write a case as that revision did."""
    row = {
        "case_id": case, "town": "t", "edition": "e", "number": f"n-{case}", "situation": json.dumps(situation),
        "life": json.dumps(life), "clock_ids": json.dumps(clock_ids), "as_of": at("2026-03-10 10:00"),
    }  # fmt: skip
    insert(store, "situations", row)


def put_clock(store: Store, clock_id: str, case: str, rungs: list[list[Any]]) -> None:
    """Write a clock as that revision did, with the steps of its escalation."""
    plain = dict.fromkeys(("round", "decision", "revision", "version"), 1)
    no = dict.fromkeys(("is_immediate", "is_provisional", "is_capped", "is_unsettled"), False)
    row = {
        "clock_id": clock_id, "case_id": case, "number": f"n-{case}", "town": "t", "edition": "e", "rule": "r",
        "because": '["P"]', "facts": '{"urgent": true, "level": null}', "stage": "settle", "start_mark": "accepted",
        "started_at": at("2026-03-09 10:00"), "counted_from_at": at("2026-03-09 10:00"),
        "gaps": '[["2026-03-09T02:00:00.000000Z", "2026-03-09T03:00:00.000000Z"]]', "reached": 2,
        "reason_in_time": "extended", "otherwise": "breached", "late_as": "breached", "state": "running",
        "rungs": json.dumps(rungs), **plain, **no,
    }  # fmt: skip
    insert(store, "clocks", row)


def insert(store: Store, table: str, row: Mapping[str, Any]) -> None:
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    instants = [
        sa.bindparam(name, type_=Instant()) for name, value in row.items() if isinstance(value, datetime)
    ]
    with store.engine.begin() as conn:
        conn.execute(sa.text(f"insert into {table} ({names}) values ({marks})").bindparams(*instants), row)


def read(store: Store, case: str) -> CaseClocks:
    """Return a case as the house of today reads it."""
    with store.begin() as work:
        cases = SqlCases()
        cases.prefetch(work, [case])
        found = cases.load(work, case)
        assert found is not None
        assert (found.subject, found.number, found.town) == (case_subject(case), f"n-{case}", "t")
        return found.state


def test_older_cases_keep_their_first_acceptance_and_who_assists(store: Store):
    """Nobody who was accepted long ago is listed as never accepted after an upgrade."""
    put(store, "c-1", DECIDED, PAST)
    put(store, "c-2", REPORTED, EMPTY)
    upgrade(store.engine, "services.sla")
    with store.read() as conn:
        accepted = dict(conn.execute(sa.select(situations.c.subject_id, situations.c.accepted_at)).all())
        assist = conn.execute(sa.select(assisting)).all()
    assert accepted == {"c-1": datetime(2026, 3, 9, 2, tzinfo=UTC), "c-2": None}
    assert assist == [("t/office", "c-1", True)]


@pytest.mark.parametrize("situation", [REPORTED, DECIDED, RETURNED], ids=["reported", "decided", "returned"])
def test_rules_see_of_an_older_case_what_they_saw(store: Store, situation: dict[str, Any]):
    """The snapshot of an older case gives the situation that was kept of it, value by value."""
    put(store, "c-1", situation, PAST)
    upgrade(store.engine, "services.sla")
    seen = situation_of(read(store, "c-1").snapshot)
    facts = {"reporters": situation["reporters"]} if situation["reporters"] > 1 else {}
    kept = {name: tuple(value) if isinstance(value, list) else value for name, value in situation.items()}
    kept.pop("awaits", None)
    assert {name: getattr(seen, name) for name in kept} == {**kept, "facts": {"urgent": True, **facts}}


def test_what_an_older_case_has_beside_its_situation_is_there(store: Store):
    """Number of the decision, the link and where the case is; its past; and that it waits for a decision."""
    put(store, "c-1", DECIDED, PAST)
    upgrade(store.engine, "services.sla")
    case = read(store, "c-1")
    assert case.is_unsettled
    assert case.snapshot.place.jurisdiction == "t"
    assert case.snapshot.link_direction is LinkDirection.ABOVE
    assert case.snapshot.assignment == Assignment(
        decision=3, levels=("village",), lead="t/station", assisting=("t/office",), previous_lead="t/office",
        procedure="standard",
    )  # fmt: skip
    past = case.timeline
    assert (past.round, past.decision, past.fell) == (2, 3, frozenset({"settled"}))
    assert past.reopened_at == past.marks["accepted"].at == at("2026-03-10 10:00")
    assert past.pauses == {"settle": (Span(at("2026-03-11 10:00"), at("2026-03-11 11:00")),)}
    assert past.written["settle"].due_at == at("2026-03-20 17:00")
    assert past.stopped == {"submit": at("2026-03-11 10:00")}


@pytest.mark.parametrize("flag", ["awaits", "disagreed"])
def test_what_was_to_be_asked_again_still_is(store: Store, flag: str):
    """A case about which the evaluators differed, or that waits for a decision, is judged with its next step."""
    put(store, "c-1", {**REPORTED, flag: True}, EMPTY)
    put(store, "c-2", REPORTED, EMPTY)
    upgrade(store.engine, "services.sla")
    assert [read(store, case).is_unsettled for case in ("c-1", "c-2")] == [True, False]


def test_escalations_of_earlier_forms_are_read(store: Store):
    """A step from before there were reminders comes once, at the instant that it had; a reminder goes on as it was."""
    first, last = "2026-03-13T16:00:00.000000Z", "2026-03-14T16:00:00.000000Z"
    put(store, "c-1", DECIDED, PAST, "k-1", "k-2")
    steps = [
        [first, True, ["t/office"], "urged"],
        [None, False, [], None, None],
        [last, True, ["u"], None, first, 4, 2, last],
    ]
    put_clock(store, "k-1", "c-1", steps)
    put_clock(store, "k-2", "c-1", [])
    upgrade(store.engine, "services.sla")
    clock, bare = read(store, "c-1").clocks
    due, told = at("2026-03-14 00:00"), at("2026-03-15 00:00")
    assert clock.escalations == (
        EscalationStep(due, True, ("t/office",), "urged", due),
        EscalationStep(None, False, (), None),
        EscalationStep(told, True, ("u",), None, due, True, 4, 2, told),
    )
    assert (bare.escalations, bare.because, bare.facts) == ((), ("P",), {"urgent": True, "level": None})
    assert (bare.gaps, bare.reached) == ((Span(at("2026-03-09 10:00"), at("2026-03-09 11:00")),), {1})


SNAPSHOT = {
    "category": "quarrel", "channel": "app", "place": {"jurisdiction": "t"}, "facts": {}, "reporter": "r-1",
    "finder_role": "grid_worker", "finder_unit": "t/grid", "assignment": {
        "decision": 1, "levels": ["village"], "lead": "t/station", "assisting": ["t/office"], "procedure": "standard",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "seers"),
    [
        ({}, {"station", "office", "bureau", "grid", "reporter", "supervisor", "operator"}),
        ({"private": True}, {"station", "office", "reporter", "supervisor", "operator"}),
        ({"seen_by": "|t/bureau|"}, {"bureau", "grid", "operator"}),
    ],
)
def test_who_may_see_a_case_of_before_is_taken_from_its_snapshot(
    store: Store, more: dict[str, Any], seers: set[str]
) -> None:
    """Private, hidden or everybody's: shares of private cases are those of the units that lead and assist now."""
    bring_to(store, "0004")
    row = {
        "subject_id": "c", "town": "t", "edition": "e", "number": "n", "timeline": "{}", "clock_ids": "[]",
        "snapshot": json.dumps({**SNAPSHOT, **more}, separators=(",", ":")), "as_of": at("2026-03-10 10:00"),
        "seen_by": more.get("seen_by"),
    }  # fmt: skip
    insert(store, "situations", row)
    upgrade(store.engine, "services.sla")
    viewers = {
        **{name: Viewer("t", "unit_staff", f"t/{name}", None) for name in ("station", "office", "bureau")},
        "grid": Viewer("t", "grid_worker", "t/grid", None),
        "reporter": Viewer("t", "unit_staff", None, "r-1"),
        **{name: Viewer("t", name, None, None) for name in ("supervisor", "operator")},
    }
    with store.read() as conn:
        assert {who for who, viewer in viewers.items() if find_case(conn, viewer, "n")} == seers
