"""Drafts on which a person decides after other rules were published: those hold that are in force then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared.kernel.instants import format_instant
from tests.intake.house import House
from tests.intake.test_proposals import CASES, made_house, report
from tests.intake.town import TOWN, category

LATER = "f" * 64


@pytest.fixture
def house() -> Iterator[House]:
    made = made_house("confirmed")
    yield made
    made.store.close()


def draft(house: House, text: str = "沟渠", **more: Any) -> str:
    """Make a draft; three hours pass."""
    case = str(report(house, text, **more).json["case"])
    house.pass_time(hours=3)
    return case


def publish(house: House, in_days: int = 0, **changes: Any) -> None:
    """Publish another edition of the town's rules, in force now or in some days."""
    was = house.packs[TOWN]
    now = replace(was, edition=LATER, **changes)
    house.packs[TOWN] = house.pack_cache.packs[LATER] = now
    at = format_instant(house.clock.now() + timedelta(days=in_days))
    data = {"edition": LATER, "number": 2, "files": {}, "effective_at": at}
    house.hear("registry", "edition.published", f"town/{TOWN}", data)


def without(house: House, what: str, *keys: str) -> dict[str, Any]:
    """Return the nouns of a kind but those named."""
    return {key: one for key, one in getattr(house.packs[TOWN], what).items() if key not in keys}


def confirm(house: House, case: str, **body: Any) -> TestResponse:
    return house.call("POST", f"{CASES}/{case}/confirm", "station", json=body)


def test_a_draft_is_bound_to_the_edition_in_force_when_it_is_confirmed(house: House) -> None:
    """Reported is what a person confirmed: by then's rules, with the first instant, and the history tells both."""
    before = house.packs[TOWN].edition
    case = draft(house)
    reported_at = house.view(case)["report"]["reported_at"]
    publish(house)
    assert house.view(case)["edition"]["hash"] == before
    assert confirm(house, case).status_code == 200
    (admitted,) = house.said(case)
    assert (admitted.edition, format_instant(admitted.data.reported_at)) == (LATER, reported_at)
    view = house.view(case)
    assert (view["edition"]["hash"], view["report"]["reported_at"]) == (LATER, reported_at)
    entry = view["history"][-1]
    assert (entry["data"]["edition"], entry["data"]["drafted_under"]) == (LATER, before)
    house.route(case)
    assert house.step(case, "settle", facts={"result": "r"}).status_code == 200


def test_the_same_edition_leaves_no_trace(house: House) -> None:
    """Where nothing was published meanwhile, the history says nothing of editions that changed."""
    case = draft(house)
    confirm(house, case)
    assert "drafted_under" not in house.view(case)["history"][-1]["data"]


def test_an_edition_that_comes_later_does_not_count_yet(house: House) -> None:
    """Published with a later day of effect, it does not hold for what is confirmed before that day."""
    case, before = draft(house), house.packs[TOWN].edition
    publish(house, in_days=1)
    confirm(house, case)
    assert house.view(case)["edition"]["hash"] == before


def test_a_category_that_is_gone_is_asked_for_kindly(house: House) -> None:
    """What to choose instead is named, the draft stays as it was, and another category confirms it."""
    case = draft(house)
    publish(house, categories=without(house, "categories", "ditch"))
    before = house.view(case)
    refused = confirm(house, case)
    assert (refused.status_code, refused.json["code"]) == (422, "draft-category-gone")
    assert refused.json["where"]["field"] == "category"
    assert "'ditch'" in refused.json["cause"]
    assert "dumping, family" in refused.json["remedy"]
    assert house.view(case) == before
    assert confirm(house, case, category="family").status_code == 200


def test_a_further_category_that_is_gone_is_asked_for_kindly(house: House) -> None:
    """The draft is confirmed once a person says what it concerns besides; nothing is left out silently."""
    case = draft(house, also=["dumping"])
    publish(house, categories=without(house, "categories", "dumping"))
    assert confirm(house, case).json["code"] == "draft-also-gone"
    assert confirm(house, case, also=[]).status_code == 200


def test_a_place_that_is_gone_is_asked_for_kindly(house: House) -> None:
    """So is a place; one that ended and became another is simply the other."""
    gone, ended = draft(house), draft(house, place="market")
    places = without(house, "places", "east-1")
    was = places["market"]
    places["market"] = replace(was, ends_on=house.clock.now().date(), becomes=("square",))
    places["square"] = replace(was, key="square")
    publish(house, places=places)
    refused = confirm(house, gone)
    assert (refused.status_code, refused.json["code"]) == (422, "draft-place-gone")
    assert "market" in refused.json["remedy"]
    assert confirm(house, gone, place="square").status_code == 200
    assert confirm(house, ended).status_code == 200
    assert house.view(ended)["report"]["place"]["key"] == "square"


def test_what_the_rules_now_ask_is_due(house: House) -> None:
    """A question that the new rules put must be answered; answers to what they no longer know stay readable."""
    case = draft(house, answers={"litres": 3, "where_exactly": "by the mill"})
    publish(
        house,
        facts=without(house, "facts", "litres", "where_exactly"),
        categories={"ditch": category("ditch", asks=("smell",))},
    )
    assert confirm(house, case).json["code"] == "answers-missing"
    assert confirm(house, case, answers={"smell": "none"}).status_code == 200
    view = house.view(case)
    assert {"litres", "where_exactly"}.isdisjoint(view["facts"])
    assert view["facts"]["smell"] == "none"
    assert view["history"][-1]["data"]["facts_unknown_there"] == {"litres": 3}
    assert view["history"][0]["texts"]["where_exactly"] == "by the mill"


def test_a_category_that_became_private_makes_the_case_private(house: House) -> None:
    """By then's rules too: who may see the case, and that it is counted only."""
    case = draft(house)
    publish(house, categories={"ditch": category("ditch", private=True)})
    confirm(house, case)
    assert house.view(case)["report"]["private"] is True
