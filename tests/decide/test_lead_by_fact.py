"""The lead is taken from a fact whose values are units: one rule in place of one for each unit (decision 30)."""

from datetime import date

import pytest

from gridcase.mutation.routing import of_routing
from shared.rules.decide import Decision, Situation, Unroutable
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from tests.decide.towns import books
from tests.e2e.format_examples import TOWN, town_with

RULE = """\
facts:
  responsible:
    type: {{one of: [works-office, town-centre]}}
    from: {source}
    name: {{zh: 责任单位, en: unit responsible}}
    {more}
routing:
  - rule: by-name
    because: RULES-1
    when: {when}
    then: {{level: town, lead: {{fact: responsible}}, procedure: standard}}
"""


def town(
    when: str = "{responsible: {present: yes}}", source: str = "reporter", more: str = "", n: int = 2
) -> Pack:
    """The README's town with such a rule."""
    return build_pack(town_with(RULE.format(when=when, source=source, more=more), number=n), TOWN)


def routed(pack: Pack, category: str = "other", **facts: str) -> Decision | Unroutable:
    """Who is responsible for a report with these facts."""
    return books().of(pack).route(Situation(category, "app", None, facts), date(2026, 3, 9))


@pytest.mark.parametrize("unit", ["works-office", "town-centre"])
def test_the_unit_that_the_fact_names_leads(unit: str) -> None:
    """By the value that the case has; the reason shows the fact."""
    answer = routed(town(), responsible=unit)
    assert isinstance(answer, Decision)
    assert (answer.rule.rule, answer.lead) == ("by-name", f"{TOWN}/{unit}")
    assert answer.facts_used == {"responsible": unit}


def test_a_default_names_the_lead_where_nobody_did() -> None:
    """With a default the condition need not ask for the fact; the reason shows it all the same."""
    pack = town(when="{category: other, channel: app}", more="default: works-office")
    answer = routed(pack)
    assert isinstance(answer, Decision)
    assert answer.lead == f"{TOWN}/works-office"
    assert answer.facts_used["responsible"] == "works-office"


def test_where_the_fact_is_not_known_after_all_the_fallback_leads_with_an_alarm() -> None:
    """A condition that asks for the fact and holds without it leaves nobody: the fallback unit gets the case."""
    answer = routed(town(when="{responsible: {present: no}}"))
    assert isinstance(answer, Unroutable)
    assert (answer.cause, answer.decision.lead) == ("no-lead", f"{TOWN}/town-centre")


def test_a_rule_that_asks_for_the_lead_is_not_taken_for_dead() -> None:
    """Which unit the fact names depends on the case: the checker rules no lead out."""
    limit = """\
limits:
  - {rule: works-limit, because: RULES-1, when: {lead: works-office}, clock: attend, within: 1 day, until: settled}
"""
    text = (
        RULE.format(when="{category: other, channel: app}", source="reporter", more="default: works-office")
        + limit
    )
    pack = build_pack(town_with(text), TOWN)
    assert next(rule.origin.rule for rule in pack.limits) == "works-limit"


def test_who_leads_is_altered() -> None:
    """A scenario must feel another unit in its place."""
    pack = town()
    found = [mutant for mutant in of_routing(pack, pack.routing[0]) if mutant.kind == "unit"]
    (led,) = found
    assert led.alter(pack).routing[0].then.lead in pack.units


def test_format_1_does_not_know_it() -> None:
    """A town of format 1 is told which number it takes."""
    with pytest.raises(PackErrors) as refusal:
        town(n=1)
    assert [error.code for error in refusal.value.errors] == ["only-from-format"]


TOLD = """\
facts:
  helper: {type: {one of: [works-office, town-centre]}, from: step, name: {zh: 协助, en: helper}}
steps:
  name-helper:
    name: {zh: 指定, en: name}
    who: [works-office]
    after: [accepted]
    needs: [helper]
    does: [decide again]
    any_time: yes
"""
WAYS = {
    "lead": "routing:\n  - rule: by-name\n    because: RULES-1\n    when: {helper: {present: yes}}\n"
    "    then: {level: town, lead: {fact: helper}, procedure: standard}\n",
    "assist": "routing:\n  - rule: by-name\n    because: RULES-1\n    when: {category: other, channel: app}\n"
    "    then: {level: town, lead: town-centre, assist: [{fact: helper}], procedure: standard}\n",
    "told": "tell:\n  - rule: helper-told\n    because: RULES-1\n    on: settled\n    who: [{fact: helper}]\n"
    "    text: {zh: 办, en: done}\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_unit_chosen_in_a_step_is_not_chosen_in_vain(way: str) -> None:
    """A rule that lets the choice lead, assist or be told reads it; without one the choice is refused."""
    assert build_pack(town_with(TOLD + WAYS[way]), TOWN)
    with pytest.raises(PackErrors) as refusal:
        build_pack(town_with(TOLD), TOWN)
    assert "unit-chosen-in-vain" in [error.code for error in refusal.value.errors]


def test_the_reason_names_the_fact_by_which_somebody_assists() -> None:
    """Who assists because of a fact is explained by it; where it is not known nobody does."""
    pack = build_pack(town_with(TOLD + WAYS["assist"]), TOWN)
    helped, alone = routed(pack, helper="works-office"), routed(pack)
    assert isinstance(helped, Decision)
    assert isinstance(alone, Decision)
    assert (helped.assisting, helped.facts_used["helper"]) == ((f"{TOWN}/works-office",), "works-office")
    assert (alone.assisting, alone.facts_used["helper"]) == ((), None)


def test_nobody_is_named_by_one_fact_twice() -> None:
    """As with any list of units."""
    twice = WAYS["told"].replace("[{fact: helper}]", "[{fact: helper}, {fact: helper}]")
    with pytest.raises(PackErrors) as refusal:
        build_pack(town_with(TOLD + twice), TOWN)
    assert [error.code for error in refusal.value.errors] == ["listed-twice"]


def test_format_1_knows_no_unit_by_fact_anywhere() -> None:
    """Told so where it stands."""
    with pytest.raises(PackErrors) as refusal:
        build_pack(town_with(TOLD + WAYS["told"], number=1), TOWN)
    assert "only-from-format" in [error.code for error in refusal.value.errors]
