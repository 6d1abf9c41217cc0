"""The alarms that this service raises itself, each with what it says; where they become a message is no concern here.

Decides their codes and the terms of their sentences. Must not know the words: they stand in the service's texts.
"""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct, to_builtins

from services.notify.domain.notification import Channel
from shared.contracts.messages import AlarmRaised


class OwnAlarm(Struct, frozen=True):
    """Something about a case that the town's operators must see.

    Attributes:
        CODE: of the alarm, as messages and texts name it. The fields are the terms of its sentence.
    """

    CODE: ClassVar[str]


class VacantUnit(OwnAlarm, frozen=True):
    """Nobody holds a unit that was to be told; `stands_in` was told in its place, None: nobody."""

    CODE: ClassVar[str] = "vacant-unit"

    unit: str
    stands_in: str | None


class NotificationBound(OwnAlarm, frozen=True):
    """A case has caused as many notifications as it may: no more are made."""

    CODE: ClassVar[str] = "notification-bound"

    most: int


class DeliveryFailed(OwnAlarm, frozen=True):
    """A notification could not be delivered, or nobody knows whether it arrived."""

    CODE: ClassVar[str] = "delivery-failed"

    channel: Channel
    cause: str
    unit: str | None


class NoticeError(OwnAlarm, frozen=True):
    """The rules on who is told could not be decided."""

    CODE: ClassVar[str] = "notice-error"

    error: str


class NoticeDisagreement(OwnAlarm, frozen=True):
    """The two evaluators differ on who is told."""

    CODE: ClassVar[str] = "notice-disagreement"


def raised(alarm: OwnAlarm, case: str | None, at: datetime) -> AlarmRaised:
    """Return the message that says an alarm.

    Args:
        case: id of the case that it is about; None: about none.
    """
    return AlarmRaised(code=alarm.CODE, case=case, detail=to_builtins(alarm), at=at)
