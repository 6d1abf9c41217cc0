"""A case as it is given to another system: what was reported, what happened, how it stands.

Decides what goes along: no identity unless it is handed in, and of the history what a case can be made of
again. Free texts go along, digests and hashes do not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct, field

from services.intake.domain.case import FLAGS, Case
from services.intake.domain.chain import HistoryEntry
from services.intake.domain.copies import ClockCopy
from services.intake.domain.corrections import WAS
from services.intake.domain.drafts import CONFIRMED
from services.intake.domain.milestones import TOOK_IN
from services.intake.domain.records import PublicRecord
from services.intake.transfer.domain.exported_case import (
    ExportedCase,
    ExportedDeadline,
    ExportedPublication,
    ExportedStep,
)
from services.intake.transfer.domain.imported_case import REACHED_AT
from shared.kernel.instants import format_instant
from shared.rules.case.snapshot import Assignment
from shared.rules.logic.facts import Value

_OF_REPORT = frozenset({"title", "text"})
_NOTE = "note"
_STEP, _DECIDED = "step", "decided"
_BEGAN = frozenset({"admitted", "drafted", CONFIRMED})


@dataclass(frozen=True, slots=True)
class CaseRecords:
    """What is kept beside a case and goes along with it."""

    history: Sequence[HistoryEntry] = ()
    clocks: Sequence[ClockCopy] = ()
    publications: Sequence[PublicRecord] = ()


def exported(case: Case, records: CaseRecords, identity: Mapping[str, str] | None) -> ExportedCase:
    """Return a case or a draft as it is given away; importing it again makes the same.

    Args:
        identity: who reported it, where the caller may have it and has asked for it.
    """
    assignment, standing = case.assignment, case.standing
    return ExportedCase(
        number=case.number,
        state=case.state.value,
        category=case.category or None,
        also=case.also,
        channel=case.channel,
        place=case.place_key,
        lat=case.place.lat,
        lon=case.place.lon,
        title=case.title,
        text=case.text,
        reporter=case.reporter,
        first_contact=case.first_contact,
        finder_role=case.finder_role,
        finder_unit=case.finder_unit,
        device=case.source,
        lead=case.lead,
        levels=assignment.levels if assignment else (),
        assisting=assignment.assisting if assignment else (),
        procedure=assignment.procedure if assignment else None,
        round=case.round,
        reported_at=case.reported_at,
        accepted_at=case.accepted_at,
        answers=_answers(records.history, case),
        facts={**case.facts, **case.texts},
        steps=tuple(_steps(records.history)),
        draft=case.draft,
        proposal=case.proposal,
        repeats=case.repeats or None,
        publications=tuple(map(_publication, sorted(records.publications, key=_by_day))),
        # Of the case alone: what it took in is a matter of two files, and no step that the other house could repeat.
        milestones={mark: at for mark, at in standing.items() if mark != TOOK_IN},
        deadlines=tuple(map(_deadline, sorted(records.clocks, key=_by_start))),
        town=case.town,
        case=case.id,
        edition=case.edition,
        identity=identity or None,
        **{name: getattr(case, name) for name in FLAGS}
        | {name: standing.get(mark) for mark, name in REACHED_AT.items()},
    )


class _Begun(Struct):
    """What the entry of a case's beginning says of its facts."""

    facts: dict[str, Value] = field(default_factory=dict)


class _Happened(Struct):
    """What an entry says of a step or a decision; entries of other kinds have no milestones."""

    step: str = ""
    reached: tuple[str, ...] | None = None
    undone: tuple[str, ...] = ()
    facts: dict[str, Value] = field(default_factory=dict)
    at: str | None = None
    due_at: str | None = None
    assignment: Assignment | None = None


def _answers(entries: Iterable[HistoryEntry], case: Case) -> Mapping[str, Value]:
    """The facts as they were reported, or confirmed; steps have added to them since."""
    began = [entry for entry in entries if entry.what in _BEGAN]
    if not began:
        return {**case.facts, **case.texts}
    answered = case.texts.keys() - _OF_REPORT
    texts = {name: text for entry in began for name, text in _texts(entry).items() if name in answered}
    # The last: a draft that was confirmed begins a second time, with what was corrected then.
    return {**began[-1].read(_Begun).facts, **texts}


def _steps(entries: Iterable[HistoryEntry]) -> Iterator[ExportedStep]:
    for entry in entries:
        happened = entry.read(_Happened)
        is_step = entry.what in (_STEP, _DECIDED) and happened.reached is not None
        if happened.reached or is_step:
            yield _step(entry, happened)


def _step(entry: HistoryEntry, happened: _Happened) -> ExportedStep:
    texts = _texts(entry)
    facts = {name: text for name, text in texts.items() if name != _NOTE and not name.endswith(WAS)}
    given = happened.assignment if entry.what == _DECIDED else None
    return ExportedStep(
        step=happened.step,
        at=happened.at or entry.at,
        by={name: value for name, value in _named(entry).items() if value is not None},
        marks=happened.reached or (),
        undone=happened.undone,
        facts={**happened.facts, **facts},
        note=texts.get(_NOTE),
        due_at=happened.due_at,
        lead=given.lead if given else None,
        levels=given.levels if given else None,
        assisting=given.assisting if given else None,
        procedure=given.procedure if given else None,
    )


def _named(entry: HistoryEntry) -> Mapping[str, str | None]:
    return msgspec.json.decode(entry.by, type=dict[str, str | None])


def _texts(entry: HistoryEntry) -> dict[str, str]:
    return {name: text for name, (_, text) in (entry.texts or {}).items()}


def _by_day(record: PublicRecord) -> tuple[str, str, str]:
    """By local day and instant; those of which only the day was kept come first."""
    at = format_instant(record.published_at) if record.published_at else ""
    return record.published_on, at, record.level or ""


def _publication(record: PublicRecord) -> ExportedPublication:
    return ExportedPublication(
        at=record.published_at,
        on=record.published_on,
        level=record.level,
        state=record.state,
        round=record.round,
        category=record.category,
    )


def _by_start(clock: ClockCopy) -> tuple[datetime, int, str, str]:
    return clock.started_at, clock.round, clock.stage, clock.reason.rule


def _deadline(clock: ClockCopy) -> ExportedDeadline:
    return ExportedDeadline(
        stage=clock.stage,
        rule=clock.reason.rule,
        state=clock.state.value,
        verdict=clock.verdict.value if clock.verdict else None,
        round=clock.round,
        started_at=clock.started_at,
        due_at=clock.due_at,
    )
