"""'Or more' and 'or less' in a pack's rules, as the town reads them (RC-11)."""

from datetime import date

from shared.rules.decide import CompiledRules, explain
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Pack
from tests.decide.towns import books, case, two_levels

ON = date(2026, 3, 9)
RULES = """\
routing:
  - {rule: high, because: RC-11, when: {grade: {or_more: 4}, departments: 0},
     then: {level: town, lead: office, procedure: plain}}
limits:
  - {rule: own, because: RC-11, when: {grade: {or_less: 3}, departments: 0}, clock: feed_back, within: 3 days,
     until: settled%s}
"""


def town(reading: str, nearest: str = "") -> Pack:
    """The small town with two rules that name a figure."""
    more = RULES % (f", readings: {{RC-11: {nearest}}}" if nearest else "")
    return two_levels(more=more + f"readings: {{RC-11: {reading}}}\n")


def book(pack: Pack) -> CompiledRules:
    """Its rules, compiled for both evaluators."""
    return books().of(pack)


def limits(pack: Pack, grade: int) -> list[str]:
    """The limits of the town's own that apply at this grade."""
    found = book(pack).limits(case(facts={"grade": grade}), ON).limits
    return [one.origin.rule for one in found]


def routed(pack: Pack, grade: int) -> str:
    """The rule that decides at this grade."""
    answer = book(pack).route(case(facts={"grade": grade}), ON)
    return answer.rule.rule  # type: ignore[union-attr]


def test_the_figure_itself_is_included() -> None:
    """Four or more holds at four, three or less at three (Civil Code art. 1259)."""
    pack = town("inclusive")
    assert [routed(pack, grade) for grade in (3, 4)] == ["usual", "high"]
    assert [limits(pack, grade) for grade in (3, 4)] == [["own"], []]


def test_the_figure_itself_may_be_left_out() -> None:
    """Read exclusively, neither holds at its figure."""
    pack = town("exclusive")
    assert [routed(pack, grade) for grade in (4, 5)] == ["usual", "high"]
    assert [limits(pack, grade) for grade in (2, 3)] == [["own"], []]


def test_the_nearest_reading_wins() -> None:
    """A limit's own reading of RC-11 wins over the pack's, for this limit alone."""
    pack = town("exclusive", nearest="inclusive")
    assert limits(pack, 3) == ["own"]
    assert routed(pack, 4) == "usual"


def test_an_explanation_says_it_as_the_town_reads_it() -> None:
    """The test of a rule is shown with the word of the file, or as 'more than' where the figure is left out."""
    shown = [explain(town(one), case(facts={"grade": 4}), ON).rules[0] for one in ("inclusive", "exclusive")]
    assert [(one.tests[0].op, one.tests[0].wanted, one.holds) for one in shown] == [
        ("or_more", 4, True), ("gt", 4, False)]  # fmt: skip


def test_a_rule_that_never_fires_is_found_as_the_town_reads_the_figure() -> None:
    """A rule for exactly four, behind one for four or more, can fire only where four itself is left out."""
    four = """\
  - {rule: four, because: RC-11, when: {grade: 4, departments: 0},
     then: {level: town, lead: office, procedure: plain}}
"""

    def said(reading: str) -> list[str]:
        more = RULES.partition("limits:")[0] + four + f"readings: {{RC-11: {reading}}}\n"
        try:
            two_levels(more=more)
        except PackErrors as refusal:
            return [error.code for error in refusal.errors]
        return []

    assert said("inclusive") == ["rule-never-fires"]
    assert said("exclusive") == []
