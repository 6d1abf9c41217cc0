"""Spot checks: drawn by lot from what others recorded, in the pack's shares, so that anybody draws the same again."""

import hashlib
import hmac
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.duties.domain.drawing import draw, share_of
from tests.occurrences.conftest import House, Open
from tests.occurrences.packs import OFFICE
from tests.occurrences.surveyed import FILES as SURVEYED
from tests.occurrences.test_members import CHECKS, FILES, entered, heard, visit

SEEDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
REFERENCES = st.sets(st.text(max_size=12), max_size=40)


def oracle(seed: str, references: set[str], number: int) -> list[str]:
    """The same as the guide words it: every lot written down, all sorted, the first taken."""
    lots = []
    for reference in references:
        code = hmac.HMAC(bytes.fromhex(seed), digestmod="sha256")
        code.update(reference.encode("utf-8"))
        lots.append((code.hexdigest(), reference))
    return [reference for _, reference in sorted(lots)][:number]


@given(SEEDS, REFERENCES, st.integers(0, 50), st.randoms())
def test_the_same_seed_draws_the_same_in_whatever_order_things_come(
    seed: str, references: set[str], number: int, chance: Any
) -> None:
    """Against an oracle of its own; and a larger sample begins with the smaller one."""
    shuffled = sorted(references)
    chance.shuffle(shuffled)
    found = draw(seed, shuffled, number)
    assert found == oracle(seed, references, number)
    assert draw(seed, shuffled, number + 1)[:number] == found


@given(SEEDS, REFERENCES, st.text(max_size=12), st.integers(0, 50))
def test_what_is_not_drawn_changes_nothing_when_it_goes(
    seed: str, references: set[str], other: str, number: int
) -> None:
    """One thing more or less moves one lot at most."""
    without = draw(seed, references - {other}, number)
    with_ = draw(seed, references | {other}, number)
    assert len(set(with_) - set(without)) <= 1
    assert [each for each in with_ if each != other] == without[: len(with_) - (other in with_)]


@pytest.mark.parametrize(
    ("number", "percent", "drawn"),
    [(4, 30, 2), (4, 50, 2), (5, 50, 3), (1, 10, 1), (0, 50, 0), (10, 100, 10), (100, 20, 20)],
)
def test_a_part_of_a_thing_is_a_thing(number: int, percent: int, drawn: int) -> None:
    """30 per cent of four are two, as duties count a share."""
    assert share_of(number, percent) == drawn


def test_each_has_the_same_chance() -> None:
    """Of ten, three are drawn by two thousand seeds: each about six hundred times (five deviations wide)."""
    times = dict.fromkeys(map(str, range(10)), 0)
    for number in range(2000):
        for reference in draw(hashlib.sha256(str(number).encode()).hexdigest(), times, 3):
            times[reference] += 1
    assert all(abs(each - 600) < 103 for each in times.values()), times


def test_a_draw_holds_what_it_draws_and_no_more() -> None:
    """A hundred from a hundred thousand that nobody keeps: a small part of what they weigh."""

    def many() -> Iterator[str]:
        return (f"reference-{number:08d}" for number in range(100_000))

    tracemalloc.start()
    found = draw("00" * 16, many(), 100)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 100
    assert peak < 500_000


@pytest.fixture
def visited(open_house: Open) -> House:
    """Nine households of two classes in the east, all but one visited in March; it is the 20th."""
    house = open_house()
    house.letting_in()
    house.take(house.mail.edition(FILES))
    house.work()
    alone = [entered(f"alone-{number}", "alone") for number in range(5)]
    heard(house, "2026-03-02 09:00", *alone, *(entered(f"other-{number}", "other") for number in range(4)))
    house.at("2026-03-12 09:00")
    for each in [*(f"alone-{number}" for number in range(5)), *(f"other-{number}" for number in range(3))]:
        visit(house, each)
    house.at("2026-03-20 09:00")
    return house


def drawn(house: House, who: str = "office", **more: str) -> Any:
    """A sample for the office's occurrence of March."""
    body = {"occurrence": house.occurrence(CHECKS, "2026-03-31", OFFICE), **more}
    status, made = house.ask("POST", "/samples", who, body)
    assert status == 201, made
    return made


def whole(house: House, sample: str) -> Any:
    return house.get(f"/samples/{sample}", "office")


def test_40_a_sample_is_drawn_in_the_packs_shares_and_anybody_draws_it_again(visited: House) -> None:
    """Half of each class of those who were visited: three of five and two of three; never one whom nobody visited."""
    made = drawn(visited)
    assert [(each["key"], each["share"], each["size"], each["drawn"]) for each in made["strata"]] == [
        ("alone", 50, 5, 3),
        ("other", 50, 3, 2),
    ]
    frame = visited.get(f"/samples/{made['id']}/frame", "office")["things"]
    things = whole(visited, made["id"])["things"]
    for stratum, number in (("alone", 3), ("other", 2)):
        there = {each["ref"] for each in frame if each["stratum"] == stratum}
        expected = oracle(made["seed"], there, number)
        assert [each["ref"] for each in things if each["stratum"] == stratum] == expected
    assert [each["place"] for each in things] == [1, 2, 3, 4, 5]
    assert "other-3" not in {each["ref"] for each in frame}
    assert (made["algorithm"], len(made["seed"])) == ("hmac-sha-256", 32)


def test_40_what_was_found_is_a_record_and_the_sample_shows_how_far_it_is(visited: House) -> None:
    """Each drawn thing is verified by the office's form; the share of the duty is met when all of them are."""
    made = drawn(visited)
    things = [each["ref"] for each in whole(visited, made["id"])["things"]]
    first = visited.keep("office", "check", subject=things[0], facts={"found": "so"})
    shown = whole(visited, made["id"])
    assert (shown["done"], shown["drawn"], shown["strata"][0]["done"]) == (1, 5, 1)
    assert shown["things"][0] == {
        "ref": things[0], "stratum": "alone", "place": 1, "done": True, "record": first["id"],
    }  # fmt: skip
    put_right = visited.keep(
        "office", "check", subject=things[0], facts={"found": "not so"}, corrects=first["id"]
    )
    assert whole(visited, made["id"])["things"][0]["record"] == put_right["id"]
    for each in things[1:]:
        visited.keep("office", "check", subject=each, facts={"found": "so"})
    assert whole(visited, made["id"])["done"] == 5
    assert visited.rows(CHECKS, OFFICE)["2026-03-31"]["state"] == "met"


def test_nobody_draws_until_the_lot_falls_as_it_should(visited: House) -> None:
    """From days that were drawn from is not drawn again; of later days, and only when they are over."""
    made = drawn(visited)
    body = {"occurrence": made["occurrence"]}
    status, refused = visited.ask("POST", "/samples", "supervisor", body)
    assert (status, refused["code"]) == (409, "drawn-already")
    assert (
        visited.ask("POST", "/samples", "office", {**body, "from": "2026-03-20"})[1]["code"]
        == "not-of-occurrence"
    )
    visited.at("2026-03-25 09:00")
    visit(visited, "other-3", "2026-03-22")
    again = drawn(visited, **{"from": "2026-03-20"})
    assert [each["size"] for each in again["strata"]] == [0, 1]
    assert {each["id"] for each in visited.get("/samples", "office")["samples"]} == {made["id"], again["id"]}


def test_who_draws_and_who_sees(visited: House) -> None:
    """Whoever verifies, and who watches the town; nobody else learns that there is one."""
    occurrence = visited.occurrence(CHECKS, "2026-03-31", OFFICE)
    status, refused = visited.ask("POST", "/samples", "east", {"occurrence": occurrence})
    assert (status, refused["code"]) == (403, "not-yours")
    made = drawn(visited, "supervisor")
    assert made["yours"] is False
    assert whole(visited, made["id"])["yours"] is True
    assert visited.ask("GET", f"/samples/{made['id']}", "east")[0] == 404
    assert visited.ask("GET", f"/samples/{made['id']}/frame", "east")[0] == 404
    assert visited.get("/samples", "east")["samples"] == []
    alone = visited.occurrence("visits-of-the-alone", "2026-03-31")
    assert visited.ask("POST", "/samples", "supervisor", {"occurrence": alone})[1]["code"] == "no-shares"


def test_closed_cases_are_drawn_from_those_that_are_named(open_house: Open) -> None:
    """A person says which there were and how many per cent; what was found is a record about the case."""
    house = open_house()
    house.letting_in()
    house.take(house.mail.edition(SURVEYED))
    house.work()
    body = {"form": "spot-check", "share": 20, "from": "2026-02-01", "to": "2026-02-28",
            "cases": [f"case-{number}" for number in range(12)]}  # fmt: skip
    status, made = house.ask("POST", "/samples", "office", body)
    assert (status, made["of"]) == (201, "case")
    assert [(each["size"], each["drawn"]) for each in made["strata"]] == [(12, 3)]
    found = house.get(f"/samples/{made['id']}", "office")["things"]
    assert [each["ref"] for each in found] == oracle(made["seed"], set(body["cases"]), 3)  # type: ignore[arg-type]
    house.keep("office", "spot-check", subject=found[0]["ref"], facts={"is_so": True})
    assert house.get(f"/samples/{made['id']}", "office")["done"] == 1
    assert house.ask("POST", "/samples", "office", body)[1]["code"] == "drawn-already"
    assert house.ask("POST", "/samples", "office", {"form": "spot-check"})[1]["code"] == "sample-unsaid"
    later = {**body, "from": "2026-03-01", "to": "2026-03-01"}
    assert (
        house.ask("POST", "/samples", "office", {**later, "form": "work-log"})[1]["code"]
        == "form-not-of-cases"
    )
    assert house.ask("POST", "/samples", "office", {**later, "cases": []})[1]["code"] == "nothing-to-draw"
    assert house.ask("POST", "/samples", "office", {**later, "to": "2026-03-02"})[1]["code"] == "sample-days"
