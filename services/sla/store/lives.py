"""A case's life as JSON, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.sla.domain.life import Life, Mark, Written
from shared.kernel.instants import format_instant, parse_instant
from shared.rules.worktime.pauses import Span


def dump_life(life: Life) -> dict[str, Any]:
    """Return a life as plain values."""
    return {
        "marks": {
            name: [format_instant(mark.first_at), format_instant(mark.at), mark.stands]
            for name, mark in life.marks.items()
        },
        "pauses": {stage: dump_spans(spans) for stage, spans in life.pauses.items()},
        "written": {
            stage: [format_instant(one.at), format_instant(one.due_at), one.round]
            for stage, one in life.written.items()
        },
        "stopped": {stage: format_instant(at) for stage, at in life.stopped.items()},
        "round": life.round,
        "decision": life.decision,
        "reopened_at": format_instant(life.reopened_at) if life.reopened_at else None,
        "fell": sorted(life.fell),
    }


def load_life(kept: Mapping[str, Any]) -> Life:
    """Return the life that `dump_life` made plain."""
    return Life(
        marks={
            name: Mark(parse_instant(first), parse_instant(at), stands)
            for name, (first, at, stands) in kept["marks"].items()
        },
        pauses={stage: load_spans(spans) for stage, spans in kept["pauses"].items()},
        written={
            stage: Written(parse_instant(at), parse_instant(due), round_)
            for stage, (at, due, round_) in kept["written"].items()
        },
        stopped={stage: parse_instant(at) for stage, at in kept["stopped"].items()},
        round=kept["round"],
        decision=kept["decision"],
        reopened_at=_instant(kept["reopened_at"]),
        fell=frozenset(kept["fell"]),
    )


def dump_spans(spans: tuple[Span, ...]) -> list[list[str | None]]:
    """Return pauses as pairs of texts."""
    return [
        [format_instant(span.begin_at), format_instant(span.end_at) if span.end_at else None]
        for span in spans
    ]


def load_spans(kept: list[list[str | None]]) -> tuple[Span, ...]:
    """Return the pauses that `dump_spans` made plain."""
    return tuple(Span(parse_instant(str(begin)), _instant(end)) for begin, end in kept)


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None
