"""'Head of lead' is whoever heads the unit that leads; the unit itself where it names nobody (decision 30)."""

from dataclasses import replace

import pytest

from gridcase.mutation.units import of_unit
from shared.rules.decide.parties import units_of
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from tests.decide.towns import case, two_levels
from tests.e2e.format_examples import TOWN, examples, town_with


def headed(**heads: str) -> Pack:
    """The small town whose units are headed so."""
    pack = two_levels()
    return replace(pack, units={key: replace(unit, head=heads.get(key)) for key, unit in pack.units.items()})


@pytest.mark.parametrize(
    ("lead", "found"),
    [
        ("a-town/office", ("a-town/centre",)),  # its head
        ("a-town/centre", ("a-town/centre",)),  # names nobody: itself
        ("county/bureau", ("a-town.hamlet/head",)),  # a head of a village's level sits in the case's village
        (None, ()),  # nobody leads yet
    ],
)
def test_the_head_of_whichever_unit_leads(lead: str | None, found: tuple[str, ...]) -> None:
    """By who leads now, at the address that the case's place gives."""
    pack = headed(office="centre", bureau="head")
    assert units_of(pack, ["head of lead"], case(lead=lead)) == found


def test_whoever_is_lead_and_head_hears_once() -> None:
    """Two words for one unit tell it once."""
    assert units_of(headed(), ["lead", "head of lead"], case(lead="a-town/office")) == ("a-town/office",)


def test_a_head_is_altered() -> None:
    """A scenario must feel that a unit is headed."""
    pack = build_pack(examples()["head-of-lead"], TOWN)
    (mutant,) = of_unit(pack, pack.units["road-office"])
    assert mutant.alter(pack).units["road-office"].head is None
    assert list(of_unit(pack, pack.units["road-chief"])) == []


def test_format_1_does_not_know_the_word() -> None:
    """A town of format 1 is told which number it takes."""
    notice = "tell:\n  - {rule: heads, because: RULES-1, on: accepted, who: [head of lead], text: x}\n"
    with pytest.raises(PackErrors) as refusal:
        build_pack(town_with(notice, number=1), TOWN)
    assert "only-from-format" in [error.code for error in refusal.value.errors]
