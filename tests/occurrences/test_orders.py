"""Orders: who gives one, by when it is due, what becomes of a reply, and how far all of them have done it."""

from typing import Any

import pytest

from tests.occurrences.conftest import EAST, WEST, House
from tests.occurrences.packs import OFFICE, OFFICER, at

CASE = "case-17"
ORDER = {"duty": "supervision-order", "words": "report on the wall", "posts": [EAST], "subject": CASE}
CAMPAIGN = {"duty": "gas-campaign", "words": "look at every shop", "everybody": True, "until": "2026-03-20"}


def given(house: House, who: str = "office", **more: Any) -> Any:
    """An order as its giver sees it."""
    status, answer = house.ask("POST", "/orders", who, {**ORDER, **more})
    assert status == 201, answer
    return answer


def owed(house: House, order: str, who: str = "office") -> dict[str, Any]:
    """What an order asks of each post."""
    return {each["post"]: each for each in house.get(f"/orders/{order}/posts", who)["posts"]}


def reply(house: House, order: str, who: str = "east", post: str = EAST, **more: Any) -> Any:
    """Reply to an order."""
    form = {"form": "reply", "facts": {"done": "it stands again"}, **more}
    return house.keep(who, form.pop("form"), occurrence=owed(house, order)[post]["id"], **form)


def said_of(house: House, occurrence: str) -> list[tuple[str, tuple[str, ...]]]:
    """What others heard of an occurrence, and whom it names to be told."""
    return [
        (m.type, tuple(m.data.tell)) for m in house.said() if m.stream == occurrence and m.type[:4] == "duty"
    ]


def test_an_order_is_due_by_the_rules_and_its_post_is_told_at_once(house: House) -> None:
    """Three working days from Monday; numbered in the year; owed from this moment, by the post alone."""
    order = given(house)
    assert (order["number"], order["name"], order["post"]) == ("2026-1", "supervision order", OFFICE)
    assert order["due_at"] == house.get(f"/orders/{order['id']}")["due_at"]
    one = owed(house, order["id"])[EAST]
    assert (one["state"], one["on"], one["number"]) == ("open", "2026-03-05", "supervision-order 2026-1")
    assert said_of(house, one["id"]) == [("duty.owed", (EAST,))]
    assert given(house)["number"] == "2026-2"


def test_a_reply_answers_its_own_order_alone(house: House) -> None:
    """Two orders of one post: a reply names the one that it answers, and a form by itself answers none."""
    first, second = given(house)["id"], given(house)["id"]
    house.keep("east", "reply", facts={"done": "of nothing in particular"})
    assert {owed(house, each)[EAST]["state"] for each in (first, second)} == {"open"}
    reply(house, first)
    assert [owed(house, each)[EAST]["state"] for each in (first, second)] == ["met", "open"]
    assert said_of(house, owed(house, first)[EAST]["id"])[1:] == [("duty.met", (OFFICE,))]


def test_a_reply_that_is_sent_back_is_owed_again_and_stays_on_record(house: House) -> None:
    """Sent back with a reason and another day; the second reply is accepted; all of it can be read."""
    order = given(house)["id"]
    one = owed(house, order)[EAST]["id"]
    path = f"/orders/{order}/replies/{one}"
    assert house.ask("POST", path, "office", {"accepted": True})[1]["code"] == "no-reply"
    reply(house, order)
    assert house.ask("POST", path, "office", {"accepted": False})[1]["code"] == "reason-missing"
    house.at("2026-03-03 10:00")
    status, back = house.ask(
        "POST", path, "office", {"accepted": False, "words": "no picture", "until": "2026-03-09"}
    )
    assert (status, back["state"], back["on"]) == (200, "open", "2026-03-09")
    assert said_of(house, one)[2:] == [("duty.reopened", (EAST,)), ("duty.moved", (EAST,))]
    house.at("2026-03-04 10:00")
    reply(house, order, day="2026-03-04")
    assert house.ask("POST", path, "office", {"accepted": True})[0] == 200
    now = owed(house, order)[EAST]
    assert (now["state"], len(now["records"]), now["accepted_at"] is not None) == ("met", 2, True)
    steps = [step["what"] for step in house.get(f"/orders/{order}")["steps"]]
    assert steps == ["accepted", "returned", "issued"]


def test_a_campaign_goes_to_every_grid_and_says_how_far_it_is(house: House) -> None:
    """One task to all: done by how many, of those that still owe it; a later day moves what is open alone."""
    status, campaign = house.ask("POST", "/orders", "centre", CAMPAIGN)
    assert (status, campaign["counts"]["open"], campaign["counts"]["rate"]) == (201, 2, 0)
    path = f"/orders/{campaign['id']}"
    form = owed(house, campaign["id"], "centre")
    house.keep("west", "checked", facts={"shops": 12}, occurrence=form[WEST]["id"])
    assert house.get(path, "centre")["counts"]["rate"] == 50
    house.at("2026-03-10 09:00")
    house.ask("POST", f"{path}/change", "centre", {"until": "2026-03-31", "words": "stores too"})
    moved = owed(house, campaign["id"], "centre")
    assert (moved[EAST]["on"], moved[WEST]["on"]) == ("2026-03-31", "2026-03-20")
    house.at("2026-04-01 09:00")
    counts = house.get(path, "centre")["counts"]
    assert (counts["met"], counts["missing"], counts["open"]) == (1, 1, 0)
    status, ended = house.ask("POST", f"{path}/end", "centre", {"reason": "done with it"})
    assert (status, ended["counts"]["rate"], ended["ended_at"] is not None) == (200, 100, True)
    assert house.ask("POST", f"{path}/end", "centre", {"reason": "again"})[1]["code"] == "order-ended"


def test_new_rules_and_days_leave_an_order_as_it_was_given(house: House) -> None:
    """An edition in which the duty asks for less, and a day off: neither moves or takes away what was ordered."""
    from tests.occurrences.packs import files_with

    order = given(house)["id"]
    before = owed(house, order)[EAST]
    other = files_with("within: 3 working days, about: case", "within: 1 working day, about: case")
    house.take(house.mail.edition(other, "2026-03-02 09:00", 2))
    house.take(
        house.mail.calendar("2026-03-02 09:00", 1, holidays={"2026-03-04": {"zh": "节", "en": "feast"}})
    )
    house.at("2026-03-02 12:00")
    assert owed(house, order)[EAST] == before
    assert given(house)["due_at"] != before["due_at"]


def test_an_order_is_seen_by_whom_it_concerns(house: House) -> None:
    """Its giver, whoever watches the town, and its posts: each of these reads its own part."""
    order = given(house, posts=[EAST, OFFICER])["id"]
    for who in ("supervisor", "operator", "office", "east", "officer"):
        assert [each["id"] for each in house.get("/orders", who, subject=CASE)["orders"]] == [order], who
    for who in ("west", "centre"):
        assert house.get("/orders", who)["orders"] == [], who
        assert house.ask("GET", f"/orders/{order}", who)[0] == 404, who
    assert owed(house, order, "east").keys() == {EAST}
    reply(house, order, "officer", OFFICER)
    house.ask(
        "POST", f"/orders/{order}/replies/{owed(house, order)[OFFICER]['id']}", "office",
        {"accepted": False, "words": "not this"},
    )  # fmt: skip
    assert [step["what"] for step in house.get(f"/orders/{order}", "east")["steps"]] == ["issued"]
    assert house.get(f"/orders/{order}", "office")["yours"]
    assert not house.get(f"/orders/{order}", "east")["yours"]


def test_the_same_request_gives_one_order(house: House) -> None:
    """Sent again under its key it is the same order, and with another body it is refused."""
    answers = [house.ask("POST", "/orders", "office", ORDER, key="k-1")[1]["id"] for _ in range(2)]
    assert len(set(answers)) == 1
    other = {**ORDER, "words": "something else"}
    assert house.ask("POST", "/orders", "office", other, key="k-1")[1]["code"] == "key-reused"


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("centre", {}, "not-yours-to-order"),
        ("east", {}, "not-yours-to-order"),
        ("office", {"duty": "log-of-the-day"}, "not-ordered"),
        ("office", {"posts": []}, "posts-missing"),
        ("office", {"posts": [OFFICE]}, "not-its-post"),
        ("office", {"subject": None}, "order-about"),
        ("office", {"until": "2026-03-01"}, "until-behind"),
        ("centre", {**CAMPAIGN, "subject": None, "until": None}, "until-missing"),
        ("centre", CAMPAIGN, "order-about"),
    ],
)
def test_what_cannot_be_ordered_is_refused_by_its_reason(
    house: House, who: str, more: dict[str, Any], code: str
) -> None:
    """Each refusal has a code, and words in both languages."""
    body = {name: value for name, value in {**ORDER, **more}.items() if value is not None}
    status, refused = house.ask("POST", "/orders", who, body)
    assert (status >= 400, refused["code"]) == (True, code)
    assert house.ask("POST", "/orders", who, body, language="zh")[1]["cause"] != refused["cause"]


def test_what_may_be_ordered_is_listed_for_whoever_may(house: House) -> None:
    """For a form to be made of: the duty, what it is about, and its posts."""
    (campaign,) = house.get("/orderable", "centre")["duties"]
    assert (campaign["duty"], campaign["has_time"], campaign["posts"]) == (
        "gas-campaign",
        False,
        [EAST, WEST],
    )
    assert {each["duty"] for each in house.get("/orderable", "office")["duties"]} == {
        "supervision-order",
        "follow-up",
    }
    assert house.get("/orderable", "east")["duties"] == []


def test_an_order_about_what_was_missed_names_the_occurrence(house: House) -> None:
    """An occurrence that is not there, or of another town, is nothing that could have been missed."""
    missed = house.occurrence("log-of-the-day", "2026-03-02")
    house.at("2026-03-03 09:00")
    order = given(house, duty="follow-up", subject=missed)
    assert (order["about"], order["subject"]) == ("duty", missed)
    assert at("2026-03-05 00:00").isoformat()[:16] == order["due_at"][:16]
    status, refused = house.ask(
        "POST", "/orders", "office", {**ORDER, "duty": "follow-up", "subject": "nothing"}
    )
    assert (status, refused["code"]) == (422, "unknown-occurrence")
