"""A matter without a limit: none, or the one that the town gives by default (RC-20)."""

from datetime import date

import pytest

from shared.rules.decide import Situation
from shared.rules.pack.model import Pack
from tests.decide.towns import books, case, two_levels

ON = date(2026, 3, 9)
DEFAULT = """\
limits:
  - {rule: by-default, because: RC-20, default: yes, clock: settle, within: 30 days}
  - {rule: feedback, because: RC-20, default: yes, clock: feed_back, within: 9 days, until: settled,
     readings: {RC-20: none}}
"""


def town(reading: str) -> Pack:
    """The small town, whose levels have limits, with a default for everything else."""
    return two_levels(more=DEFAULT + f"readings: {{RC-20: {reading}}}\n")


def rules(pack: Pack, situation: Situation) -> list[str]:
    """The limits that apply."""
    return [limit.origin.rule for limit in books().of(pack).limits(situation, ON).limits]


@pytest.mark.parametrize(
    ("reading", "level", "expected"),
    [
        ("platform", "top", ["by-default"]),
        ("platform", "village", ["low-limit"]),
        ("none", "top", []),
        ("none", "village", ["low-limit"]),
    ],
)
def test_a_default_holds_where_nothing_else_does(reading: str, level: str, expected: list[str]) -> None:
    """A default limit holds only where RC-20 reads platform and no other limit of its clock holds."""
    assert rules(town(reading), case(levels=(level,))) == expected


def test_the_nearest_reading_counts() -> None:
    """A rule's own reading of RC-20 wins over the pack's: the feedback limit stays off."""
    assert "feedback" not in rules(town("platform"), case(levels=("top",)))
