"""How often each rule of an edition decided: all of them are shown, as many editions as there is room for."""

import pytest

from services.routing.handlers import rule_figures
from services.routing.handlers.rule_figures import MOST_SERIES
from tests.routing.conftest import House, Open
from tests.routing.packs import TOWN, Sender, files_with

RULES = ("from-above", "to-who-took-it-first", "to-bureau", "to-station")


def by_rule(house: House, edition: str = "1") -> dict[str, float]:
    """What is shown of the rules of an edition."""
    return {
        sample.labels["rule"]: sample.value
        for family in house.metrics.rule_decisions.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
        and sample.labels["outcome"] == "rule"
        and sample.labels["edition"] == edition
    }


def without_rule(house: House) -> dict[str, float]:
    """What is shown of decisions that no rule made, by outcome."""
    return {
        sample.labels["outcome"]: sample.value
        for family in house.metrics.rule_decisions.collect()
        for sample in family.samples
        if sample.name.endswith("_total") and sample.labels["outcome"] != "rule"
    }


def test_every_rule_of_an_edition_is_shown(house: House) -> None:
    """From the first decision on also those that have never decided: that they did not is what somebody asks."""
    assert by_rule(house) == {}
    house.take(house.sender.admitted())
    shown = by_rule(house)
    assert shown.keys() == set(RULES)
    assert shown == {**dict.fromkeys(RULES, 0.0), house.rules()[-1]: 1.0}


def test_decisions_are_counted_as_they_are_kept(house: House) -> None:
    """Each decision on record is one of its rule, or of the fallback; one that is taken back is none."""
    house.take(house.sender.admitted())
    house.take(house.sender.step(facts={"urgent": True}))
    house.take(house.sender.step(facts={"finders": True}))
    kept = [record.rule for record in house.records() if record.cause is None]
    shown = by_rule(house)
    assert {rule: number for rule, number in shown.items() if number} == {
        rule: float(kept.count(rule)) for rule in kept
    }
    assert without_rule(house) == {"fallback": 1.0, "disagreement": 0.0}
    assert (house.counted("rule"), house.counted("fallback")) == (float(len(kept)), 1.0)


def test_editions_that_do_not_fit_are_counted_by_town_alone(
    open_house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No edition is shown in part: a rule that is missing would be taken for one that never decided."""
    monkeypatch.setattr(rule_figures.RuleFigures.__init__, "__defaults__", (len(RULES) + 1,))
    house = open_house()
    house.take(house.sender.admitted())
    assert by_rule(house) == {}
    assert house.counted("rule") == 1
    left_out = house.metrics.registry.get_sample_value("gridcase_rule_editions_left_out")
    assert left_out == 1
    house.take(house.sender.step(facts={"urgent": True}))
    assert house.metrics.registry.get_sample_value("gridcase_rule_editions_left_out") == 1
    assert MOST_SERIES > 1000
    assert Sender(files_with()).edition().town == TOWN
