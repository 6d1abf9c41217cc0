"""Telling others what became of clocks: messages, alarms and figures, all with the transaction that keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.sla.domain.announcements import (
    CALENDAR_MISSING,
    DISAGREEMENT,
    YearNeeded,
    calendar_missing,
    clock_changed,
    disagreement,
)
from services.sla.domain.subjects import Clocked, ClockedCase
from services.sla.store.alarms import SqlAlarms
from shared.db.work import Work
from shared.kernel.subject import SubjectKind
from shared.obs.metrics import Metrics
from shared.rules.clocks.changes import ClockChange, ClockEvent
from shared.rules.clocks.clock import Clock
from shared.rules.decide.answers import Answers

SETTLE = "settle"  # the stage whose share of the limit is shown


@dataclass(frozen=True, slots=True)
class ClockPublisher:
    """Publishes changes of clocks."""

    alarms: SqlAlarms
    metrics: Metrics

    def publish(self, work: Work, case: Clocked, changes: Sequence[ClockChange]) -> None:
        """Emit every change that others need to hear, in order, and raise the alarms that go with it."""
        for change in changes:
            if change.event is not None:
                work.emit(
                    f"clock.{change.event.value}",
                    clock_changed(change, case),
                    stream=case.subject.id,
                    town=case.town,
                    edition=case.edition,
                )
            self._alarm(work, case, change)
            if case.subject.kind is SubjectKind.CASE:
                self._figure(work, case.town, change)

    def publish_disagreement(self, work: Work, case: ClockedCase, answers: Answers) -> None:
        """Tell once a case that the evaluators differ about its limits: a person has to look."""
        if self.alarms.is_first(work, case.town, DISAGREEMENT, case.subject.id):
            alarm = disagreement(case.subject, answers, work.at)
            work.emit(
                "alarm.raised", alarm, stream=case.subject.id, town=case.town, edition=case.state.edition
            )

    def _alarm(self, work: Work, case: Clocked, change: ClockChange) -> None:
        """A missing year is told once per town until its days arrive (RC-22)."""
        for year in change.missing_years:
            need = YearNeeded(case.subject, change.clock.id, change.clock.stage, change.clock.is_provisional)
            alarm_of_year(self.alarms, work, case.town, need, year)

    def _figure(self, work: Work, town: str, change: ClockChange) -> None:
        # A past that came with the case: its breaches would show as breaches of today.
        if change.is_silent:
            return
        if change.event is ClockEvent.BREACHED:
            work.after_commit(lambda: self.metrics.breaches.labels(town).inc())
        elif change.event is ClockEvent.STOPPED and (share := _share(change.clock)) is not None:
            work.after_commit(lambda: self.metrics.settled_share.labels(town).observe(share))


def alarm_of_year(alarms: SqlAlarms, work: Work, town: str, need: YearNeeded, year: int) -> None:
    """Raise the alarm that a year's days are missing, unless it was raised since they were last published."""
    if alarms.is_first(work, town, CALENDAR_MISSING, str(year)):
        # On the town's stream: its days are missing, and which case needed them first is chance.
        alarm = calendar_missing(need, year, work.at)
        work.emit("alarm.raised", alarm, stream=f"town/{town}", town=town)


def _share(clock: Clock) -> float | None:
    """The time that settling took as a share of its limit: 1 is at the due instant. None: nothing was judged."""
    if clock.stage != SETTLE or clock.verdict is None or clock.stopped_at is None or clock.due_at is None:
        return None
    limit = (clock.due_at - clock.started_at).total_seconds()
    return (clock.stopped_at - clock.started_at).total_seconds() / limit if limit > 0 else None
