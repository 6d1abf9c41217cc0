"""Is this report valid and complete? If so, what the case begins as.

Decides by the town's pack: category, channel and place are known, answers are declared, typed and complete
where the category asks. A category that asks nothing admits category, place, channel and text alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from services.intake.domain.actors import GRID_WORKER, REPORTER, Actor
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.situations import jurisdiction_of
from shared.kernel.texts import Language, Text
from shared.rules.logic.facts import FactType, Kind, check_facts
from shared.rules.pack.model import Pack

_COMPARED = 2000
_SLACK = timedelta(minutes=5)  # a machine that imports may be a little ahead


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports, well formed but not yet held against the pack.

    Args:
        answers: what the reporter answers to the category's questions.
        identity: name, phone and the like; sealed at once and meant by reference from then on.
        reported_at: only where an engineer imports, or the store is simulated.
    """

    category: str
    channel: str
    text: str
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    title: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    identity: Mapping[str, str] = field(default_factory=dict)
    on_behalf: bool = False
    anonymous: bool = False
    private: bool = False
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """A report that became a case: what the pack and the actor add to it."""

    facts: Mapping[str, Any]
    texts: Mapping[str, str]
    place: Mapping[str, Any]
    private: bool
    reported_at: datetime


def admit(pack: Pack, report: Report, at: datetime, may_back_date: bool) -> Admission:
    """Return what the case begins as.

    Raises:
        Refusal: why it is not admitted.
        FactError: an answer is not what the pack declares.
    """
    category = pack.categories.get(report.category)
    if category is None:
        raise _unknown("unknown-category", "category", report.category, pack.categories)
    if report.channel not in pack.channels:
        raise _unknown("unknown-channel", "channel", report.channel, pack.channels)
    place = _place(pack, report)
    facts, texts = _answers(pack, report.answers)
    if missing := [name for name in category.asks if name not in facts and name not in texts]:
        raise _asked(pack, missing)
    reported_at = _reported_at(report.reported_at, at, may_back_date)
    return Admission(facts, texts, place, category.private or report.private, reported_at)


def _unknown(code: str, name: str, value: str, known: Mapping[str, object]) -> Refusal:
    close = get_close_matches(value[:100], list(known)[:_COMPARED], n=1)
    return refusal(code, {"field": name}, given=value, known=", ".join(close or list(known)[:10]))


def _place(pack: Pack, report: Report) -> Mapping[str, Any]:
    if report.place is not None and report.place not in pack.places:
        raise _unknown("unknown-place", "place", report.place, pack.places)
    if (report.lat is None) != (report.lon is None):
        raise refusal("half-position", {"field": "lat" if report.lat is None else "lon"})
    if report.place is None and report.lat is None and pack.places:
        raise refusal("place-missing", {"field": "place"})
    jurisdiction = jurisdiction_of(pack, report.place)
    return {"key": report.place, "jurisdiction": jurisdiction, "lat": report.lat, "lon": report.lon}


def _answers(pack: Pack, answers: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    if not answers:
        return {}, {}
    declared = _from_reporters(pack)
    if foreign := [name for name in answers if name in pack.facts and name not in declared]:
        raise refusal("fact-not-yours", {"field": f"answers.{foreign[0]}"}, fact=foreign[0])
    checked = check_facts(declared, answers)
    texts = {name: str(value) for name, value in checked.items() if declared[name].kind is Kind.TEXT}
    return {name: value for name, value in checked.items() if name not in texts}, texts


def _from_reporters(pack: Pack) -> Mapping[str, FactType]:
    return {name: fact.type for name, fact in pack.facts.items() if fact.source == "reporter"}


def _asked(pack: Pack, missing: list[str]) -> Refusal:
    names = ", ".join(missing)
    questions = Text(_questions(pack, missing, "zh"), _questions(pack, missing, "en"))
    return refusal(
        "answers-missing", {"field": "answers", "needs": names}, missing=names, questions=questions
    )


def _questions(pack: Pack, names: list[str], reader: Language) -> str:
    facts = [pack.facts[name] for name in names]
    return "; ".join(fact.ask.in_language(reader) or fact.name.in_language(reader) for fact in facts)


def _reported_at(given: datetime | None, at: datetime, may_back_date: bool) -> datetime:
    if given is None:
        return at
    if not may_back_date:
        raise refusal("back-dated", {"field": "reported_at"})
    if given > at + _SLACK:
        raise refusal("reported-in-the-future", {"field": "reported_at"})
    return min(given, at)


def finder(actor: Actor, on_behalf: bool) -> tuple[str | None, str | None]:
    """Return role and unit of whoever found it, where that was no member of the public.

    A grid worker stays the finder also of what a resident asked to be reported.
    """
    if actor.role == REPORTER or (on_behalf and actor.role != GRID_WORKER):
        return None, None
    return actor.role, actor.unit


def case_number(year: int, last: int) -> str:
    """Return a case's number as people read it out: the local year and a count within town and year."""
    return f"{year}-{last:06d}"
