"""One example of every message: documentation, and the test that every consumer understands every producer."""

from datetime import UTC, datetime
from typing import Any

from shared.contracts.envelope import Envelope
from shared.contracts.routes import PRODUCERS

CASE = "019cd0e2-7d7a-7c3e-9f00-000000000001"
EDITION = "5f" * 32
AT = "2026-03-09T02:00:00.000000Z"
LATER = "2026-03-12T16:00:00.000000Z"
PLACE = {"key": "grid-1", "jurisdiction": "a-town.a-village", "lat": None, "lon": None}
STAFF = {"role": "unit_staff", "unit": "a-town.a-village/station", "person": "p-17"}
WORKER = {"role": "grid_worker", "unit": "a-town.a-village/grid-1", "person": "p-42"}
ASSIGNMENT = {
    "decision": 1,
    "levels": ["village"],
    "lead": "a-town.a-village/station",
    "assisting": [],
    "previous_lead": None,
    "procedure": "standard",
    "departments": [],
}
REASON = {"rule": "own-matter", "because": ["P001-05.2"], "facts": {"departments": 0}}
FACTS = {"departments": 0, "urgent": False}

ADMITTED = {
    "case": CASE,
    "number": "2026-000001",
    "category": "drainage",
    "channel": "grid",
    "place": PLACE,
    "facts": FACTS,
    "reported_at": AT,
    "first_contact": "a-town.a-village/grid-1",
    "finder_role": "grid_worker",
    "finder_unit": "a-town.a-village/grid-1",
    "reporter": "r-9",
    "private": False,
    "linked_from": None,
    "by": WORKER,
}
ORDER = {
    "case": CASE,
    "number": "2026-000001",
    "work_order": "019cd0e2-7d7a-7c3e-9f00-000000000002",
    "unit": "a-town.a-village/station",
    "part": "lead",
    "state": "issued",
    "held_for_seconds": None,
    "at": AT,
}
CLOCK: dict[str, Any] = {
    "case": CASE,
    "number": "2026-000001",
    "clock": "019cd0e2-7d7a-7c3e-9f00-000000000003",
    "stage": "settle",
    "state": "running",
    "verdict": None,
    "reason": REASON,
    "level": "village",
    "unit": "a-town.a-village/station",
    "round": 1,
    "started_at": AT,
    "due_at": LATER,
    "label": "2026-03-12 24:00",
    "provisional": False,
    "at": AT,
    "escalation": None,
    "to": [],
    "mark": None,
    "was": {},
    "certificate": {},
    "missing_year": None,
}
OCCURRENCE = "019cd0e2-7d7a-8c3e-9f00-000000000007"
CHANGED = {
    "occurrence": OCCURRENCE,
    "duty": "weekly-meeting",
    "unit": "a-town.a-village/station",
    "at": AT,
}
TOLD = {
    "case": CASE,
    "notification": "019cd0e2-7d7a-7c3e-9f00-000000000004",
    "key": "ab" * 32,
    "reason": REASON,
    "on": "accepted",
    "party": "lead",
    "unit": "a-town.a-village/station",
    "person": None,
    "via": None,
    "channel": "inbox",
    "at": AT,
    "cause": None,
}


def _step(step: str, marks: list[str], **more: Any) -> dict[str, Any]:
    return {
        "case": CASE,
        "number": "2026-000001",
        "step": step,
        "marks": marks,
        "undone": [],
        "effects": [],
        "ask_decision": False,
        "awaits_decision": False,
        "at": AT,
        "by": STAFF,
        "category": "drainage",
        "channel": "grid",
        "place": PLACE,
        "facts": FACTS,
        "round": 1,
        "state": "accepted",
        "assignment": ASSIGNMENT,
        "reason": False,
        "due_at": None,
        "reporter": "r-9",
        "first_contact": "a-town.a-village/grid-1",
        "finder_role": "grid_worker",
        "finder_unit": "a-town.a-village/grid-1",
        "private": False,
        **more,
    }


EXAMPLES: dict[str, dict[str, Any]] = {
    "case.admitted": ADMITTED,
    "case.erased": {"case": CASE, "data": "deliveries", "until": LATER},
    "case.rejected": {"case": CASE, "number": None, "reason": "not-admitted", "note": None},
    "case.assigned": _step("assigned", ["assigned"], state="assigned"),
    "case.accepted": _step("assigned", ["assigned", "accepted"]),
    "case.progressed": _step("report-progress", ["report-progress"]),
    "case.handed_over": _step("assigned", ["assigned", "handed_over"], state="assigned"),
    "case.extended": _step(
        "note-reason", ["note-reason"], effects=[["extend", "settle"]], reason=True, due_at=LATER
    ),
    "case.settled": _step("settle", ["settle", "settled"], state="settled", effects=[["settle", None]]),
    "case.verified": _step("verify", ["verify", "verified"], state="verified", by=WORKER),
    "case.reopened": _step("not-satisfied", ["not-satisfied", "reopened"], undone=["settled"], round=2),
    "case.published": _step("publish", ["publish", "published"], state="settled"),
    "case.closed": _step("close", ["close", "published", "closed"], state="closed"),
    "case.corrected": _step("correct-place", ["correct-place"], ask_decision=True, awaits_decision=True),
    "case.merged": _step("merge", ["merged"], state="merged"),
    "case.returned": _step("return", ["return", "rejected"], state="rejected", reason=True),
    **{f"work_order.{state}": {**ORDER, "state": state} for state in ("issued", "accepted", "done")},
    "work_order.declined": {**ORDER, "state": "declined", "held_for_seconds": 3600},
    "work_order.withdrawn": {**ORDER, "state": "withdrawn", "held_for_seconds": 7200},
    "case.routed": {
        "case": CASE,
        "assignment": ASSIGNMENT,
        "acceptance": "automatic",
        "flagged": False,
        "fallback": False,
        "reason": REASON,
        "evaluator": "both",
        "pass_to": None,
        "answers_sequence": 1,
    },
    "histories.anchored": {
        "since": "2026-03-09T00:00:00.000000Z",
        "until": "2026-03-10T00:00:00.000000Z",
        "towns": {"a-town": {"cases": 2, "entries": 9, "digest": "ab" * 32}},
        "previous": "0" * 64,
        "key": "0a1b2c3d",
        "seal": "ef" * 32,
    },
    "case.unroutable": {
        "case": CASE,
        "cause": "disagreement",
        "assignment": ASSIGNMENT,
        "answers": {"reference": ["own-matter"], "durable": []},
        "answers_sequence": 1,
    },
    "clock.started": CLOCK,
    "clock.warned": {**CLOCK, "at": "2026-03-11T16:00:00.000000Z"},
    "clock.breached": {**CLOCK, "state": "breached", "at": LATER},
    "clock.escalated": {**CLOCK, "state": "breached", "escalation": 1, "to": ["a-town/office"], "at": LATER},
    "clock.stopped": {**CLOCK, "state": "stopped", "verdict": "in_time"},
    "clock.extended": {**CLOCK, "state": "extended", "verdict": "extended"},
    "clock.paused": {**CLOCK, "state": "paused"},
    "clock.resumed": CLOCK,
    "clock.corrected": {**CLOCK, "state": "stopped", "verdict": "in_time", "was": {"state": "breached"}},
    "clock.excused": {**CLOCK, "state": "breached", "verdict": "excused", "was": {"verdict": "late"}},
    "clock.withheld": {**CLOCK, "state": "withheld", "due_at": None, "label": None, "missing_year": 2027},
    "notification.held": {**TOLD, "held_by": "quiet", "held_until": "2026-03-10T00:00:00Z"},
    "notification.sent": TOLD,
    "notification.failed": {**TOLD, "channel": "mail", "cause": "refused by the mail server"},
    "notification.uncertain": {**TOLD, "channel": "webhook", "cause": "died between sending and recording"},
    "alarm.raised": {"code": "calendar-missing", "case": CASE, "detail": {"year": 2027}, "at": AT},
    "edition.published": {
        "edition": EDITION,
        "number": 1,
        "files": {"a-town/pack.yaml": "town: a-town\n"},
        "effective_at": AT,
    },
    "calendar.published": {"revision": 1, "holidays": {"2027-01-01": "元旦"}, "make_up": {}, "years": [2027]},
    "membership.changed": {
        "person": "p-17",
        "unit": "a-town.a-village/station",
        "role": "unit_staff",
        "held": True,
        "addresses": {"mail": "sealed"},
    },
    "absence.changed": {
        "absence": "019cd0e2-7d7a-7c3e-9f00-000000000006",
        "person": "p-17",
        "substitute": "p-18",
        "from_at": AT,
        "until_at": LATER,
        "stands": True,
    },
    "token.changed": {
        "token_hash": "cd" * 32,
        "role": "unit_staff",
        "unit": "a-town.a-village/station",
        "person": "p-17",
        "towns": ["a-town"],
        "valid_until": None,
        "revoked": False,
    },
    "jurisdiction.changed": {
        "key": "a-town.a-village",
        "part_of": "a-town",
        "name": {"zh": "某村", "en": "a village"},
    },
    "duty.owed": {
        **CHANGED,
        "number": "weekly-meeting 2026-03-09",
        "reason": {"rule": "duty weekly-meeting", "because": ["P001-06A.5"], "facts": {}},
        "label": "2026-03-09",
        "on": "2026-03-09",
        "opens_at": AT,
        "due_at": LATER,
        "provisional": False,
    },
    "duty.met": CHANGED,
    "duty.reopened": CHANGED,
    "duty.moved": {**CHANGED, "on": "2026-03-10", "due_at": LATER},
    "duty.excused": {**CHANGED, "person": "p-17"},
    "duty.withdrawn": CHANGED,
    "record.kept": {
        "record": "019cd0e2-7d7a-7c3e-9f00-000000000008",
        "form": "minutes",
        "about": "occasion",
        "subject": OCCURRENCE,
        "unit": "a-town.a-village/station",
        "person": "p-17",
        "day": "2026-03-09",
        "at": AT,
        "late": False,
        "occurrence": OCCURRENCE,
        "corrects": None,
        "facts": {"present": 12},
    },
    "ledger.changed": {
        "changes": [
            {
                "entry": "019cd0e2-7d7a-7c3e-9f00-000000000007",
                "type": "household",
                "kind": "household",
                "place": "a-grid",
                "event": "entered",
                "groups": {"class": "elderly_alone"},
                "complete": True,
            }
        ],
        "at": AT,
    },
    "session.opened": {"person": "p-17", "unit": "a-town.a-village/station", "role": "unit_staff", "at": AT},
    "message.dropped": {"dropped": "019cd0e2-7d7a-7c3e-9f00-000000000005", "why": "sent by mistake"},
}


def example(type_: str, sequence: int = 1) -> Envelope:
    """Return an example message of a type, as its producer would send it.

    Args:
        type_: without prefix and version, such as 'case.admitted'.
        sequence: its number within its stream.

    Raises:
        KeyError: no such type.
    """
    source = next((name for name, types in PRODUCERS.items() if type_ in types), "intake")
    return Envelope(
        id=f"example-{type_}-{sequence}",
        source=source,
        type=type_,
        stream=CASE,
        sequence=sequence,
        town="a-town",
        edition=EDITION,
        at=datetime(2026, 3, 9, 2, tzinfo=UTC),
        data=EXAMPLES[type_],
    )
