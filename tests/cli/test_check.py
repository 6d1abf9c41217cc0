"""`gridcase check` reads every file of a pack and what lies beside the towns, and names what nobody reads or has."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli

ELM = Path(__file__).parent / "data" / "elm"
ACCEPTED = "- rule: any-rule\n  change: a → b\n  reason: nobody is told\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever machine this is."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of two towns, alike but for their names."""
    for name in ("elm", "oak"):
        shutil.copytree(ELM, tmp_path / name)
    rewrite(tmp_path / "oak" / "pack.yaml", "town: elm", "town: oak")
    return tmp_path


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def check(*folders: Path) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, folders)], catch_exceptions=False)


def test_declared_survivors_are_read(rules: Path) -> None:
    """A misspelt key in mutants.yaml is refused at its line, with the rule; the right file is good."""
    (rules / "elm" / "mutants.yaml").write_text(ACCEPTED, encoding="utf-8")
    assert check(rules).exit_code == 0
    wrong = ACCEPTED.replace("reason", "resaon")
    (rules / "elm" / "mutants.yaml").write_text(ACCEPTED + wrong, encoding="utf-8")
    refused = check(rules / "elm")
    assert refused.exit_code == 1
    assert (
        "elm/mutants.yaml:6: [rule any-rule] unknown key 'resaon', did you mean 'reason'?" in refused.output
    )
    assert "elm/mutants.yaml:4: [rule any-rule] reason missing — write - {rule: …" in refused.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("txt: a ditch\n", "comparisons/one.yaml:1: there is no key 'txt' — did you mean 'text'?"),
        (
            "text: a\ntowns:\n  elmm: {}\n",
            "comparisons/one.yaml:3: there is no town 'elmm' — did you mean 'elm'?",
        ),
        ("towns:\n  elm: {catgory: x}\n", "comparisons/one.yaml:2: there is no key 'catgory'"),
        ("towns:\n  elm: {category: x}\n", "comparisons/one.yaml:2: there is no category 'x'"),
        ("towns:\n  elm: {facts: {wet: yes}}\n", "comparisons/one.yaml:2: there is no fact 'wet'"),
        ("text: [a\n", "comparisons/one.yaml:"),
    ],
)
def test_comparisons_are_held_against_the_towns(rules: Path, text: str, said: str) -> None:
    """A slip in a comparison beside the towns is refused at its line."""
    (rules / "comparisons").mkdir()
    (rules / "comparisons" / "one.yaml").write_text(text, encoding="utf-8")
    refused = check(rules)
    assert refused.exit_code == 1
    assert said in refused.output


def test_a_sound_comparison_is_good(rules: Path) -> None:
    """Towns may be asked with some of their policies, and keys stand in either language."""
    (rules / "comparisons").mkdir()
    text = "内容: 沟渠\n辖区:\n  elm:P-1: {}\n  oak: {}\n"
    (rules / "comparisons" / "one.yaml").write_text(text, encoding="utf-8")
    good = check(rules)
    assert good.exit_code == 0
    assert "comparisons: good, 1 of them" in good.output


def test_files_that_nothing_reads_are_named(rules: Path) -> None:
    """pack.yml is no rule file, and nobody would notice: it is named, and the pack is good all the same."""
    (rules / "elm" / "facts.yml").write_text("facts: {}\n", encoding="utf-8")
    (rules / "elm" / ".git").mkdir()
    good = check(rules)
    assert good.exit_code == 0
    assert "elm/facts.yml is not read: only .yaml and .geojson are" in good.output
    assert ".git" not in good.output


def test_a_jurisdiction_that_nobody_has_is_named(rules: Path) -> None:
    """'pass_to' towards a town that there is not, and a 'part_of' that looks like another town's."""
    elm = rules / "elm" / "pack.yaml"
    rewrite(elm, "part_of: county", "part_of: conuty")
    rewrite(elm, "lead: clerk, procedure: plain}", "lead: clerk, procedure: plain, pass_to: oka}")
    good = check(rules)
    assert good.exit_code == 0
    notes = [line.strip() for line in good.output.splitlines() if "no pack here is" in line]
    assert ["did you mean" in line for line in notes] == [True, True, True]
    assert "elm/pack.yaml: no pack here is 'conuty'" in notes[0]
    assert "no pack here is 'oka'" in notes[1]
    assert "did you mean 'oak'?" in notes[1]
    assert "oak/pack.yaml: no pack here is 'county'" in notes[2]  # one of the two is misspelt
    rewrite(elm, "part_of: conuty", "part_of: county")
    rewrite(elm, "pass_to: oka", "pass_to: oak")
    assert "no pack here is" not in check(rules).output
