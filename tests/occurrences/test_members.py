"""What is owed for each of some households: who is there is heard from the ledger, and missed by reference."""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from services.duties.store.tables import subjects
from shared.contracts.routes import TOLD_AGAIN
from shared.flow.pruning import is_history
from tests.occurrences.conftest import EAST, WEST, House, Open
from tests.occurrences.packs import PACK, TOWN, at

VISITS = """
  - rule: visits-of-the-alone
    because: P
    name: {zh: 独居老人走访, en: visits of the elderly alone}
    kind: visit
    who: leader
    every: month
    owes: {record: visit, for_each: {household: alone}}
    missing: [{to: [office]}]
  - rule: visits-of-all
    because: P
    name: {zh: 全覆盖, en: all households}
    kind: visit
    who: leader
    every: month
    owes: {record: visit, cover: household}
  - rule: checks
    because: P
    name: {zh: 核实, en: checks}
    kind: verification
    who: office
    every: month
    owes: {record: check, share: {alone: 50, other: 50}, of: visit}
"""
FORMS = """
  visit: {name: {zh: 走访, en: visit}, because: P, about: household, by: leader, facts: {found: text}}
  check: {name: {zh: 核实, en: check}, because: P, about: household, by: office, facts: {found: text}}
duties:
"""
LEDGER = """
ledger:
  types:
    household:
      name: {zh: 户, en: household}
      because: P
      kind: household
      facts: {group: {type: 'one of [alone, other]', name: {zh: 户别, en: kind}}}
      groups: [group]
      entered_by: [leader]
  own_grid: {because: P, units: [leader]}
"""
FILES = {f"{TOWN}/pack.yaml": PACK.replace("\nduties:\n", FORMS) + VISITS + LEDGER}
ALONE, ALL, CHECKS = "visits-of-the-alone", "visits-of-all", "checks"


@pytest.fixture
def visited(open_house: Open) -> House:
    """A town that owes visits, before its ledger has said anything."""
    found = open_house()
    found.letting_in()
    found.take(found.mail.edition(FILES))
    found.work()
    return found


def heard(house: House, when: str, *changes: Mapping[str, Any]) -> None:
    """Hear the ledger say what became of entries."""
    whole = [{"type": "household", "kind": "household", "event": "entered", **change} for change in changes]
    said = {"changes": whole, "at": at(when).isoformat()}
    tally = house.take(house.mail.message("ledger.changed", f"town/{TOWN}", said, at(when), source="ledger"))
    assert tally.done == 1


def entered(entry: str, group: str, place: str = "east") -> dict[str, Any]:
    """A household that is entered."""
    return {"entry": entry, "place": place, "groups": {"group": group}}


def visit(house: House, subject: str, day: str = "2026-03-10", who: str = "east") -> None:
    """A visit is recorded."""
    house.keep(who, "visit", subject=subject, day=day, facts={"found": "-"})


def of(house: House, duty: str, post: str = EAST) -> dict[str, Any]:
    """A post's occurrence of March, as whoever watches the town is shown it."""
    (found,) = [
        each
        for each in house.get("/occurrences", **{"from": "2026-03-01", "to": "2026-03-31", "limit": "200"})[
            "occurrences"
        ]
        if (each["duty"], each["post"]) == (duty, post)
    ]
    return dict(found)


def missing(house: House, duty: str, post: str = EAST) -> list[str]:
    """Who is missed, by reference."""
    return list(of(house, duty, post)["lacks"]["subjects"])


@pytest.mark.proves("P001-13.3", "P001-12.4")
def test_each_member_of_a_class_is_owed_and_missed_by_reference(visited: House) -> None:
    """Households of the class in the own grid: one that was visited is missed no more, the last one meets the month."""
    heard(visited, "2026-03-02 08:00", entered("h-1", "alone"), entered("h-2", "alone"), entered("h-3", "other"),
          entered("h-4", "alone", "west"))  # fmt: skip
    assert missing(visited, ALONE) == ["h-1", "h-2"]
    assert missing(visited, ALONE, WEST) == ["h-4"]
    assert missing(visited, ALL) == ["h-1", "h-2", "h-3"]
    visited.at("2026-03-10 09:00")
    visit(visited, "h-1")
    assert missing(visited, ALONE) == ["h-2"]
    visit(visited, "h-2")
    assert of(visited, ALONE)["state"] == "met"
    assert missing(visited, ALL) == ["h-3"]
    visited.at("2026-04-02 09:00")
    assert of(visited, ALL)["state"] == "missing"
    assert of(visited, ALONE)["state"] == "met"


def test_nothing_but_references_and_groups_is_kept(visited: House) -> None:
    """The copy has no place for a name, a fact or a source."""
    heard(visited, "2026-03-02 08:00", entered("h-1", "alone"))
    assert set(subjects.c.keys()) == {
        "entry", "fact", "number", "since_at", "town", "kind", "place", "value", "until_at",
    }  # fmt: skip
    with visited.store.read() as conn:
        rows = conn.execute(sa.select(subjects.c.fact, subjects.c.value)).all()
    assert sorted(map(tuple, rows)) == [("", ""), ("group", "alone")]


def test_without_anybody_to_visit_the_duty_is_listed(visited: House) -> None:
    """No ledger has said anything: nothing is missing, no clock runs, it is listed without a verdict."""
    assert of(visited, ALONE)["state"] == "unjudged"
    (owed,) = [m for m in visited.said("duty.owed") if (m.data.duty, m.data.unit) == (ALONE, EAST)]
    assert owed.data.due_at is None


def test_with_somebody_to_visit_a_clock_runs(open_house: Open) -> None:
    """Members that are known when the month opens give it an end, so it can be missed and told."""
    house = open_house("2026-02-20 08:00")
    house.letting_in()
    house.take(house.mail.edition(FILES))
    heard(house, "2026-02-20 08:00", entered("h-1", "alone"))
    house.work()
    house.at("2026-03-01 08:00")
    owed = {
        m.data.unit: m.data
        for m in house.said("duty.owed")
        if m.data.duty == ALONE and m.data.label.month == 3
    }
    assert owed[EAST].due_at is not None
    assert owed[WEST].due_at is None


def test_whoever_moves_ends_or_changes_group_is_missed_no_longer(visited: House) -> None:
    """And where that was the last one, the month is met without another record."""
    heard(visited, "2026-03-02 08:00", *(entered(f"h-{n}", "alone") for n in range(1, 5)))
    visited.at("2026-03-10 09:00")
    visit(visited, "h-1")
    heard(visited, "2026-03-10 09:00", {"entry": "h-2", "event": "ended", "place": "east"})
    assert missing(visited, ALONE) == ["h-3", "h-4"]
    heard(
        visited,
        "2026-03-10 09:00",
        {"entry": "h-3", "event": "stated", "place": "east", "groups": {"group": "other"}},
    )
    assert missing(visited, ALONE) == ["h-4"]
    assert not [m for m in visited.said("duty.met") if m.data.duty == ALONE]
    heard(visited, "2026-03-10 09:00", {"entry": "h-4", "event": "moved", "place": "west"})
    assert of(visited, ALONE)["state"] == "met"
    assert missing(visited, ALONE, WEST) == ["h-4"]
    assert [m.data.unit for m in visited.said("duty.met") if m.data.duty == ALONE] == [EAST]


def test_what_was_owed_last_month_was_owed_to_those_who_were_there(visited: House) -> None:
    """Whoever comes or goes after the month has closed changes nothing of it."""
    heard(visited, "2026-03-02 08:00", entered("h-1", "alone"))
    visited.at("2026-04-05 09:00")
    heard(
        visited,
        "2026-04-05 09:00",
        entered("h-2", "alone"),
        {"entry": "h-1", "event": "ended", "place": "east"},
    )
    assert missing(visited, ALONE) == ["h-1"]


@pytest.mark.proves("P001-13.7")
def test_a_share_is_taken_of_what_others_recorded(visited: House) -> None:
    """Half of each class that was visited is to be checked; a part of a household is a household."""
    heard(
        visited,
        "2026-03-02 08:00",
        *(entered(f"h-{n}", "alone") for n in range(1, 5)),
        entered("h-9", "other"),
    )
    office = f"{TOWN}/office"
    visited.at("2026-03-10 09:00")
    for number in (1, 2, 3):
        visit(visited, f"h-{number}")
    assert missing(visited, CHECKS, office) == ["h-1", "h-2"]
    visited.keep("office", "check", subject="h-3", day="2026-03-10", facts={"found": "-"})
    assert missing(visited, CHECKS, office) == ["h-1"]
    visited.keep("office", "check", subject="h-1", day="2026-03-10", facts={"found": "-"})
    assert of(visited, CHECKS, office)["state"] == "met"


def test_heard_twice_is_kept_once(visited: House) -> None:
    """Sent again, as to a service that comes later, it is the same."""
    change = entered("h-1", "alone")
    heard(visited, "2026-03-02 08:00", change)
    heard(visited, "2026-03-02 08:00", change)
    with visited.store.read() as conn:
        assert len(conn.execute(sa.select(subjects)).all()) == 2


def test_the_ledgers_past_is_kept_for_whoever_comes_later() -> None:
    """A service that is newer than the ledger of its house hears it from the beginning, so nothing of it may go."""
    assert all(is_history(source) for source in TOLD_AGAIN)
    assert "ledger" in TOLD_AGAIN
