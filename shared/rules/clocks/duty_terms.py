"""What the end of a duty's occurrence is counted with: when its clock warns, and who hears of what is missing.

Decides that a duty's due instant is written by whoever keeps duties, as a person writes that of a case: a clock counts
from it the warning and what follows a breach, and never the due instant itself. Must not know on which days a duty
falls.
"""

from collections.abc import Mapping

from shared.rules.case.limits import LimitTerms, StartPoint
from shared.rules.pack.model import Duty, LateKind, Pack
from shared.rules.worktime.readings import TimeReadings

OWED, MET = "owed", "met"


def duty_terms_of(pack: Pack) -> Mapping[str, LimitTerms]:
    """Return the terms of every duty of a pack by the duty's key.

    Raises:
        ReadingError: a reading was given a value that it does not have.
    """
    return {key: _terms(pack, duty) for key, duty in pack.duties.items()}


def _terms(pack: Pack, duty: Duty) -> LimitTerms:
    return LimitTerms(
        rule=duty.origin.rule,
        because=duty.origin.because,
        facts=(),
        stage=duty.key,
        amount=None,
        start=StartPoint(OWED, is_first=True),
        until=frozenset({MET}),
        readings=TimeReadings.of({**pack.readings, **duty.readings}),
        can_pause=False,
        redo="full",
        reason_in_time=LateKind.BREACHED,
        otherwise=LateKind.BREACHED,
        warn_before=duty.warn_before,
        ceiling=None,
        escalations=duty.missing,
        target_minutes=None,
    )
