"""Scenarios that are reckoned and not played: those about duties, and those about grids and their teams.

Decides which kind is which.
"""

from collections.abc import Mapping

from gridcase.scenarios.grids import play_grid_trial
from gridcase.scenarios.runs import Difference
from gridcase.scenarios.trial_differences import play_trial
from shared.rules.pack.model import Pack
from shared.rules.scenario.grids import GridTrial
from shared.rules.scenario.read import load_trials
from shared.rules.scenario.read_grids import load_grid_trials
from shared.rules.scenario.trial import DutyTrial

Reckoned = DutyTrial | GridTrial


def load_reckoned(files: Mapping[str, str], town: str) -> tuple[Reckoned, ...]:
    """Return a town's scenarios of both kinds, in the order of their files.

    Raises:
        PackErrors: every fault of the scenarios, or of the pack that they need.
    """
    return (*load_trials(files, town), *load_grid_trials(files, town))


def reckon(pack: Pack, trial: Reckoned) -> list[Difference]:
    """Hold a scenario against a pack; return what differs."""
    return play_grid_trial(pack, trial) if isinstance(trial, GridTrial) else play_trial(pack, trial)
