"""Sending recorded reports: every report and step over intake's HTTP API, at its own simulated instant."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from gridcase.recorded.rows import RecordedReport, RecordedStep
from gridcase.scenarios.actors import ScenarioActor
from gridcase.scenarios.stage import Stage
from gridcase.shown_case import ShownCase


@dataclass(slots=True)
class ReportOutcome:
    """What became of one recorded report.

    Args:
        line: where it begins in its file.
        due: label of its latest clock; verdict: of that clock, or its state while it has none.
        refusals: codes with which the report or a step was refused.
    """

    line: int
    case: str | None = None
    category: str = ""
    decided: bool = False
    due: str | None = None
    verdict: str | None = None
    state: str = "refused"
    refusals: list[str] = field(default_factory=list)


class RecordedReports:
    """Sends a record to a stage.

    Args:
        reporter: whoever enters the reports.
        lead_of: whoever leads a case, and takes its steps.
    """

    def __init__(
        self, stage: Stage, reporter: ScenarioActor, lead_of: Callable[[ShownCase], ScenarioActor]
    ) -> None:
        self._stage = stage
        self._reporter = reporter
        self._lead_of = lead_of

    def send(self, reports: Iterable[RecordedReport], tick: Callable[[], None]) -> list[ReportOutcome]:
        """Send everything in the order of time; call `tick` after each report and step."""
        outcomes: dict[int, ReportOutcome] = {}
        for at, report, step in in_order(reports):
            if not outcomes:
                self._stage.begin(at)
            self._stage.world.advance(at)
            if step is None:
                outcomes[report.line] = self._report(report)
            else:
                self._step(outcomes[report.line], step)
            tick()
        self._stage.world.settle()
        for outcome in outcomes.values():
            self._look(outcome)
        return list(outcomes.values())

    def _report(self, report: RecordedReport) -> ReportOutcome:
        answer = self._stage.report(self._reporter, report.body)
        outcome = ReportOutcome(report.line, category=report.body.category or "")
        if answer.status == 201:
            outcome.case = answer.case
        else:
            outcome.refusals.append(answer.code)
        return outcome

    def _step(self, outcome: ReportOutcome, step: RecordedStep) -> None:
        if outcome.case is None:
            return
        actor = self._lead_of(self._stage.case(outcome.case))
        answer = self._stage.take_step(actor, outcome.case, step.body)
        if answer.status != 200:
            outcome.refusals.append(answer.code)

    def _look(self, outcome: ReportOutcome) -> None:
        if outcome.case is None:
            return
        case = self._stage.case(outcome.case)
        outcome.decided = case.assignment is not None
        outcome.state = case.state
        for clock in case.deadlines[-1:]:
            outcome.due, outcome.verdict = clock.label, clock.verdict or clock.state


def in_order(
    reports: Iterable[RecordedReport],
) -> Iterable[tuple[datetime, RecordedReport, RecordedStep | None]]:
    """Yield reports and their steps in the order of time; equal instants keep the order of the file."""
    order = count()
    agenda: list[tuple[datetime, int, RecordedReport, RecordedStep | None]] = []
    for report in reports:
        heapq.heappush(agenda, (report.at, next(order), report, None))
        for step in report.steps:
            # Records have such slips: a step of before its report would be taken in a case that is not there yet.
            heapq.heappush(agenda, (max(step.at, report.at), next(order), report, step))
    while agenda:
        at, _, report, step_taken = heapq.heappop(agenda)
        yield at, report, step_taken
