"""Organisations whose staff is to have terminals: 199 not, 200 (S-086, RC-11), as far as one reads what decides it."""

import pytest

from tests.ledger.house import House


def company(house: House, staff: int) -> str:
    """Enter a company with so many staff."""
    return str(house.enter("clerk", "company", place="east-2", facts={"staff": staff})["id"])


def entitled(house: House, who: str, **query: object) -> list[str]:
    """The organisations that somebody is shown."""
    found = house.told(who, "GET", "/entitled", entitlement="companies", **query)
    return [each["id"] for each in found["entries"]]


@pytest.mark.proves("P003.18")
def test_two_hundred_are_enough_and_one_less_is_not() -> None:
    """By what holds now: a company that grew is listed from then on."""
    house = House()
    small, _ = company(house, 199), company(house, 10)
    large = company(house, 200)
    assert entitled(house, "centre") == [large]
    grown = {"facts": {"staff": 201}, "date": "2026-03-02", "source": "visit"}
    house.told("clerk", "POST", f"/entries/{small}/statements", grown)
    assert entitled(house, "centre") == [small, large]


def test_pages_go_on_over_what_does_not_fit() -> None:
    """A page may show nothing and be followed; together they are the whole list."""
    house = House()
    company(house, 1)
    large = company(house, 300)
    first = house.told("centre", "GET", "/entitled", entitlement="companies", limit=1)
    assert (first["entries"], first["next"] is None) == ([], False)
    rest = house.told("centre", "GET", "/entitled", entitlement="companies", limit=1, cursor=first["next"])
    assert [each["id"] for each in rest["entries"]] == [large]


def test_whoever_reads_no_entries_of_the_type_is_shown_none_and_posts_are_not_asked_here() -> None:
    """The operator keeps rules and no ledger; an entitlement of posts is unknown here, as is any other."""
    house = House()
    company(house, 300)
    assert entitled(house, "operator") == []
    for key in ("clerks", "none-such"):
        assert house.refused("centre", "GET", "/entitled", entitlement=key) == "entitlement-unknown"
