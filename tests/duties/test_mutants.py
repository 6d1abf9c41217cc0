"""Duties and forms are altered one at a time, and the scenarios of their packs feel it."""

from dataclasses import replace

import pytest

from gridcase.mutation.duty_trials import duty_mutants, judge_duties
from gridcase.scenarios.reckoned import load_reckoned
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_trials
from tests.decide.towns import RULES, real
from tests.packs.corpus import TOWN, base_files


@pytest.fixture(scope="module")
def base() -> Pack:
    """The sound pack, which has a duty of most kinds."""
    return build_pack(base_files(), TOWN)


def test_each_alteration_alters_one_duty_or_form_and_no_two_the_same(base: Pack) -> None:
    """What comes of a mutant differs from the pack in one section alone; the rest is as it was."""
    seen = set()
    for mutant in duty_mutants(base):
        altered = mutant.alter(base)
        assert altered != base, mutant.change.en
        sections = ("duties", "records", "readings", "figures", "measures", "documents")
        assert sum(getattr(altered, name) != getattr(base, name) for name in sections) == 1
        assert replace(altered, **{name: getattr(base, name) for name in sections}) == base
        seen.add((mutant.rule, mutant.change.en))
    assert len(seen) == len(list(duty_mutants(base)))


def test_what_could_be_got_wrong_of_a_duty(base: Pack) -> None:
    """Who, when, how much, for how long, when it is reminded: each has its alteration."""
    changes = {mutant.change.en for mutant in duty_mutants(base) if mutant.rule == "visits"}
    assert {
        "rule dropped",
        "every month 1..15 → month 2..15",
        "every month 1..15 → month 1..14",
        "at_least 2 → 3",
        "at_least 2 → 1",
        "lasting 120 → 121",
        "lasting 120 → 119",
        "warn 6 hours → 7 hours",
    } <= changes


def test_readings_that_no_duty_feels_are_not_turned(base: Pack) -> None:
    """The sound pack says nothing of 'before a day' and asks for no parts of the day: RC-16 and RC-21 are left."""
    readings = {mutant.rule for mutant in duty_mutants(base) if mutant.kind == "reading"}
    assert readings == {"RC-14", "RC-15"}


@pytest.mark.parametrize("town", ["t-nc", "t-zq", "t-vtc"])
def test_every_alteration_is_felt_by_the_towns_own_scenarios(town: str) -> None:
    """No slip in who, when or how much stays unseen, and what is felt is shown by the scenario that names it."""
    files = load_files(RULES / town)
    pack, trials = real(town), load_trials(files, town)
    judged = judge_duties(pack, load_reckoned(files, town), duty_mutants(pack))
    assert judged.red == ()
    assert [verdict.mutant.change.en for verdict in judged.verdicts if verdict.killed_by is None] == []
    for duty in pack.duties.values():
        felt = judged.felt_in["rule", duty.key]
        assert any(set(duty.origin.because) & set(trial.because) for trial in trials if trial.key in felt), (
            duty.key
        )
