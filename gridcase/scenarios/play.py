"""Playing one life: the report, its steps at their instants through intake's door, the checks on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gridcase.scenarios.actors import acting, reporting
from gridcase.scenarios.expectations import differences
from gridcase.scenarios.stage import Stage
from shared.kernel.instants import format_instant
from shared.rules.pack.model import Pack
from shared.rules.pack.scenario import Case, Check, Expected, Happening, Other, Scenario, label_to_instant


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that did not hold."""

    scenario: str
    variant: str  # '' for the scenario itself
    file: str
    line: int
    at: str  # instant of the check, or 'end'
    what: str


@dataclass(frozen=True, slots=True)
class _Life:
    scenario: Scenario
    case: Case
    expected: Expected | None
    checks: tuple[Check, ...]
    variant: str


def play(stage: Stage, scenario: Scenario) -> list[Difference]:
    """Play a scenario and its variants; return what differed."""
    life = _Life(scenario, scenario.case, scenario.expected, scenario.checks, "")
    found = list(_play_life(stage, life))
    for number, other in enumerate(scenario.others, start=1):
        found += _play_other(stage, scenario, other, number)
    return found


def _play_other(stage: Stage, scenario: Scenario, other: Other, number: int) -> list[Difference]:
    with stage.variant(other) as varied:
        variant = (
            ", ".join(f"{name} {value}" for name, value in other.readings.items()) or f"otherwise {number}"
        )
        return list(
            _play_life(
                varied, _Life(scenario, _merged(scenario.case, other.case), other.expected, (), variant)
            )
        )


def _merged(case: Case, other: Case | None) -> Case:
    if other is None:
        return case
    given = {name: getattr(other, name) for name in Case.__slots__ if getattr(other, name) not in (None, {})}
    return replace(case, **given)


def _play_life(stage: Stage, life: _Life) -> Iterator[Difference]:
    """Go through everything that happens and everything that is checked, in the order of time."""
    player = _Player(stage, life)
    yield from player.report()
    for at, event in player.agenda():
        if isinstance(event, Check):
            yield from player.compare(event.expected, at, event.at)
        else:
            yield from player.happen(event, at)
    if life.expected is not None:
        yield from player.compare(life.expected, None, "end")


class _Player:
    def __init__(self, stage: Stage, life: _Life) -> None:
        self._stage = stage
        self._life = life
        self._pack: Pack = stage.pack
        self._case_id = ""

    def report(self) -> Iterator[Difference]:
        case = self._life.case
        assert case.at, "a checked scenario has it"
        assert case.category, "a checked scenario has it"
        self._stage.begin(self._instant(case.at))
        reporter = reporting(self._pack, case.by, case.place)
        answer = self._stage.post(
            f"/v1/towns/{self._pack.town}/cases",
            reporter,
            {
                "category": case.category,
                "channel": case.channel or next(iter(self._pack.channels), "grid"),
                "text": "…",
                **({"place": case.place} if case.place else {}),
                **({"answers": dict(case.facts)} if case.facts else {}),
            },
        )
        if answer.status == 201:
            self._case_id = answer.body["case"]
        else:
            yield self._difference(
                "report", f"the report was refused: {answer.body.get('code')} {answer.body}"
            )

    def agenda(self) -> list[tuple[datetime, Happening | Check]]:
        """What happens comes before what is checked at the same instant."""
        if not self._case_id:
            return []
        events: list[tuple[datetime, Happening | Check]] = [
            *((self._instant(event.at), event) for event in self._life.scenario.life),
            *((self._instant(check.at), check) for check in self._life.checks),
        ]
        return sorted(events, key=lambda pair: (pair[0], isinstance(pair[1], Check)))

    def happen(self, event: Happening, at: datetime) -> Iterator[Difference]:
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
        answer = self._stage.post(f"/v1/towns/{self._pack.town}/cases/{self._case_id}/steps", actor, body)
        code = None if answer.status == 200 else str(answer.body.get("code"))
        if event.refused is None and code is not None:
            yield self._difference(
                event.at, f"step {event.step} was refused: {code} {answer.body.get('cause')}", event.spot.line
            )
        if event.refused is not None and (code is None or event.refused not in ("yes", code)):
            yield self._difference(
                event.at, f"step {event.step}: expected refusal {event.refused}, got {code}", event.spot.line
            )

    def compare(self, expected: Expected, at: datetime | None, label: str) -> Iterator[Difference]:
        if not self._case_id:
            return
        if at is not None and at > self._stage.world.now:
            self._stage.world.advance(at)
        self._stage.world.settle()
        for what in differences(expected, self._view(), self._stage.alarms(), self._pack):
            yield self._difference(label, what, expected.spot.line)

    def _view(self) -> Mapping[str, Any]:
        return self._stage.case(self._case_id)

    def _instant(self, label: str) -> datetime:
        return label_to_instant(label, self._pack.zone)

    def _difference(self, at: str, what: str, line: int | None = None) -> Difference:
        scenario = self._life.scenario
        return Difference(
            scenario.key, self._life.variant, scenario.spot.file, line or scenario.spot.line, at, what
        )
