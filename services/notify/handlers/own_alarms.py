"""Alarms that this service raises itself: said on the case's stream, and laid on the operators' desk.

The desk alone: an alarm about a channel that fails must not go out over that channel.
"""

from collections.abc import Mapping

from services.notify.domain.memory import CaseMemory
from services.notify.domain.notification import Channel, Happening, Notification, Reason
from services.notify.domain.plan import OPERATOR, operator_desk
from services.notify.messages.said import alarm
from services.notify.messages.wording import Wording
from shared.db.work import Work
from shared.kernel.texts import Text

SOURCE = "notify"


Names = Mapping[str, Text | None]


def own_alarm(
    work: Work, memory: CaseMemory, code: str, wording: Wording, detail: Mapping[str, object], names: Names
) -> Notification:
    """Say an alarm about a case and return the notification for the operators' desk.

    Args:
        detail: what the message says.
        names: what people read in the place of keys among it.
    """
    work.say(
        "alarm.raised",
        stream=memory.case,
        town=memory.town,
        edition=memory.edition,
        data=alarm(code, memory.case, work.at, **detail),
    )
    event = f"alarm {code}"
    return Notification(
        happening=Happening(memory.case, SOURCE, memory.case, 0, memory.round, event),
        reason=Reason(event, ()),
        party=OPERATOR,
        channel=Channel.INBOX,
        unit=operator_desk(memory.town),
        text=wording.alarm(code, {"number": memory.number or memory.case, **detail, **names}),
    )
