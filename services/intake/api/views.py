"""A case as one resource: what was reported, who has it and why, by when, who was told, what may be done.

Decides the form of the answer; every copy of another service's fact stands with its `as_of`. Identities are
not in it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.api.desk import Desk, actor, viewer
from services.intake.api.redaction import for_reporter
from services.intake.api.waiting import waiting_view
from services.intake.domain.actors import REPORTER
from services.intake.domain.case import Case
from services.intake.domain.catalogue import asked
from services.intake.domain.chain import Entry
from services.intake.domain.guard import PLATFORM_NEEDS, procedure_of, why_not
from services.intake.domain.likeness import likeness_of
from services.intake.domain.naming import named
from services.intake.domain.satisfaction import shown
from services.intake.domain.waiting import Days, too_early
from services.intake.handlers.likely import MOST as MOST_ALIKE
from services.intake.store import tables
from services.intake.store.alike import find_alike
from services.intake.store.people import orders_of_case
from services.intake.store.reading import current_edition_number, history_of, of_case
from shared.flow.editions import days_of
from shared.kernel.instants import format_instant
from shared.kernel.texts import Language
from shared.rules.pack.model import Pack, Step
from shared.web.answers import language
from shared.web.manners import manners

Row = Mapping[str, Any]


def case_view(desk: Desk, conn: sa.Connection, case: Case) -> dict[str, Any]:
    """Return everything about a case; to those who reported it without what is not theirs."""
    whole = _whole(desk, conn, case)
    return whole if actor().role != REPORTER else for_reporter(whole, case, actor().person)


def _whole(desk: Desk, conn: sa.Connection, case: Case) -> dict[str, Any]:
    pack = desk.pack(conn, case)
    clocks = of_case(conn, tables.clocks, case.id)
    notices = of_case(conn, tables.notices, case.id)
    decisions = of_case(conn, tables.decisions, case.id)
    now = desk.store.now(conn)
    return {
        **_head(case),
        "report": _report(case),
        "facts": {**case.facts, **case.texts},
        "assignment": case.assignment,
        "edition": {"hash": case.edition, "number": current_edition_number(conn, case.edition)},
        "decisions": [_shown(row) for row in decisions],
        "work_orders": [order_view(row, now) for row in orders_of_case(conn, case.id, now)],
        "deadlines": [_shown(row) for row in clocks],
        "notifications": [_shown(row) for row in notices],
        "attachments": [attachment_view(row) for row in of_case(conn, tables.attachments, case.id)],
        "linked": case.linked,
        "linked_from": case.linked_from,
        "draft": case.draft,
        "proposal": case.proposal,
        "duplicates": duplicates_of(conn, pack, case),
        "merged": list(case.merged),
        "merged_into": case.merged_into,
        "satisfaction": shown(case),
        "hidden": case.seen_by is not None,
        "repeats": case.repeats,
        "steps": steps_view(desk, conn, pack, case),
        "history": [_entry(entry) for entry in history_of(conn, case.id)],
        "as_of": {
            "decisions": _latest(decisions),
            "deadlines": _latest(clocks),
            "notifications": _latest(notices),
        },
    }


def _head(case: Case) -> dict[str, Any]:
    return {
        "case": case.id,
        "number": case.number,
        "town": case.town,
        "state": case.state,
        "round": case.round,
        "milestones": case.marks,
        "awaits_decision": case.awaiting is not None,
        "breached": case.breached,
        "flagged": case.flagged,
        "fallback": case.fallback,
        "due_at": _text(case.due_at),
        "changed_at": _text(case.changed_at),
    }


def _report(case: Case) -> dict[str, Any]:
    return {
        "category": case.category,
        "also": list(case.also),
        "channel": case.channel,
        "source": case.source,
        "place": case.place,
        "title": case.title,
        "text": case.text,
        "reported_at": _text(case.reported_at),
        "admitted_at": _text(case.admitted_at),
        "reporter": case.reporter,
        "anonymous": case.anonymous,
        "on_behalf": case.on_behalf,
        "private": case.private,
        "first_contact": case.first_contact,
        "finder": {"role": case.finder_role, "unit": case.finder_unit},
    }


def duplicates_of(conn: sa.Connection, pack: Pack, case: Case) -> list[Mapping[str, Any]]:
    """Return cases that look like this one, among those that the caller may see."""
    likeness = likeness_of(pack, case) if case.merged_into is None else None
    return find_alike(conn, viewer(case.town), likeness, MOST_ALIKE) if likeness else []


def state_view(case: Case) -> dict[str, Any]:
    """Return where a case stands."""
    return {"case": case.id, "number": case.number, "state": case.state}


def step_taken_view(case: Case) -> dict[str, Any]:
    """Return the case after a step."""
    return {
        "case": case.id,
        "number": case.number,
        "state": case.state,
        "round": case.round,
        "milestones": case.marks,
    }


def steps_view(desk: Desk, conn: sa.Connection, pack: Pack, case: Case) -> list[dict[str, Any]]:
    """Return the steps of the case's procedure and those for any time, with what speaks against each."""
    procedure = procedure_of(pack, case)
    keys = [
        *(procedure.steps if procedure else ()),
        *(key for key, step in pack.steps.items() if step.any_time),
    ]
    steps = [pack.steps[key] for key in dict.fromkeys(keys)]
    waits = any(step.not_before for step in steps)
    days = days_of(conn, desk.store.flow.calendars, case.town) if waits else None
    return [_step(desk, pack, case, step, days, desk.store.now(conn)) for step in steps]


def _step(desk: Desk, pack: Pack, case: Case, step: Step, days: Days, now: datetime) -> dict[str, Any]:
    reader = language()
    no = why_not(pack, case, step.key, actor()) or too_early(pack, case, step, days, now)
    problem = desk.problem(no) if no else None
    return {
        "step": step.key,
        "name": step.name.in_language(reader) or step.key,
        "allowed": no is None,
        "not_before": waiting_view(pack, case, step, days, reader),
        "needs": [_needed(pack, name, reader) for name in step.needs],
        "may_have": [_needed(pack, name, reader) for name in step.may_have],
        "why_not": {
            "code": problem.code,
            "status": manners().status_of(problem),
            "cause": problem.cause.in_language(reader),
            "remedy": problem.remedy.in_language(reader),
            "where": problem.where,
        } if problem else None,
    }  # fmt: skip


def _needed(pack: Pack, name: str, reader: Language) -> dict[str, Any]:
    if name in PLATFORM_NEEDS:
        ask = named(pack, [name]).in_language(reader)
        return {"fact": name, "ask": ask, "type": "instant" if name == "due_at" else "key", "values": []}
    return asked(pack.facts[name], name, reader)


def order_view(row: Row, now: datetime) -> dict[str, Any]:
    """Return a work order; one that is still held says for how long by now, so that ageing shows."""
    held = row["held_for_seconds"]
    return {
        "id": row["id"],
        "case": row["case_id"],
        "number": row["number"],
        "unit": row["unit"],
        "part": row["part"],
        "state": row["state"],
        "decision": row["decision"],
        "round": row["round"],
        "issued_at": _text(row["issued_at"]),
        "accepted_at": _text(row["accepted_at"]),
        "ended_at": _text(row["ended_at"]),
        "held_for_seconds": int((now - row["issued_at"]).total_seconds()) if held is None else held,
        "assignee": row["assignee"],
        "assignee_state": row["assignee_state"],
        "substitute": row["substitute"],
    }


def attachment_view(row: Row) -> dict[str, Any]:
    """Return an attachment without its content."""
    kept = ("id", "name", "type", "size", "sha256")
    return {**{name: row[name] for name in kept}, "attached_at": _text(row["attached_at"])}


def publication_view(row: Row) -> dict[str, Any]:
    """Return a publication: nothing of it names a person."""
    kept = ("number", "category", "state", "published_on", "level")
    return {**{name: row[name] for name in kept}, "published_at": _text(row["published_at"])}


def listed(row: Row) -> dict[str, Any]:
    """Return a row with its instants as texts."""
    return {name: _text(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _shown(row: Row) -> dict[str, Any]:
    return {name: value for name, value in listed(row).items() if name != "case_id"}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "n": entry.n,
        "at": entry.at,
        "what": entry.what,
        "by": entry.by,
        "data": entry.data,
        "texts": {name: text for name, (_, text) in (entry.texts or {}).items()},
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _latest(rows: Iterable[Row]) -> str | None:
    return _text(max((row["as_of"] for row in rows), default=None))


def _text(at: datetime | None) -> str | None:
    return format_instant(at) if at else None
