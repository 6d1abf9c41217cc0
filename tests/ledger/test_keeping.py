"""Entries are kept once, each word with its day and its source; nobody's word is overwritten."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from services.ledger.store.tables import claims
from shared.db.claims import KEPT_FOR
from tests.ledger.house import House, files


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The ledger on either store."""
    services_own: Callable[[str], str] | None = (
        request.getfixturevalue("services_own") if request.param == "postgresql" else None
    )
    made = House(services_own("ledger") if services_own else "sqlite://")
    yield made
    made.store.close()


def values(entry: dict[str, Any]) -> dict[str, Any]:
    """What an entry's facts say now."""
    return {fact: said["value"] for fact, said in entry["facts"].items()}


@pytest.mark.proves("P004.17", "P000.13", "P002A.11")
@pytest.mark.parametrize(("without", "code"), [("date", "date-missing"), ("source", "source-missing")])
def test_nothing_is_said_without_day_and_source(house: House, without: str, code: str) -> None:
    """Entering and changing need since when it is so and who told: an update without a date is refused."""
    said: dict[str, Any] = {"facts": {"number": "7"}, "date": "2026-03-02", "source": "visit"}
    del said[without]
    new = {"type": "house", "place": "east-1", **said}
    assert house.refused("clerk", "POST", "/entries", new) == code
    known = house.enter("clerk", "house", place="east-1", facts={"number": "7"})["id"]
    assert house.refused("clerk", "POST", f"/entries/{known}/statements", said) == code


def test_a_day_to_come_is_none_yet(house: House) -> None:
    """Nothing is entered as of tomorrow."""
    new = {
        "type": "house",
        "place": "east-1",
        "facts": {"number": "7"},
        "date": "2999-03-03",
        "source": "visit",
    }
    assert house.refused("clerk", "POST", "/entries", new) == "date-ahead"


@pytest.mark.proves("P003.19")
def test_the_second_department_is_shown_the_first_entry(house: House) -> None:
    """Who enters what is there already gets that entry and adds to it; no second one is made."""
    first = house.enter("clerk", "house", place="east-1", facts={"number": "7"})
    again = house.ask(
        "grid", "POST", "/entries",
        {"type": "house", "place": "east-1", "facts": {"number": "7"}, "date": "2026-03-02", "source": "patrol"},
    )  # fmt: skip
    assert (first["known"], again.status_code, again.json["known"]) == (False, 200, True)
    assert again.json["id"] == first["id"]
    assert again.json["entry"]["facts"]["number"]["others"] == [
        {"value": "7", "since": "2026-03-02", "source": "visit"}
    ]
    assert len(house.told("centre", "GET", "/entries", type="house")["entries"]) == 1


def test_who_may_not_read_learns_only_that_it_is_there(house: House) -> None:
    """The second to enter something sees of it what they may read, and no more."""
    household = house.household()
    answer = house.enter("clerk", "person", about=household, facts={"name": "甲", "health": "needs care"})
    assert "health" in answer["entry"]["facts"]
    seen = house.told("works", "GET", f"/entries/{answer['id']}")
    assert "health" not in seen["facts"]


@pytest.mark.proves("P000.22")
def test_two_sources_that_differ_stand_side_by_side(house: House) -> None:
    """Nobody's word is overwritten; the entry is listed as one on which sources differ until somebody settles it."""
    key = house.household()
    at = f"/entries/{key}"
    house.told(
        "clerk",
        "POST",
        f"{at}/statements",
        {"facts": {"members": 5}, "date": "2026-03-01", "source": "police"},
    )
    shown = house.told("clerk", "GET", at)
    assert shown["differs"] == ["members"]
    assert (shown["facts"]["members"]["value"], shown["facts"]["members"]["others"]) == (
        3, [{"value": 5, "since": "2026-03-01", "source": "police"}],
    )  # fmt: skip
    listed = house.told("centre", "GET", "/entries", differs="yes")["entries"]
    assert [each["id"] for each in listed] == [key]
    house.told(
        "clerk",
        "POST",
        f"{at}/confirmations",
        {"facts": {"members": 5}, "date": "2026-03-02", "source": "seen"},
    )
    settled = house.told("clerk", "GET", at)
    assert (settled["differs"], values(settled)["members"], settled["facts"]["members"]["others"]) == (
        [],
        5,
        [],
    )
    assert house.told("centre", "GET", "/entries", differs="yes")["entries"] == []
    history = house.told("clerk", "GET", f"{at}/statements")["statements"]
    assert [(said["event"], said["source"]) for said in history] == [
        ("entered", "visit"), ("stated", "police"), ("confirmed", "seen"),
    ]  # fmt: skip


@pytest.mark.proves("P001-08.5")
def test_a_death_ends_and_a_move_takes_all_along(house: House) -> None:
    """Changes that people know by name end an entry, move it with all that belongs to it, or are noted."""
    household = house.household()
    born = house.enter("clerk", "person", about=household, facts={"name": "乙"}, change="birth")["id"]
    old = house.enter("clerk", "person", about=household, facts={"name": "丙"})["id"]
    dated = {"date": "2026-03-02", "source": "register"}
    house.told("clerk", "POST", f"/entries/{old}/changes", {"change": "death", **dated})
    house.told("clerk", "POST", f"/entries/{born}/changes", {"change": "arrival", **dated})
    house.told(
        "clerk", "POST", f"/entries/{household}/changes", {"change": "moving", "place": "east-2", **dated}
    )
    moved = house.told("clerk", "GET", f"/entries/{household}")
    assert (moved["place"], [each["id"] for each in moved["members"]]) == ("east-2", [born])
    assert (moved["members"][0]["place"], values(moved["members"][0])["moved"]) == ("east-2", True)
    assert house.told("clerk", "GET", f"/entries/{old}")["ended_on"] == "2026-03-02"
    assert house.refused(
        "clerk", "POST", f"/entries/{old}/statements", {"facts": {"moved": True}, **dated}
    ) == ("entry-ended")
    assert (
        house.refused("clerk", "POST", f"/entries/{born}/changes", {"change": "birth", **dated})
        == "change-begins"
    )


def test_an_end_takes_what_belongs_to_it_along(house: House) -> None:
    """With a household its persons end; what has ended is listed as such, and its place in a group is gone."""
    household = house.household(group="alone")
    person = house.enter("clerk", "person", about=household, facts={"name": "乙"})["id"]
    asked = {"type": "household", "group": "group:alone"}
    assert len(house.told("clerk", "GET", "/entries", **asked)["entries"]) == 1
    house.told("clerk", "POST", f"/entries/{household}/end", {"date": "2026-03-02", "source": "visit"})
    assert house.told("clerk", "GET", "/entries", **asked)["entries"] == []
    ended = house.told("clerk", "GET", "/entries", ended="yes")["entries"]
    assert {each["id"] for each in ended} == {household, person}


def test_no_change_makes_two_entries_one(house: House) -> None:
    """A fact that would make an entry the same as another is refused with that other's id."""
    first = house.enter("clerk", "house", place="east-1", facts={"number": "7"})["id"]
    second = house.enter("clerk", "house", place="east-1", facts={"number": "8"})["id"]
    said = {"facts": {"number": "7"}, "date": "2026-03-02", "source": "visit"}
    answer = house.ask("clerk", "POST", f"/entries/{second}/statements", said)
    assert (answer.status_code, answer.json["code"]) == (409, "same-as-other")
    assert first in answer.json["cause"]


def test_what_others_hear_names_nobody(house: House) -> None:
    """Messages say type, grid, groups and event; no fact, no name, no source is in them."""
    household = house.household(group="alone")
    house.enter("clerk", "person", about=household, facts={"name": "丁某某"})
    said = [change for message in house.said() for change in message.data["changes"]]
    assert [(change["type"], change["event"], change.get("groups", {})) for change in said] == [
        ("house", "entered", {}), ("household", "entered", {"group": "alone"}), ("person", "entered", {}),
    ]  # fmt: skip
    assert "丁某某" not in str([message.data for message in house.said()])


def test_what_is_sealed_stands_nowhere_in_clear(house: House) -> None:
    """Neither a sealed fact nor what the law calls sensitive can be read in the store."""
    household = house.household()
    house.enter("clerk", "person", about=household, facts={"name": "戊某某", "health": "needs care"})
    stored = house.everything_stored()
    assert "戊某某" not in stored
    assert "needs care" not in stored


def test_a_new_edition_seals_what_was_open_before(house: House) -> None:
    """What an earlier edition kept in clear is shown sealed under one that seals it."""
    key = house.household()
    rules = files()
    file = "t-more/ledger.yaml"
    rules[file] = rules[file].replace(
        "name: {zh: 人数, en: members}}", "name: {zh: 人数, en: members}, sealed: yes}"
    )
    house.publish(rules, 2)
    shown = house.told("clerk", "GET", f"/entries/{key}")["facts"]["members"]
    assert (shown["value"], shown["sealed"]) == (None, True)
    assert house.opened("clerk", key, "members")[0]["value"] == 3


@pytest.mark.proves("P001-06F.7")
def test_what_nobody_confirms_grows_stale() -> None:
    """Without change an entry is to be confirmed from time to time; where it is not, it is listed."""
    house = House()
    key = house.household()
    assert house.told("clerk", "GET", "/entries", stale="yes")["entries"] == []
    house.clock.set(house.clock.now().replace(year=2027))
    assert [each["id"] for each in house.told("clerk", "GET", "/entries", stale="yes")["entries"]] == [key]
    house.told("clerk", "POST", f"/entries/{key}/confirmations", {"date": "2027-03-01", "source": "visit"})
    assert house.told("clerk", "GET", "/entries", stale="yes")["entries"] == []


def test_what_is_sent_again_under_its_key_is_stated_once(house: House) -> None:
    """A phone that lost its answer sends the same again, and nothing is said twice; another body is refused."""
    key = house.household()
    said = {"date": "2026-03-02", "source": "visit", "facts": {"members": 5}}
    path = f"/entries/{key}/statements"
    first, again = (house.ask("clerk", "POST", path, said, key="phone-1").json for _ in range(2))
    assert first == again
    assert len(house.told("clerk", "GET", path)["statements"]) == 2
    other = house.ask("clerk", "POST", path, {**said, "facts": {"members": 6}}, key="phone-1")
    assert (other.status_code, other.json["code"]) == (409, "key-reused")
    by_another = house.ask("centre", "POST", path, {**said, "source": "office"}, key="phone-1")
    assert by_another.json["code"] != "key-reused"
    assert house.ask("clerk", "POST", path, said, key="a" * 201).json["code"] == "bad-key"


def test_what_is_entered_again_under_its_key_is_still_new(house: House) -> None:
    """The answer to a lost answer says what it said: it was new, and not that it was there already."""
    said = {
        "type": "house",
        "place": "east-1",
        "date": "2026-03-02",
        "source": "visit",
        "facts": {"number": "77"},
    }
    first, again = (house.ask("clerk", "POST", "/entries", said, key="phone-2") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


def test_a_key_is_forgotten_after_its_time(house: House) -> None:
    """Two days, as for reports and records."""
    said = {
        "type": "house",
        "place": "east-1",
        "date": "2026-03-02",
        "source": "visit",
        "facts": {"number": "78"},
    }
    house.ask("clerk", "POST", "/entries", said, key="phone-3")
    (forget,) = (duty for duty in house.service.duties if duty.name == "forget-idempotency-keys")
    assert forget.run(100) == 0
    with house.store.begin() as work:  # as if it had come so long ago
        work.conn.execute(sa.update(claims).values(made_at=work.at - KEPT_FOR))
    assert forget.run(100) == 1


def test_others_hear_whether_all_is_known_of_an_entry_and_not_what(house: House) -> None:
    """Once every fact of its type is stated it is complete; it is said again when that changes, and not otherwise."""
    key = house.household()

    def heard() -> list[bool | None]:
        changes = [each for said in house.said() for each in said.data["changes"] if each["entry"] == key]
        return [each.get("complete") for each in changes]

    def state(**facts: Any) -> None:
        said = {"facts": facts, "date": "2026-03-02", "source": "visit"}
        house.told("clerk", "POST", f"/entries/{key}/statements", said)

    assert heard() == [False]
    state(members=4)
    assert heard() == [False]
    state(group="alone")
    assert heard() == [False, True]
