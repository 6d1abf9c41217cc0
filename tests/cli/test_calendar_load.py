"""`gridcase calendar load`: a file's days are shown with what they move, then loaded."""

import json
from pathlib import Path

from tests.cli.test_transfer import OLD, folder, house, run
from tests.e2e.houses import RunningHouse
from tests.e2e.own_town import TOWN
from tests.worktime.test_calendar_feeds import listed

__all__ = ["folder", "house"]


def test_days_are_shown_with_what_they_move_and_loaded(house: RunningHouse, tmp_path: Path) -> None:
    """A dry run keeps nothing; loaded, what was shown happens; a file without a whole year is refused."""
    lines = tmp_path / "old.jsonl"
    lines.write_text(json.dumps(OLD), encoding="utf-8")
    assert run("import", TOWN, lines, "--source", "hotline").exit_code == 0
    house.time.wait_quiet()
    days = {
        "year": 2026,
        "days": [*listed(2026)["days"], {"name": "镇庆", "date": "2026-03-10", "isOffDay": True}],
    }  # type: ignore[misc]
    file = tmp_path / "2026.json"
    file.write_text(json.dumps(days), encoding="utf-8-sig")
    shown = run("calendar", "load", TOWN, file, "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "镇庆" in shown.output
    assert "1 open deadlines would move" in shown.output
    assert "2026-03-11T16:00:00.000000Z" in shown.output
    assert "nothing was loaded" in shown.output
    loaded = run("calendar", "load", TOWN, file, "--year", 2026)
    assert (loaded.exit_code, "revision 1" in loaded.output) == (0, True), loaded.output
    house.time.wait_quiet()
    again = run("calendar", "load", TOWN, file)
    assert "0 open deadlines would move" in again.output
    refused = run("calendar", "load", TOWN, file, "--year", 2027)
    assert (refused.exit_code, "no complete year (2027)" in refused.output) == (2, True), refused.output
