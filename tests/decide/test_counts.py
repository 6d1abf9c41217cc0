"""Facts from earlier cases as rules see them: known of every case, bounded, altered one at a time (decision 35)."""

import pytest

from gridcase.mutation.facts import of_fact
from shared.rules.case.situation import Situation, all_facts
from shared.rules.decide import decide
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import EarlierCases, Pack
from shared.rules.pack.read import build_pack
from tests.decide.towns import books, local
from tests.e2e.format_examples import TOWN, town_with

FACT = """facts:
  again: {{type: 'whole number [1..5]', from: earlier cases, same: [category, place], within: {days} days}}
"""
THIRD = """routing:
  - rule: third
    because: RULES-1
    when: {{again: {{{asked}}}}}
    then: {{level: town, lead: town-centre, procedure: standard}}
"""


def town(asked: str = "at_least: 3", days: int = 30, number: int = 2) -> Pack:
    return build_pack(town_with(FACT.format(days=days) + THIRD.format(asked=asked), number=number), TOWN)


def codes(asked: str, number: int = 2) -> list[str]:
    with pytest.raises(PackErrors) as refusal:
        town(asked, number=number)
    return [error.code for error in refusal.value.errors]


@pytest.mark.parametrize(
    ("count", "rule"), [(1, "by-department"), (2, "by-department"), (3, "third"), (5, "third")]
)
def test_both_evaluators_decide_by_the_count(count: int, rule: str) -> None:
    """The third of its kind goes elsewhere, and so does every later one."""
    outcome = decide(
        town(), books(), Situation("street-light", "app", None, {"again": count}), local("2026-03-10 10:00")
    )
    assert outcome.agreed
    assert outcome.decision.rule.rule == rule
    tests = {reason.rule.rule: reason.tests for reason in outcome.explanation.rules}["third"]
    assert [(test.fact, test.got) for test in tests] == [("again", count)]


def test_a_report_that_is_tried_out_is_the_first() -> None:
    """Without a count the case itself is there, so that no rule meets a fact that is not known."""
    assert all_facts(town(), Situation("street-light", "app", None, {}))["again"] == 1


def test_more_than_is_counted_cannot_be_asked() -> None:
    """A rule for the sixth of at most five would never hold."""
    assert codes("at_least: 6") == ["rule-never-holds"]
    assert codes("present: no") == ["rule-never-holds"]


def test_format_1_does_not_know_it() -> None:
    """A town of format 1 is told so."""
    assert codes("at_least: 3", number=1) == ["only-from-format"]


def test_what_is_the_same_and_how_far_back_are_altered() -> None:
    """A scenario must feel what is left out of what is the same, and a day more or less; the place alone is no pack."""
    pack = town()
    found = {mutant.change.en: mutant for mutant in of_fact(pack.facts["again"])}
    assert set(found) == {"the same but for place", "within 30 days → 29 days", "within 30 days → 31 days"}
    altered = found["the same but for place"].alter(pack).facts["again"].earlier
    assert altered == EarlierCases(("category",), 30)
