"""Scenarios that are reckoned and not played: about duties, about grids and their teams, about figures and measures.

Decides which kind is which.
"""

from collections.abc import Mapping

from gridcase.scenarios.assessment import play_assessment
from gridcase.scenarios.grids import play_grid_trial
from gridcase.scenarios.runs import Difference
from gridcase.scenarios.trial_differences import play_trial
from shared.rules.pack.model import Pack
from shared.rules.scenario.assessment import Assessment
from shared.rules.scenario.grids import GridTrial
from shared.rules.scenario.read import load_trials
from shared.rules.scenario.read_assessment import load_assessments
from shared.rules.scenario.read_grids import load_grid_trials
from shared.rules.scenario.trial import DutyTrial

Reckoned = DutyTrial | GridTrial | Assessment


def load_reckoned(files: Mapping[str, str], town: str) -> tuple[Reckoned, ...]:
    """Return a town's scenarios of all three kinds, in the order of their files.

    Raises:
        PackErrors: every fault of the scenarios, or of the pack that they need.
    """
    return (*load_trials(files, town), *load_grid_trials(files, town), *load_assessments(files, town))


def reckon(pack: Pack, trial: Reckoned) -> list[Difference]:
    """Hold a scenario against a pack; return what differs."""
    if isinstance(trial, Assessment):
        return play_assessment(pack, trial)
    return play_grid_trial(pack, trial) if isinstance(trial, GridTrial) else play_trial(pack, trial)
