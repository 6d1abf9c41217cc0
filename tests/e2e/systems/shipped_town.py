"""A town of `rules/` on a simulated house: its own units report and act, through the services' doors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from gridcase.intake_client import ReportBody, StepBody
from gridcase.scenarios.actors import ScenarioActor
from gridcase.scenarios.stage import Stage
from gridcase.shown_case import ShownCase, ShownClock
from gridcase.simulation.house import SimulatedHouse
from shared.rules.decide import address
from shared.rules.logic.facts import Value
from shared.rules.pack.build.files import load_files
from tests.decide.towns import RULES, local

REPORTER = ScenarioActor("reporter", None, "p-citizen")


@contextmanager
def standing_house() -> Iterator[SimulatedHouse]:
    """A house on which towns stand in turn."""
    made = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "reference")
    try:
        yield made
    finally:
        made.close()


class ShippedTown:
    """One of the project's towns, seen from one place.

    Args:
        place: where things are reported, by its key.
        begins: local label of the instant at which its life begins.
        files: beside the town's own, or in their place.
    """

    def __init__(
        self,
        house: SimulatedHouse,
        town: str,
        place: str,
        begins: str = "2026-03-09 10:00",
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.stage = Stage(house, {**load_files(RULES / town), **(files or {})}, town)
        self.stage.begin(local(begins))
        self.place = place

    def until(self, label: str) -> None:
        """Let time pass up to a local label."""
        self.stage.world.advance(local(label))

    def of(self, unit: str) -> ScenarioActor:
        """Somebody of a unit, as seen from the place; 'reporter' and 'operator' are nobody's."""
        if unit == "reporter":
            return REPORTER
        if unit == "operator":
            return ScenarioActor("operator", None, "p-operator")
        return ScenarioActor("unit_staff", address(self.stage.pack, unit, self.place), f"{unit}-1")

    def report(
        self,
        by: str,
        channel: str,
        category: str | None = None,
        *,
        text: str = "有情况",
        place: str | None = None,
        source: str | None = None,
        answers: Mapping[str, Value] | None = None,
    ) -> str:
        """Report something and return the case's id."""
        body = ReportBody(
            channel=channel, text=text, category=category, source=source,
            place=place or self.place, answers=answers or {},
        )  # fmt: skip
        made = self.stage.report(self.of(by), body)
        assert made.status in (200, 201), made
        return made.case

    def refused_report(self, by: str, channel: str, category: str | None = None) -> str:
        """Report something that is not taken, and return why."""
        body = ReportBody(channel=channel, text="有情况", category=category, place=self.place)
        answer = self.stage.report(self.of(by), body)
        assert answer.status >= 400, answer
        return answer.code

    def step(self, case: str, by: str, step: str, *, due: str | None = None, **facts: Value) -> None:
        """Take a step in a case."""
        answer = self.stage.take_step(self.of(by), case, _body(step, facts, due))
        assert answer.status == 200, answer

    def refused(self, case: str, by: str, step: str, *, due: str | None = None, **facts: Value) -> str:
        """Take a step that is not taken, and return why."""
        answer = self.stage.take_step(self.of(by), case, _body(step, facts, due))
        assert answer.status >= 400, answer
        return answer.code

    def case(self, case: str) -> ShownCase:
        """Everything about a case."""
        return self.stage.case(case)

    def lead(self, case: str) -> tuple[str, str]:
        """At which level a case is first, and who leads."""
        found = self.case(case).assignment
        assert found is not None
        return found.levels[0], _unit(found.lead)

    def assisting(self, case: str) -> set[str]:
        """Who assists."""
        found = self.case(case).assignment
        assert found is not None
        return {_unit(each) for each in found.assisting}

    def told(self, case: str, on: str) -> set[str]:
        """Who was told on an occasion: units by their key, everybody else by their part."""
        notices = self.case(case).notifications
        return {_unit(each.unit) or each.party for each in notices if each.on == on and each.is_told}

    def clock(self, case: str, stage: str) -> ShownClock | None:
        """The clock of a stage in its latest round; None: there is none."""
        clocks = [each for each in self.case(case).deadlines if each.stage == stage]
        return max(clocks, key=lambda each: (each.round, each.started_at), default=None)

    def due(self, case: str, stage: str) -> tuple[str, str | None]:
        """How a stage's clock stands and when it is due, by the town's own clocks."""
        found = self.clock(case, stage)
        assert found is not None
        return found.state, found.label

    def sees(self, case: str, by: str) -> bool:
        """Tell whether somebody of a unit can read a case."""
        return self.stage.sees(case, self.of(by))

    def taken(self, case: str) -> list[str]:
        """The steps that were taken, in order."""
        steps = (each.data.step for each in self.case(case).history if each.data)
        return [step for step in steps if step in self.stage.pack.steps]


def _body(step: str, facts: Mapping[str, Value], due: str | None) -> StepBody:
    return StepBody(step, facts, local(due).isoformat() if due else None)


def _unit(address_of_unit: str | None) -> str:
    return (address_of_unit or "").rpartition("/")[2]
