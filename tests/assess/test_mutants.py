"""No slip in a figure, measure or document of the towns stays unseen."""

import pytest

from gridcase.mutation.assessments import assessment_mutants
from gridcase.mutation.duty_trials import judge_duties
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.read_assessment import load_assessments
from tests.decide.towns import RULES, real

TOWNS = sorted(folder.parent.name for folder in RULES.glob("*/figures.yaml"))


def test_the_towns_with_scores_and_reports_have_figures() -> None:
    """One for each policy that assesses or reports."""
    assert len(TOWNS) >= 14


@pytest.mark.parametrize("town", TOWNS)
def test_every_alteration_is_felt_by_the_towns_own_scenarios(town: str) -> None:
    """Whose, what, when, how much, who decides, who reads: each is shown by a scenario that names its reason."""
    pack, scenarios = real(town), load_assessments(load_files(RULES / town), town)
    judged = judge_duties(pack, scenarios, assessment_mutants(pack))
    assert judged.red == ()
    assert [verdict.mutant.change.en for verdict in judged.verdicts if verdict.killed_by is None] == []
    because = {scenario.key: set(scenario.because) for scenario in scenarios}
    for mutant in {verdict.mutant.of: verdict.mutant for verdict in judged.verdicts}.values():
        felt = judged.felt_in[mutant.of]
        assert any(set(mutant.because) & because[key] for key in felt), mutant.of
