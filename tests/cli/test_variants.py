"""A variant of a pack is the same text but for the choice."""

from pathlib import Path

import pytest

from gridcase.variants import with_choices, with_readings
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack

TOWNS = ["t-vtc", "t-cgz", "t-zq", "los-angeles"]


@pytest.mark.parametrize("town", TOWNS)
def test_another_reading_is_read_back(town: str) -> None:
    """A reading is set in the file's own language, whether the pack had any or none."""
    files = load_files(Path("rules") / town)
    varied = with_readings(files, town, {"RC-22": "provisional", "RC-6": "next_office_opening"})
    pack = build_pack(varied, town)
    assert pack.reading("RC-22") == "provisional"
    assert pack.reading("RC-6") == "next_office_opening"
    untouched = build_pack(files, town)
    assert pack.routing == untouched.routing
    others = {name: value for name, value in untouched.readings.items() if name not in ("RC-22", "RC-6")}
    assert {name: pack.readings[name] for name in others} == others


@pytest.mark.parametrize("town", TOWNS)
def test_office_hours_join_the_calendar_that_is_there(town: str) -> None:
    """A nested entry is added or replaced and the rest of the calendar stays."""
    files = load_files(Path("rules") / town)
    hours = {"office_hours|办公时间": ["08:30-12:00", "14:00-17:30"]}
    pack = build_pack(with_choices(files, town, {"calendar|日历": hours}), town)
    assert pack.calendar.office_hours == (("08:30", "12:00"), ("14:00", "17:30"))
    assert pack.calendar.weekend == build_pack(files, town).calendar.weekend


def test_no_choice_changes_nothing() -> None:
    """Without readings the edition is the same."""
    files = load_files(Path("rules/t-vtc"))
    assert with_readings(files, "t-vtc", {}) == files
