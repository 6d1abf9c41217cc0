"""When notices are told is altered too, and the scenarios of the format's own example feel it (decision 42)."""

from dataclasses import replace
from pathlib import Path

import pytest

from gridcase.mutation.catalogue import mutants_of
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.town import TownVerdict, TrialPlan, judge_town
from scripts.coverage.rows import rules_of
from scripts.coverage.runs import Run, Town
from scripts.coverage.scores import Score
from shared.rules.pack.model import NoticeTimes, Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios
from tests.cli.test_commands import run
from tests.e2e.format_examples import TOWN, examples

FILES = examples()["quiet-nights"]
SECTION = "telling"


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The README's town with quiet nights and weekends, gathering, and sparks that wait for nothing."""
    return build_pack(FILES, TOWN)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder."""
    rules = tmp_path_factory.mktemp("rules")
    for name, text in FILES.items():
        (rules / name).parent.mkdir(exist_ok=True)
        (rules / name).write_text(text, encoding="utf-8")
    return rules / TOWN


@pytest.fixture(scope="module")
def judged(folder: Path) -> TownVerdict:
    """What became of the mutants of the section."""
    return judge_town(folder, TrialPlan(only=SECTION), lambda _done, _of: None)


def alterations(pack: Pack) -> dict[str, Mutant]:
    """Every alteration of the section and of what is urgent, by its change."""
    found = mutants_of(pack, lambda _: pack)
    return {mutant.change.en: mutant for mutant in found if mutant.rule in (SECTION, "sparks-at-once")}


def altered(pack: Pack, change: str) -> NoticeTimes:
    """The section as one alteration leaves it."""
    telling = alterations(pack)[change].alter(pack).telling
    assert telling is not None
    return telling


def test_each_part_of_the_section_is_altered_by_itself(pack: Pack) -> None:
    """Quiet times go, end later and lose a day; gathering goes; what is urgent goes, or is turned round."""
    was = pack.telling
    assert was is not None
    assert set(alterations(pack)) == {
        "quiet time 1 dropped",
        "quiet time 2 dropped",
        "quiet 18:00-08:30 → 18:00-09:30",
        "quiet time 2 without weekend",
        "quiet time 2 without holiday",
        "nothing gathered",
        "rule dropped",
        "negated: sparks = yes",
    }
    assert altered(pack, "quiet time 1 dropped") == replace(was, quiet=was.quiet[1:])
    assert altered(pack, "nothing gathered") == replace(was, gather=None)
    assert altered(pack, "rule dropped") == replace(was, urgent=())


def test_the_scenarios_feel_what_they_show(judged: TownVerdict) -> None:
    """Only the holiday is felt by none: none of them plays on one."""
    alive = [verdict.mutant.change.en for verdict in judged.verdicts if verdict.killed_by is None]
    assert (alive, judged.red) == (["quiet time 2 without holiday"], ())


def test_a_statement_on_which_notice_times_rest_is_encoded(pack: Pack, judged: TownVerdict) -> None:
    """The section counts as evidence for what it names, by the scenarios that felt it."""
    scenarios = load_scenarios(FILES, TOWN)
    felt = {" ".join(part): keys for part, keys in judged.felt_in.items() if keys}
    score = Score(pack.edition, len(judged.verdicts), 0, (), felt)
    town = Town(Path(TOWN), FILES, pack, scenarios)
    found = rules_of([town], {TOWN: Run(pack.edition, (), {})}, {TOWN: score})
    assert any(rule.name == SECTION and rule.is_felt for rule in found["RULES-1"])


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            "category: street-light",
            "held by quiet hours until 2026-03-16 08:30 (inbox mail webhook file; RULES-1)",
        ),
        ("{category: street-light, facts: {sparks: yes}}", "urgent, told at once: sparks-at-once"),
    ],
)
def test_decide_says_until_when_a_notice_waits(folder: Path, facts: str, said: str) -> None:
    """Until when, by what, over which channels and why; or by which rule it is urgent."""
    command = ("decide", TOWN, "-", "--at", "2026-03-13T21:10", "--rules", str(folder.parent))
    assert said in run(*command, stdin=facts).output
