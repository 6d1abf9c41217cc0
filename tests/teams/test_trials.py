"""Scenarios of grids are held against what the pack comes to, and every alteration of the section can be felt."""

from dataclasses import replace

import pytest

from gridcase.mutation.duty_trials import judge_duties
from gridcase.mutation.grids import of_grids
from gridcase.scenarios.grids import play_grid_trial
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.scenario.grids import GridExpected, GridTrial, SheetExpected
from shared.rules.scenario.read_grids import load_grid_trials
from tests.packs.corpus import BASE, OTHER
from tests.teams.worlds import base


@pytest.fixture(scope="module")
def trial() -> GridTrial:
    """The scenario of the town that says everything."""
    return load_grid_trials(load_files(BASE / OTHER), OTHER)[0]


def said(trial: GridTrial, **expected: object) -> list[str]:
    """What differs where other things are expected on the first day."""
    other = replace(trial.expected[0], **expected)  # type: ignore[arg-type]
    return [found.what.en for found in play_grid_trial(base(), replace(trial, expected=(other,)))]


def test_what_is_as_expected_differs_in_nothing(trial: GridTrial) -> None:
    """Every list and sheet of the sound scenario holds, before and after the change of worker."""
    assert play_grid_trial(base(), trial) == []


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        ({"outside": {"size": ("east",)}}, "outside the range of size: expected east, got none"),
        ({"unsaid": {"size": ("east",)}}, "nothing known for size: expected east, got none"),
        ({"uncovered": {"pilot": ("east",)}}, "in no grid for pilot: expected east, got none"),
        ({"vacant": {"group": ()}}, "vacant: group: expected none, got works-office"),
        ({"too_many": {"clerk": ("east",)}}, "held by too many: clerk: expected east, got none"),
        ({"in_several": {"clerk": ("p-wang",)}}, "held in several places: clerk: expected p-wang, got none"),
        ({"entitled": {"companies": ()}}, "entitled to a terminal by companies: expected none, got firm-200"),
        ({"without_contacts": ("p-wang",)}, "without contacts: expected p-wang, got none"),
        ({"may_make": {"works-office": True}}, "works-office may make grids: expected yes, got no"),
        ({"rotas": {"centre": {}}}, "rota centre: expected none, got east"),
        ({"rotas": {"centre": {"east": ("p-li",)}}}, "rota centre east: expected p-li, got p-wang"),
    ],
)
def test_each_list_that_is_otherwise_is_said(
    trial: GridTrial, expected: dict[str, object], what: str
) -> None:
    """Whatever is looked at and differs makes one sentence."""
    assert what in said(trial, **expected)


def test_a_sheet_that_shows_more_or_less_is_said(trial: GridTrial) -> None:
    """What stands on it, whom it names, what lies within and whether it is public are each compared."""
    sheet = SheetExpected("map", "east", frozenset({"area"}), {}, ("east-1",), True)
    assert said(trial, sheets=(sheet,)) == [
        "map east: expected area, got area, name",
        "map east: expected east-1, got east-1, east-2, east-3",
        "map east public: expected yes, got no",
    ]
    unnamed = SheetExpected("sign", "east", None, {"clerk": ("李二",)}, None, None)
    assert said(trial, sheets=(unnamed,)) == ["sign east clerk: expected 李二, got 王一"]


def test_each_alteration_alters_the_section_alone(trial: GridTrial) -> None:
    """What comes of a mutant differs from the pack in what it says of grids, and no two are the same."""
    seen: list[Pack] = []
    for mutant in of_grids(base()):
        altered = mutant.alter(base())
        assert altered != base(), mutant.change.en
        assert replace(altered, teams=base().teams) == base()
        assert altered not in seen, mutant.change.en
        seen.append(altered)


def test_what_a_scenario_looks_at_is_felt(trial: GridTrial) -> None:
    """The scenario turns red for what it names, and names where; what it does not look at survives."""
    verdicts = judge_duties(base(), [trial], of_grids(base()))
    assert verdicts.red == ()
    alive = {
        (each.mutant.rule, each.mutant.change.en) for each in verdicts.verdicts if each.killed_by is None
    }
    assert ("check size", "without persons") in alive
    assert ("check size", "households 300..500 → 301..500") not in alive
    assert ("check size", "households 300..500 → 300..501") not in alive
    for rule in (
        "terminal companies",
        "contacts",
        "made_by",
        "rota centre",
        "post clerk tasks 2",
        "sheet map",
    ):
        assert not [change for name, change in alive if name == rule], rule
    assert verdicts.felt_in["grids", "contacts"] == ("G-1",)


def test_an_expectation_of_another_day_sees_who_holds_the_post_then(trial: GridTrial) -> None:
    """A worker who leaves on the last of March is on the sign until then, and no longer."""
    other = trial.expected[1]
    assert isinstance(other, GridExpected)
    assert other.on.isoformat() == "2026-04-01"
    assert other.sheets[0].names == {"clerk": ("李二",)}
    assert not trial.holders[0].holds(other.on)
    assert trial.holders[0].holds(trial.on)
