"""From an event of a case to what is told: the pack's notices, their recipients and texts.

Decides by the pack's book on the situation as it stands. Must not know messages, stores or people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.notify.domain.deadlines import Applying, KnownClock, Need, Quote, awaited
from services.notify.domain.memory import CaseMemory
from services.notify.domain.notification import Happening, Reason
from services.notify.domain.telling import Recipient, Telling, label_of, stages_in
from shared.kernel.texts import Text
from shared.rules.decide.book import Book
from shared.rules.decide.parties import Recipient as Named
from shared.rules.decide.parties import resolve_parties
from shared.rules.decide.situation import Situation
from shared.rules.decide.timing import start_of
from shared.rules.decide.wording import DEADLINE, names_in, placeholders
from shared.rules.pack.model import Limit, Notice, Pack

OPERATOR = "operator"
REPORTER = "reporter"
Quotes = Mapping[Quote, Text]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an event brings.

    Args:
        agreed: both evaluators say so; where they differ, the reference's answer stands and an alarm is due.
    """

    tellings: tuple[Telling, ...]
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """A case at the moment of an event.

    Args:
        on: the event's local day, which rules' dates of effect are compared with.
    """

    book: Book
    memory: CaseMemory
    situation: Situation
    on: date

    @property
    def pack(self) -> Pack:
        """The case's own edition."""
        return self.book.pack

    def applying(self, stage: str) -> tuple[Applying, ...]:
        """Return the limits of a stage that apply now."""
        limits = self.book.limits(self.situation, self.on).limits
        return tuple(_applying(self.pack, limit) for limit in limits if limit.clock == stage)


def operator_desk(town: str) -> str:
    """Return the address of the desk at which a town's operators read what concerns the rules."""
    return f"{town}/{OPERATOR}"


def plan(scene: Scene, events: Iterable[str], happening: Callable[[str], Happening], quotes: Quotes) -> Plan:
    """Return what the events of one message bring; a notice that several of them call is told once.

    Raises:
        Problem: a fact is not what the pack declares; nothing can be decided on it.
    """
    found: dict[str, Telling] = {}
    agreed = True
    for event in events:
        told = scene.book.notices(event, scene.situation, scene.on)
        agreed = agreed and told.agreed
        for notice in told.notices:
            if notice.origin.rule not in found:
                found[notice.origin.rule] = _telling(scene, notice, happening(event), quotes)
    return Plan(tuple(found.values()), agreed)


def recipients_of(
    pack: Pack, who: Sequence[str], situation: Situation, reporters: Sequence[str] = ()
) -> tuple[Recipient, ...]:
    """Return whom a rule's words mean: the reporter by reference, the operator at the operators' desk.

    Args:
        reporters: of cases that were merged into this one: each is told as the reporter is.
    """
    named = tuple(_recipient(pack, one, situation) for one in resolve_parties(pack, who, situation))
    known = {one.person for one in named}
    more = (one for one in dict.fromkeys(reporters) if REPORTER in who and one not in known)
    return (*named, *(Recipient(REPORTER, person=person) for person in more))


def _recipient(pack: Pack, named: Named, situation: Situation) -> Recipient:
    if named.reporter:
        return Recipient(named.party, person=situation.reporter)
    if named.unit is None and not named.public:
        return Recipient(named.party, operator_desk(pack.town))
    return Recipient(named.party, named.unit, is_public=named.public)


def _telling(scene: Scene, notice: Notice, happening: Happening, quotes: Quotes) -> Telling:
    pack, situation, names = scene.pack, scene.situation, names_in(notice.text)
    known = placeholders(
        pack,
        situation,
        number=scene.memory.number,
        state=str(scene.memory.standing["state"]),
        reason=_reason(pack, scene.memory.standing.get("returned_by")),
    )
    telling = Telling(
        happening=happening,
        reason=Reason(notice.origin.rule, notice.origin.because),
        recipients=_told(scene, notice),
        text=notice.text,
        values={name: value for name, value in known.items() if name in names},
        channels=notice.channels,
    )
    for stage in stages_in(notice.text):
        telling = _with_deadline(telling, stage, scene, quotes)
    return telling


def _told(scene: Scene, notice: Notice) -> tuple[Recipient, ...]:
    """Whom a rule names; of a private case the public is told nothing, for it is counted only (A-20)."""
    standing = scene.memory.standing
    named = recipients_of(scene.pack, notice.who, scene.situation, standing.get("reporters") or ())
    return tuple(one for one in named if not (one.is_public and standing.get("private")))


def _reason(pack: Pack, rule: str | None) -> Text | None:
    """The title of the rule by which a matter was given back."""
    titles = (one.origin.title for one in pack.routing if one.origin.rule == rule)
    return next((title for title in titles if str(title)), None)


def _with_deadline(telling: Telling, stage: str, scene: Scene, quotes: Quotes) -> Telling:
    progress = replace(scene.memory.progress, lead=scene.situation.lead)
    answer = awaited(stage, scene.applying(stage), progress, scene.memory.clocks)
    if isinstance(answer, Need):
        return replace(telling, needs={**telling.needs, stage: answer})
    label = label_of(answer, quotes) if isinstance(answer, KnownClock) else quotes[answer]
    return replace(telling, values={**telling.values, DEADLINE + stage: label})


def _applying(pack: Pack, limit: Limit) -> Applying:
    is_overall = pack.reading("RC-12", limit.readings) == "overall"
    return Applying(limit.origin.rule, start_of(pack, limit), is_overall, limit.within is None)
