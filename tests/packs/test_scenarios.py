"""What a scenario says is what is handed to whoever plays it."""

from datetime import UTC, date, datetime

import pytest

from shared.kernel.instants import local_label
from shared.rules.scenario.model import label_to_instant
from shared.rules.scenario.read import load_scenarios
from tests.packs.corpus import TOWN, base_files
from tests.packs.edits import SCENARIOS, changed


def test_a_scenario_as_it_is_written() -> None:
    """Case, life and expectations keep their order, their types and their places."""
    first, second = load_scenarios(base_files(), TOWN)
    assert (first.key, first.because, first.case.facts, first.case.by) == (
        "S-1", ("P-1.3", "RC-1"), {"urgent": False}, "grid_worker")  # fmt: skip
    assert [(one.at, one.step, dict(one.facts)) for one in first.life] == [
        ("2026-03-10 09:00", "note", {"score": 2.5}),
        ("2026-03-11 09:00", "settle", {"result": "已调解"}),
        ("2026-03-11 10:00", "close", {}),
    ]
    assert first.expected is not None
    assert (first.expected.levels, first.expected.assisting, first.expected.due) == (
        ("village",), (), {"settle": "2026-03-12 17:30"})  # fmt: skip
    assert first.checks[0].expected.no_due == ("submit",)
    assert first.others[0].readings == {"RC-3": "always_24"}
    assert (second.key, second.life[0].refused) == ("out of order", "yes")
    amended = second.life[1].calendar
    assert amended is not None
    assert (amended.years, list(amended.holidays)) == ((2027,), [date(2027, 1, 1)])


def test_what_is_not_said_is_not_looked_at() -> None:
    """Nobody assisting is an expectation; saying nothing about assistance is none."""
    files = changed(("    assisting: []\n", ""), file=SCENARIOS)
    expected = load_scenarios(files, TOWN)[0].expected
    assert expected is not None
    assert (expected.assisting, expected.lead, expected.flagged, expected.round) == (
        None,
        "village-clerk",
        None,
        None,
    )


def test_a_changed_case_says_only_what_differs() -> None:
    """`with` changes office hours, acceptance or parts of the case."""
    expect = "expect: {due: {settle: 2026-03-12 24:00}}}"
    change = "{with: {office_hours: 09:00-17:00, case: {category: road}}, " + expect
    files = changed(("{readings: {RC-3: always_24}, " + expect, change), file=SCENARIOS)
    other = load_scenarios(files, TOWN)[0].others[0]
    assert (other.office_hours, other.acceptance) == ((("09:00", "17:00"),), None)
    assert other.case is not None
    assert (other.case.category, other.case.at) == ("road", None)


def test_a_step_may_bring_a_new_category() -> None:
    """A category that a step needs stands among its facts and must be declared."""
    files = changed(("    may_have: [score]\n", "    may_have: [score, category]\n"))
    files = changed(
        ("facts: {score: 2.5}", "facts: {score: 2.5, category: road}"), file=SCENARIOS, files=files
    )
    assert load_scenarios(files, TOWN)[0].life[0].facts == {"score": 2.5, "category": "road"}


def test_no_scenarios_are_none() -> None:
    """A town without scenarios.yaml has none."""
    files = base_files()
    del files[SCENARIOS]
    assert load_scenarios(files, TOWN) == ()


@pytest.mark.parametrize(
    ("label", "zone", "instant"),
    [
        ("2026-03-12 24:00", "Asia/Shanghai", datetime(2026, 3, 12, 16, 0, tzinfo=UTC)),
        ("2026-03-12 17:30", "Asia/Shanghai", datetime(2026, 3, 12, 9, 30, tzinfo=UTC)),
        ("2026-12-31 24:00", "America/Los_Angeles", datetime(2027, 1, 1, 8, 0, tzinfo=UTC)),
        ("2026-07-01 00:00", "America/Los_Angeles", datetime(2026, 7, 1, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_label_is_an_instant_of_its_zone(label: str, zone: str, instant: datetime) -> None:
    """24:00 is the end of its day, the next day's beginning; labels and instants turn into each other."""
    assert label_to_instant(label, zone) == instant
    assert local_label(instant, zone, ends_day=label.endswith("24:00")) == label
