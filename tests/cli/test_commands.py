"""The command line as people use it: shipped packs, made-up mistakes, and words that help."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import COMMANDS, cli


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever machine this is."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")


def run(*words: str, stdin: str | None = None) -> Result:
    """Run the command with its arguments."""
    return CliRunner().invoke(cli, list(words), input=stdin, catch_exceptions=False)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    """`--help` of each command says what it is for."""
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_of_commands_says_of_each_what_its_own_help_begins_with(command: str) -> None:
    """The list is written without loading any: what it says must not drift from what they say themselves."""
    place, said = COMMANDS[command]
    module, _, name = place.partition(":")
    found = getattr(import_module(module), name)
    assert found.get_short_help_str(1000) == said


# What is dear to import, or leads to what is: libraries of services, and the services.
NOT_FOR_HELP = ("sqlalchemy", "flask", "msgspec", "authlib", "requests", "openpyxl", "structlog", "numpy", "services",
                "shared", "gridcase.house")  # fmt: skip


def test_help_loads_no_command_and_nothing_that_commands_need() -> None:
    """Whoever asks what there is does not wait for all of it."""
    assert _loaded("--help", NOT_FOR_HELP) == []


def test_a_house_without_providers_does_not_load_what_asks_them() -> None:
    """Hardly any house has one."""
    assert _loaded("serve --help", ("authlib", "joserfc")) == []


def _loaded(words: str, modules: Sequence[str]) -> list[str]:
    """Return which of these a process has loaded once it has run a command."""
    code = f"""
import sys
from gridcase.cli.root import cli
cli({words.split()!r}, standalone_mode=False)
print(*(name for name in {modules!r} if name in sys.modules), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr.split()


def test_shipped_packs_are_good() -> None:
    """Every pack under rules/ passes its check."""
    result = run("check", "rules")
    assert result.exit_code == 0, result.output
    assert result.output.count(": good.") >= 4


def test_a_fault_is_shown_with_file_line_rule_cause_and_remedy(tmp_path: Path) -> None:
    """An operator sees where and what to write instead; Chinese where the reader reads Chinese."""
    shutil.copytree("rules/t-vtc", tmp_path / "t-vtc")
    shutil.copytree("rules/three-levels", tmp_path / "three-levels")
    template = tmp_path / "three-levels" / "template.yaml"
    lines = template.read_text(encoding="utf-8").replace("within: 3 working days", "within: 3", 1).split("\n")
    template.write_text("\n".join(lines), encoding="utf-8")
    line = next(number for number, text in enumerate(lines, start=1) if text.strip() == "within: 3")
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert f"three-levels/template.yaml:{line}:" in result.output
    assert "own-matter-limit" in result.output
    assert "3 working days" in result.output  # the remedy shows what to write


def of_format_1(folder: Path) -> Path:
    """The pack file of a town as it was before its format had a number; what number 2 alone knows is asked instead."""
    shutil.copytree("rules/t-ly", folder / "t-ly")
    pack = folder / "t-ly" / "pack.yaml"
    text = pack.read_text(encoding="utf-8").replace("format: 2\n", "")
    text = re.sub(r"from: time, (between: [0-9:-]+|days: \[[a-z, ]+\])", "from: reporter, default: no", text)
    pack.write_text(text, encoding="utf-8")
    return pack


def test_moving_to_another_format_is_shown_before_it_is_done(tmp_path: Path) -> None:
    """`check --format 2` names categories that would be decided otherwise, and scenarios that turn."""
    of_format_1(tmp_path)
    result = run("check", str(tmp_path / "t-ly"), "--format", "2")
    assert result.exit_code == 0, result.output
    assert "certificate-of-residence + overflowing-sewer" in result.output
    assert "→ t-ly/district-service-centre +t-ly/city-management-bureau" in result.output
    assert "scenarios turn" in result.output
    unchanged = run("check", str(tmp_path / "t-ly"), "--format", "1")
    assert " 0 of " in unchanged.output


def test_a_pack_that_cannot_move_yet_says_why(tmp_path: Path) -> None:
    """What is missing for the number is said with file and line, and nothing is changed."""
    pack = of_format_1(tmp_path)
    text = pack.read_text(encoding="utf-8").replace(", combine: any", "")
    pack.write_text(text, encoding="utf-8")
    result = run("check", str(tmp_path / "t-ly"), "--format", "2")
    assert result.exit_code == 1
    assert "does not say how it combines" in result.output
    assert pack.read_text(encoding="utf-8") == text


def test_deciding_shows_the_reckoning_of_the_deadline() -> None:
    """The Friday before the Spring Festival is not the last working day (S-003)."""
    result = run(
        "decide",
        "t-vtc",
        "-",
        "--at",
        "2026-02-13T16:40",
        stdin="category: neighbour-dispute\nplace: east-1\n",
    )
    assert result.exit_code == 0, result.output
    assert "2026-02-25 24:00" in result.output
    assert "2026-02-14 make-up working day" in result.output
    assert "P001-05.4" in result.output


def test_deciding_knows_further_categories_and_texts() -> None:
    """What a report may say, a facts file may say: several categories (RC-17), or only words."""
    two = run("decide", "t-vtc", "-", "--json", stdin="category: illegal-dumping\nalso: road-damage\n")
    assert json.loads(two.output)["decision"]["assisting"][0] == "t-vtc/works-office"
    words = run("decide", "t-zj", "-", "--json", stdin="内容: 楼下餐馆卖过期食品\n")
    assert json.loads(words.output)["decision"]["lead"] == "t-zj/市监"
    wrong = run("decide", "t-vtc", "-", stdin="category: illegal-dumping\nalso: [road]\n")
    assert "there is no category road" in wrong.output
    assert "names no category" in run("decide", "t-vtc", "-", stdin="place: east-1\n").output


def test_deciding_shows_what_the_reporter_is_told() -> None:
    """A reporter whom the town's pack tells that the case is accepted stands among those who are told."""
    case = "category: graffiti\n"
    command = ("decide", "los-angeles", "-", "--at", "2026-03-09T10:00")
    assert "→ reporter" in run(*command, stdin=case).output
    assert "→ reporter" not in run(*command, stdin=case + "finder_role: unit_staff\n").output


@pytest.mark.parametrize(
    "command",
    [
        ("decide", "{town}", "-"),
        ("test", "{town}"),
        ("test", "{town}", "--mutate"),
        ("simulate", "{town}", "{folder}/reports.csv", "--mapping", "{folder}/mapping.yaml"),
        ("publish", "{town}", "--store-url", "sqlite:///{folder}/{{service}}.db"),
    ],
)
def test_faults_are_named_where_the_files_lie(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A pack outside `rules/` is refused with the paths of its files as they are, by every command that reads it."""
    folder = tmp_path / "elsewhere" / "t-lake"
    shutil.copytree("rules/t-lake", folder)
    pack = folder / "pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8") + "no-such-key: 1\n", encoding="utf-8")
    beside_the_pack(tmp_path)
    said = run(*(word.format(town=folder, folder=tmp_path) for word in command), stdin="category: other\n")
    assert said.exit_code == 2
    assert f"{folder}/pack.yaml:" in said.output
    assert "rules/t-lake" not in said.output


def beside_the_pack(folder: Path) -> None:
    """What commands want besides a pack: a registry's store, reports and what their columns mean."""
    assert (
        run("db", "upgrade", "registry", "--store-url", f"sqlite:///{folder}/{{service}}.db").exit_code == 0
    )
    (folder / "reports.csv").write_text("when\n2026-03-09 10:00\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text("reported_at: when\n", encoding="utf-8")


def test_deciding_as_json_carries_certificates_and_reasons() -> None:
    """A program gets the decision, the deadlines with certificates, the notices, and the rules behind each."""
    result = run(
        "decide", "t-vtc", "-", "--at", "2026-02-13T16:40", "--json", stdin="category: illegal-dumping\n"
    )
    given = json.loads(result.output)
    assert given["decision"]["lead"] == "t-vtc/environment-office"
    (clock,) = given["clocks"]
    assert clock["label"] == "2026-02-27 24:00"
    assert clock["certificate"]["calendar"]
    assert clock["rule"]["because"]
    assert given["notices"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("category: unheard-of", "there is no category unheard-of"),
        ("categroy: other", "categroy"),
        ("category: other\nplaec: x", "unknown keys: ['plaec']"),
        ("category: other\nplace: atlantis", "there is no place atlantis"),
        ("[", "no valid YAML"),
    ],
)
def test_a_wrong_facts_file_is_explained(facts: str, words: str) -> None:
    """Trying rules out with a mistake says what the mistake is."""
    result = run("decide", "t-vtc", "-", stdin=facts)
    assert result.exit_code == 2
    assert words in result.output


def test_an_unknown_town_is_answered_with_those_that_there_are() -> None:
    """Nobody has to guess a town's name."""
    result = run("decide", "atlantis", "-", stdin="category: other")
    assert result.exit_code == 2
    assert "t-vtc" in result.output


def test_a_towns_scenarios_run_and_a_wrong_expectation_is_shown(tmp_path: Path) -> None:
    """`gridcase test` prints what differed, at the line that expected it."""
    shutil.copytree("rules/t-vtc", tmp_path / "t-vtc")
    shutil.copytree("rules/three-levels", tmp_path / "three-levels")
    path = tmp_path / "t-vtc" / "scenarios.yaml"
    text = path.read_text(encoding="utf-8").replace("2026-03-12 24:00", "2026-03-13 24:00", 1)
    path.write_text(text, encoding="utf-8")
    result = run("test", str(tmp_path), "--only", "S-001")
    assert result.exit_code == 1
    assert "expected 2026-03-13 24:00, got 2026-03-12 24:00" in result.output
    assert "t-vtc/scenarios.yaml:" in result.output


def test_a_house_is_prepared_published_to_and_given_tokens(tmp_path: Path) -> None:
    """db upgrade, publish, token issue, list and revoke, dead-letters: on one folder of stores."""
    url = f"sqlite:///{tmp_path}/{{service}}.db"
    assert run("db", "upgrade", "--store-url", url).exit_code == 0
    published = run("publish", "rules/t-vtc", "--store-url", url)
    assert "published t-vtc, edition 1" in published.output
    assert "still edition 1" in run("publish", "rules/t-vtc", "--store-url", url).output
    token = run("token", "issue", "operator", "--town", "t-vtc", "--store-url", url).output.strip()
    listed = run("token", "list", "--store-url", url).output
    assert token not in listed
    reference = listed.splitlines()[1].split()[0]
    assert run("token", "revoke", reference, "--store-url", url).exit_code == 0
    assert "revoked" in run("token", "list", "--store-url", url).output
    assert "no message waits" in run("dead-letters", "list", "--store-url", url).output
    missing = run("dead-letters", "show", "unheard-of", "--store-url", url)
    assert missing.exit_code == 2
    assert "unheard-of" in missing.output


def test_a_faulty_pack_is_not_published(tmp_path: Path) -> None:
    """The edition in force stays."""
    url = f"sqlite:///{tmp_path}/{{service}}.db"
    run("db", "upgrade", "--store-url", url)
    shutil.copytree("rules/t-zq", tmp_path / "t-zq")
    path = tmp_path / "t-zq" / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n不认识的键: 1\n", encoding="utf-8")
    result = run("publish", str(tmp_path / "t-zq"), "--store-url", url)
    assert result.exit_code == 2
    assert "不认识的键" in result.output
