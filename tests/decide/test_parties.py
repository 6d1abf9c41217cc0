"""Whom the words of a rule mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.decide import Recipient, Situation, resolve_parties
from shared.rules.decide.parties import units_of
from shared.rules.pack.model import PARTIES, Pack
from tests.decide.towns import case, two_levels


@pytest.fixture(scope="module")
def pack() -> Pack:
    return two_levels()


HELD = case(
    "waste", "plant", levels=("village", "town"), lead="a-town/office", previous_lead="a-town.hamlet/head",
    assisting=("a-town/centre", "a-town.hamlet/head"), first_contact="a-town.hamlet/head",
    finder_role="grid_worker", finder_unit="a-town.hamlet/head", reporter="r-1",
)  # fmt: skip


@pytest.mark.parametrize(
    ("word", "units"),
    [
        ("lead", ["a-town/office"]),
        ("assisting", ["a-town/centre", "a-town.hamlet/head"]),
        ("previous lead", ["a-town.hamlet/head"]),
        ("first contact", ["a-town.hamlet/head"]),
        ("grid worker", ["a-town.hamlet/head"]),
        ("department of category", ["a-town/office"]),
        ("departments of category", ["a-town/office", "county/bureau"]),
        ("other departments of category", ["county/bureau"]),
        ("unit of place", ["a-town/office"]),
        ("supervisor", ["a-town/centre"]),
        ("$clerk", ["a-town.hamlet/head"]),
        ("bureau", ["county/bureau"]),
    ],
)
def test_a_word_means_its_units(pack: Pack, word: str, units: list[str]) -> None:
    """Each party of the closed list is found in the situation, a slot or a unit by its address."""
    assert list(units_of(pack, [word], HELD)) == units


def test_people_and_the_public_are_no_units(pack: Pack) -> None:
    """The reporter, the operator and the public are named without a unit."""
    assert resolve_parties(pack, ["reporter", "operator", "public"], HELD) == (
        Recipient("reporter", reporter=True),
        Recipient("operator"),
        Recipient("public", public=True),
    )


def test_a_grid_worker_who_reported_is_reached_through_the_unit(pack: Pack) -> None:
    """Where no member of the public reported, 'reporter' is whoever found it, if that is known."""
    found = case(finder_role="grid_worker", finder_unit="a-town.hamlet/head")
    assert resolve_parties(pack, ["reporter"], found) == (Recipient("reporter", "a-town.hamlet/head"),)
    assert resolve_parties(pack, ["reporter"], case()) == ()


def test_nobody_is_meant_twice(pack: Pack) -> None:
    """Somebody who is named by several words is told once, by the first of them."""
    told = resolve_parties(pack, ["lead", "department of category", "office", "assisting", "lead"], HELD)
    assert [(one.party, one.unit) for one in told] == [
        ("lead", "a-town/office"),
        ("assisting", "a-town/centre"),
        ("assisting", "a-town.hamlet/head"),
    ]


def test_a_level_without_supervisor_leaves_it_to_the_next(pack: Pack) -> None:
    """The first of the levels that has a supervisor counts."""
    assert units_of(pack, ["supervisor"], case(levels=("top", "town"))) == ("a-town/centre",)
    assert units_of(pack, ["supervisor"], case(levels=("top",))) == ()


EMPTY = st.builds(
    Situation, category=st.sampled_from(["waste", "talk", "gone"]), channel=st.just("phone"),
    place=st.sampled_from([None, "lane", "plant", "nowhere"]), facts=st.just({}),
    levels=st.sampled_from([(), ("village",), ("top",), ("gone",)]),
    lead=st.sampled_from([None, "a-town/office"]), reporter=st.sampled_from([None, "r-1"]),
    finder_role=st.sampled_from([None, "grid_worker", "unit_staff"]),
    finder_unit=st.sampled_from([None, "a-town/centre"]),
)  # fmt: skip


@given(EMPTY, st.lists(st.sampled_from(PARTIES)))
def test_every_party_is_understood_in_every_situation(situation: Situation, who: list[str]) -> None:
    """No word of the closed list fails, whatever is unknown; recipients are distinct and have addresses."""
    told = resolve_parties(two_levels(), who, situation)
    assert len(told) == len({(one.unit, one.reporter, one.public, one.unit or one.party) for one in told})
    assert all(one.unit is None or "/" in one.unit for one in told)
