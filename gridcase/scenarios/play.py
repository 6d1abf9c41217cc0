"""Playing a scenario: one run as it stands, and one more for each `otherwise`."""

from dataclasses import dataclass

from gridcase.scenarios.ledger import LEDGER_PART, LedgerPlayer
from gridcase.scenarios.participants import Part
from gridcase.scenarios.player import Player
from gridcase.scenarios.runs import Difference, LedgerRun, Run, runs_of
from gridcase.scenarios.stage import Stage
from shared.rules.scenario.ledger import LedgerScenario
from shared.rules.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """How a run went."""

    run: Run
    differences: tuple[Difference, ...]
    parts: frozenset[Part]  # the rules, steps and procedures that took part


def play(stage: Stage, scenario: Scenario | LedgerScenario) -> list[Difference]:
    """Play a scenario and its variants; return what differed."""
    return [found for run in runs_of(scenario) for found in play_run(stage, run).differences]


def play_run(stage: Stage, run: Run) -> PlayedRun:
    """Play one run to its end."""
    if isinstance(run, LedgerRun):
        with stage.variant(None) as same:
            return PlayedRun(run, tuple(LedgerPlayer(same, run).play()), frozenset({LEDGER_PART}))
    with stage.variant(run.other) as varied:
        player = Player(varied, run)
        found = tuple(player.play())
        return PlayedRun(run, found, player.took_part())


def first_difference(stage: Stage, run: Run) -> Difference | None:
    """Play one run until something differs; return that, or None where all went as expected."""
    if isinstance(run, LedgerRun):
        with stage.variant(None) as same:
            return next(LedgerPlayer(same, run).play(), None)
    with stage.variant(run.other) as varied:
        return next(Player(varied, run).play(), None)
