"""What somebody orders, through the running house: told, warned of, overdue, replied to, sent back; a campaign.

By their numbers among the systems that a town's rules ask for: supervision in person of what was reported twice (37).
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.test_duties import OwingTown
from tests.occurrences.conftest import EAST, WEST
from tests.occurrences.packs import OFFICE, TOWN

ORDERS = f"/v1/towns/{TOWN}/orders"


@pytest.fixture
def town() -> Iterator[OwingTown]:
    """The town on the morning of the 2nd of March 2026, a Monday."""
    made = OwingTown()
    yield made
    made.house.close()


def ordered(town: OwingTown, who: str, **body: Any) -> tuple[str, dict[str, str]]:
    """Give an order; its path, and the occurrence of each post."""
    order = town.ask("POST", ORDERS, who, json=body)
    path = f"{ORDERS}/{order['id']}"
    posts = town.ask("GET", f"{path}/posts", who)["posts"]
    return path, {each["post"]: each["id"] for each in posts}


def test_37_what_was_reported_twice_is_supervised_by_an_order_with_a_limit_of_its_own(
    town: OwingTown,
) -> None:
    """A case still open at the second meeting that carries it: the office orders its settlement in writing. The unit
    hears of it, is reminded, and what stays overdue comes before the centre; a reply that is sent back is owed again,
    and the second one ends it. The case itself has no clock of all this.
    """
    report = {"text": "the wall leans", "category": "quarrel", "place": "east", "channel": "app"}
    case = town.ask("POST", f"/v1/towns/{TOWN}/cases", "reporter", "intake", json=report)["case"]
    town.advance("2026-03-10 09:00")
    meeting = town.occurrence("weekly-meeting", "2026-03-09", OFFICE)["id"]
    carried = town.ask("GET", f"/v1/towns/{TOWN}/occurrences/{meeting}", "supervisor")
    assert carried["carries"]
    assert carried["held_before"] == ["2026-03-02"]
    words = {"words": "settle it and say how", "subject": case, "posts": [EAST]}
    path, posts = ordered(town, "office", duty="supervision-order", **words)
    event, text = town.told("east", "supervision-order")[0]
    assert event == "ordered"
    assert text == "supervision order (2026-1) was given to grid leader of East: reply by 2026-03-13 24:00."
    town.advance("2026-03-13 09:00")
    assert [event for event, _ in town.told("east", "supervision-order")] == ["ordered", "warned"]
    assert town.told("centre", "supervision-order") == []
    town.advance("2026-03-14 09:00")
    assert [event for event, _ in town.told("centre", "supervision-order")] == ["escalated"]
    late = {"facts": {"done": "propped up"}, "occurrence": posts[EAST], "day": "2026-03-13"}
    town.keep("east", "reply", **late)
    assert town.told("office", "supervision-order")[-1][0] == "met"
    answer = f"{path}/replies/{posts[EAST]}"
    town.ask("POST", answer, "office", json={"accepted": False, "words": "mend it", "until": "2026-03-20"})
    assert [event for event, _ in town.told("east", "supervision-order")][2:] == ["reopened", "moved"]
    town.advance("2026-03-17 09:00")
    town.keep("east", "reply", facts={"done": "mended"}, occurrence=posts[EAST])
    town.ask("POST", answer, "office", json={"accepted": True})
    town.advance("2026-03-24 09:00")
    assert [event for event, _ in town.told("centre", "supervision-order")][1:] == ["corrected"]
    counts = town.ask("GET", path, "office")["counts"]
    assert (counts["met"], counts["accepted"], counts["rate"]) == (1, 1, 100)
    assert town.ask("GET", f"/v1/towns/{TOWN}/deadlines", "supervisor", "sla")["deadlines"] == []


def test_a_campaign_is_given_to_every_grid_told_of_and_ended(town: OwingTown) -> None:
    """One task to many: each grid hears of it, who has not done it is told of at the end, and of its end all hear."""
    path, posts = ordered(
        town, "centre", duty="gas-campaign", words="every shop", everybody=True, until="2026-03-06"
    )
    assert posts.keys() == {EAST, WEST}
    town.keep("east", "checked", facts={"shops": 3}, occurrence=posts[EAST])
    town.advance("2026-03-07 09:00")
    (missed,) = [text for _, text in town.told("office", "gas-campaign")]
    assert "of West was due by 2026-03-06 24:00" in missed
    counts = town.ask("GET", path, "supervisor")["counts"]
    assert (counts["met"], counts["missing"], counts["rate"]) == (1, 1, 50)
    town.ask("POST", f"{path}/end", "centre", json={"reason": "over"})
    assert [event for event, _ in town.told("west", "gas-campaign")] == ["ordered", "withdrawn"]
    assert [event for event, _ in town.told("east", "gas-campaign")] == ["ordered"]
    assert [event for event, _ in town.told("office", "gas-campaign")] == ["escalated", "corrected"]
