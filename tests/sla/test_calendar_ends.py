"""The operator is warned sixty days before the days known run out."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from shared.db.work import Work
from shared.flow.limit_books import LimitBooks
from shared.rules.clocks.rulebook import LimitBook
from tests.e2e.own_town import PACK, TOWN, OwnTown

# Years of its own: how far the official table reaches changes with each edition of it.
KNOWN = PACK.replace(
    "calendar: {official: china, weekend: [sat, sun]}", "calendar: {weekend: [sat, sun], years: [2026, 2027]}"
)


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """A town that knows its days until the end of 2027."""
    made = OwnTown("2027-10-01 09:00", KNOWN)
    made.clients["notify"] = Client(made.house.services["notify"].app)
    made.clients["registry"] = Client(made.house.services["registry"].app)
    yield made
    made.close()


def warned(town: OwnTown) -> list[Any]:
    """Return the texts of the operator's desk about the end of the calendar."""
    headers = {"Authorization": f"Bearer {town.tokens['operator']}", "Accept-Language": "en"}
    answer = town.clients["notify"].get("/v1/inbox?desk=operator", headers=headers)
    assert answer.status_code == 200, answer.text
    return [item for item in answer.get_json()["items"] if "The days of" in str(item)]


def look(town: OwnTown, label: str) -> list[Any]:
    """Let time come to a moment at which something happens, and return the warnings."""
    town.advance(label)
    town.report()
    town.advance(label.replace("09:00", "11:00"))
    return warned(town)


def test_sixty_days_before_the_end_and_once(town: OwnTown) -> None:
    """Not on the 61st day before, on the 60th, and never again for the same year."""
    assert look(town, "2027-11-01 09:00") == []
    assert len(look(town, "2027-11-02 09:00")) == 1
    assert "2028" in str(warned(town)[0])
    assert len(look(town, "2027-12-20 09:00")) == 1


def test_nobody_is_warned_of_a_year_that_is_known(town: OwnTown) -> None:
    """Next year's days came in time, after it was looked at how far the days are known."""
    assert look(town, "2027-10-20 09:00") == []
    headers = {"Authorization": f"Bearer {town.tokens['operator']}"}
    answer = town.clients["registry"].post(
        f"/v1/towns/{TOWN}/calendar", json={"years": [2028]}, headers=headers
    )
    assert answer.status_code == 201
    town.house.world.settle()
    assert look(town, "2027-12-20 09:00") == []


def test_an_unchanged_edition_is_built_once_however_often_it_is_looked_at(
    town: OwnTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of towns are looked at every hour: none is built again for it."""
    asked: list[str] = []
    book = LimitBooks.book

    def counted(self: LimitBooks, work: Work, edition: str, of_town: str) -> LimitBook:
        asked.append(sys._getframe(1).f_code.co_filename)
        return book(self, work, edition, of_town)

    monkeypatch.setattr(LimitBooks, "book", counted)
    for day in range(4, 9):
        town.advance(f"2027-10-{day:02} 09:00")
    assert sum(name.endswith("calendar_end.py") for name in asked) <= 1
