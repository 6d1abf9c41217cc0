"""Cases decided again under another edition: previewed, ordered, watched; and editions that running cases follow."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.own_town import BUREAU, PACK, STATION, OwnTown

SHORTER = PACK.replace("within: 3 working days", "within: 2 working days")
TO_BUREAU = PACK.replace("lead: station, procedure", "lead: bureau, procedure")
OTHERWISE = PACK.replace("within: 5 working days\n    from: first accepted", "within: 30 hours").replace(
    "within: 2 hours", "within: 90 minutes"
)
FOLLOWING = SHORTER.replace("fallback: station", "fallback: station\nrunning_cases: follow")


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning."""
    made = OwnTown()
    yield made
    made.close()


def order(town: OwnTown, **more: Any) -> dict[str, Any]:
    """Have cases decided again, and everything that follows done."""
    body = {"preview": False, "reason": "the rules were amended", "filter": {}, **more}
    answer = town.ask("POST", "/redecisions", json=body)
    assert answer.status_code == 202, answer.text
    return dict(town.ask("GET", f"/redecisions/{answer.json['id']}").json)


def preview(town: OwnTown, **more: Any) -> dict[str, Any]:
    """Return what would become of cases."""
    answer = town.ask("POST", "/redecisions", json={"filter": {}, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def test_a_preview_shows_before_and_after_and_writes_nothing(town: OwnTown) -> None:
    """For each case decision and due instants stand side by side; no case, no history and no list has changed."""
    case = town.report()
    town.publish(SHORTER)
    before = town.view(case)
    (shown,) = preview(town)["cases"]
    assert (shown["case"], shown["left"]) == (case, None)
    assert shown["decision"]["before"]["lead"] == shown["decision"]["after"]["lead"] == STATION
    (deadline,) = shown["deadlines"]
    assert (deadline["before"]["label"], deadline["after"]["label"]) == (
        "2026-03-12 24:00",
        "2026-03-11 24:00",
    )
    assert deadline["moved"] is True
    assert town.view(case) == before
    assert town.ask("GET", "/redecisions").json["redecisions"] == []


@pytest.mark.parametrize("pack", [SHORTER, TO_BUREAU, OTHERWISE])
def test_what_is_done_is_what_was_previewed(town: OwnTown, pack: str) -> None:
    """Leads and due instants after the re-decision are those that the preview had shown."""
    cases = [town.report(), town.report("noise"), town.report("dumping", answers={"litres": 400})]
    town.publish(pack)
    town.advance("2026-03-09 10:00")
    foreseen = {one["case"]: one for one in preview(town)["cases"]}
    order(town)
    for case in cases:
        view = town.view(case)
        assert view["assignment"]["lead"] == foreseen[case]["decision"]["after"]["lead"]
        labels = {one["label"] for one in view["deadlines"] if one["state"] != "stopped"}
        after = [one["after"] for one in foreseen[case]["deadlines"]]
        assert labels == {one["label"] for one in after if one is not None}


def test_cases_are_bound_to_the_edition_and_both_decisions_stay(town: OwnTown) -> None:
    """Edition, lead and limits are the new ones; the earlier decision and the earlier due instant stay readable."""
    case = town.report()
    edition = town.publish(SHORTER)
    done = order(town)
    assert (done["state"], done["progress"]["decided"], done["total"]) == ("done", 1, 1)
    view = town.view(case)
    assert view["edition"]["hash"] == edition
    assert len(view["decisions"]) == 2
    assert town.clocks(case) == [("village-limit", "running", "2026-03-11 24:00", None)]
    moved = next(one for one in view["history"] if one["what"] == "clock.corrected")
    assert moved["data"]["was"]["label"] == "2026-03-12 24:00"
    assert moved["data"]["reason"]["rule"] == "village-limit"
    entry = next(one for one in view["history"] if one["what"] == "redecision")
    assert entry["data"]["edition"]["now"] == edition
    assert entry["texts"]["reason"] == "the rules were amended"
    assert entry["by"]["role"] == "operator"
    assert town.ask("GET", f"/cases/{case}/history/verify").json["whole"] is True


def test_a_case_that_stays_where_it_is_is_not_told_of_again(town: OwnTown) -> None:
    """An edition that leaves lead and procedure alone tells the lead nothing; one that moves the case does."""
    case = town.report()
    before = len(town.view(case)["notifications"])
    town.publish(SHORTER)
    order(town)
    assert len(town.view(case)["notifications"]) == before
    town.publish(TO_BUREAU)
    order(town)
    view = town.view(case)
    assert view["assignment"]["lead"] == BUREAU
    assert len(view["notifications"]) > before


def test_what_fired_stays_fired(town: OwnTown) -> None:
    """A breach under the old edition is no less a breach because the new edition gives more time."""
    case = town.report()
    town.advance("2026-03-13 09:00")
    assert town.clocks(case) == [("village-limit", "breached", "2026-03-12 24:00", "late")]
    town.publish(PACK.replace("within: 3 working days", "within: 9 working days"))
    (deadline,) = preview(town)["cases"][0]["deadlines"]
    assert (deadline["after"]["label"], deadline["moved"]) == ("2026-03-12 24:00", False)
    order(town)
    assert town.clocks(case) == [("village-limit", "breached", "2026-03-12 24:00", "late")]


def test_only_what_is_asked_for_is_decided_again(town: OwnTown) -> None:
    """Cases by number, or running ones by category, state and day of report; ended ones are left with the cause."""
    first, second = town.report(), town.report("noise")
    town.advance("2026-03-10 09:00")
    third = town.report()
    town.step(third, "settle", "station")
    town.step(third, "close", "station")
    edition = town.publish(SHORTER)
    numbers = {case: town.view(case)["number"] for case in (first, second, third)}
    answer = town.ask(
        "POST",
        "/redecisions",
        json={"preview": False, "reason": "r", "cases": [numbers[second], third]},
    )
    done = town.ask("GET", f"/redecisions/{answer.json['id']}").json
    assert (done["progress"]["decided"], done["progress"]["left"]) == (1, 1)
    left = town.ask("GET", f"/redecisions/{done['id']}/cases?state=left").json["cases"]
    assert [(one["number"], one["cause"]) for one in left] == [(numbers[third], "case-ended")]
    assert town.view(first)["edition"]["hash"] != edition
    assert town.view(second)["edition"]["hash"] == edition
    assert order(town, filter={"category": "quarrel", "reported_to": "2026-03-10T00:00:00Z"})["total"] == 1
    assert town.view(first)["edition"]["hash"] == edition
    assert order(town, filter={"state": "settled"})["total"] == 0


def test_a_case_that_the_edition_does_not_know_is_left(town: OwnTown) -> None:
    """A category that the edition has no more, or a place: the case stays with its edition, and the cause is told."""
    case = town.report("noise")
    town.publish(PACK.replace("  noise: {", "  smoke: {").replace("category: noise", "category: smoke"))
    assert preview(town)["cases"][0]["left"] == "category-unknown-there"
    done = order(town)
    assert done["progress"] == {"waiting": 0, "asked": 0, "decided": 0, "left": 1}
    assert len(town.view(case)["decisions"]) == 1


def test_a_fact_of_another_type_does_not_stop_a_case(town: OwnTown) -> None:
    """What the edition declares otherwise is left out of the facts, and the history says what it was."""
    case = town.report("quarrel", answers={"litres": 5})
    town.publish(
        PACK.replace("litres: {type: whole number", "litres: {type: yes or no").replace(
            "{litres: {at_least: 100}}", "{litres: yes}"
        )
    )
    order(town)
    view = town.view(case)
    assert "litres" not in view["facts"]
    entry = next(one for one in view["history"] if one["what"] == "redecision")
    assert entry["data"]["facts_unknown_there"] == {"litres": 5}
    town.step(case, "settle", "station")
    assert town.clocks(case) == [("village-limit", "stopped", "2026-03-12 24:00", "in_time")]


def test_a_redecision_survives_a_crash_in_its_middle(town: OwnTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch whose commit fails leaves no trace; the next attempt takes all cases up, each exactly once."""
    cases = [town.report() for _ in range(5)]
    town.publish(SHORTER)
    answer = town.send("POST", "/redecisions", json={"filter": {}, "preview": False, "reason": "r"})
    (duty,) = (one for one in town.house.services["intake"].duties if one.name == "redecide")
    assert duty.run(2) == 2

    def fall(name: str) -> None:
        raise ConnectionError(name)

    with monkeypatch.context() as patch:
        patch.setattr("shared.db.store.reach", fall)
        with pytest.raises(ConnectionError):
            duty.run(2)
    progress = town.send("GET", f"/redecisions/{answer.json['id']}").json
    assert (progress["state"], progress["progress"]["asked"], progress["progress"]["waiting"]) == (
        "under_way", 2, 3,
    )  # fmt: skip
    town.house.world.advance(town.house.world.now)
    done = town.ask("GET", f"/redecisions/{answer.json['id']}").json
    assert (done["state"], done["progress"]["decided"]) == ("done", 5)
    assert [len(town.view(case)["decisions"]) for case in cases] == [2] * 5


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        ({"preview": False, "reason": "r"}, "which-cases", 422),
        ({"cases": ["x"], "filter": {}}, "which-cases", 422),
        ({"filter": {}, "preview": False}, "reason-missing", 422),
        ({"filter": {}, "edition": "none"}, "unknown-edition", 422),
        ({"cases": ["2020-000001"]}, "unknown-cases", 422),
        ({"cases": []}, "invalid-input", 400),
        ({"filter": {"state": "closed"}}, "invalid-input", 400),
    ],
)
def test_refusals(town: OwnTown, body: dict[str, Any], code: str, status: int) -> None:
    """What is not clear is refused with its code, before anything is written."""
    answer = town.ask("POST", "/redecisions", json=body)
    assert (answer.json["code"], answer.status_code) == (code, status)
    assert town.ask("GET", "/redecisions").json["redecisions"] == []


def test_an_edition_of_a_later_day_can_be_previewed_and_not_yet_applied(town: OwnTown) -> None:
    """Before its day of effect an edition decides nothing."""
    town.report()
    edition = town.publish(SHORTER, "2026-04-01 00:00")
    assert preview(town, edition=edition)["edition"] == edition
    answer = town.ask(
        "POST", "/redecisions", json={"filter": {}, "edition": edition, "preview": False, "reason": "r"}
    )
    assert (answer.json["code"], answer.status_code) == ("edition-not-yet", 409)


def test_only_an_operator_decides_again(town: OwnTown) -> None:
    """Staff and supervisors may not; a supervisor may watch."""
    for who in ("station", "supervisor", "engineer", "citizen"):
        assert town.ask("POST", "/redecisions", who, json={"filter": {}}).status_code == 403
    assert town.ask("GET", "/redecisions", "supervisor").status_code == 200
    assert town.ask("GET", "/redecisions/none", "supervisor").status_code == 404


def test_a_preview_comes_in_pages(town: OwnTown) -> None:
    """Each page is as long as asked for; the cursors lead through every case exactly once."""
    cases = [town.report() for _ in range(3)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = preview(town, limit=2, **cursor)
        seen += [one["case"] for one in page["cases"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == cases


def test_running_cases_keep_their_edition_where_the_pack_says_so(town: OwnTown) -> None:
    """A limit changed while the services run takes effect for the next case only (S-019)."""
    first = town.report()
    town.publish(SHORTER)
    second = town.report()
    assert town.clocks(first)[0][2] == "2026-03-12 24:00"
    assert town.clocks(second)[0][2] == "2026-03-11 24:00"
    town.advance("2026-03-09 17:00")
    assert town.clocks(first)[0][2] == "2026-03-12 24:00"
    assert town.ask("GET", "/redecisions").json["redecisions"] == []


def test_running_cases_follow_an_edition_that_says_so_from_its_day_of_effect(town: OwnTown) -> None:
    """Until that day nothing moves; from then on running cases are bound to it and their limits counted again from
    the same starts, while ended ones stay as they were."""
    running, ended = town.report(), town.report()
    town.step(ended, "settle", "station")
    town.step(ended, "close", "station")
    edition = town.publish(FOLLOWING, "2026-03-10 00:00")
    assert town.clocks(running)[0][2] == "2026-03-12 24:00"
    town.advance("2026-03-10 08:00")
    view = town.view(running)
    assert view["edition"]["hash"] == edition
    assert town.clocks(running) == [("village-limit", "running", "2026-03-11 24:00", None)]
    assert view["deadlines"][0]["started_at"] == "2026-03-09T01:00:00.000000Z"
    assert town.view(ended)["edition"]["hash"] != edition
    (done,) = town.ask("GET", "/redecisions").json["redecisions"]
    assert (done["cause"], done["state"], done["total"], done["by"]["role"]) == (
        "follow",
        "done",
        1,
        "platform",
    )


def test_cases_reported_under_a_later_edition_do_not_follow_an_earlier_one(town: OwnTown) -> None:
    """Only cases of editions before it follow an edition."""
    town.publish(FOLLOWING)
    case = town.report()
    assert town.ask("GET", "/redecisions").json["redecisions"] == []
    assert len(town.view(case)["decisions"]) == 1
