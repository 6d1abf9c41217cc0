"""Alarms about the house's messages, said on to notify where it does not hear who raised them.

Notify takes the streams of intake, sla and registry. What routing raises, and notify itself, it would never read, and
no engineer would in the inbox. Intake hears both.
"""

from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised
from shared.contracts.routes import LISTENS
from shared.db.work import Work
from shared.flow.alarms import ABOUT_MESSAGES, pass_alarm

_TELLS_PEOPLE = "notify"


def on_alarm(work: Work, message: Envelope, alarm: AlarmRaised) -> None:
    """Say an alarm on, unless notify has it already. Alarms about cases reach it by what they are about."""
    if alarm.code in ABOUT_MESSAGES and message.source not in LISTENS[_TELLS_PEOPLE]:
        pass_alarm(work, alarm)
