"""Alarms of other services: the operators of the town read them in their inbox, and by mail once a day and kind.

Decides which alarms of the platform every town's operators read as well as the engineers.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from services.notify.domain.notification import Channel, NoticeCause
from services.notify.domain.notified_case import NotifiedCase
from services.notify.domain.pending_notice import Addressee, PendingNotice
from services.notify.domain.plan import OPERATOR, operators_inbox
from services.notify.handlers.notifier import Notifier
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised, Reason
from shared.db.work import Work
from shared.web.callers import EVERYWHERE

# While an engine stands still a town's deadlines may: whoever answers for them must know, not the engineers alone.
CONCERNS_ALL_TOWNS = frozenset({"clock-skew"})


@dataclass(frozen=True, slots=True)
class AlarmNotices:
    """Tells of alarms."""

    notifier: Notifier

    def on_alarm(self, work: Work, message: Envelope, alarm: AlarmRaised) -> None:
        """Something must be seen by the operator. An alarm about a case counts among what the case causes."""
        if message.town == EVERYWHERE and alarm.code in CONCERNS_ALL_TOWNS:
            for town in _towns(work):
                self._tell(work, NotifiedCase(case="", town=town, edition=None), message, alarm)
        known = self.notifier.store.cases.get(work, alarm.case) if alarm.case else None
        case = known or NotifiedCase(case=alarm.case or "", town=message.town, edition=message.edition)
        case = self._tell(work, case, message, alarm)
        if alarm.case:
            self.notifier.keep(work, case)

    def _tell(self, work: Work, case: NotifiedCase, message: Envelope, alarm: AlarmRaised) -> NotifiedCase:
        return self.notifier.tell(work, None, case, [self._notice(work, case, message, alarm)])

    def _notice(self, work: Work, case: NotifiedCase, message: Envelope, alarm: AlarmRaised) -> PendingNotice:
        event = f"alarm {alarm.code}"
        terms = {"number": case.number or case.case or case.town, **alarm.detail}
        return PendingNotice(
            cause=NoticeCause(
                case.subject, message.source, message.stream, message.sequence, case.timeline.round, event
            ),
            reason=Reason(rule=event, because=()),
            recipients=(Addressee(OPERATOR, operators_inbox(case.town)),),
            text=self.notifier.wording.alarm(alarm.code, terms),
            channels=(self._channel(work, case.town, alarm.code).value,),
        )

    def _channel(self, work: Work, town: str, code: str) -> Channel:
        """Ten thousand cases of one missing calendar are as many lines in the inbox, and one mail a day."""
        store = self.notifier.store
        holders = store.directory.holders_of(work, operators_inbox(town))
        has_mail = any(Channel.MAIL.value in holder.channels for holder in holders)
        # Asked last, for asking is remembered: operators without a mailbox must not use up the day's one mail.
        is_first = has_mail and store.notifications.is_first_of_day(work, town, code, work.at.date())
        return Channel.MAIL if is_first else Channel.INBOX


def _towns(work: Work) -> list[str]:
    """The towns that have rules, and so deadlines."""
    editions = work.flow.editions
    return list(work.conn.scalars(sa.select(editions.c.town).distinct().order_by(editions.c.town)))
