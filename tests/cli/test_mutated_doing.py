"""Who takes a step, what it does and which steps a procedure has are altered one at a time."""

from pathlib import Path

import pytest

from gridcase.mutation.doing import of_doing
from gridcase.mutation.procedures import of_procedure
from gridcase.mutation.town import TownVerdict, TrialPlan, judge_town
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from tests.packs.corpus import BASE, OTHER

ELM = Path(__file__).parent / "data" / "elm"


@pytest.fixture
def pack() -> Pack:
    return build_pack(load_files(BASE / OTHER), OTHER)


@pytest.fixture(scope="module")
def judged() -> TownVerdict:
    return judge_town(ELM, TrialPlan(), lambda _done, _of: None)


def test_each_alteration_takes_away_one_thing(pack: Pack) -> None:
    """One noun of those who may take the step, one of its effects, or one fact that it settles; all else stays."""
    for step in pack.steps.values():
        altered = [mutant.alter(pack).steps[step.key] for mutant in of_doing(pack, step)]
        assert len(altered) == len(step.who) + len(step.does) + len(step.sets)
        for less in altered:
            before = len(step.who) + len(step.does) + len(step.sets)
            assert len(less.who) + len(less.does) + len(less.sets) == before - 1
            assert (less.after, less.before, less.needs) == (step.after, step.before, step.needs)


def test_a_procedure_loses_the_steps_that_its_order_lets_in(pack: Pack) -> None:
    """What may be taken at any time may be so outside the procedure too: to leave it out alters nothing of it."""
    for procedure in pack.procedures.values():
        found = [
            mutant.alter(pack).procedures[procedure.key].steps for mutant in of_procedure(pack, procedure)
        ]
        ordered = [key for key in procedure.steps if not pack.steps[key].any_time]
        assert found == [tuple(step for step in procedure.steps if step != key) for key in ordered]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("close", "taken without lead"),
        ("close", "does without close"),
        ("settle", "does without settle"),
        ("plain", "steps without close"),
    ],
)
def test_a_scenario_that_takes_the_step_feels_it(judged: TownVerdict, rule: str, change: str) -> None:
    """Nobody may take it any more, it does not do what it did, or it is none of the procedure's."""
    (verdict,) = [
        each for each in judged.verdicts if (each.mutant.rule, each.mutant.change.en) == (rule, change)
    ]
    assert verdict.killed_by is not None
    assert verdict.killed_by.scenario == "talk"
