"""A file that comes again: its cases are continued, never doubled, and every line says what it did."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.own_town import PACK, OwnTown
from tests.e2e.test_import_export import OLD, bring, export, records, send, taken

SETTLED = {**OLD, "settled_at": "2026-03-06T10:00:00+08:00"}
CLOSED = {**SETTLED, "closed_at": "2026-03-06T11:00:00+08:00", "state": "closed"}


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning."""
    made = OwnTown()
    yield made
    made.close()


def test_what_has_happened_since_is_added(town: OwnTown) -> None:
    """Settled, then closed in the older system: each import adds its part, silently and at its own instant."""
    case = taken(town, OLD)
    for line, state in ((SETTLED, "settled"), (CLOSED, "closed")):
        result, summary = bring(town, line)
        assert (result["status"], result["case"], result["continued"]) == (200, case, True)
        assert (summary["summary"]["known"], summary["summary"]["continued"]) == (1, 1)
        view = town.view(case)
        assert (view["state"], view["notifications"]) == (state, [])
    assert view["milestones"]["settled"] == "2026-03-06T02:00:00.000000Z"
    assert town.clocks(case) == [("village-limit", "stopped", "2026-03-10 24:00", "in_time")]
    assert len(records(town)) == 1
    entries = [one for one in view["history"] if "reached" in one["data"]]
    assert all(one["data"]["imported_from"] == "hotline" for one in entries)
    assert town.ask("GET", f"/cases/{case}/history/verify").json["whole"] is True
    again, _ = bring(town, CLOSED)
    assert (again["status"], "continued" in again) == (200, False)


def test_a_trial_shows_what_would_be_added_and_adds_nothing(town: OwnTown) -> None:
    """As with new lines."""
    case = taken(town, OLD)
    result, _ = bring(town, SETTLED, query="&check=yes")
    assert (result["continued"], town.view(case)["state"]) == (True, "accepted")


OTHERWISE: list[tuple[dict[str, Any], str]] = [
    ({"text": "something else"}, "text"),
    ({"category": "noise"}, "category"),
    ({"place": "grid-2"}, "place"),
    ({"answers": {"litres": 5}}, "answers"),
    ({"reported_at": "2026-03-05T08:00:00+08:00"}, "reported_at"),
    ({"accepted_at": "2026-03-05T10:30:00+08:00"}, "accepted_at"),
    ({"state": "closed"}, "state"),
]


@pytest.mark.parametrize(("change", "field"), OTHERWISE)
def test_what_was_taken_is_never_rewritten(town: OwnTown, change: dict[str, Any], field: str) -> None:
    """A line that now says another thing of what was taken is refused with the field, and nothing of it is added."""
    case = taken(town, OLD)
    result, _ = bring(town, {**SETTLED, **change})
    assert result["problem"]["where"]["field"] == field
    assert result["problem"]["code"] == ("state-differs" if field == "state" else "imported-otherwise")
    assert town.view(case)["state"] == "accepted"


def test_a_case_that_goes_on_here_is_not_the_older_systems_any_more(town: OwnTown) -> None:
    """Once somebody here has taken a step, lines of the file change nothing, and say so."""
    case = taken(town, OLD)
    town.step(case, "urge", "station")
    result, _ = bring(town, SETTLED)
    assert (result["status"], result["problem"]["code"]) == (409, "changed-here")
    assert town.view(case)["state"] == "accepted"


def test_a_number_twice_in_one_file_is_refused(town: OwnTown) -> None:
    """Of two lines with one number the second is no continuation: which of them holds nobody knows."""
    first, second, _ = bring(town, OLD, SETTLED)
    assert (first["status"], second["problem"]["code"]) == (201, "imported-otherwise")


def test_rules_that_changed_meanwhile_do_not_change_the_case(town: OwnTown) -> None:
    """It goes on by the rules to which it was bound when it was taken."""
    case = taken(town, OLD)
    edition = town.view(case)["edition"]
    town.publish(PACK.replace("within: 3 working days", "within: 9 working days"))
    assert bring(town, SETTLED)[0]["continued"] is True
    assert town.view(case)["edition"] == edition
    assert town.clocks(case) == [("village-limit", "stopped", "2026-03-10 24:00", "in_time")]


def test_two_houses_may_run_side_by_side(town: OwnTown) -> None:
    """What one house exports again and again, another follows, publications and all."""
    town.publish(
        PACK.replace("who: [lead], does: [close]}", "who: [lead], does: [{publish: [village]}, close]}")
    )
    other = OwnTown(
        "2026-03-12 09:00",
        PACK.replace("who: [lead], does: [close]}", "who: [lead], does: [{publish: [village]}, close]}"),
    )
    case = town.report("quarrel", answers={"litres": 5})
    send(other, export(town).encode(), "application/x-ndjson")
    for step in ("settle", "close"):
        town.step(case, step, "station")
        (result, _) = send(other, export(town).encode(), "application/x-ndjson")
        assert result["continued"] is True
    own = {"case", "town", "deadlines"}
    before, after = (
        [{name: value for name, value in line.items() if name not in own} for line in records(house)]
        for house in (town, other)
    )
    assert before == after
    assert [line["rule"] for line in records(other)[0]["deadlines"]] == ["village-limit"]
    other.close()
