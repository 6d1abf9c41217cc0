"""From an event of a case to what is told: the pack's notices, their recipients and texts.

Decides by the pack's compiled rules on the situation as it stands. Must not know messages, stores or people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.notify.domain.deadlines import awaited
from services.notify.domain.notification import NoticeCause
from services.notify.domain.notified_case import NotifiedCase
from services.notify.domain.pending_notice import Addressee, PendingNotice, Quotes, stages_in
from shared.contracts.messages import Reason
from shared.kernel.texts import Text
from shared.rules.case.limits import LimitTerms
from shared.rules.case.publicity import is_counted_only
from shared.rules.case.situation import Situation
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.decide.answers import Urgency
from shared.rules.decide.compiled import CompiledRules
from shared.rules.decide.parties import Recipient, resolve_parties
from shared.rules.decide.wording import OTHER, names_in, placeholders
from shared.rules.pack.model import Notice, Pack

OPERATOR = "operator"
REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class PlannedNotices:
    """What an event brings.

    Args:
        agreed: both evaluators say so; where they differ, the reference's answer stands and an alarm is due.
    """

    notices: tuple[PendingNotice, ...]
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """A case at the moment of an event, with the rules of its own edition.

    Args:
        terms: of every limit of the edition, by rule id.
        on: the event's local day, which rules' dates of effect are compared with.
    """

    rules: CompiledRules
    terms: Mapping[str, LimitTerms]
    case: NotifiedCase
    snapshot: CaseSnapshot
    situation: Situation
    on: date

    @property
    def pack(self) -> Pack:
        """The case's own edition."""
        return self.rules.pack

    def applying(self, stage: str) -> tuple[LimitTerms, ...]:
        """Return the limits of a stage that apply now."""
        limits = self.rules.limits(self.situation, self.on).limits
        return tuple(self.terms[limit.origin.rule] for limit in limits if limit.clock == stage)

    def urgency(self, event: str) -> Urgency:
        """Return whether what an event brings is told at once, whatever the hour.

        Raises:
            Problem: a fact is not what the pack declares.
        """
        return self.rules.urgency(event, self.situation, self.on)


def operators_inbox(town: str) -> str:
    """Return the address of the inbox in which a town's operators read what concerns the rules."""
    return f"{town}/{OPERATOR}"


def plan_notices(
    context: NoticeContext, events: Iterable[str], cause: Callable[[str], NoticeCause], quotes: Quotes
) -> PlannedNotices:
    """Return what the events of one message bring; a notice that several of them call is told once.

    Args:
        cause: how an event of this message is named in keys.
        quotes: what a text says where there is no due time.

    Raises:
        Problem: a fact is not what the pack declares; nothing can be decided on it.
    """
    found: dict[str, PendingNotice] = {}
    agreed = True
    for event in events:
        told = context.rules.notices(event, context.situation, context.on)
        urgency = context.urgency(event)
        agreed = agreed and told.agreed and urgency.agreed
        for notice in told.notices:
            if notice.origin.rule not in found:
                found[notice.origin.rule] = _pending(context, notice, cause(event), quotes, urgency.is_urgent)
    return PlannedNotices(tuple(found.values()), agreed)


def _pending(
    context: NoticeContext, notice: Notice, cause: NoticeCause, quotes: Quotes, is_urgent: bool
) -> PendingNotice:
    pending = PendingNotice(
        cause=cause,
        reason=Reason(rule=notice.origin.rule, because=notice.origin.because),
        recipients=_told(context, notice),
        text=notice.text,
        values=_values(context, notice.text),
        channels=notice.channels,
        is_urgent=is_urgent,
    )
    for stage in stages_in(notice.text):
        clocks, lead = context.case.clocks, context.situation.lead
        answer = awaited(stage, context.applying(stage), context.case.timeline, lead, clocks)
        pending = pending.with_deadline(stage, answer, quotes)
    return pending


def _values(context: NoticeContext, text: Text) -> dict[str, Text]:
    """What the placeholders of a text read, deadlines aside."""
    case, names = context.case, names_in(text)
    known = placeholders(
        context.pack,
        context.situation,
        number=case.number,
        state=case.state.value,
        reason=_reason(context.pack, case.returned_by),
    )
    if case.other is not None:
        known[OTHER] = Text(case.other, case.other)
    return {name: value for name, value in known.items() if name in names}


def _reason(pack: Pack, rule: str | None) -> Text | None:
    """The title of the rule by which a matter was given back."""
    titles = (routing.origin.title for routing in pack.routing if routing.origin.rule == rule)
    return next((title for title in titles if str(title)), None)


def _told(context: NoticeContext, notice: Notice) -> tuple[Addressee, ...]:
    """Whom a rule names; of a private case that is counted only the public is told nothing (A-20)."""
    snapshot = context.snapshot
    is_counted = is_counted_only(context.pack, snapshot.private, (snapshot.category, *snapshot.also))
    named = addressees_of(context.pack, notice.who, context.situation, snapshot.reporters)
    return tuple(addressee for addressee in named if not (addressee.is_public and is_counted))


def addressees_of(
    pack: Pack, who: Sequence[str], situation: Situation, reporters: Sequence[str] = ()
) -> tuple[Addressee, ...]:
    """Return whom a rule's words mean: the reporter by reference, the operator at the operators' inbox.

    Args:
        reporters: of cases that were merged into this one: each is told as the reporter is.
    """
    named = tuple(_addressee(pack, found, situation) for found in resolve_parties(pack, who, situation))
    known = {addressee.person for addressee in named}
    more = (person for person in dict.fromkeys(reporters) if REPORTER in who and person not in known)
    return (*named, *(Addressee(REPORTER, person=person) for person in more))


def _addressee(pack: Pack, named: Recipient, situation: Situation) -> Addressee:
    if named.reporter:
        return Addressee(named.party, person=situation.reporter)
    if named.unit is None and not named.public:
        return Addressee(named.party, operators_inbox(pack.town))
    return Addressee(named.party, named.unit, is_public=named.public)
