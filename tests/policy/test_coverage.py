"""The page of coverage says what packs, scenarios and tests say, and nothing that somebody typed."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.coverage.casepart import case_part
from scripts.coverage.page import open_ones, render
from scripts.coverage.proofs import read_proofs
from scripts.coverage.rows import Row, Rule, State, rows_of, rules_of
from scripts.coverage.runs import Run, Town, play_towns, read_runs, read_towns, stale, write_runs
from scripts.coverage.scores import DutyScore, Score, Survivor, measure, read_scores, unneeded, write_scores
from scripts.coverage.scores import stale as unmeasured
from scripts.coverage.statements import Statement, Wrong, read_statements
from shared.kernel.texts import Text
from shared.rules.pack.model import Origin, Period, Recurrence, Rota, RoutingRule, Teams
from tests.duties.worlds import a_duty

ELM = Path("tests/cli/data")
ROUTE, ROLE = Statement("P1.1", "ROUTE", "", "牵头"), Statement("P1.2", "ROLE", "", "")


@pytest.fixture(scope="module")
def towns() -> tuple[Town, ...]:
    """The small town of the command line's tests."""
    return read_towns(ELM)


@pytest.fixture(scope="module")
def runs(towns: tuple[Town, ...]) -> dict[str, Run]:
    """Its scenarios, played."""
    return play_towns(towns, lambda _: None)


def row(statement: Statement, **more: object) -> Row:
    return replace(Row(statement, (), (), ""), **more)  # type: ignore[arg-type]


def test_a_row_is_what_carries_its_statement() -> None:
    """A rule that is felt before a test, a test before a citation, a reason only where nothing carries it."""
    felt, rule = Rule("elm", "usual", "talk", is_felt=True), Rule("elm", "usual", "talk")
    assert row(ROUTE, rules=(rule, felt), tests=("t",)).state is State.ENCODED
    assert row(ROUTE, rules=(rule,), tests=("t",)).state is State.ENFORCED
    assert row(ROUTE, rules=(rule,)).state is State.CITED
    assert row(ROUTE, tests=("t",)).state is State.ENFORCED
    assert row(ROUTE, reason="a manner of working").state is State.OUTSIDE
    assert row(ROUTE).state is State.OPEN


def test_every_statement_has_a_row() -> None:
    """What nothing names is in the page too, as open."""
    statements = read_statements()
    rows = rows_of(statements, {}, {}, {})
    assert [one.statement for one in rows] == list(statements)
    page = render(rows, {}, ())
    assert all(f"| {one.id} |" in page for one in statements)


def test_what_is_carried_can_not_be_outside() -> None:
    """A reason that was overtaken is an error: the list holds what is."""
    with pytest.raises(Wrong, match=r"P1\.1 is carried"):
        rows_of([ROUTE], {"P1.1": [Rule("elm", "usual", "talk")]}, {}, {"P1.1": "not yet"})


def test_only_statements_about_cases_may_not_stay_open() -> None:
    """Duties, assessments and roles are other parts' matters."""
    assert open_ones([row(ROUTE), row(ROLE)]) == [row(ROUTE)]
    assert open_ones([row(ROUTE, reason="a manner")]) == []


def test_a_rule_counts_when_got_wrong_it_turns_a_scenario_red(
    towns: tuple[Town, ...], runs: dict[str, Run]
) -> None:
    """'usual' decides the village's matter, which 'talk' shows and names; 'department' is felt too, and so counts."""
    assert runs["elm"].failed == ()
    assert runs["elm"].parts["rule usual"] == ("talk",)
    assert {part.partition(" ")[0] for part in runs["elm"].parts} == {"rule", "step", "procedure"}
    found = rules_of(towns, runs, {"elm": measured(towns[0], {"rule usual": ("talk",)})})["A-elm"]
    assert [rule for rule in found if rule.is_felt] == [Rule("elm", "usual", "talk", is_felt=True)]
    assert Rule("elm", "department", "waste") in found


def test_a_rule_that_is_felt_elsewhere_is_cited(towns: tuple[Town, ...], runs: dict[str, Run]) -> None:
    """A scenario that turns red and does not name the statement shows something else."""
    silent = tuple(replace(scenario, because=("B-elm",)) for scenario in towns[0].scenarios)
    score = measured(towns[0], {"rule usual": ("talk",)})
    found = rules_of([replace(towns[0], scenarios=silent)], runs, {"elm": score})
    assert not any(rule.is_felt for rule in found["A-elm"])


def test_what_was_measured_of_other_files_shows_nothing(
    towns: tuple[Town, ...], runs: dict[str, Run]
) -> None:
    """Until a changed pack is measured again, its statements are cited."""
    score = replace(measured(towns[0], {"rule usual": ("talk",)}), edition="other")
    assert not any(rule.is_felt for rule in rules_of(towns, runs, {"elm": score})["A-elm"])


def measured(town: Town, felt: dict[str, tuple[str, ...]]) -> Score:
    return Score(town.pack.edition, 1, 1, (), felt)


def test_measuring_finds_what_felt_each_rule(towns: tuple[Town, ...], runs: dict[str, Run]) -> None:
    """Every statement that a felt rule and a scenario name together is shown by a scenario that turned red."""
    told: list[tuple[int, int]] = []
    score = measure(towns[0], 2, lambda done, of: told.append((done, of)))
    assert score.felt["rule usual"] == ("talk",)
    assert score.felt["rule department"] == ("waste",)
    assert told[-1][0] == told[-1][1] >= score.mutants
    assert any(rule.is_felt for rule in rules_of(towns, runs, {"elm": score})["A-elm"])


def test_beside_other_threads_the_same_is_measured_without_further_processes(towns: tuple[Town, ...]) -> None:
    """A process forked beside threads that hold locks would wait for these for ever."""
    alone, ended = measure(towns[0], 2, lambda _done, _of: None), threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        assert measure(towns[0], 2, lambda _done, _of: None) == alone
    finally:
        ended.set()
        thread.join()


def test_a_red_scenario_is_no_measure(towns: tuple[Town, ...], tmp_path: Path) -> None:
    """What is stored says nothing of a pack whose scenarios fail."""
    folder = Path(shutil.copytree(ELM / "elm", tmp_path / "elm"))
    path = folder / "scenarios.yaml"
    path.write_text(path.read_text("utf-8").replace("settle: late", "settle: in_time"), "utf-8")
    with pytest.raises(Wrong, match="talk fails as it is"):
        measure(replace(towns[0], folder=folder), 1, lambda _done, _of: None)


def test_a_rule_of_failing_scenarios_alone_counts_nothing(towns: tuple[Town, ...]) -> None:
    """Nothing passed, so nothing is shown."""
    failed = Run(towns[0].pack.edition, ("talk", "waste"), {})
    assert rules_of(towns, {"elm": failed}, {}) == {}


def test_a_rule_without_a_scenario_counts_when_none_names_its_clause(
    towns: tuple[Town, ...], runs: dict[str, Run]
) -> None:
    """A clause that stands only on an unused rule is open."""
    pack = towns[0].pack
    lonely = replace(pack.routing[0], origin=of(pack.routing[0].origin, "lonely", "P1.1"))
    town = replace(towns[0], pack=replace(pack, routing=(*pack.routing, lonely)))
    assert "P1.1" not in rules_of([town], runs, {})


def of(origin: Origin, rule: str, because: str) -> Origin:
    return replace(origin, rule=rule, because=(because,))


def test_a_changed_file_makes_its_run_and_its_score_stale(
    towns: tuple[Town, ...], runs: dict[str, Run], tmp_path: Path
) -> None:
    """Editions are hashes of files, scenarios among them; what is stored is read back as it was."""
    write_runs(runs, tmp_path / "runs.json")
    assert read_runs(tmp_path / "runs.json") == runs
    assert stale(towns, runs) == []
    changed = replace(towns[0], pack=replace(towns[0].pack, edition="other"))
    assert stale([changed], runs) == [changed]
    score = Score(towns[0].pack.edition, 10, 9, (Survivor("f", "usual", "删去本条", "rule dropped"),))
    assert unmeasured(towns, {"elm": score}) == list(towns)  # it does not say who felt what
    score = replace(score, felt={"rule usual": ("talk",)})
    assert unmeasured(towns, {"elm": score}) == []
    write_scores({"elm": score}, tmp_path / "scores.json")
    assert read_scores(tmp_path / "scores.json") == {"elm": score}
    assert "| elm | 10 | 9 | 90.0 % |  |" in render((), {"elm": score}, towns)
    assert "stale" in render((), {"elm": score}, [changed])
    assert "**none given**" in render((), {"elm": score}, towns)


def test_an_accepted_survivor_must_survive(towns: tuple[Town, ...], tmp_path: Path) -> None:
    """A reason for what no longer survives is reported; one for a survivor stands beside it in the page."""
    (tmp_path / "mutants.yaml").write_text(
        "- {rule: usual, change: rule dropped, reason: nobody asks}\n", "utf-8"
    )
    town = replace(towns[0], folder=tmp_path)
    score = Score(town.pack.edition, 2, 1, (Survivor("f", "usual", "删去本条", "rule dropped"),))
    assert list(unneeded([town], {"elm": score})) == []
    assert "nobody asks" in render((), {"elm": score}, [town])
    assert len(list(unneeded([town], {"elm": replace(score, survivors=())}))) == 1


def test_proofs_are_found_without_running_anything(tmp_path: Path) -> None:
    """By the mark alone; a file that could not even be imported is read too."""
    (tmp_path / "test_one.py").write_text(
        "import nowhere\nimport pytest\n\n@pytest.mark.proves('P1.1', 'P1.2')\ndef test_it():\n    '''x'''\n",
        "utf-8",
    )
    found = read_proofs(tmp_path, {"P1.1", "P1.2"})
    assert found == dict.fromkeys(("P1.1", "P1.2"), (f"{tmp_path}/test_one.py::test_it",))


@pytest.mark.parametrize("mark", ["proves('P9.9')", "proves()", "proves(NAME)", "proves(id='P1.1')"])
def test_a_mark_that_names_no_statement_is_refused(tmp_path: Path, mark: str) -> None:
    """A proof of nothing would count for nothing, silently."""
    (tmp_path / "test_one.py").write_text(f"@pytest.mark.{mark}\ndef test_it():\n    pass\n", "utf-8")
    with pytest.raises(Wrong, match=r"test_one\.py:1"):
        read_proofs(tmp_path, {"P1.1"})


def test_the_marks_of_the_project_name_statements() -> None:
    """Every mark in this tree is one of the 456."""
    assert read_proofs(Path("tests"), {one.id for one in read_statements()})["P001-08.9"]


def test_a_change_of_duties_alone_is_measured_alone(towns: tuple[Town, ...]) -> None:
    """What was measured of cases is kept while pack and scenarios are as they were, duties apart."""
    town = towns[0]
    duty = a_duty(Recurrence(Period.MONTH), who=(next(iter(town.pack.units)),), owes=None)
    more = replace(town, pack=replace(town.pack, edition="newer", duties={duty.key: duty}))
    known = Score(
        "older", 12, 9, (Survivor("f", "log", "删", "x"),), {"rule usual": ("talk",), "rule log": ("talk",)},
        DutyScore(2, 1, ("log",)), case_part(town),
    )  # fmt: skip
    score = measure(more, 1, lambda _done, _of: None, known)
    # Of the twelve two were a duty's, of the nine one: in their place stand those of the duty now, none felt.
    assert (score.edition, score.mutants, score.killed) == ("newer", 10 + score.duties.mutants, 8)
    assert score.duties.mutants == len(score.survivors) > 2
    assert score.felt == {"rule usual": ("talk",)}


def test_where_something_is_written_is_no_part_of_what_cases_feel(towns: tuple[Town, ...]) -> None:
    """Lines that move and a policy's name leave a town's cases as they are; a rule or a scenario gone does not."""
    town = towns[0]
    moved = replace(town.pack, policies={}, edition="other", routing=tuple(map(_moved, town.pack.routing)))
    assert case_part(replace(town, pack=moved)) == case_part(town)
    assert case_part(replace(town, pack=replace(town.pack, routing=town.pack.routing[:-1]))) != case_part(
        town
    )
    assert case_part(replace(town, scenarios=town.scenarios[:-1])) != case_part(town)


def test_what_is_said_of_grids_is_no_part_of_what_cases_feel(towns: tuple[Town, ...]) -> None:
    """Grids and teams are reckoned: a change of them leaves what was measured of a town's cases as it was."""
    town = towns[0]
    teams = Teams(
        rotas={"night": Rota("night", town.pack.routing[0].origin, Text("夜班", "night"), "u", None)}
    )
    assert case_part(replace(town, pack=replace(town.pack, teams=teams))) == case_part(town)


def _moved(rule: RoutingRule) -> RoutingRule:
    return replace(rule, origin=replace(rule.origin, spot=replace(rule.origin.spot, line=999)))
