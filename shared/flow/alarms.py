"""Alarms that the taking of messages raises, in whatever service it happens: they concern the house, no town's case."""

from collections.abc import Mapping

from shared.contracts.messages import AlarmRaised
from shared.db.work import Work
from shared.kernel.scope import EVERYWHERE

FORGED = "forged-message"
HOLE = "stream-hole"
ABOUT_MESSAGES = frozenset({FORGED, HOLE})


def alarm_about_messages(work: Work, code: str, detail: Mapping[str, str | int]) -> None:
    """Raise one of `ABOUT_MESSAGES`."""
    alarm = AlarmRaised(code=code, detail=dict(detail), at=work.at)
    pass_alarm(work, alarm)


def pass_alarm(work: Work, alarm: AlarmRaised) -> None:
    """Say an alarm that concerns the house, as this service's own."""
    work.emit("alarm.raised", alarm, stream=f"alarm/{work.service}", town=EVERYWHERE)
