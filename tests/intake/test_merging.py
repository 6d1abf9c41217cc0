"""Several reports of one matter: suggested to be one, merged by hand, nobody lost."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.actors import is_reporter, known_reporters
from services.intake.domain.merging import merge, refuse_merge
from services.intake.domain.satisfaction import refuse_satisfaction
from shared.contracts.messages import Actor
from shared.rules.pack.model import Duplicates
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.intake.house import OFFICE, STATION, House
from tests.intake.town import MONDAY, SPOT, TOWN, blank_case, reached

CASES = f"/v1/towns/{TOWN}/cases"


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    made.amend(duplicates=Duplicates(("P000.23",), Amount(2, TimeUnit.DAYS), ("category", "place"), SPOT))
    yield made
    made.store.close()


def merged(house: House, case: str, into: str, who: str = "supervisor", **more: Any) -> Any:
    return house.call("POST", f"{CASES}/{case}/merge", who, json={"into": into, **more})


def likely(house: House, who: str = "station", **more: Any) -> list[str]:
    body = {"category": "ditch", "channel": "app", "place": "east-1", "text": "t", **more}
    return [one["case"] for one in house.call("POST", CASES, who, json=body).json["duplicates"]]


def test_likely_duplicates_are_suggested(house: House) -> None:
    """Same category and place within the town's time: suggested with the report, newest first."""
    first, second = house.report(), house.report()
    house.report(place="market")
    house.report(category="family")
    house.pass_time(days=1)
    assert likely(house) == [second, first]
    house.pass_time(days=3)
    assert likely(house) == []


def test_a_case_shows_what_looks_like_it(house: House) -> None:
    """The case shows earlier and later ones, by number and state and nothing of what was reported."""
    first, second = house.report(), house.report()
    house.report(place="market")
    (other,) = house.view(first)["duplicates"]
    assert (other["case"], other["number"], other["state"]) == (second, "2026-000002", "reported")
    assert set(other) == {"case", "number", "state", "reported_at"}


def test_suggestions_are_of_what_one_may_see(house: House) -> None:
    """A reporter is shown own reports alone; private cases are suggested to those who see them."""
    own = house.report("citizen")
    house.report("other-citizen")
    assert likely(house, "citizen") == [own]
    private = house.report(category="family")
    assert private not in likely(house, "office", category="family")


def test_a_town_without_a_measure_suggests_nothing() -> None:
    """Where the rules say nothing of duplicates none are suggested."""
    house = House()
    house.report()
    assert likely(house) == []


def test_merging_links_both_files(house: House) -> None:
    """The one ends and names the other; both histories point to each other and stay whole; no orders are left."""
    case, into = house.report("citizen"), house.report("other-citizen")
    house.route(case, STATION, OFFICE)
    house.route(into)
    answer = merged(house, case, into, note="the same ditch")
    assert answer.json["merged"] == [{"case": case, "number": "2026-000001", "reporter": "citizen-1"}]
    one, other = house.view(case), house.view(into)
    assert (one["state"], one["merged_into"]) == ("merged", {"case": into, "number": "2026-000002"})
    assert {order["state"] for order in one["work_orders"]} == {"withdrawn"}
    assert one["history"][-1]["data"]["into"]["head"] == other["history"][-2]["hash"]
    assert one["history"][-1]["texts"] == {"note": "the same ditch"}
    assert other["history"][-1]["what"] == "took-in"
    assert other["history"][-1]["data"]["case"]["head"] == one["history"][-2]["hash"]
    for each in (case, into):
        assert house.call("GET", f"{CASES}/{each}/history/verify", "operator").json["whole"]


def test_what_is_said_of_a_merging(house: House) -> None:
    """The one says 'merged', so that its clocks stop; the other says who else is to be told from now on."""
    case, into = house.report("citizen"), house.report("other-citizen")
    house.route(case)
    house.route(into)
    merged(house, case, into)
    last = next(message for message in house.said(case) if message.type == "case.merged").data
    assert (last.marks, last.state) == (("merged",), "merged")
    taken = house.said(into)[-1]
    assert (taken.type, taken.data.step, taken.data.marks) == ("case.progressed", "took_in", ("took_in",))
    assert (last.other, taken.data.other) == ("2026-000002", "2026-000001")
    assert (taken.data.reporters, taken.data.facts["reporters"]) == (("citizen-1",), 2)
    house.step(into, "settle", facts={"result": "r"})
    settled = next(message for message in house.said(into) if message.type == "case.settled").data
    assert (settled.reporter, settled.reporters) == ("citizen-2", ("citizen-1",))


def test_a_merged_case_can_only_be_read(house: House) -> None:
    """No step, no file, no second merging, no decision takes effect; reading goes on."""
    case, into = house.report(), house.report()
    late = house.routed(case)
    merged(house, case, into)
    assert house.step(case, "return", "operator", facts={"reason": "r"}).json["code"] == "case-ended"
    data = {"file": (io.BytesIO(b"%PDF-1"), "a.pdf", "application/pdf")}
    assert (
        house.call("POST", f"{CASES}/{case}/attachments", "citizen", data=data).json["code"] == "case-ended"
    )
    assert merged(house, case, into).json["code"] == "merge-ended"
    house.hear("routing", "case.routed", case, late)
    assert house.view(case)["state"] == "merged"
    assert house.view(case, "citizen")["merged_into"]["case"] == into


def test_what_may_not_be_merged(house: House) -> None:
    """Not into itself, not into what is over, not into what is not there or in another town; by staff alone."""
    case, into, over = house.report(), house.report(), house.report()
    house.step(over, "return", "operator", facts={"reason": "r"})
    assert merged(house, case, case).json["code"] == "merge-itself"
    assert merged(house, case, over).json["code"] == "merge-ended"
    assert merged(house, over, case).json["code"] == "merge-ended"
    assert merged(house, case, "2026-000099").status_code == 404
    assert merged(house, case, house.report("stranger", "oak")).status_code == 404
    assert merged(house, case, into, "citizen").status_code == 403
    assert house.view(case)["state"] == "reported"


def test_whoever_reported_either_follows_the_one_that_goes_on(house: House) -> None:
    """The reporter of the merged case sees the other, without what somebody else reported or who that was."""
    case = house.report("citizen")
    body = {"text": "behind my house", "title": "private words", "answers": {"where_exactly": "at No. 5"}}
    into = house.report("other-citizen", reporter={"name": "B"}, **body)
    data = {"file": (io.BytesIO(b"%PDF-1"), "a.pdf", "application/pdf")}
    file = house.call("POST", f"{CASES}/{into}/attachments", "other-citizen", data=data).json["id"]
    assert house.call("GET", f"{CASES}/{into}", "citizen").status_code == 404
    house.route(into)
    merged(house, case, into)
    view = house.view(into, "citizen")
    assert (view["state"], view["report"]["text"], view["report"]["reporter"]) == (
        "accepted",
        None,
        "citizen-1",
    )
    assert view["attachments"] == view["history"] == view["merged"] == []
    listed = house.call("GET", CASES, "citizen").json["cases"]
    assert [row["id"] for row in listed] == [into, case]
    for text in ("behind my house", "private words", "citizen-2", "at No. 5"):
        assert text not in house.call("GET", f"{CASES}/{into}", "citizen").text
        assert text not in house.call("GET", CASES, "citizen").text
    assert house.call("GET", f"{CASES}/{into}/attachments/{file}", "citizen").status_code == 404
    assert house.call("GET", f"{CASES}/{into}/attachments/{file}", "other-citizen").status_code == 200


def settled_pair(house: House) -> str:
    """Return a settled case that took in another one."""
    case, into = house.report("citizen"), house.report("other-citizen")
    house.route(into)
    merged(house, case, into)
    house.step(into, "settle", facts={"result": "r"})
    return into


def says(house: House, case: str, who: str, satisfied: bool, **more: Any) -> Any:
    return house.call("POST", f"{CASES}/{case}/satisfaction", who, json={"satisfied": satisfied, **more})


def test_each_reporter_says_for_himself_whether_it_satisfies(house: House) -> None:
    """Both words stand on the case, by reference; each reporter is shown the own one."""
    into = settled_pair(house)
    assert says(house, into, "other-citizen", True).status_code == 200
    said = says(house, into, "citizen", False, note="still full")
    assert (said.json["satisfied"], said.json["step"], said.json["not_done"]) == (
        False,
        "not-satisfied",
        None,
    )
    shown = {one["reporter"]: one["satisfied"] for one in house.view(into)["satisfaction"]}
    assert shown == {"citizen-2": True, "citizen-1": False}
    assert [one["reporter"] for one in house.view(into, "citizen")["satisfaction"]] == ["citizen-1"]


def test_not_satisfied_has_the_consequence_that_the_rules_name(house: House) -> None:
    """The word is the step that reopens: the case is handled again, and nothing closes it before."""
    into = settled_pair(house)
    says(house, into, "citizen", False, note="still full")
    view = house.view(into)
    assert (view["state"], view["round"]) == ("reopened", 2)
    assert view["history"][-1]["data"]["step"] == "not-satisfied"
    assert house.step(into, "close").status_code == 409


def test_what_a_word_does_not_do_is_said(house: House) -> None:
    """Once the case is over, the word is kept and the answer says why nothing follows from it."""
    into = settled_pair(house)
    house.step(into, "close")
    late = says(house, into, "citizen", False, note="still full").json
    assert (late["satisfied"], late["step"], bool(late["not_done"])) == (False, None, True)


def test_a_step_says_it_as_well(house: House) -> None:
    """Whoever reopens is not satisfied, each reporter may; whoever said nothing is shown as such."""
    into = settled_pair(house)
    assert house.step(into, "not-satisfied", "citizen").json["state"] == "reopened"
    shown = {one["reporter"]: (one["satisfied"], one["round"]) for one in house.view(into)["satisfaction"]}
    assert shown == {"citizen-2": (None, None), "citizen-1": (False, 1)}
    assert house.view(into)["history"][-1]["data"]["satisfaction"]["reporter"] == "citizen-1"


def test_staff_take_a_step_for_a_reporter(house: House) -> None:
    """A reporter without a token is meant by reference; somebody who did not report the case is refused."""
    into = settled_pair(house)
    wrong = house.step(into, "not-satisfied", "grid", reporter="citizen-9")
    assert (wrong.status_code, wrong.json["code"]) == (422, "not-a-reporter")
    assert house.step(into, "not-satisfied", "grid", reporter="citizen-1").status_code == 200
    shown = {one["reporter"]: one["satisfied"] for one in house.view(into)["satisfaction"]}
    assert shown == {"citizen-2": None, "citizen-1": False}


def test_satisfaction_goes_on_after_the_end(house: House) -> None:
    """Closed for the one, the case still takes the other's word."""
    into = settled_pair(house)
    assert house.step(into, "close").status_code == 200
    assert says(house, into, "citizen", False).status_code == 200


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("station", {}, "not-a-reporter"),
        ("station", {"reporter": "citizen-9"}, "not-a-reporter"),
        ("station", {"reporter": "citizen-1"}, None),
    ],
)
def test_staff_say_whose_word_it_is(house: House, who: str, more: dict[str, Any], code: str | None) -> None:
    """Staff note a word for one of those who reported the case, and for nobody else."""
    answer = says(house, settled_pair(house), who, True, **more)
    assert answer.json.get("code") == code


def test_there_is_no_word_on_what_is_not_settled(house: House) -> None:
    """Before the result there is nothing to be satisfied with; at a merged case the other one is named."""
    case, into = house.report("citizen"), house.report("other-citizen")
    assert says(house, case, "citizen", True).json["code"] == "not-settled-yet"
    merged(house, case, into)
    refused = says(house, case, "citizen", True)
    assert (refused.json["code"], refused.json["where"]) == ("case-merged", {"into": "2026-000002"})


def test_merging_twice_keeps_everybody(house: House) -> None:
    """A merged into B, B into C: everybody who reported any of them follows C and is told."""
    first, second = house.report("citizen"), house.report("other-citizen")
    third = house.report("station")
    merged(house, first, second)
    assert merged(house, second, third).json["reporters"] == 3
    assert house.said(third)[-1].data.reporters == ("citizen-2", "citizen-1")
    for who in ("citizen", "other-citizen"):
        assert house.call("GET", f"{CASES}/{third}", who).status_code == 200


def test_a_private_case_stays_private_in_the_other(house: House) -> None:
    """A private report merged into an open case makes that one private."""
    case, into = house.report(private=True), house.report("other-citizen")
    merged(house, case, into)
    assert house.call("GET", f"{CASES}/{into}", "office").status_code == 404


REFS = st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d"]))


@settings(max_examples=100)
@given(st.lists(st.tuples(REFS, st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=8))
def test_no_reporter_is_ever_lost(given_: list[tuple[str | None, int, int]]) -> None:
    """Whatever is merged in whatever order: everybody who reported a case is known at the one that goes on."""
    cases = [
        blank_case(id=f"case-{n}", number=str(n), reporter=ref, repeats=repeats)
        for n, (ref, repeats, _) in enumerate(given_)
    ]
    for n, (_, _, other) in enumerate(given_):
        case, into = cases[n], cases[other % len(cases)]
        if refuse_merge(case, into) is None:
            merge(case, into, MONDAY)
            case.milestones = reached("merged")
    roots = [case for case in cases if case.merged_into is None]
    known = {ref for case in roots for ref in (case.reporter, *case.reporters) if ref}
    assert known == {ref for ref, _, _ in given_ if ref}
    assert sum(1 + len(case.merged) for case in roots) == len(cases)
    assert sum(case.repeats for case in roots) == sum(repeats for _, repeats, _ in given_)
    assert all(len(set(case.reporters)) == len(case.reporters) for case in roots)


def test_nobody_speaks_for_whoever_reported_anonymously(house: House) -> None:
    """Nobody knows that it is the same person: no word on the result, no step of a reporter's, no look at it."""
    case = house.report("citizen", anonymous=True)
    house.route(case)
    house.step(case, "settle", facts={"result": "r"})
    said = {"satisfied": True}
    assert house.call("POST", f"{CASES}/{case}/satisfaction", "citizen", json=said).status_code == 404
    assert house.step(case, "not-satisfied", "citizen").status_code == 404
    by_staff = house.call(
        "POST", f"{CASES}/{case}/satisfaction", "station", json={**said, "reporter": "citizen-1"}
    )
    assert by_staff.json["code"] == "not-a-reporter"


def test_an_anonymous_case_knows_no_reporter_even_where_one_is_on_record() -> None:
    """Whatever an older file says: of an anonymous report nobody is the reporter; those of merged cases are."""
    case = blank_case(anonymous=True, reporters=("citizen-2",), milestones=reached("settled"))
    assert known_reporters(case) == ("citizen-2",)
    assert not is_reporter(Actor("reporter", None, "citizen-1"), case)
    no = refuse_satisfaction(case, "citizen-1")
    assert no is not None
    assert no.code == "not-a-reporter"
