"""Alarms of other services: the operators of the town read them in their inbox, and by mail once a day and kind."""

from dataclasses import dataclass

from services.notify.domain.notification import Channel, NoticeCause
from services.notify.domain.notified_case import NotifiedCase
from services.notify.domain.pending_notice import Addressee, PendingNotice
from services.notify.domain.plan import OPERATOR, operators_inbox
from services.notify.handlers.notifier import Notifier
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised, Reason
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class AlarmNotices:
    """Tells of alarms."""

    notifier: Notifier

    def on_alarm(self, work: Work, message: Envelope, alarm: AlarmRaised) -> None:
        """Something must be seen by the operator. An alarm about a case counts among what the case causes."""
        known = self.notifier.store.cases.get(work, alarm.case) if alarm.case else None
        case = known or NotifiedCase(case=alarm.case or "", town=message.town, edition=message.edition)
        case = self.notifier.tell(work, None, case, [self._notice(work, case, message, alarm)])
        if alarm.case:
            self.notifier.keep(work, case)

    def _notice(self, work: Work, case: NotifiedCase, message: Envelope, alarm: AlarmRaised) -> PendingNotice:
        event = f"alarm {alarm.code}"
        terms = {"number": case.number or case.case or message.town, **alarm.detail}
        return PendingNotice(
            cause=NoticeCause(
                case.subject, message.source, message.stream, message.sequence, case.timeline.round, event
            ),
            reason=Reason(rule=event, because=()),
            recipients=(Addressee(OPERATOR, operators_inbox(message.town)),),
            text=self.notifier.wording.alarm(alarm.code, terms),
            channels=(self._channel(work, message.town, alarm.code).value,),
        )

    def _channel(self, work: Work, town: str, code: str) -> Channel:
        """Ten thousand cases of one missing calendar are as many lines in the inbox, and one mail a day."""
        store = self.notifier.store
        holders = store.directory.holders_of(work, operators_inbox(town))
        has_mail = any(Channel.MAIL.value in holder.channels for holder in holders)
        # Asked last, for asking is remembered: operators without a mailbox must not use up the day's one mail.
        is_first = has_mail and store.notifications.is_first_of_day(work, town, code, work.at.date())
        return Channel.MAIL if is_first else Channel.INBOX
