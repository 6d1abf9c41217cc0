"""Replaying recorded reports: every report and step through intake's HTTP door, at its own simulated instant."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from gridcase.replay.mapping import Recorded, Step
from gridcase.scenarios.actors import Actor
from gridcase.scenarios.stage import Stage


@dataclass(slots=True)
class Result:
    """What became of one recorded report."""

    line: int
    case: str | None = None
    category: str = ""
    decided: bool = False
    due: str | None = None
    verdict: str | None = None
    state: str = "refused"
    refusals: list[str] = field(default_factory=list)


class Replay:
    """A replay on a stage.

    Args:
        reporter: whoever enters the reports.
    """

    def __init__(self, stage: Stage, reporter: Actor, lead_of: Callable[[Mapping[str, Any]], Actor]) -> None:
        self._stage = stage
        self._reporter = reporter
        self._lead_of = lead_of
        self._town = stage.pack.town

    def run(self, reports: Iterable[Recorded], tick: Callable[[], None]) -> list[Result]:
        """Send everything in the order of time; call `tick` after each report and step."""
        results: dict[int, Result] = {}
        for at, report, step in in_order(reports):
            if not results:
                self._stage.begin(at)
            self._stage.world.advance(at)
            if step is None:
                results[report.line] = self._report(report)
            else:
                self._step(results[report.line], step)
            tick()
        self._stage.world.settle()
        for result in results.values():
            self._look(result)
        return list(results.values())

    def _report(self, report: Recorded) -> Result:
        answer = self._stage.post(f"/v1/towns/{self._town}/cases", self._reporter, report.body)
        result = Result(report.line, category=str(report.body["category"]))
        if answer.status == 201:
            result.case = answer.body["case"]
        else:
            result.refusals.append(str(answer.body.get("code")))
        return result

    def _step(self, result: Result, step: Step) -> None:
        if result.case is None:
            return
        actor = self._lead_of(self._stage.case(result.case))
        answer = self._stage.post(
            f"/v1/towns/{self._town}/cases/{result.case}/steps",
            actor,
            {"step": step.step, "facts": dict(step.facts)},
        )
        if answer.status != 200:
            result.refusals.append(str(answer.body.get("code")))

    def _look(self, result: Result) -> None:
        if result.case is None:
            return
        case = self._stage.case(result.case)
        result.decided = case["assignment"] is not None
        result.state = case["state"]
        for clock in case["deadlines"][-1:]:
            result.due, result.verdict = clock["label"], clock["verdict"] or clock["state"]


def in_order(reports: Iterable[Recorded]) -> Iterable[tuple[datetime, Recorded, Step | None]]:
    """Yield reports and their steps in the order of time; equal instants keep the order of the file."""
    order = count()
    agenda: list[tuple[datetime, int, Recorded, Step | None]] = []
    for report in reports:
        heapq.heappush(agenda, (report.at, next(order), report, None))
        for step in report.steps:
            heapq.heappush(agenda, (max(step.at, report.at), next(order), report, step))
    while agenda:
        at, _, what, taken = heapq.heappop(agenda)
        yield at, what, taken
