"""Saying what became of clocks: messages, alarms and figures, all with the transaction that keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.sla.domain.changes import Change, Event
from services.sla.domain.clock import Clock
from services.sla.messages.events import calendar_missing, clock_event, disagreement
from services.sla.ports.cases import Alarms, Case
from shared.db.work import Work
from shared.obs.metrics import Metrics

CALENDAR_MISSING = "calendar-missing"
DISAGREEMENT = "disagreement"
SETTLE = "settle"  # the stage whose share of the limit is shown


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says changes of clocks."""

    alarms: Alarms
    metrics: Metrics

    def say(self, work: Work, case: Case, changes: Sequence[Change]) -> None:
        """Say every change that others need to hear, in order, and raise the alarms that go with it."""
        for change in changes:
            if change.event is not None:
                work.say(
                    f"clock.{change.event.value}",
                    stream=case.id,
                    town=case.town,
                    edition=case.edition,
                    data=clock_event(change, case.id, case.number),
                )
            self._alarm(work, case, change)
            self._figure(work, case.town, change)

    def say_disagreement(self, work: Work, case: Case, answers: Mapping[str, Any]) -> None:
        """Tell once a case that the evaluators differ about its limits: a person has to look."""
        if self.alarms.is_first(work, case.town, DISAGREEMENT, case.id):
            work.say("alarm.raised", stream=case.id, town=case.town, edition=case.edition,
                     data=disagreement(case.id, answers, work.at))  # fmt: skip

    def _alarm(self, work: Work, case: Case, change: Change) -> None:
        """A missing year is told once per town until its days arrive (RC-22)."""
        for year in _missing_years(change):
            if self.alarms.is_first(work, case.town, CALENDAR_MISSING, str(year)):
                work.say(
                    "alarm.raised",
                    stream=f"town/{case.town}",
                    town=case.town,
                    data=calendar_missing(change.clock, case.id, year, work.at),
                )

    def _figure(self, work: Work, town: str, change: Change) -> None:
        if change.is_silent:
            return
        if change.event is Event.BREACHED:
            work.after_commit(lambda: self.metrics.breaches.labels(town).inc())
        elif change.event is Event.STOPPED and (share := _share(change.clock)) is not None:
            work.after_commit(lambda: self.metrics.settled_share.labels(town).observe(share))


def _missing_years(change: Change) -> list[int]:
    clock = change.clock
    if change.event not in (Event.STARTED, Event.WITHHELD, Event.CORRECTED, Event.RESUMED, Event.EXTENDED):
        return []
    if clock.missing_year is not None:
        return [clock.missing_year]
    return [int(year) for year in clock.certificate.get("provisional_years", ())]


def _share(clock: Clock) -> float | None:
    """The time that settling took as a share of its limit: 1 is at the due instant. None where nothing was judged."""
    if clock.stage != SETTLE or clock.verdict is None or clock.stopped_at is None or clock.due_at is None:
        return None
    limit = (clock.due_at - clock.started_at).total_seconds()
    return (clock.stopped_at - clock.started_at).total_seconds() / limit if limit > 0 else None
