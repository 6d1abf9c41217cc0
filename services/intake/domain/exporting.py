"""A case as it is given to another system: what was reported, what happened, how it stands.

Decides what goes along: no identity unless it is handed in, and of the history what a case can be made of
again. Free texts go along, digests and hashes do not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.intake.domain.case import Case
from services.intake.domain.chain import Entry
from services.intake.domain.corrections import WAS
from services.intake.domain.old_case import REACHED_AT
from services.intake.domain.old_draft import CONFIRMED
from shared.kernel.instants import format_instant

_OF_REPORT = frozenset({"title", "text"})
_NOTE = "note"
_HAPPENED = frozenset({"step", "decided"})
_BEGAN = frozenset({"admitted", "drafted", CONFIRMED})
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a case and goes along with it."""

    history: Sequence[Entry] = ()
    clocks: Sequence[Row] = ()
    publications: Sequence[Row] = ()


def exported(case: Case, hanging: Hanging, identity: Mapping[str, str] | None) -> dict[str, Any]:
    """Return a case or a draft as a record; importing it again makes the same."""
    assignment = case.assignment or {}
    return {
        "number": case.number,
        "state": case.state,
        **_reported(case),
        "lead": case.lead,
        "levels": list(assignment.get("levels", ())),
        "assisting": list(assignment.get("assisting", ())),
        "procedure": assignment.get("procedure"),
        "round": case.round,
        "reported_at": format_instant(case.reported_at),
        "accepted_at": format_instant(case.accepted_at) if case.accepted_at else None,
        **{name: case.marks.get(mark) for mark, name in REACHED_AT.items()},
        "answers": _answers(hanging.history, case),
        "facts": {**case.facts, **case.texts},
        "steps": list(_steps(hanging.history)),
        "draft": case.draft,
        "proposal": case.proposal,
        "repeats": case.repeats or None,
        "publications": sorted(map(_published, hanging.publications), key=_by_day),
        "milestones": dict(case.marks),
        "deadlines": sorted(map(_deadline, hanging.clocks), key=_by_start),
        "town": case.town,
        "case": case.id,
        "edition": case.edition,
        **({"identity": dict(identity)} if identity else {}),
    }


def _reported(case: Case) -> dict[str, Any]:
    return {
        "category": case.category or None,
        "also": list(case.also),
        "channel": case.channel,
        "place": case.place_key,
        "lat": case.place.get("lat"),
        "lon": case.place.get("lon"),
        "title": case.title,
        "text": case.text,
        "private": case.private,
        "anonymous": case.anonymous,
        "on_behalf": case.on_behalf,
        "reporter": case.reporter,
        "first_contact": case.first_contact,
        "finder_role": case.finder_role,
        "finder_unit": case.finder_unit,
        "device": case.source,
    }


def _answers(entries: Iterable[Entry], case: Case) -> dict[str, Any]:
    """The facts as they were reported, or confirmed; steps have added to them since."""
    began = [entry for entry in entries if entry.what in _BEGAN]
    if not began:
        return {**case.facts, **case.texts}
    answered = case.texts.keys() - _OF_REPORT
    texts = {name: text for entry in began for name, text in _texts(entry).items() if name in answered}
    return {**began[-1].data["facts"], **texts}


def _steps(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if entry.data.get("reached") or (entry.what in _HAPPENED and "reached" in entry.data):
            yield {name: value for name, value in _step(entry).items() if value not in (None, {})}


def _step(entry: Entry) -> dict[str, Any]:
    data, texts = entry.data, _texts(entry)
    facts = {name: text for name, text in texts.items() if name != _NOTE and not name.endswith(WAS)}
    return {
        "step": data["step"],
        "at": data.get("at", entry.at),
        "by": {name: value for name, value in entry.by.items() if value is not None},
        "marks": data["reached"],
        "undone": data["undone"],
        "facts": {**data["facts"], **facts},
        "note": texts.get(_NOTE),
        "due_at": data.get("due_at"),
        **(_given_to(data) if entry.what == "decided" else {}),
    }


def _given_to(data: Mapping[str, Any]) -> dict[str, Any]:
    assignment = data.get("assignment") or {}
    return {name: assignment.get(name) for name in ("lead", "levels", "assisting", "procedure")}


def _texts(entry: Entry) -> dict[str, str]:
    return {name: text for name, (_, text) in (entry.texts or {}).items()}


def _by_day(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["on"], one["at"] or "", one["level"] or ""


def _by_start(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return one["started_at"], one["round"], one["stage"], one["rule"]


def _published(row: Row) -> dict[str, Any]:
    at = row["published_at"]
    kept = {name: row[name] for name in ("level", "state", "round", "category")}
    return {"at": format_instant(at) if at else None, "on": row["published_on"], **kept}


def _deadline(row: Row) -> dict[str, Any]:
    return {
        "stage": row["stage"],
        "rule": row["reason"]["rule"],
        "state": row["state"],
        "verdict": row["verdict"],
        "round": row["round"],
        "started_at": format_instant(row["started_at"]),
        "due_at": format_instant(row["due_at"]) if row["due_at"] else None,
    }
