"""Pages of what is done on order: given from a case, a campaign from the list, replied to, sent back, accepted."""

import re
from collections.abc import Iterator

import pytest

from tests.console.owing import BASE, OwingConsole, owing_console
from tests.occurrences.conftest import EAST, WEST

CASE = "case-17"
NEW = f"{BASE}/orders/new"


@pytest.fixture(scope="module")
def town() -> Iterator[OwingConsole]:
    """The town on the morning of the 2nd of March 2026."""
    with owing_console() as made:
        yield made


def order_of(answer_location: str | None) -> str:
    """The path of the order that a form led to."""
    assert answer_location is not None
    found = re.search(rf"{BASE}/orders/[^/?]+$", answer_location)
    assert found, answer_location
    return found.group()


def test_a_supervision_order_is_given_replied_to_sent_back_and_accepted(town: OwingConsole) -> None:
    """From the case's link to the accepted reply, each by the page of whoever does it."""
    office, east = town.signed_in("office"), town.signed_in("east")
    listed = office.get(f"{BASE}/orders?subject={CASE}&about=case").text
    assert "New: supervision order" in listed
    assert "gas campaign" not in listed
    form = f"{NEW}?duty=supervision-order&subject={CASE}&about=case"
    body = {"duty": "supervision-order", "subject": CASE, "words": "mend the wall", "post": EAST}
    path = order_of(office.post(NEW, body, seen_at=form).headers["Location"])
    page = office.get(path).text
    assert "mend the wall" in page
    assert "2026-1" in page
    assert "About a case that you can" in page, "there is no such case for anybody"
    town.house.world.settle()
    occurrence = town.ask(path.removeprefix(BASE) + "/posts", "office")["posts"][0]["id"]
    owed = east.get(f"{BASE}/occurrences/{occurrence}").text
    assert "mend the wall" in owed
    assert path in owed
    record = f"{BASE}/occurrences/{occurrence}/record"
    east.post(record, {"fact.done": "propped up", "day": "2026-03-02", "finished": "yes"}, seen_at=record)
    page = office.get(path).text
    assert "propped up" in page
    assert "Accept or send back" in page
    assert "Accept or send back" not in east.get(path).text
    answer = f"{path}/replies/{occurrence}"
    refused = office.post(answer, {"accepted": "no", "words": ""}, seen_at=path)
    assert refused.status_code == 422
    assert "is sent back with a reason" in refused.text
    office.post(answer, {"accepted": "no", "words": "no picture", "until": "2026-03-09"}, seen_at=path)
    back = east.get(path).text
    assert "sent back" in back
    assert "no picture" in back
    assert record in back
    town.advance("2026-03-02 08:30")
    east.post(record, {"fact.done": "built anew", "day": "2026-03-02", "finished": "yes"}, seen_at=record)
    office.post(answer, {"accepted": "yes"}, seen_at=path)
    assert "accepted" in office.get(f"{BASE}/orders?subject={CASE}").text


def test_a_campaign_is_given_to_all_changed_and_ended(town: OwingConsole) -> None:
    """How many have done it stands in the list; without a day it is not given, and what was typed stays."""
    centre = town.signed_in("centre")
    form = f"{NEW}?duty=gas-campaign"
    assert all(name in centre.get(form).text for name in ("All of them (2)", "East", "West"))
    body = {"duty": "gas-campaign", "words": "every shop", "everybody": "yes"}
    refused = centre.post(NEW, body, seen_at=form)
    assert refused.status_code == 422
    assert "every shop" in refused.text
    path = order_of(centre.post(NEW, {**body, "until": "2026-03-20"}, seen_at=form).headers["Location"])
    posts = town.ask(path.removeprefix(BASE) + "/posts", "centre")["posts"]
    assert {each["post"] for each in posts} == {EAST, WEST}
    (own,) = [each["id"] for each in posts if each["post"] == WEST]
    west, record = town.signed_in("west"), f"{BASE}/occurrences/{own}/record"
    west.post(record, {"fact.shops": "7", "day": "2026-03-02", "finished": "yes"}, seen_at=record)
    assert "1 of 2 (50%)" in centre.get(f"{BASE}/orders?duty=gas-campaign").text
    centre.post(f"{path}/change", {"words": "stores too", "until": "2026-03-31"}, seen_at=path)
    assert "stores too" in centre.get(path).text
    assert "2026-03-31" in town.ask(path.removeprefix(BASE) + "/posts", "centre")["posts"][0]["on"]
    centre.post(f"{path}/end", {"reason": "over"}, seen_at=path)
    assert "Ended" in centre.get(path).text
    assert "nothing" not in town.signed_in("west").get(path).text.lower()


def test_whoever_may_order_nothing_is_told_so(town: OwingConsole) -> None:
    """The page of a new order has no form for a grid worker, and says why."""
    page = town.signed_in("officer").get(NEW).text
    assert "There is nothing for you to order" in page
    assert 'name="words"' not in page
