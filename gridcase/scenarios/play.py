"""Playing one life: the report, its steps at their instants through intake's door, the checks on the way.

A scenario is one life and one more for each `otherwise`. Decides the order of what happens and what is checked;
must not know how a service does its part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gridcase.scenarios.actors import Actor, acting, reporting
from gridcase.scenarios.expectations import differences, publication, sight
from gridcase.scenarios.record import Part, took_part
from gridcase.scenarios.stage import Answer, Stage
from gridcase.scenarios.wording import said, shown
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack
from shared.rules.pack.scenario import Case, Check, Expected, Happening, Other, Scenario, label_to_instant

DRAFT = "draft"
UNSEEN = "not-found"  # what a door says of a case that is not for the caller's eyes
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
class Life:
    """One life of a scenario: its own, or that of one `otherwise`."""

    scenario: Scenario
    case: Case
    expected: Expected | None
    checks: tuple[Check, ...]
    other: Other | None
    variant: str  # '' for the scenario's own


@dataclass(frozen=True, slots=True)
class Played:
    """How a life went."""

    life: Life
    differences: tuple[Difference, ...]
    parts: frozenset[Part]  # the rules, steps and procedures that took part


def lives_of(scenario: Scenario) -> Iterator[Life]:
    """Yield the scenario's own life, then those of its variants."""
    yield Life(scenario, scenario.case, scenario.expected, scenario.checks, None, "")
    for number, other in enumerate(scenario.others, start=1):
        variant = ", ".join(f"{name} {value}" for name, value in other.readings.items())
        case = _merged(scenario.case, other.case)
        yield Life(scenario, case, other.expected, (), other, variant or f"otherwise {number}")


def refused_steps(life: Life) -> frozenset[str]:
    """Return the steps that must be refused at some time of a life, tried or not."""
    expected = [life.expected, *(check.expected for check in life.checks)]
    tried = [event.step for event in life.scenario.life if event.step and event.refused is not None]
    return frozenset(tried).union(*(one.refused_steps for one in expected if one is not None))


def play(stage: Stage, scenario: Scenario) -> list[Difference]:
    """Play a scenario and its variants; return what differed."""
    return [found for life in lives_of(scenario) for found in play_life(stage, life).differences]


def play_life(stage: Stage, life: Life) -> Played:
    """Play one life to its end."""
    with stage.variant(life.other) as varied:
        player = Player(varied, life)
        found = tuple(player.play())
        return Played(life, found, player.took_part())


def first_difference(stage: Stage, life: Life) -> Difference | None:
    """Play one life until something differs; return that, or None where all went as expected."""
    with stage.variant(life.other) as varied:
        return next(Player(varied, life).play(), None)


def _merged(case: Case, other: Case | None) -> Case:
    if other is None:
        return case
    given = {
        name: getattr(other, name) for name in Case.__slots__ if getattr(other, name) not in (None, {}, ())
    }
    return replace(case, **given)


class Player:
    """Plays one life on a stage."""

    def __init__(self, stage: Stage, life: Life) -> None:
        self._stage = stage
        self._life = life
        self._pack: Pack = stage.pack
        self._cases = f"/v1/towns/{self._pack.town}/cases"
        self._case_id = ""

    def play(self) -> Iterator[Difference]:
        """Go through everything that happens and everything that is checked, in the order of time."""
        yield from self._report()
        for at, event in self._agenda():
            if isinstance(event, Check):
                yield from self._compare(event.expected, at, Text(event.at))
            else:
                yield from self._happen(event, at)
        if self._life.expected is not None:
            yield from self._compare(self._life.expected, None, said("end"))

    def took_part(self) -> frozenset[Part]:
        """Return the rules, steps and procedures that took part so far."""
        return took_part(self._view()) if self._case_id else frozenset()

    def _report(self) -> Iterator[Difference]:
        case = self._life.case
        assert case.at, "a checked scenario has it"
        self._stage.begin(self._instant(case.at))
        reporter = reporting(self._pack, case.by, case.place)
        answer = self._stage.post(self._cases, reporter, report_of(self._pack, case))
        if answer.status != 201:
            yield self._difference(said("report"), _refusal("report-refused", answer))
            return
        self._case_id = answer.body["case"]
        if answer.body["state"] == DRAFT:
            yield from self._confirm(reporter)

    def _confirm(self, reporter: Actor) -> Iterator[Difference]:
        """A person says at once that the draft is a case; a machine or the public can't."""
        person = reporter if reporter.role in CONFIRMING else Actor("operator", None, "operator-1")
        answer = self._stage.post(f"{self._cases}/{self._case_id}/confirm", person, {})
        if answer.status != 200:
            yield self._difference(said("report"), _refusal("not-confirmed", answer))

    def _agenda(self) -> list[tuple[datetime, Happening | Check]]:
        """What happens comes before what is checked at the same instant."""
        if not self._case_id:
            return []
        events: list[tuple[datetime, Happening | Check]] = [
            *((self._instant(event.at), event) for event in self._life.scenario.life),
            *((self._instant(check.at), check) for check in self._life.checks),
        ]
        return sorted(events, key=lambda pair: (pair[0], isinstance(pair[1], Check)))

    def _happen(self, event: Happening, at: datetime) -> Iterator[Difference]:
        self._stage.world.advance(at)
        if event.calendar is not None:
            self._stage.amend_calendar(event.calendar)
        if event.step is not None:
            yield from self._step(event)
        self._stage.world.settle()

    def _step(self, event: Happening) -> Iterator[Difference]:
        actor = acting(self._pack, event.by, self._view())
        body: dict[str, Any] = {"step": event.step, "facts": dict(event.facts)}
        if event.due_at:
            body["due_at"] = format_instant(self._instant(event.due_at))
        answer = self._stage.post(f"{self._cases}/{self._case_id}/steps", actor, body)
        code = None if answer.status == 200 else str(answer.body.get("code"))
        at, line = Text(event.at), event.spot.line
        if event.refused is None and code is not None:
            how = "step-out-of-sight" if code == UNSEEN else "step-refused"
            yield self._difference(at, _refusal(how, answer, step=event.step), line)
        if event.refused is not None and (code is None or event.refused not in ("yes", code)):
            wanted = said("any-refusal") if event.refused == "yes" else event.refused
            what = said("step-not-refused", step=event.step, wanted=wanted, got=shown(code))
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
        stage, view = self._stage, self._view()
        yield from differences(expected, view, stage.alarms(), self._pack)
        yield from publication(expected, view, stage.publications(view["number"]))
        yield from sight(expected, lambda who: stage.sees(self._case_id, acting(self._pack, who, view)))

    def _view(self) -> Mapping[str, Any]:
        return self._stage.case(self._case_id)

    def _instant(self, label: str) -> datetime:
        return label_to_instant(label, self._pack.zone)

    def _difference(self, at: Text, what: Text, line: int | None = None) -> Difference:
        scenario = self._life.scenario
        return Difference(
            scenario.key, self._life.variant, scenario.spot.file, line or scenario.spot.line, at, what
        )


def report_of(pack: Pack, case: Case) -> dict[str, Any]:
    """Return a scenario's report as intake takes it."""
    body: dict[str, Any] = {
        "category": case.category,
        "channel": case.channel or next(iter(pack.channels), "grid"),
        "also": list(case.also or ()) or None,
        "text": case.text or "…",
        "place": case.place,
        "answers": dict(case.facts) or None,
    }
    return {name: value for name, value in body.items() if value is not None}


def _refusal(key: str, answer: Answer, **terms: object) -> Text:
    body = answer.body
    return said(key, code=body.get("code", answer.status), cause=body.get("cause", body), **terms)
