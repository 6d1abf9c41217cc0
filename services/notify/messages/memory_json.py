"""A case's memory read back from its row. It is written as it is: plain values, which the store turns into JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notify.domain.deadlines import KnownClock, Mark, Need
from services.notify.domain.memory import CaseMemory, EarlyEvent
from services.notify.domain.notification import Happening, Reason
from services.notify.domain.telling import Recipient, Telling
from shared.kernel.instants import parse_instant
from shared.kernel.texts import Text

Json = Mapping[str, Any]


def from_json(stored: Json) -> CaseMemory:
    """Return the memory that was stored."""
    return CaseMemory(
        case=stored["case"],
        town=stored["town"],
        edition=stored["edition"],
        number=stored["number"],
        standing=stored["standing"],
        seen_at=_instant(stored["seen_at"]),
        round=stored["round"],
        round_began_at=_instant(stored["round_began_at"]),
        marks={key: _mark(mark) for key, mark in stored["marks"].items()},
        clocks=tuple(_clock(clock) for clock in stored["clocks"]),
        waiting=tuple(_telling(telling) for telling in stored["waiting"]),
        early=tuple(_early(event) for event in stored["early"]),
        told_of_breach={stage: tuple(units) for stage, units in stored["told_of_breach"].items()},
        made=stored["made"],
        raised=tuple(stored["raised"]),
        patient_until=_instant(stored["patient_until"]),
    )


def _early(stored: Json) -> EarlyEvent:
    return EarlyEvent(parse_instant(stored["since"]), stored["is_of_unit"], stored["frame"])


def _mark(stored: Json) -> Mark:
    return Mark(parse_instant(stored["first_at"]), parse_instant(stored["last_at"]), stored["stands"])


def _clock(stored: Json) -> KnownClock:
    return KnownClock(**{**stored, "started_at": parse_instant(stored["started_at"])})


def _telling(stored: Json) -> Telling:
    reason = stored["reason"]
    return Telling(
        happening=Happening(**stored["happening"]),
        reason=Reason(reason["rule"], tuple(reason["because"]), reason["facts"]),
        recipients=tuple(Recipient(**recipient) for recipient in stored["recipients"]),
        text=Text(**stored["text"]),
        values={name: Text(**value) for name, value in stored["values"].items()},
        needs={stage: _need(need) for stage, need in stored["needs"].items()},
        channels=tuple(stored["channels"]),
    )


def _need(stored: Json) -> Need:
    since = parse_instant(stored["since"])
    return Need(stored["stage"], tuple(stored["rules"]), stored["round"], since, stored.get("lead"))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
