"""Which departments a case with several categories concerns, and which of them leads (RC-17, RC-18)."""

from dataclasses import replace
from datetime import date

from shared.rules.case.situation import all_facts, categories_of, departments_of
from shared.rules.decide import Decision, Situation
from shared.rules.decide.parties import units_of
from shared.rules.pack.model import Pack
from tests.decide.towns import books, case, two_levels

ON = date(2026, 3, 9)
NOISE = """\
  noise: {name: {zh: 噪音, en: noise}, department: [centre, office], facts: {loud: yes}}
  smoke: {name: {zh: 油烟, en: smoke}, department: bureau, facts: {loud: no, smells: yes}}
facts:
  loud: {type: yes or no, from: category, name: {zh: 吵, en: loud}}
  smells: {type: yes or no, from: category, name: {zh: 臭, en: smells}}
"""


def town(rc_17: str = "main_category", rc_18: str = "stays") -> Pack:
    """The small town with two more categories, under these readings."""
    return two_levels(more=NOISE + f"readings: {{RC-17: {rc_17}, RC-18: {rc_18}}}\n")


def test_departments_are_those_of_all_categories() -> None:
    """Each department once, those of the main category first, and as many are counted."""
    both = case("smoke", also=("noise", "waste"))
    assert departments_of(town(), both) == ("office", "bureau", "centre")
    assert all_facts(town(), both)["departments"] == 3


def test_the_main_category_stands_first_in_the_file() -> None:
    """By default the category that the town lists first leads, whatever the report names first (RC-17)."""
    assert categories_of(town(), case("smoke", also=("noise",)))[0] == "noise"
    assert units_of(town(), ["department of category"], case("smoke", also=("noise",))) == ("a-town/centre",)


def test_or_the_one_that_the_report_names_first() -> None:
    """Read the other way, the report's first category leads and the others follow in its order (RC-17)."""
    listed = town("first_listed")
    both = case("smoke", also=("noise", "smoke"))
    assert (categories_of(listed, both)[0], departments_of(listed, both)) == (
        "smoke",
        ("bureau", "centre", "office"),
    )


def test_the_main_category_decides_what_two_say_differently() -> None:
    """Facts come from every category; where they differ, the main one's stands."""
    facts = all_facts(town(), case("smoke", also=("noise",)))
    assert (facts["category"], facts["loud"], facts["smells"]) == ("noise", True, True)


def test_where_no_department_is_concerned_the_fallback_unit_coordinates() -> None:
    """A rule that asks for the department of a category that nobody knows is answered by the fallback (RC-17)."""
    pack = town()
    grave = replace(pack.routing[0], when=pack.routing[-1].when)
    decision = books().of(replace(pack, routing=(grave,))).route(case("unheard-of"), ON)
    assert isinstance(decision, Decision)
    assert (decision.lead, decision.fallback, decision.departments) == ("a-town/centre", False, ())
    assert units_of(pack, ["departments of category"], case("unheard-of")) == ()


def first_contact(rc_18: str, situation: Situation) -> tuple[str, ...]:
    """Who is the reporter's contact."""
    return units_of(town(rc_18=rc_18), ["first contact"], situation)


def test_the_first_contact_stays_or_moves_with_the_case() -> None:
    """Whoever took it first stays the contact; where contact moves, the lead is, once it was handed over (RC-18)."""
    held = case(lead="a-town/office", first_contact="a-town.hamlet/head")
    moved = replace(held, previous_lead="a-town/centre")
    assert first_contact("stays", moved) == ("a-town.hamlet/head",)
    assert first_contact("moves", held) == ("a-town.hamlet/head",)
    assert first_contact("moves", moved) == ("a-town/office",)


def test_a_hand_over_is_not_forgotten_by_a_later_decision() -> None:
    """A further decision for the same lead leaves the contact where the hand-over put it (RC-18)."""
    again = case(lead="a-town/office", previous_lead="a-town/office", first_contact="a-town.hamlet/head")
    assert first_contact("moves", again) == ("a-town.hamlet/head",)
    assert first_contact("moves", replace(again, handed_over=True)) == ("a-town/office",)


def test_merged_reporters_and_repeated_alarms_are_counted() -> None:
    """Rules may ask how many reported a case and how often a machine repeated its alarm."""
    facts = all_facts(two_levels(), case())
    assert (facts["reporters"], facts["repeats"]) == (1, 0)
    facts = all_facts(two_levels(), case(reporters=3, repeats=12))
    assert (facts["reporters"], facts["repeats"]) == (3, 12)
