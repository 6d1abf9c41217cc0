"""`gridcase test --mutate`: every rule of a pack is altered, and a scenario must feel it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.progress import Lines
from gridcase.cli.root import cli
from gridcase.mutation.conditions import negated, questions_of
from gridcase.mutation.known import play_known
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.packs import PackVariants
from gridcase.mutation.readings import WHEN_READ
from gridcase.mutation.run import MutationTrial
from gridcase.mutation.stage import AlteredStage
from gridcase.mutation.town import TrialPlan, judge_town
from gridcase.scenarios.play import first_difference
from gridcase.scenarios.runs import runs_of
from gridcase.simulation.house import SimulatedHouse
from gridcase.variants import with_readings
from shared.rules.language.readings import READINGS
from shared.rules.logic.condition import All, Any, Condition, Not, Op, Test
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.rules.scenario.model import Scenario
from shared.rules.scenario.read import load_scenarios

ELM = Path(__file__).parent / "data" / "elm"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever machine this is."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")


@pytest.fixture
def elm(tmp_path: Path) -> Path:
    """A small town of the test's own, to be changed."""
    return Path(shutil.copytree(ELM, tmp_path / "elm"))


@pytest.fixture(scope="module")
def trial() -> Iterator[tuple[AlteredStage, MutationTrial, tuple[Scenario, ...]]]:
    """The small town on a stage, its scenarios played once."""
    house = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "reference")
    files = load_files(ELM)
    scenarios = load_scenarios(files, "elm")
    stage = AlteredStage(house, PackVariants(files, "elm"))
    known = [play_known(stage, run) for scenario in scenarios for run in runs_of(scenario)]
    yield stage, MutationTrial(stage, known), scenarios
    house.close()


def mutate(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, ["test", "--mutate", str(folder), *more], catch_exceptions=False)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_survivor_is_shown_with_file_line_rule_and_change(elm: Path) -> None:
    """An operator sees what no scenario would notice, and where it is written."""
    rewrite(elm / "scenarios.yaml", "      told: {who: centre, on: settle escalated}\n", "      round: 1\n")
    result = mutate(elm, "--only", "three-days")
    lines = (elm / "pack.yaml").read_text(encoding="utf-8").split("\n")
    line = next(n for n, text in enumerate(lines, start=1) if "rule: three-days" in text)
    assert result.exit_code == 1
    assert f"{elm}/pack.yaml:{line} three-days  escalation 1 dropped  no scenario feels it" in result.output


def test_every_kind_of_change_is_made_and_felt() -> None:
    """Limits, units, conditions, recipients, rules, escalations, readings and guards are altered, who takes a step and
    what it does, and which steps a procedure has; what the scenarios pin is felt.
    """
    given = json.loads(mutate(ELM, "--json").stdout)[0]
    assert given["town"] == "elm"
    survivors = {(one["kind"], one["rule"], one["change"]["en"]) for one in given["survivors"]}
    assert survivors == {
        ("reading", "RC-4", "RC-4 official → mon_fri"),
        ("reading", "RC-6", "RC-6 at_once → next_office_opening"),
        ("reading", "RC-22", "RC-22 refuse → provisional"),
    }
    assert given["killed"] == given["mutants"] - len(survivors) > 20


def test_accepted_survivors_need_their_reason(elm: Path) -> None:
    """A survivor that is listed with its reason no longer fails the run, in either language."""
    entries = [
        {"rule": "RC-4", "change": "RC-4 official → mon_fri", "reason": "no scenario near a holiday"},
        {"规则": "RC-6", "改动": "RC-6 即时 → 下次上班", "理由": "没有非办公时间的场景"},
        {"rule": "RC-22", "change": "RC-22 refuse → provisional", "reason": "no year without a calendar"},
    ]
    (elm / "mutants.yaml").write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    result = mutate(elm, "--json")
    given = json.loads(result.stdout)[0]
    assert (result.exit_code, given["survivors"], given["obsolete"]) == (0, [], [])
    assert next(one["reason"] for one in given["accepted"]) == "no scenario near a holiday"
    assert load_files(elm) == load_files(ELM)  # no part of the edition


def test_an_accepted_survivor_that_survives_no_longer_is_an_error(elm: Path) -> None:
    """The list holds what is, not what was."""
    entry = [{"rule": "three-days", "change": "rule dropped", "reason": "felt by now"}]
    (elm / "mutants.yaml").write_text(json.dumps(entry), encoding="utf-8")
    result = mutate(elm)
    assert result.exit_code == 1
    assert "three-days 'rule dropped' survives no longer" in result.output


@pytest.mark.parametrize(
    "text", ["rule: x", "- {rule: x}", "- [", "- {rule: x, change: y, reason: z, more: q}"]
)
def test_a_list_that_can_not_be_read_is_refused_with_its_place(elm: Path, text: str) -> None:
    """The file is named, and how an entry is written."""
    (elm / "mutants.yaml").write_text(text, encoding="utf-8")
    result = mutate(elm)
    assert result.exit_code == 2
    assert "mutants.yaml" in result.output


def test_what_is_red_already_is_left_out_and_named(elm: Path) -> None:
    """A scenario that fails as it is can't tell whether an alteration is felt; the others are asked all the same."""
    rewrite(elm / "scenarios.yaml", "verdict: {settle: late}}", "verdict: {settle: in_time}}")
    result = mutate(elm, "--only", "department")
    assert result.exit_code == 1
    assert "talk fails as it is and is left out: verdict settle" in result.output
    given = json.loads(mutate(elm, "--only", "department", "--json").stdout)[0]
    assert [(one["scenario"], one["variant"]) for one in given["red"]] == [("talk", "")]
    assert given["killed"] > 0  # by the scenario that is well
    assert given["survivors"] == []


def test_several_processes_find_what_one_finds() -> None:
    """How the work is shared out changes nothing of what comes of it, nor of what felt it."""
    found = [judge_town(ELM, TrialPlan(processes), lambda _done, _of: None) for processes in (1, 3)]
    one, three = (
        [(verdict.mutant.rule, verdict.mutant.change, verdict.killed_by) for verdict in each.verdicts]
        for each in found
    )
    assert one == three
    assert found[0].felt_in == found[1].felt_in


def test_every_piece_of_the_work_is_told(elm: Path) -> None:
    """The runs and the mutants, each once, up to the end."""
    told: list[tuple[int, int]] = []
    judged = judge_town(elm, TrialPlan(only="usual"), lambda done, of: told.append((done, of)))
    runs = sum(1 for scenario in load_scenarios(load_files(elm), "elm") for _ in runs_of(scenario))
    assert told[0] == (1, runs + len(judged.verdicts))
    assert told[-1] == (runs + len(judged.verdicts), runs + len(judged.verdicts))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_progress_is_told_in_lines_where_nothing_can_be_drawn() -> None:
    """Every ten seconds and at the end, with what is left by what it took so far."""
    seconds = iter([0.0, 4.0, 11.0, 12.0, 40.0])
    written: list[str] = []
    lines = Lines("elm", written.append, lambda: next(seconds))
    for done in (1, 2, 3, 8):
        lines(done, 8)
    assert written == ["elm: 2 of 8 done, about 0:33 left", "elm: 8 of 8 done, about 0:00 left"]


def test_progress_keeps_out_of_the_answer(elm: Path) -> None:
    """Standard output is JSON and nothing else."""
    result = mutate(elm, "--only", "usual", "--json")
    assert json.loads(result.stdout)[0]["town"] == "elm"
    assert "done, about 0:00 left" in result.stderr


def test_the_answer_of_a_run_stands_alone_too(elm: Path) -> None:
    """Without alterations as well: no bar and no empty line before the JSON."""
    result = CliRunner().invoke(cli, ["test", str(elm), "--json"], catch_exceptions=False)
    assert result.stdout.startswith("[")
    assert json.loads(result.stdout)[0]["passed"] == 2


def test_a_reading_turned_in_the_model_is_the_reading_turned_in_the_text() -> None:
    """But for those that are settled when the text is read, which are read again."""
    packs = PackVariants(load_files(ELM), "elm")
    scenario = load_scenarios(packs.files, "elm")[0]
    other = replace(scenario.others[0], readings={})
    pack = packs.read_with({})
    for name, words in READINGS.items():
        for value in words.chinese:
            turned = packs.read_with({}, replace(other, readings={name: value}))
            read = build_pack(with_readings(packs.files, "elm", {name: value}), "elm")
            assert replace(turned, edition=read.edition) == read, name
            assert turned.edition != pack.edition
    assert set(READINGS) >= WHEN_READ


def test_runs_that_are_passed_over_would_not_have_felt_it(
    trial: tuple[AlteredStage, MutationTrial, tuple[Scenario, ...]],
) -> None:
    """Whatever survives the runs that could feel it survives all the others too."""
    stage, judging, scenarios = trial
    runs = [run for scenario in scenarios for run in runs_of(scenario)]
    for mutant in judging.mutants():
        if judging.judge(mutant).killed_by is None:
            with stage.under(mutant) as altered:
                assert not [run.scenario.key for run in runs if first_difference(altered, run)], mutant.change


def test_an_altered_model_is_what_the_altered_text_gives(
    trial: tuple[AlteredStage, MutationTrial, tuple[Scenario, ...]],
) -> None:
    """A limit of four days in the model and in the text are one and the same rule."""
    _, judging, _ = trial
    longer = next(
        one for one in judging.mutants() if one.change.en == "within 3 working days → 4 working days"
    )
    files = load_files(ELM)
    text = files["elm/pack.yaml"].replace("within: 3 working days", "within: 4 working days")
    assert (
        longer.alter(build_pack(files, "elm")).limits
        == build_pack({**files, "elm/pack.yaml": text}, "elm").limits
    )


def test_no_alteration_leaves_the_pack_as_it_was(
    trial: tuple[AlteredStage, MutationTrial, tuple[Scenario, ...]],
) -> None:
    """Each mutant of the model differs from the pack, and no two of one rule are called the same."""
    stage, judging, _ = trial
    pack = stage.packs.read_with({})
    mutants = judging.mutants()
    assert all(mutant.readings or mutant.alter(pack) != pack for mutant in mutants)
    names = [(mutant.rule, mutant.kind, mutant.change.en) for mutant in mutants]
    assert len(set(names)) == len(names)
    assert {mutant.kind for mutant in mutants} >= {
        "limit",
        "unit",
        "condition",
        "recipient",
        "rule",
        "reading",
        "taker",
        "effect",
        "procedure",
    }


def test_negating_a_test_turns_it_and_nothing_else_around() -> None:
    """For every assignment of truth values the altered condition is the old one with that test flipped."""
    a, b, c = (Test(name, Op.EQ, True) for name in "abc")
    condition: Condition = All((a, Any((b, Not(c)))))
    assert list(questions_of(condition)) == [a, b, c]
    for number, name in enumerate("abc"):
        altered = negated(condition, number)
        for bits in range(8):
            facts = {key: bool(bits >> place & 1) for place, key in enumerate("abc")}
            assert holds(altered, facts) == holds(condition, {**facts, name: not facts[name]})


def holds(condition: Condition, facts: dict[str, bool]) -> bool:
    if isinstance(condition, Test):
        return facts[condition.fact]
    if isinstance(condition, Not):
        return not holds(condition.part, facts)
    parts = [holds(part, facts) for part in condition.parts]
    return all(parts) if isinstance(condition, All) else any(parts)


def test_the_texts_of_changes_exist_in_both_languages(
    trial: tuple[AlteredStage, MutationTrial, tuple[Scenario, ...]],
) -> None:
    """A change is named in Chinese and in English."""

    def is_whole(mutant: Mutant) -> bool:
        return bool(mutant.change.zh and mutant.change.en) and mutant.change.zh != mutant.change.en

    assert all(is_whole(mutant) for mutant in trial[1].mutants())
