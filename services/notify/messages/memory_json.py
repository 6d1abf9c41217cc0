"""A case's memory as it is stored, and back: plain JSON, short keys for what is there in every case."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.notify.domain.deadlines import KnownClock, Mark, Need
from services.notify.domain.memory import CaseMemory, EarlyEvent
from services.notify.domain.notification import Happening, Reason
from services.notify.domain.telling import Recipient, Telling
from shared.kernel.instants import format_instant, parse_instant
from shared.kernel.texts import Text

Json = dict[str, Any]


def to_json(memory: CaseMemory) -> Json:
    """Return what is stored of a case beside its key, town and edition."""
    return {
        "number": memory.number,
        "standing": memory.standing,
        "seen_at": _text(memory.seen_at),
        "round": memory.round,
        "round_began_at": _text(memory.round_began_at),
        "marks": {
            key: [_text(mark.first_at), _text(mark.last_at), mark.stands]
            for key, mark in memory.marks.items()
        },
        "clocks": [_clock(clock) for clock in memory.clocks],
        "waiting": [_telling(telling) for telling in memory.waiting],
        "early": [{"since": _text(event.since), "frame": event.frame} for event in memory.early],
        "told_of_breach": memory.told_of_breach,
        "made": memory.made,
        "raised": sorted(memory.raised),
        "patient_until": _text(memory.patient_until),
    }


def from_json(case: str, town: str, edition: str | None, stored: Json) -> CaseMemory:
    """Return the memory that was stored."""
    return CaseMemory(
        case=case,
        town=town,
        edition=edition,
        number=stored["number"],
        standing=stored["standing"],
        seen_at=_instant(stored["seen_at"]),
        round=stored["round"],
        round_began_at=_instant(stored["round_began_at"]),
        marks={
            key: Mark(parse_instant(first), parse_instant(last), stands)
            for key, (first, last, stands) in stored["marks"].items()
        },
        clocks=tuple(_clock_from(clock) for clock in stored["clocks"]),
        waiting=tuple(_telling_from(telling) for telling in stored["waiting"]),
        early=tuple(EarlyEvent(parse_instant(event["since"]), event["frame"]) for event in stored["early"]),
        told_of_breach={stage: tuple(units) for stage, units in stored["told_of_breach"].items()},
        made=stored["made"],
        raised=frozenset(stored["raised"]),
        patient_until=_instant(stored["patient_until"]),
    )


def _clock(clock: KnownClock) -> list[Any]:
    return [
        clock.id,
        clock.stage,
        clock.rule,
        clock.round,
        _text(clock.started_at),
        clock.label,
        clock.is_provisional,
        clock.is_withheld,
    ]


def _clock_from(stored: list[Any]) -> KnownClock:
    id_, stage, rule, round_, started_at, *said = stored
    return KnownClock(id_, stage, rule, round_, parse_instant(started_at), *said)


def _telling(telling: Telling) -> Json:
    return {
        "happening": asdict(telling.happening),
        "reason": [telling.reason.rule, list(telling.reason.because)],
        "recipients": [asdict(recipient) for recipient in telling.recipients],
        "text": _words(telling.text),
        "values": {name: _words(value) for name, value in telling.values.items()},
        "needs": {
            stage: [list(need.rules), need.round, _text(need.since)] for stage, need in telling.needs.items()
        },
        "channels": list(telling.channels),
    }


def _telling_from(stored: Mapping[str, Any]) -> Telling:
    rule, because = stored["reason"]
    return Telling(
        happening=Happening(**stored["happening"]),
        reason=Reason(rule, tuple(because)),
        recipients=tuple(Recipient(**recipient) for recipient in stored["recipients"]),
        text=Text(*stored["text"]),
        values={name: Text(*value) for name, value in stored["values"].items()},
        needs={
            stage: Need(stage, tuple(rules), round_, parse_instant(since))
            for stage, (rules, round_, since) in stored["needs"].items()
        },
        channels=tuple(stored["channels"]),
    )


def _words(text: Text) -> list[str]:
    return [text.zh, text.en]


def _text(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
