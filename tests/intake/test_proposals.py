"""A category from the words of a report: proposed with what matched, taken as it is or confirmed by a person."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.instants import format_instant
from shared.rules.decide.propose import proposals, propose
from tests.intake.house import House
from tests.intake.town import TOWN, category, pack

CASES = f"/v1/towns/{TOWN}/cases"
KEYWORDS = {
    "ditch": ("沟渠", "ditch"),
    "dumping": ("垃圾", "建筑垃圾", "dumping"),
    "family": ("家暴", "tree"),
}


def made_house(how: str | None) -> House:
    house = House()
    known = house.packs[TOWN].categories
    named = {key: replace(known[key], keywords=words) for key, words in KEYWORDS.items()}
    house.amend(categories=named, proposed_category=how)
    return house


@pytest.fixture
def house() -> Iterator[House]:
    made = made_house("confirmed")
    yield made
    made.store.close()


def report(house: House, text: str, who: str = "citizen", **more: Any) -> Any:
    body = {"channel": "app", "place": "east-1", "text": text, **more}
    return house.call("POST", CASES, who, json=body)


def test_the_proposal_is_taken_where_the_town_says_so() -> None:
    """Taken: the report is a case at once, with the category and the words that spoke for it."""
    house = made_house("taken")
    told = report(house, "村口沟渠堵了").json
    assert (told["state"], told["category"]) == ("reported", "ditch")
    assert told["proposal"] == {"category": "ditch", "matched": ["沟渠"]}
    view = house.view(told["case"])
    assert (view["report"]["category"], view["proposal"]) == ("ditch", told["proposal"])
    assert house.types(told["case"]) == ["case.admitted"]


def test_the_longest_match_wins(house: House) -> None:
    """More matched characters win; what matched is shown; equal totals go by the order of the file."""
    told = report(house, "沟渠边倒了建筑垃圾", answers={"litres": 3, "smell": "none"}).json
    assert told["proposal"] == {"category": "dumping", "matched": ["垃圾", "建筑垃圾"]}
    assert report(house, "沟渠旁有垃圾").json["proposal"]["category"] == "ditch"


def test_a_named_category_needs_no_proposal(house: House) -> None:
    """Whoever names a category reports a case, whatever the words say."""
    told = report(house, "垃圾", category="ditch").json
    assert (told["state"], told["proposal"]) == ("reported", None)


def test_without_the_towns_word_a_category_must_be_named() -> None:
    """A town that proposes nothing refuses a report without category."""
    answer = report(made_house(None), "沟渠")
    assert (answer.status_code, answer.json["code"]) == (422, "category-missing")


def test_words_that_say_nothing_are_refused_or_kept_for_a_person(house: House) -> None:
    """Taken: nothing to take, so it is refused; confirmed: the report waits for a person who names one."""
    assert report(made_house("taken"), "……").json["code"] == "category-not-found"
    told = report(house, "……").json
    assert (told["state"], told["proposal"], told["category"]) == ("draft", None, "")
    confirm = f"{CASES}/{told['case']}/confirm"
    assert house.call("POST", confirm, "station", json={}).json["code"] == "category-missing"
    assert house.call("POST", confirm, "station", json={"category": "ditch"}).json["state"] == "reported"


def test_a_draft_is_told_to_nobody_until_it_is_confirmed(house: House) -> None:
    """No message and no step before; with the confirmation it is reported with its number and first instant."""
    told = report(house, "沟渠").json
    case = told["case"]
    assert (told["state"], house.said(case)) == ("draft", [])
    assert house.step(case, "return", "operator", facts={"reason": "r"}).json["code"] == "case-is-draft"
    assert [row["id"] for row in house.call("GET", f"{CASES}?state=draft", "station").json["cases"]] == [case]
    house.pass_time(hours=3)
    confirmed = house.call("POST", f"{CASES}/{case}/confirm", "station", json={"note": "seen"})
    assert confirmed.json == {"case": case, "number": told["number"], "state": "reported"}
    (admitted,) = house.said(case)
    assert (admitted.type, format_instant(admitted.data.reported_at)) == (
        "case.admitted",
        told["reported_at"],
    )
    assert admitted.data.by.person == "staff-1"
    view = house.view(case)
    assert (view["draft"]["because"], view["draft"]["outcome"]) == (["category"], "confirmed")
    assert [entry["what"] for entry in view["history"]] == ["drafted", "step-refused", "confirmed"]
    house.route(case)
    assert house.view(case)["state"] == "accepted"


def test_a_person_may_say_otherwise(house: House) -> None:
    """The confirmed category is the person's; what was proposed stays to be seen."""
    case = report(house, "沟渠").json["case"]
    body = {"category": "dumping", "also": ["ditch"], "answers": {"litres": 2, "smell": "none"}}
    assert house.call("POST", f"{CASES}/{case}/confirm", "station", json=body).status_code == 200
    view = house.view(case)
    assert (view["report"]["category"], view["report"]["also"]) == ("dumping", ["ditch"])
    assert view["proposal"] == {"category": "ditch", "matched": ["沟渠"]}
    assert house.said(case)[0].data.facts["litres"] == 2


def test_what_the_category_asks_is_due_with_the_confirmation(house: House) -> None:
    """A reporter who named no category was not asked; whoever confirms answers, or is told what is missing."""
    case = report(house, "垃圾").json["case"]
    refused = house.call("POST", f"{CASES}/{case}/confirm", "station", json={})
    assert (refused.status_code, refused.json["code"]) == (422, "answers-missing")
    assert house.view(case)["state"] == "draft"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"category": "diches"}, "unknown-category"),
        ({"also": ["none"]}, "unknown-category"),
        ({"place": "nowhere"}, "unknown-place"),
        ({"lat": 1}, "half-position"),
        ({"answers": {"beyond": True}}, "fact-not-yours"),
        ({"confirmed": True}, "invalid-input"),
    ],
)
def test_a_confirmation_is_held_against_the_rules(house: House, body: dict[str, Any], code: str) -> None:
    """Whatever makes a report wrong makes a confirmation wrong, and the draft stays as it was."""
    case = report(house, "沟渠").json["case"]
    before = house.view(case)
    assert house.call("POST", f"{CASES}/{case}/confirm", "station", json=body).json["code"] == code
    assert house.view(case) == before


def test_a_private_category_becomes_private_with_the_confirmation(house: House) -> None:
    """Confirmed as a private matter, the case is seen by those who handle it alone."""
    case = report(house, "沟渠", "grid").json["case"]
    house.call("POST", f"{CASES}/{case}/confirm", "station", json={"category": "family"})
    assert house.call("GET", f"{CASES}/{case}", "office").status_code == 404


def test_a_dismissed_draft_stays_readable(house: House) -> None:
    """Dismissed with a reason: no case, no message, and everything that was reported can still be read."""
    case = report(house, "沟渠").json["case"]
    path = f"{CASES}/{case}/dismiss"
    assert house.call("POST", path, "station", json={}).json["code"] == "invalid-input"
    assert house.call("POST", path, "citizen", json={"reason": "r"}).status_code == 403
    assert house.call("POST", path, "station", json={"reason": "a joke"}).json["state"] == "dismissed"
    view = house.view(case)
    assert (view["draft"]["reason"], view["report"]["text"], view["state"]) == ("a joke", "沟渠", "dismissed")
    assert house.view(case, "citizen")["draft"]["reason"] == "a joke"
    assert house.said(case) == []
    for what, body in (("dismiss", {"reason": "r"}), ("confirm", {})):
        again = house.call("POST", f"{CASES}/{case}/{what}", "station", json=body)
        assert (again.status_code, again.json["code"]) == (409, "not-a-draft")
    assert [row["id"] for row in house.call("GET", f"{CASES}?state=dismissed", "station").json["cases"]] == [
        case
    ]
    assert house.call("GET", f"{CASES}/{case}/history/verify", "operator").json["whole"]


def test_a_proposal_alone_reports_nothing(house: House) -> None:
    """The proposing route shows all that matched, the best first, and no case comes of it."""
    answer = house.call("POST", f"{CASES}/proposals", "citizen", json={"text": "沟渠边倒了建筑垃圾"})
    assert answer.json["proposal"] == {
        "category": "dumping",
        "name": "dumping",
        "matched": ["垃圾", "建筑垃圾"],
    }
    assert [one["category"] for one in answer.json["others"]] == ["ditch"]
    assert house.call("POST", f"{CASES}/proposals", "citizen", json={"text": "…"}).json["proposal"] is None
    assert house.call("GET", CASES, "operator").json["cases"] == []


def test_a_latin_keyword_begins_a_word(house: House) -> None:
    """'tree' is not in 'street', but in 'trees', whatever the case of its letters."""
    town = house.packs[TOWN]
    assert propose(town, "the street is dirty") is None
    found = propose(town, "Two TREES fell")
    assert found is not None
    assert found.category == "family"


@given(st.lists(st.text("ab", min_size=1, max_size=3), max_size=4), st.text("ab ", max_size=12))
def test_a_proposal_is_the_plain_maximum(keywords: list[str], text: str) -> None:
    """Against a plain count: the weight is the sum of the matched keywords' lengths, the first maximum wins."""
    named = {
        str(n): replace(category(str(n)), keywords=(word,)) for n, word in enumerate(dict.fromkeys(keywords))
    }
    town = replace(pack(), categories=named)
    words = text.split(" ")
    fits = {
        key: one.keywords for key, one in named.items() if any(w.startswith(one.keywords[0]) for w in words)
    }
    best = max(fits, key=lambda key: len(fits[key][0]), default=None)
    found = propose(town, text)
    assert (found.category if found else None) == best
    assert [one.category for one in proposals(town, text)] == sorted(
        fits, key=lambda key: (-len(fits[key][0]), int(key))
    )
