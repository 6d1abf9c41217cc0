"""A case as one resource: what was reported, who has it and why, by when, who was told, what may be done.

Decides the form of the answer, here and nowhere else; every copy of another service's fact stands with its `as_of`.
Typed parts and instants are written by `shared.web.answers`. Identities are not in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from services.intake.domain.case import FLAGS, Case, DraftNote
from services.intake.domain.chain import HistoryEntry
from services.intake.domain.copies import ClockCopy, NoticeCopy
from services.intake.domain.earlier import CountedCases
from services.intake.domain.locating import PointDoubt
from services.intake.domain.receipts import DuplicateCandidate
from services.intake.domain.records import AttachedFile, KeptDecision, PublicRecord
from services.intake.domain.results import PublicResult
from services.intake.domain.satisfaction import words_of
from services.intake.domain.work_orders import StaffedOrder
from services.intake.store.listed_cases import ListedCase
from shared.kernel.problems import Problem
from shared.kernel.texts import Language

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseDossier:
    """A case with all that is kept beside it, as one transaction saw it.

    Args:
        edition_number: of the edition to which it is bound; None where its number is not known here.
        duplicates: cases that look like it, among those that the reader may see.
        earlier: what its facts from earlier cases counted.
        doubt: why its point is hardly where the matter is.
        now: the transaction's instant.
    """

    case: Case
    edition_number: int | None
    decisions: Sequence[KeptDecision]
    orders: Sequence[StaffedOrder]
    clocks: Sequence[ClockCopy]
    notices: Sequence[NoticeCopy]
    attachments: Sequence[AttachedFile]
    history: Sequence[HistoryEntry]
    duplicates: Sequence[DuplicateCandidate]
    earlier: Sequence[CountedCases]
    doubt: PointDoubt | None
    now: datetime


def case_view(dossier: CaseDossier, steps: Sequence[Json]) -> Json:
    """Return everything about a case.

    Args:
        steps: what may be done with it, as `step_views` shows it.
    """
    case = dossier.case
    return {
        **_head(case),
        "report": _report(case),
        "facts": {**case.facts, **case.texts},
        **_course(case),
        "edition": {"hash": case.edition, "number": dossier.edition_number},
        "decisions": [_without_case(decision) for decision in dossier.decisions],
        "work_orders": [order_view(order, dossier.now) for order in dossier.orders],
        "deadlines": [_without_case(clock) for clock in dossier.clocks],
        "notifications": [_without_case(notice) for notice in dossier.notices],
        "attachments": [attachment_view(attachment) for attachment in dossier.attachments],
        "duplicates": dossier.duplicates,
        "earlier": dossier.earlier,
        "point_doubt": dossier.doubt,
        "steps": steps,
        "history": [_entry(entry) for entry in dossier.history],
        "as_of": {
            "decisions": _latest(dossier.decisions),
            "deadlines": _latest(dossier.clocks),
            "notifications": _latest(dossier.notices),
        },
    }


def _head(case: Case) -> Json:
    return {
        "case": case.id,
        "number": case.number,
        "town": case.town,
        "state": case.state,
        "version": case.history_n,
        "round": case.round,
        "milestones": case.standing,
        "awaits_decision": case.awaiting is not None,
        "breached": case.breached,
        "flagged": case.flagged,
        "fallback": case.fallback,
        "due_at": case.due_at,
        "changed_at": case.changed_at,
    }


def _course(case: Case) -> Json:
    return {
        "assignment": case.assignment,
        "linked": case.linked,
        "linked_from": case.linked_from,
        "draft": draft_view(case.draft) if case.draft else None,
        "proposal": case.proposal,
        "merged": case.merged,
        "merged_into": case.merged_into,
        "satisfaction": words_of(case),
        "hidden": case.seen_by is not None,
        "repeats": case.repeats,
    }


def _report(case: Case) -> Json:
    return {
        "category": case.category,
        "also": case.also,
        "channel": case.channel,
        "source": case.source,
        "place": case.place,
        "title": case.title,
        "text": case.text,
        "reported_at": case.reported_at,
        "admitted_at": case.admitted_at,
        "reporter": case.reporter,
        **{name: getattr(case, name) for name in FLAGS},
        "first_contact": case.first_contact,
        "finder": {"role": case.finder_role, "unit": case.finder_unit},
    }


def draft_view(draft: DraftNote) -> Json:
    """Return why a report waits for a person and, once it does not, what became of that."""
    waits = {"because": draft.because}
    if draft.outcome is None:
        return waits
    return {**waits, "outcome": draft.outcome, "at": draft.at, "by": draft.by, "reason": draft.reason}


def listed_view(case: ListedCase) -> Json:
    """Return a case as a list shows it: who reported it is not in it."""
    return {name: getattr(case, name) for name in case.__struct_fields__ if name != "reporter"}


def state_view(case: Case) -> Json:
    """Return where a case stands."""
    return {"case": case.id, "number": case.number, "state": case.state}


def step_taken_view(case: Case, not_done: Sequence[Problem], words: Language) -> Json:
    """Return the case after a step, with what the step was to do and did not."""
    said = [
        {"code": problem.code, "cause": problem.cause.in_language(words), "where": problem.where}
        for problem in not_done
    ]
    return {**state_view(case), "round": case.round, "milestones": case.standing, "not_done": said}


def merged_view(case: Case) -> Json:
    """Return a case with what it took in, and how many reports there are of the matter."""
    return {**state_view(case), "merged": case.merged, "reporters": len(case.merged) + 1}


def order_view(order: StaffedOrder, now: datetime) -> Json:
    """Return a work order; one that is still held says for how long by now, so that ageing shows."""
    held = order.held_for_seconds
    return {
        "id": order.id,
        "case": order.case_id,
        "number": order.number,
        "unit": order.unit,
        "part": order.part,
        "state": order.state,
        "decision": order.decision,
        "round": order.round,
        "issued_at": order.issued_at,
        "accepted_at": order.accepted_at,
        "ended_at": order.ended_at,
        "held_for_seconds": int((now - order.issued_at).total_seconds()) if held is None else held,
        "assignee": order.assignee,
        "assignee_state": order.assignee_state,
        "substitute": order.substitute,
    }


def attachment_view(attached: AttachedFile) -> Json:
    """Return an attachment without its content."""
    shown = ("id", "name", "type", "size", "sha256", "attached_at", "erased_at")
    return {name: getattr(attached, name) for name in shown}


def publication_view(record: PublicRecord, results: Sequence[PublicResult]) -> Json:
    """Return a publication: nothing of it names a person."""
    shown = ("number", "category", "state", "published_on", "level", "published_at")
    return {**{name: getattr(record, name) for name in shown}, "result": list(results)}


def _without_case(record: Struct) -> Json:
    return {name: getattr(record, name) for name in record.__struct_fields__ if name != "case_id"}


def _entry(entry: HistoryEntry) -> Json:
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


class _Copy(Protocol):
    @property
    def as_of(self) -> datetime: ...


def _latest(copies: Iterable[_Copy]) -> datetime | None:
    return max((copy.as_of for copy in copies), default=None)
