"""Clocks as they are shown: the one place where plain values are made of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.sla.api.wording import CertificateReader, describe_clock, word
from services.sla.domain.listed import ClockVersion, FoundCase, ListedClock, MovedClock
from services.sla.domain.standings import DeadlineFigures, DeadlineStanding
from shared.kernel.instants import format_instant
from shared.kernel.texts import Language
from shared.rules.clocks.changes import ClockBefore


def case_view(
    case: FoundCase, clocks: Iterable[tuple[ListedClock, Sequence[ClockVersion]]], reader: CertificateReader
) -> dict[str, Any]:
    """Return a case's clocks, each with every form that it had."""
    return {
        "case": case.subject_id,
        "number": case.number,
        "as_of": format_instant(case.as_of),
        "first_accepted_at": _text(case.accepted_at),
        "clocks": [
            {
                **deadline_view(clock, reader.language),
                "versions": [_version_view(version, reader) for version in versions],
            }
            for clock, versions in clocks
        ],
    }


def deadline_view(listed: ListedClock, language: Language) -> dict[str, Any]:
    """Return a clock as a list shows it."""
    clock = listed.clock
    return {
        "clock": clock.id,
        "case": listed.subject_id,
        "number": listed.number,
        "category": listed.category,
        "place": listed.place,
        "stage": clock.stage,
        "stage_name": word("stages", clock.stage, language),
        "state": clock.state,
        "state_name": word("states", clock.state, language),
        "verdict": clock.verdict,
        "verdict_name": word("verdicts", clock.verdict, language),
        "earlier_verdict": clock.earlier_verdict,
        "rule": clock.rule,
        "because": list(clock.because),
        "edition": clock.edition,
        "round": clock.round,
        "level": clock.level,
        "unit": clock.unit,
        "assisting": list(listed.assisting),
        "started_at": format_instant(clock.started_at),
        "due_at": _text(clock.due_at),
        "label": clock.label,
        "provisional": clock.is_provisional,
        "missing_year": clock.missing_year,
        "stopped_at": _text(clock.stopped_at),
        "stopped_by": clock.stopped_by,
    }


def _version_view(version: ClockVersion, reader: CertificateReader) -> dict[str, Any]:
    return {
        "version": version.version,
        "at": format_instant(version.at),
        "recorded_at": format_instant(version.recorded_at),
        "event": version.event,
        "event_name": word("events", version.event, reader.language),
        "mark": version.mark,
        "state": version.state,
        "verdict": version.verdict,
        "unit": version.unit,
        "due_at": _text(version.due_at),
        "label": version.label,
        "provisional": version.is_provisional,
        "was": _was_view(version.was) if version.was else None,
        "certificate": version.certificate,
        "described": describe_clock(version.certificate or {}, reader),
    }


def _was_view(was: ClockBefore) -> dict[str, Any]:
    """An upheld appeal replaces the verdict alone; every other correction says all that people saw before."""
    if was.state is None:
        return {"verdict": was.verdict}
    more = {"edition": was.edition, "escalations": list(was.escalations)}
    return {
        "state": was.state,
        "verdict": was.verdict,
        "due_at": _text(was.due_at),
        "label": was.label,
        "provisional": was.provisional,
        **{name: value for name, value in more.items() if value},
    }


def moved_view(moved: MovedClock) -> dict[str, Any]:
    """Return what a revision made of one clock."""
    return {
        "clock": moved.clock_id,
        "case": moved.subject_id,
        "number": moved.number,
        "stage": moved.stage,
        "revision": moved.revision,
        "from": _text(moved.was_due_at),
        "to": _text(moved.due_at),
        "was_state": moved.was_state,
        "state": moved.state,
        "recorded_at": format_instant(moved.recorded_at),
    }


class FigureLineShown(Struct, frozen=True):
    """How the limits of one unit, level or category stand."""

    key: str | None
    counts: Mapping[str, int]


class FiguresShown(Struct, frozen=True):
    """How a town's limits that run stand."""

    as_of: str
    counts: Mapping[str, int]
    units: tuple[FigureLineShown, ...]
    levels: tuple[FigureLineShown, ...]
    categories: tuple[FigureLineShown, ...]
    places: tuple[FigureLineShown, ...]
    is_cut: bool


def figures_view(figures: DeadlineFigures, as_of: datetime) -> FiguresShown:
    """Return a town's figures."""
    return FiguresShown(
        format_instant(as_of),
        _counts_view(figures.in_all()),
        _lines_view(figures.by("unit")),
        _lines_view(figures.by("level")),
        _lines_view(figures.by("category")),
        _lines_view(figures.by("place")),
        figures.is_cut,
    )


def _lines_view(lines: Mapping[str | None, Mapping[DeadlineStanding, int]]) -> tuple[FigureLineShown, ...]:
    return tuple(FigureLineShown(key, _counts_view(counts)) for key, counts in lines.items())


def _counts_view(counts: Mapping[DeadlineStanding, int]) -> Mapping[str, int]:
    return {standing.value: counts.get(standing, 0) for standing in DeadlineStanding}


def _text(at: datetime | None) -> str | None:
    return format_instant(at) if at else None
