"""Playing a scenario: the report, its steps at their instants over intake's HTTP API, the checks on the way.

A scenario is one run and one more for each `otherwise`. Decides the order of what happens and what is checked;
must not know how a service does its part.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from gridcase.intake_client import IntakeAnswer, ReportBody, StepBody
from gridcase.scenarios.actors import ScenarioActor, acting, reporting
from gridcase.scenarios.expectations import differences, publication, sight
from gridcase.scenarios.participants import Part, took_part
from gridcase.scenarios.stage import Stage
from gridcase.scenarios.wording import bilingual, shown
from gridcase.shown_case import ShownCase
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack
from shared.rules.scenario.model import (
    Check,
    Expected,
    Happening,
    OpeningReport,
    Other,
    Scenario,
    label_to_instant,
)

DRAFT = "draft"
UNSEEN = "not-found"  # what is answered of a case that is not for the caller's eyes
CONFIRMING = ("grid_worker", "unit_staff", "supervisor", "operator")  # roles of people who may confirm one


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that did not hold."""

    scenario: str
    variant: str  # '' for the scenario itself
    file: str
    line: int
    at: Text  # instant of the check, or 'end'
    what: Text


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """What is played once: a scenario as it stands, or one `otherwise` of it.

    Args:
        expected: what must hold at the end; checks: what must hold on the way.
        other: the readings and choices under which it is played; None: the town's own.
        variant: names the `otherwise`; '' for the scenario as it stands.
    """

    scenario: Scenario
    case: OpeningReport
    expected: Expected | None
    checks: tuple[Check, ...]
    other: Other | None
    variant: str


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """How a run went."""

    run: ScenarioRun
    differences: tuple[Difference, ...]
    parts: frozenset[Part]  # the rules, steps and procedures that took part


def runs_of(scenario: Scenario) -> Iterator[ScenarioRun]:
    """Yield the scenario as it stands, then its variants."""
    yield ScenarioRun(scenario, scenario.case, scenario.expected, scenario.checks, None, "")
    for number, other in enumerate(scenario.others, start=1):
        variant = ", ".join(f"{name} {value}" for name, value in other.readings.items())
        case = _merged(scenario.case, other.case)
        yield ScenarioRun(scenario, case, other.expected, (), other, variant or f"otherwise {number}")


def refused_steps(run: ScenarioRun) -> frozenset[str]:
    """Return the steps that must be refused at some time of a run, tried or not."""
    expected = [run.expected, *(check.expected for check in run.checks)]
    tried = [event.step for event in run.scenario.life if event.step and event.refused is not None]
    return frozenset(tried).union(*(each.refused_steps for each in expected if each is not None))


def play(stage: Stage, scenario: Scenario) -> list[Difference]:
    """Play a scenario and its variants; return what differed."""
    return [found for run in runs_of(scenario) for found in play_run(stage, run).differences]


def play_run(stage: Stage, run: ScenarioRun) -> PlayedRun:
    """Play one run to its end."""
    with stage.variant(run.other) as varied:
        player = Player(varied, run)
        found = tuple(player.play())
        return PlayedRun(run, found, player.took_part())


def first_difference(stage: Stage, run: ScenarioRun) -> Difference | None:
    """Play one run until something differs; return that, or None where all went as expected."""
    with stage.variant(run.other) as varied:
        return next(Player(varied, run).play(), None)


def _merged(case: OpeningReport, other: OpeningReport | None) -> OpeningReport:
    if other is None:
        return case
    given = {
        name: getattr(other, name)
        for name in OpeningReport.__slots__
        if getattr(other, name) not in (None, {}, ())
    }
    return replace(case, **given)


class Player:
    """Plays one run on a stage."""

    def __init__(self, stage: Stage, run: ScenarioRun) -> None:
        self._stage = stage
        self._run = run
        self._pack: Pack = stage.pack
        self._case_id = ""

    def play(self) -> Iterator[Difference]:
        """Go through everything that happens and everything that is checked, in the order of time."""
        yield from self._report()
        for at, event in self._agenda():
            if isinstance(event, Check):
                yield from self._compare(event.expected, at, Text(event.at))
            else:
                yield from self._happen(event, at)
        if self._run.expected is not None:
            yield from self._compare(self._run.expected, None, bilingual("end"))

    def took_part(self) -> frozenset[Part]:
        """Return the rules, steps and procedures that took part so far."""
        return took_part(self._case()) if self._case_id else frozenset()

    def _report(self) -> Iterator[Difference]:
        """Report what came before, and then the case whose life this is."""
        for number, report in enumerate([*self._run.scenario.earlier, self._run.case]):
            assert report.at, "a checked scenario has it"
            (self._stage.world.advance if number else self._stage.begin)(self._instant(report.at))
            self._case_id = ""
            yield from self._open(report)

    def _open(self, case: OpeningReport) -> Iterator[Difference]:
        reporter = reporting(self._pack, case.by, case.place)
        answer = self._stage.report(reporter, report_of(self._pack, case))
        if answer.status != 201:
            yield self._difference(bilingual("report"), _refusal("report-refused", answer))
            return
        self._case_id = answer.case
        if answer.state == DRAFT:
            yield from self._confirm(reporter)

    def _confirm(self, reporter: ScenarioActor) -> Iterator[Difference]:
        """A person says at once that the draft is a case; a machine or the public can't."""
        person = reporter if reporter.role in CONFIRMING else ScenarioActor("operator", None, "operator-1")
        answer = self._stage.confirm(person, self._case_id)
        if answer.status != 200:
            yield self._difference(bilingual("report"), _refusal("not-confirmed", answer))

    def _agenda(self) -> list[tuple[datetime, Happening | Check]]:
        """What happens comes before what is checked at the same instant."""
        if not self._case_id:
            return []
        events: list[tuple[datetime, Happening | Check]] = [
            *((self._instant(event.at), event) for event in self._run.scenario.life),
            *((self._instant(check.at), check) for check in self._run.checks),
        ]
        return sorted(events, key=lambda pair: (pair[0], isinstance(pair[1], Check)))

    def _happen(self, event: Happening, at: datetime) -> Iterator[Difference]:
        self._stage.world.advance(at)
        # Before a step of the same instant, which is taken under the days as they then stand.
        if event.calendar is not None:
            self._stage.amend_calendar(event.calendar)
        if event.step is not None:
            yield from self._step(event, event.step)
        self._stage.world.settle()

    def _step(self, event: Happening, step: str) -> Iterator[Difference]:
        actor = acting(self._pack, event.by, self._case())
        due_at = format_instant(self._instant(event.due_at)) if event.due_at else None
        answer = self._stage.take_step(actor, self._case_id, StepBody(step, event.facts, due_at))
        code = None if answer.status == 200 else answer.code
        at, line = Text(event.at), event.spot.line
        if event.refused is None and code is not None:
            how = "step-out-of-sight" if code == UNSEEN else "step-refused"
            yield self._difference(at, _refusal(how, answer, step=step), line)
        if event.refused is not None and (code is None or event.refused not in ("yes", code)):
            wanted = bilingual("any-refusal") if event.refused == "yes" else event.refused
            what = bilingual("step-not-refused", step=step, wanted=wanted, got=shown(code))
            yield self._difference(at, what, line)

    def _compare(self, expected: Expected, at: datetime | None, label: Text) -> Iterator[Difference]:
        if not self._case_id:
            return
        if at is not None and at > self._stage.world.now:
            self._stage.world.advance(at)
        self._stage.world.settle()
        for what in self._differing(expected):
            yield self._difference(label, what, expected.spot.line)

    def _differing(self, expected: Expected) -> Iterator[Text]:
        stage, case = self._stage, self._case()
        yield from differences(expected, case, stage.alarms(), self._pack)
        yield from publication(expected, case, stage.publications(case.number))
        yield from sight(expected, lambda who: stage.sees(self._case_id, acting(self._pack, who, case)))

    def _case(self) -> ShownCase:
        return self._stage.case(self._case_id)

    def _instant(self, label: str) -> datetime:
        return label_to_instant(label, self._pack.zone)

    def _difference(self, at: Text, what: Text, line: int | None = None) -> Difference:
        scenario = self._run.scenario
        return Difference(
            scenario.key, self._run.variant, scenario.spot.file, line or scenario.spot.line, at, what
        )


def report_of(pack: Pack, case: OpeningReport) -> ReportBody:
    """Return a scenario's report as intake takes it."""
    return ReportBody(
        category=case.category,
        channel=case.channel or next(iter(pack.channels), "grid"),
        also=tuple(case.also or ()),
        text=case.text or "…",
        place=case.place,
        answers=case.facts,
        source=case.device,
    )


def _refusal(key: str, answer: IntakeAnswer, **terms: object) -> Text:
    return bilingual(key, code=answer.code, cause=answer.cause, **terms)
