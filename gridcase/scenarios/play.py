"""Playing a scenario: one run as it stands, and one more for each `otherwise`."""

from dataclasses import dataclass

from gridcase.scenarios.participants import Part
from gridcase.scenarios.player import Player
from gridcase.scenarios.runs import Difference, ScenarioRun, runs_of
from gridcase.scenarios.stage import Stage
from shared.rules.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """How a run went."""

    run: ScenarioRun
    differences: tuple[Difference, ...]
    parts: frozenset[Part]  # the rules, steps and procedures that took part


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
