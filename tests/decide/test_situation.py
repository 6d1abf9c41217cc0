"""What the rules may know of a case."""

from dataclasses import replace

from shared.rules.decide import all_facts
from tests.decide.towns import case, real, two_levels

MORE = """\
facts:
  wet: {type: yes or no, from: category, name: {zh: 湿, en: wet}, default: no}
  steep: {type: yes or no, from: place, name: {zh: 陡, en: steep}, default: no}
"""


def test_defaults_give_way_to_the_category_and_to_the_case() -> None:
    """A declared default holds until the category, and then the case itself, says otherwise."""
    pack = real("t-vtc")
    assert all_facts(pack, case("ditch-and-drain", "east-1"))["parties"] == "residents"
    assert all_facts(pack, case("other", "east-1"))["parties"] == "other"
    asked = case("other", "east-1", facts={"parties": "units"})
    assert all_facts(pack, asked)["parties"] == "units"


def test_a_place_gives_its_facts_to_what_lies_in_it() -> None:
    """A nearer place wins over the one around it."""
    pack = two_levels(more=MORE)
    places = {
        **pack.places,
        "hamlet": replace(pack.places["hamlet"], facts={"steep": True}),
        "lane": replace(pack.places["lane"], facts={"steep": False}),
    }
    pack = replace(pack, places=places)
    assert all_facts(pack, case(place="plant"))["steep"] is True
    assert all_facts(pack, case(place="lane"))["steep"] is False


def test_platform_facts_cannot_be_posted() -> None:
    """Whatever a case carries, its level, lead, departments and round are the platform's own."""
    pack = two_levels()
    posted = {"departments": 9, "level": "village", "lead": "head", "round": 7, "from_above": True}
    facts = all_facts(pack, case("waste", facts=posted))
    assert (facts["departments"], facts["round"], facts["from_above"]) == (2, 1, False)
    assert not {"level", "lead"} & facts.keys()
    held = case("waste", facts=posted, levels=("town",), lead="a-town/office")
    assert (all_facts(pack, held)["level"], all_facts(pack, held)["lead"]) == ("town", "office")


def test_what_is_not_known_is_left_out() -> None:
    """Before the first decision there is no level, lead or procedure; nobody found it, nobody is asked."""
    facts = all_facts(two_levels(), case())
    assert not {"level", "lead", "procedure", "finder", "grade"} & facts.keys()
    assert facts["from_above"] is False


def test_a_dedicated_grid_is_known_by_its_place() -> None:
    """A place inside a dedicated grid is dedicated (P000.9)."""
    pack = two_levels()
    assert all_facts(pack, case(place="plant"))["dedicated"] is True
    assert all_facts(pack, case(place="lane"))["dedicated"] is False


def test_what_a_unit_above_reports_comes_from_above() -> None:
    """A linked case, and a report by a unit of a level above the town, come from above (P003.14)."""
    pack = two_levels()
    by_bureau = case(finder_role="unit_staff", finder_unit="county/bureau")
    assert all_facts(pack, by_bureau)["from_above"] is True
    assert all_facts(pack, case(from_above=True))["from_above"] is True
    by_office = case(finder_role="unit_staff", finder_unit="a-town/office")
    assert all_facts(pack, by_office)["from_above"] is False


def test_an_unknown_role_is_no_finder() -> None:
    """A role that packs cannot name is left out, so that it cannot stop a decision."""
    assert "finder" not in all_facts(two_levels(), case(finder_role="engineer"))
    assert all_facts(two_levels(), case(finder_role="grid_worker"))["finder"] == "grid_worker"
