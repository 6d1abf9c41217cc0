"""Several categories in one case, from format 2 on: a further one adds and raises, and never replaces (RC-17)."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.case.addresses import address, key_of
from shared.rules.case.situation import all_facts
from shared.rules.decide import CompiledRules, Decision, Situation, Unroutable
from shared.rules.decide.parties import units_of
from shared.rules.decide.parts import PartCache
from shared.rules.logic.facts import Value
from shared.rules.logic.judge import JudgeCache
from shared.rules.pack.build.files import town_folders
from shared.rules.pack.model import Pack
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.decide.towns import RULES, books, case, real, two_levels

ON = date(2026, 3, 9)
KINDS = """\
  flood: {name: {zh: 内涝, en: flood}, department: bureau, facts: {sudden: yes, weight: heavy, people: 9}}
  lamp:  {name: {zh: 路灯, en: lamp}, department: office, facts: {light_duty: yes, weight: light, people: 2}}
  talk2: {name: {zh: 闲谈, en: talk}, department: none, facts: {light_duty: yes}}
facts:
  sudden:     {type: yes or no, from: category, combine: any, name: {zh: 突发, en: sudden}, default: no}
  light_duty: {type: yes or no, from: category, combine: all, name: {zh: 轻, en: light}, default: no}
  weight:     {type: 'one of [light, fair, heavy]', from: category, combine: strongest, name: {zh: 重, en: weight}}
  people:     {type: 'whole number', from: category, combine: strongest, name: {zh: 人数, en: people}, default: 3}
  first:      {type: yes or no, from: category, combine: main, name: {zh: 首, en: first}, default: no}
"""
RULES_OF_ALL = """\
routing:
  - rule: any-department
    because: A-1
    when: {departments: {at_least: 1}, people: {at_least: 0}, weight: [light, fair, heavy]}
    then: {level: town, lead: department of category, procedure: plain}
"""


def town(number: int = 2, more: str = "") -> Pack:
    """The small town with three more categories, understood by this number of the format."""
    return two_levels(more=f"{KINDS}{more}format: {number}\nhit_policy: first\n")


def facts(*categories: str, number: int = 2) -> dict[str, Value]:
    """What rules see of a case with these categories."""
    return all_facts(town(number), case(categories[0], also=categories[1:]))


def routed(pack: Pack, *categories: str) -> Decision:
    """Who is responsible for a case with these categories."""
    decision = books().of(pack).route(case(categories[0], also=categories[1:]), ON)
    assert isinstance(decision, Decision)
    return decision


def test_each_fact_combines_as_it_says() -> None:
    """Any, all, the strongest; what a category leaves unsaid takes part as the fact's default."""
    both = facts("lamp", "flood")
    assert (both["sudden"], both["light_duty"]) == (True, False)
    assert (both["weight"], both["people"]) == ("heavy", 9)
    assert (facts("lamp", "talk2")["light_duty"], facts("lamp", "talk2")["people"]) == (True, 3)
    assert facts("talk2", "lamp")["weight"] == "light"  # talk2 has no weight at all, not a default one


def test_a_fact_of_the_main_category_alone_is_its_default_where_that_says_nothing() -> None:
    """What a further category says of a fact that the main one decides is not heard."""
    said = replace(town().categories["lamp"], facts={"first": True})
    pack = replace(town(), categories={**town().categories, "lamp": said})
    assert all_facts(pack, case("flood", also=("lamp",)))["first"] is False
    assert all_facts(pack, case("lamp"))["first"] is True


def test_format_1_goes_on_combining_as_it_did() -> None:
    """In editions of format 1 a further category's value holds wherever the main one has none, as before."""
    both = facts("flood", "talk2", number=1)
    assert (both["light_duty"], both["sudden"], both["people"]) == (True, True, 9)


def test_where_the_main_category_has_no_department_the_fallback_leads() -> None:
    """The department of a further category assists; it does not take the whole over (RC-17)."""
    pack = town(more=RULES_OF_ALL)
    main_first = replace(pack, readings={**pack.readings, "RC-17": "first_listed"})
    decision = routed(main_first, "talk2", "flood")
    assert (decision.lead, decision.assisting) == ("a-town/centre", ("county/bureau",))
    situation = case("talk2", also=("flood",))
    assert units_of(main_first, ["other departments of category"], situation) == ("county/bureau",)


def test_every_department_takes_part_whatever_the_rule_says() -> None:
    """A rule that names no department leaves none out where several categories are concerned; alone it does."""
    pack = town(more=RULES_OF_ALL.replace("department of category", "centre"))
    assert routed(pack, "lamp").assisting == ()
    assert routed(pack, "lamp", "flood").assisting == ("county/bureau", "a-town/office")
    assert routed(replace(pack, format=1), "lamp", "flood").assisting == ()


@given(st.permutations(["flood", "lamp", "talk2"]), st.integers(2, 3))
def test_the_order_in_which_further_categories_are_named_is_of_no_account(
    named: list[str], count: int
) -> None:
    """Facts are the same however a report lists its categories: the town's file says which is the main one."""
    assert facts(*named[:count]) == facts(*reversed(named[:count]))


TOWNS = [folder.name for folder in town_folders(RULES)]


@pytest.mark.parametrize("name", TOWNS)
def test_of_any_two_categories_each_department_takes_part(name: str) -> None:
    """For all pairs of all packs, in every kind of place: each category's department leads or assists (RC-17)."""
    pack = real(name)
    rules = CompiledRules(pack, PartCache(JudgeCache(8, "reference")))
    for one, other in combinations(pack.categories, 2):
        for place in (None, *_one_of_each_kind(pack)):
            situation = case(one, place=place, also=(other,), channel=next(iter(pack.channels)))
            taking_part = _taking_part(rules, situation)
            for department in (unit for key in (one, other) for unit in pack.categories[key].departments):
                assert address(pack, department, place) in taking_part, (one, other, place)


def _one_of_each_kind(pack: Pack) -> list[str]:
    """A place of each level, and one of each dedicated grid."""
    kinds = {(place.level, place.dedicated_to): key for key, place in pack.places.items()}
    return list(kinds.values())


def _taking_part(rules: CompiledRules, situation: Situation) -> set[str | None]:
    answer = rules.route(situation, ON)
    assert not isinstance(answer, Unroutable), situation
    # What is returned is nobody's matter: its reason says why.
    departments = set(answer.departments) if answer.returned else set()
    return {answer.lead, *answer.assisting} | departments


def test_a_burst_main_with_a_small_repair_is_the_water_units_within_five_working_days() -> None:
    """T-CGZ: what the grid person does alone does not pull a department's matter down to the grid."""
    pack = real("t-cgz")
    situation = case("small-repair", place="drum-1", also=("water-main",), channel="patrol")
    rules = books().of(pack)
    decision = rules.route(situation, ON)
    assert isinstance(decision, Decision)
    assert key_of(decision.lead or "") == "water-unit"
    held = replace(situation, levels=decision.levels, lead=decision.lead, procedure=decision.procedure)
    amounts = [limit.within for limit in rules.limits(held, ON).limits if limit.clock == "settle"]
    assert amounts == [Amount(5, TimeUnit.WORKING_DAYS)]


@pytest.mark.parametrize(("main", "further", "assisting"), [
    ("certificate-of-residence", "overflowing-sewer", "city-management-bureau"),
    ("gathering", "birth-permit", "family-planning-bureau"),
])  # fmt: skip
def test_a_centre_coordinates_what_has_no_main_department(main: str, further: str, assisting: str) -> None:
    """T-LY: the service centre leads and the other category's bureau assists (RC-17)."""
    pack = real("t-ly")
    situation = case(main, place="taipingqiao-12", also=(further,), channel=next(iter(pack.channels)))
    decision = books().of(pack).route(situation, ON)
    assert isinstance(decision, Decision)
    assert key_of(decision.lead or "") in {"district-service-centre", "community-station"}
    assert assisting in {key_of(unit) for unit in decision.assisting}


def test_a_mass_incident_with_a_warning_is_not_closed_by_circulating_it() -> None:
    """T-ZQ: only what is a warning and nothing else is circulated."""
    pack = real("t-zq")
    major = next(key for key, category in pack.categories.items() if category.facts.get("重大"))
    warning = next(key for key, category in pack.categories.items() if category.facts.get("预警"))
    rules = books().of(pack)
    channel = next(iter(pack.channels))
    both = rules.route(case(major, place=None, also=(warning,), channel=channel), ON)
    alone = rules.route(case(warning, place=None, channel=channel), ON)
    assert isinstance(both, Decision)
    assert isinstance(alone, Decision)
    assert (alone.procedure, both.procedure != alone.procedure) == ("预警通报", True)
