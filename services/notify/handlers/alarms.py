"""Alarms of other services: the operators of the town read them at their desk, and by mail once a day and
kind.
"""

from dataclasses import dataclass

from services.notify.domain.memory import CaseMemory
from services.notify.domain.notification import Channel, Happening, Reason
from services.notify.domain.plan import OPERATOR, operator_desk
from services.notify.domain.telling import Recipient, Telling
from services.notify.handlers.teller import Teller
from shared.contracts.envelope import Envelope
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class AlarmNews:
    """Handler of alarms."""

    teller: Teller

    def on_alarm(self, work: Work, message: Envelope) -> None:
        """Something must be seen by the operator. An alarm about a case counts among what the case causes."""
        case = message.data.get("case") or ""
        memory = (self.teller.books.cases.get(work, case) if case else None) or CaseMemory(
            case, message.town, message.edition
        )
        memory = self.teller.tell(work, None, memory, [self._telling(work, memory, message)])
        if case:
            self.teller.keep(work, memory)

    def _telling(self, work: Work, memory: CaseMemory, message: Envelope) -> Telling:
        code, event = message.data["code"], f"alarm {message.data['code']}"
        terms = {"number": memory.number or memory.case or message.town, **message.data["detail"]}
        return Telling(
            happening=Happening(
                memory.case, message.source, message.stream, message.sequence, memory.round, event
            ),
            reason=Reason(event, ()),
            recipients=(Recipient(OPERATOR, operator_desk(message.town)),),
            text=self.teller.wording.alarm(code, terms),
            values={},
            channels=self._channels(work, message),
        )

    def _channels(self, work: Work, message: Envelope) -> tuple[str, ...]:
        """Ten thousand cases of one missing calendar are as many lines on the desk, and one mail a day."""
        desk = operator_desk(message.town)
        holders = self.teller.books.directory.holders_of(work, desk)
        has_mail = any(Channel.MAIL.value in holder.channels for holder in holders)
        day = work.at.date().isoformat()
        is_first = has_mail and self.teller.books.notifications.is_first_of_day(
            work, message.town, message.data["code"], day
        )
        return (Channel.MAIL.value,) if is_first else (Channel.INBOX.value,)
