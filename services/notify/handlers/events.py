"""Telling of an event, whoever said it: the edition's rules, the case as it stands, the parts of the key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.notify.domain.alarms import NoticeDisagreement, NoticeError
from services.notify.domain.notification import NoticeCause
from services.notify.domain.notified_case import NotifiedCase
from services.notify.domain.plan import NoticeContext, plan_notices
from services.notify.handlers.notifier import Notifier
from shared.contracts.envelope import Envelope
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.flow.limit_books import LimitBooks
from shared.flow.service import Refused
from shared.kernel.problems import Problem
from shared.rules.case.situation import situation_of
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.case.timing import local_day
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.pack.model import Pack

_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """Packs by edition, with what is worked out of them once: compiled rules, terms of limits."""

    pack_cache: PackCache
    compiled: CompiledRulesCache
    limit_books: LimitBooks

    def of(self, work: Work, edition: str | None) -> Pack:
        """Return an edition's pack.

        Raises:
            Refused: the message names no edition.
            TryLater: this service does not have the edition yet.
        """
        if edition is None:
            raise Refused("no-edition", "a message about a case names the edition that the case is bound to")
        return self.pack_cache.of(work, work.flow.editions, edition)

    def context(self, pack: Pack, case: NotifiedCase, snapshot: CaseSnapshot, at: datetime) -> NoticeContext:
        """Return the case at the moment of an event at `at`."""
        return NoticeContext(
            rules=self.compiled.of(pack),
            terms=self.limit_books.terms(pack),
            case=case,
            snapshot=snapshot,
            situation=situation_of(snapshot),
            on=local_day(pack, at),
        )


@dataclass(frozen=True, slots=True)
class EventNotices:
    """Tells whoever a pack names for the events of a message."""

    rules: NoticeRules
    notifier: Notifier

    def known_case(self, work: Work, message: Envelope) -> NotifiedCase:
        """Return the message's case as it is known, with nothing but its name where this is the first word of it."""
        known = self.notifier.store.cases.get(work, message.stream)
        return known or NotifiedCase(case=message.stream, town=message.town, edition=message.edition)

    def bound_case(self, work: Work, message: Envelope) -> NotifiedCase:
        """Return the case of a message of its own service, bound to the edition that the message names.

        A clock's message binds nothing: a clock may run on under the edition under which it began.
        """
        known = self.known_case(work, message)
        return known if known.edition == message.edition else replace(known, edition=message.edition)

    def tell(
        self,
        work: Work,
        pack: Pack,
        case: NotifiedCase,
        message: Envelope,
        events: Sequence[str],
        at: datetime,
    ) -> NotifiedCase:
        """Tell of a message's events, which happened at `at`; return the case as it is to be kept.

        Of a case that its own service has not told yet nothing true can be said: nobody is told.
        """
        if case.snapshot is None or not events:
            return case
        context = self.rules.context(pack, case, case.snapshot, at)
        try:
            planned = plan_notices(context, events, cause_of(message, case), self.notifier.wording.quotes)
        except Problem as problem:  # the facts are not what this edition declares: an operator must look
            return self.notifier.raise_once(work, case, NoticeError(str(problem)[:_LONGEST_ERROR]))
        case = self.notifier.tell(work, pack, case, planned.notices)
        return case if planned.agreed else self.notifier.raise_once(work, case, NoticeDisagreement())

    def is_urgent(self, pack: Pack, case: NotifiedCase, event: str, at: datetime) -> bool:
        """Tell whether what the platform itself tells of an event waits for nothing; what can't be decided does not."""
        if not pack.urgent or case.snapshot is None:
            return False
        try:
            return self.rules.context(pack, case, case.snapshot, at).urgency(event).is_urgent
        except Problem:
            return True


def cause_of(message: Envelope, case: NotifiedCase) -> Callable[[str], NoticeCause]:
    """Return how this message's events are named in keys."""

    def cause(event: str) -> NoticeCause:
        return NoticeCause(
            case.subject, message.source, message.stream, message.sequence, case.timeline.round, event
        )

    return cause
