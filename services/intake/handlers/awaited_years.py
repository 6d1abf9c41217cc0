"""Telling the operator of a year without a calendar that a step's waiting time needs, as sla tells of limits.

Decides nothing of waiting times. Once a town and year until its days are published (RC-22).
"""

from collections.abc import Collection

from services.intake.domain.case import Case
from services.intake.domain.waiting import years_awaited
from services.intake.store.tables import raised
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised, CalendarPublished
from shared.db.raised import RaisedAlarms
from shared.db.work import Work
from shared.flow.editions import days_of, on_calendar_published
from shared.rules.pack.model import Pack

CALENDAR_MISSING = "calendar-missing"
_RAISED = RaisedAlarms(raised)


def tell_of_years(work: Work, pack: Pack, case: Case, reached: Collection[str]) -> None:
    """Raise the alarm for each year that waiting times need which began with these milestones."""
    begun = {step.not_before.start for step in pack.steps.values() if step.not_before is not None}
    if begun.isdisjoint(reached):
        return
    for awaited in years_awaited(pack, case, reached, days_of(work.conn, work.flow.calendars, case.town)):
        if _RAISED.is_first(work, case.town, CALENDAR_MISSING, str(awaited.year)):
            detail = {"year": awaited.year, "step": awaited.step, "is_provisional": awaited.is_provisional}
            alarm = AlarmRaised(code=CALENDAR_MISSING, case=case.id, detail=detail, at=work.at)
            # On the town's stream: its days are missing, and which case needed them first is chance.
            work.emit("alarm.raised", alarm, stream=f"town/{case.town}", town=case.town)


def on_days_published(work: Work, message: Envelope, published: CalendarPublished) -> None:
    """Keep a town's published days: what is missing after that may be told of again."""
    on_calendar_published(work, message, published)
    _RAISED.forget(work, message.town, CALENDAR_MISSING, [str(year) for year in published.years])
