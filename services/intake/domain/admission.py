"""Is this report valid and complete? If so, what the case begins as.

Decides by the town's pack: category, channel and place are known, answers are declared, typed and complete
where the category asks. A category that asks nothing admits category, place, channel and text alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.intake.domain.actors import GRID_WORKER, REPORTER
from services.intake.domain.case import ReportFlags
from services.intake.domain.locating import located
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.report_categories import (
    BY_CATEGORY,
    BY_MACHINE,
    ReportCategories,
    categories_of,
    report_categories,
    unknown,
)
from shared.contracts.messages import Actor
from shared.kernel.canonical import content_hash
from shared.kernel.texts import Language, Text
from shared.rules.case.snapshot import Place
from shared.rules.case.timing import local_day
from shared.rules.logic.facts import FactType, Kind, Value, check_facts
from shared.rules.pack.model import Pack

_SLACK = timedelta(minutes=5)  # a machine that imports may be a little ahead


@dataclass(frozen=True, slots=True)
class Report(ReportFlags):
    """What somebody reports, well formed but not yet held against the pack.

    Args:
        answers: what the reporter answers to the category's questions, not yet typed.
        identity: name, phone and the like; sealed at once and meant by reference from then on.
        also: further categories that it concerns.
        source: the device that reports, by its own name; only over a machine channel.
        reported_at: only where an engineer imports, or the store is simulated.
    """

    category: str | None
    channel: str
    text: str
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    title: str | None = None
    answers: Mapping[str, object] = field(default_factory=dict)
    identity: Mapping[str, str] = field(default_factory=dict)
    reported_at: datetime | None = None
    also: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """A report that became a case: what the pack and the actor add to it.

    Args:
        waits_for: why a person must look at it before it is a case; empty: it is one.
    """

    about: ReportCategories
    facts: Mapping[str, Value]
    texts: Mapping[str, str]
    place: Place
    private: bool
    reported_at: datetime
    waits_for: tuple[str, ...] = ()


def admit(pack: Pack, report: Report, at: datetime, may_back_date: bool) -> Admission:
    """Return what the case begins as.

    Raises:
        Refusal: why it is not admitted.
        FactError: an answer is not what the pack declares.
    """
    words = f"{report.title or ''}\n{report.text}"
    about = report_categories(pack, report.category, report.also, words)
    if report.channel not in pack.channels:
        raise unknown("unknown-channel", "channel", report.channel, pack.channels)
    if report.source is not None and report.channel not in pack.machines:
        raise refusal("source-not-machine", {"field": "source"}, channel=report.channel)
    # By today's places, also for what is dated back: a grid that has ended takes no new cases (P000.4).
    place = located(pack, report.place, report.lat, report.lon, local_day(pack, at))
    facts, texts = answers_of(pack, report.answers)
    waits_for = _waits_for(pack, report)
    if not waits_for:
        require_answers(pack, about, facts, texts)
    reported_at = _reported_at(report.reported_at, at, may_back_date)
    private = report.private or is_private(pack, about)
    return Admission(about, facts, texts, place, private, reported_at, waits_for)


def is_private(pack: Pack, about: ReportCategories) -> bool:
    """Tell whether any category concerned is private."""
    return any(category.private for category in categories_of(pack, about))


def _waits_for(pack: Pack, report: Report) -> tuple[str, ...]:
    by_category = report.category is None and pack.proposed_category == "confirmed"
    by_machine = report.channel in pack.machines
    return (*([BY_CATEGORY] if by_category else []), *([BY_MACHINE] if by_machine else []))


def require_answers(
    pack: Pack, about: ReportCategories, facts: Mapping[str, Value], texts: Mapping[str, str]
) -> None:
    """Hold what was answered against what the categories ask.

    Raises:
        Refusal: `answers-missing`, with the questions.
    """
    asks = dict.fromkeys(name for category in categories_of(pack, about) for name in category.asks)
    if missing := [name for name in asks if name not in facts and name not in texts]:
        raise _asked(pack, missing)


def answers_of(pack: Pack, answers: Mapping[str, object]) -> tuple[Mapping[str, Value], Mapping[str, str]]:
    """Return the answers typed by the pack, parted into facts and free texts.

    Raises:
        Refusal: an answer is to a question that is not put to reporters.
        FactError: an answer is not what the pack declares.
    """
    if not answers:
        return {}, {}
    declared = _from_reporters(pack)
    if foreign := [name for name in answers if name in pack.facts and name not in declared]:
        raise refusal("fact-not-yours", {"field": f"answers.{foreign[0]}"}, fact=foreign[0])
    checked = check_facts(declared, answers, exact=pack.format > 1)
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
    # Within the slack it is now: no case may be reported later than it was admitted.
    return min(given, at)


def finder(actor: Actor, on_behalf: bool) -> tuple[str | None, str | None]:
    """Return role and unit of whoever found it, where that was no member of the public.

    A grid worker stays the finder also of what a resident asked to be reported.
    """
    if actor.role == REPORTER or (on_behalf and actor.role != GRID_WORKER):
        return None, None
    return actor.role, actor.unit


def alarm_key(pack: Pack, channel: str, source: str | None, category: str, place: Place) -> str | None:
    """Return the key under which repetitions of an alarm meet: same device, same matter, same place.

    None where each report counts for itself.
    """
    if source is None or pack.machines.get(channel) is None:
        return None
    where = [place.key] if place.key else [place.lat, place.lon]
    return content_hash([pack.town, channel, source, category, where])


def case_number(year: int, last: int) -> str:
    """Return a case's number as people read it out: the local year and a count within town and year."""
    return f"{year}-{last:06d}"
