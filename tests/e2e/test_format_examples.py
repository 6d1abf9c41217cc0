"""What the format's page shows is lived by the services as the example's own scenarios say."""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridcase.cli.root import cli
from gridcase.scenarios.play import play
from gridcase.scenarios.stage import Stage
from gridcase.scenarios.trial_differences import play_trial
from gridcase.simulation.house import SimulatedHouse
from shared.rules.language.refusals import REFUSED
from shared.rules.pack.model import EffectKind
from shared.rules.pack.read import build_pack
from shared.rules.scenario.model import Scenario
from shared.rules.scenario.read import load_scenarios, load_trials
from tests.e2e.format_examples import PROJECT, TOWN, examples

EXAMPLES = examples()


@pytest.fixture(scope="module")
def house() -> Iterator[SimulatedHouse]:
    """One house, on which every example's town stands in turn."""
    made = SimulatedHouse(datetime(2000, 1, 1, tzinfo=UTC), "both")
    yield made
    made.close()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_of_the_format_is_lived_as_it_says(house: SimulatedHouse, name: str) -> None:
    """Both evaluators decide it, the clocks run, people are told: nothing differs from what the example expects."""
    files = EXAMPLES[name]
    scenarios = load_scenarios(files, TOWN)
    stage = Stage(house, files, TOWN)
    trials = load_trials(files, TOWN)
    assert scenarios or trials
    assert [found for scenario in scenarios for found in play(stage, scenario)] == []
    assert [found for trial in trials for found in play_trial(stage.pack, trial)] == []


def scenarios_of(name: str) -> tuple[Scenario, ...]:
    return load_scenarios(EXAMPLES[name], TOWN)


def test_every_effect_is_taken_in_an_example() -> None:
    """No effect of the list stands without a step that has it and an example in which that step is taken."""
    shown = set()
    for name, files in EXAMPLES.items():
        steps = build_pack(files, TOWN).steps
        taken = [one.step for each in scenarios_of(name) for one in each.life if one.step and not one.refused]
        shown |= {effect.kind for key in taken for effect in steps[key].does}
    assert shown == set(EffectKind)


def test_every_refusal_is_shown_or_says_why_it_is_not() -> None:
    """An example expects each code that a scenario can bring about, and none of the others."""
    refused = {one.refused for name in EXAMPLES for each in scenarios_of(name) for one in each.life}
    unshown = {code for code, what in REFUSED.items() if what.unshown}
    assert refused - {None, "yes"} == set(REFUSED) - unshown


def test_what_a_scenario_may_expect_is_what_intake_refuses_with() -> None:
    """Scenarios know no code that no service has, and each of intake's about steps, mergings and orders."""
    words = tomllib.loads(
        (PROJECT / "services" / "intake" / "domain" / "words.toml").read_text(encoding="utf-8")
    )
    assert set(REFUSED) <= {*words, *OF_ANY_SERVICE}
    about = {code for code in words if code.startswith(("step-", "merge-", "order-"))}
    assert about - OF_IMPORTS <= set(REFUSED)


OF_ANY_SERVICE = {"not-found", "not-allowed"}
OF_IMPORTS = {"step-before-the-last", "step-in-the-future"}


def test_every_reading_of_the_table_about_steps_is_tried_in_an_example() -> None:
    """Each is switched in some example, and something else is expected then."""
    page = (PROJECT / "docs" / "pack-format.md").read_text(encoding="utf-8")
    table = set(
        re.findall(r"^\| (RC-\d+) \|", page.split("| Reading | Step |")[1].split("\n\n")[0], re.MULTILINE)
    )
    others = [other for each in scenarios_of("every-effect") for other in each.others]
    assert table == {name for other in others for name in other.readings}


@pytest.mark.parametrize(("wanted", "locale", "lang", "answer"), [
    ("zh", "en_GB.UTF-8", "en_GB.UTF-8", "通过"), ("en", "", "zh_CN.UTF-8", "good."),
    ("", "", "zh_CN.UTF-8", "通过"), ("", "", "en_GB.UTF-8", "good."),
    ("", "zh_CN.UTF-8", "C.UTF-8", "通过"), ("", "en_GB.UTF-8", "zh_CN.UTF-8", "good."),
])  # fmt: skip
def test_the_environment_chooses_the_language_of_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, locale: str, lang: str, answer: str
) -> None:
    """GRIDCASE_LANG before LC_ALL before LANG, whatever language the pack is written in."""
    for name, text in EXAMPLES["lead-by-fact"].items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("GRIDCASE_LANG", wanted)
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("LANG", lang)
    result = CliRunner().invoke(cli, ["check", str(tmp_path / TOWN)])
    assert answer in result.output
