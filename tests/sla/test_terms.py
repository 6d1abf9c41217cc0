"""From a pack's limits and readings to the terms that clocks are counted with."""

import pytest

from shared.rules.case.limits import Ceiling, LimitTerms, StartPoint, terms_of
from shared.rules.pack.model import LateKind
from shared.rules.pack.read import build_pack
from shared.rules.worktime.amount import parse_amount
from tests.sla.packs import TOWN, files_with


def terms(rule: str, readings: str = "", section: str = "") -> LimitTerms:
    """Terms of a rule of the test town under readings of the pack and of the rule itself."""
    files = files_with(
        "fallback: station",
        f"fallback: station\nreadings: {{{readings}}}" if readings else "fallback: station",
    )
    if section:
        path, text = next(iter(files.items()))
        files = {
            path: text.replace(f"  - rule: {rule}\n", f"  - rule: {rule}\n    readings: {{{section}}}\n")
        }
    return terms_of(build_pack(files, TOWN))[rule]


@pytest.mark.parametrize(("readings", "start"), [
    ("", StartPoint("accepted", False)),
    ("RC-1: reported", StartPoint("reported", False)),
    ("RC-1: assigned", StartPoint("assigned", False)),
    ("RC-12: overall", StartPoint("accepted", True)),
    ("RC-1: assigned, RC-12: overall", StartPoint("assigned", True)),
])  # fmt: skip
def test_the_start_is_a_reading(readings: str, start: StartPoint):
    """RC-1 names the milestone, RC-12 says whether its first time counts for the whole case."""
    assert terms("village-limit", readings).start == start


def test_the_nearest_reading_wins():
    """A rule's own reading wins over the pack's."""
    assert terms("village-limit", "RC-12: overall", "RC-12: own").start == StartPoint("accepted", False)


def test_what_a_rule_says_itself_needs_no_reading():
    """A limit that names its start keeps it, whatever RC-1 says."""
    assert terms("urgent-limit", "RC-1: assigned").start == StartPoint("reported", False)


def test_a_stated_cap_is_the_ceiling_and_double_the_limit_stands_in():
    """P001-04.14: a cap counts from its own milestone; without one, RC-9 double makes twice the limit the ceiling."""
    assert terms("town-limit").ceiling == Ceiling(
        parse_amount("8 working days"), StartPoint("accepted", True)
    )
    assert terms("village-limit").ceiling is None
    assert terms("village-limit", "RC-9: double").ceiling == Ceiling(parse_amount("6 working days"), None)
    assert terms("town-limit", "RC-9: double").ceiling == terms("town-limit").ceiling


@pytest.mark.parametrize("redo", ["full", "remaining", "immediate"])
def test_a_redo_is_a_reading(redo: str):
    """RC-13 says what a new round grants."""
    assert terms("village-limit", f"RC-13: {redo}").redo == redo


def test_waiting_stops_a_limit_only_where_the_reading_says_so():
    """RC-19: by default the limit runs on."""
    assert [terms("village-limit", reading).can_pause for reading in ("", "RC-19: stops")] == [False, True]


def test_generally_may_be_a_soft_target():
    """RC-8: by default passing the limit is a breach; under 'soft' it is noted."""
    assert [terms("village-limit", reading).otherwise for reading in ("", "RC-8: soft")] == [
        LateKind.BREACHED,
        LateKind.NOTED,
    ]
