"""What others say is counted once, and can be filled again; figures open to their lists, for whoever may read them."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from services.assess.bootstrap import NAME
from shared.contracts.envelope import Envelope
from shared.db.engines import open_engine
from shared.db.migrate import upgrade
from shared.db.provision import provision, random_passwords
from tests.assess.house import OTHER, TOWN, House


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """Assessment on either store."""
    made = House(
        own_store(request.getfixturevalue("fresh_database")) if request.param == "postgresql" else "sqlite://"
    )
    yield made
    made.store.close()


@pytest.fixture
def plain() -> Iterator[House]:
    """Assessment on the embedded store."""
    made = House()
    yield made
    made.store.close()


def own_store(address: str) -> str:
    """Return the service's own address in a database of the test's, with its tables made."""
    url = provision(address, random_passwords([NAME]))[NAME]
    engine = open_engine(address, NAME, pool_size=0)
    upgrade(engine, "services.assess")
    engine.dispose()
    return url


def a_quarter(house: House) -> list[Envelope]:
    """Two grids with cases, clocks and duties; west has none of it."""
    said = [house.case("c1", "east-1"), house.case("c2", "east-1"), house.case("c3", "east-2")]
    said += [house.clock_of("c1", "1", "in_time"), house.clock_of("c2", "1", "late")]
    said += [house.clock_of("c2", "2", "excused"), house.clock_of("c3", "1", "in_time")]
    said += [house.duty("d1", "east-1"), house.met("d1", "east-1", "2026-02-10T10:00:00Z")]
    said += [house.duty("d2", "east-1", "2026-02-11", "2026-02-11T16:00:00Z")]
    return said


@pytest.mark.proves("P001-03.3")
def test_a_figure_is_counted_of_what_others_say_and_opens_to_its_list(house: House) -> None:
    """Verdicts of clocks go where their case is; what is excused stands apart; nothing recorded is no value."""
    a_quarter(house)
    east = house.value("in-time", "east-1")
    assert (east["value"], east["rests_on"], east["hits"]) == ("50.00", ["c1-1", "c2-1"], ["c1-1"])
    assert east["apart"] == {"excused": 1}
    assert house.value("in-time", "west-1")["value"] is None


def test_an_occurrence_is_missing_once_its_end_has_passed(house: House) -> None:
    """Met in time, late after its end, missing where nobody met it, and nothing before its end."""
    a_quarter(house)
    house.duty("d3", "east-2", "2026-02-12", "2026-02-12T16:00:00Z")
    house.met("d3", "east-2", "2026-02-13T01:00:00Z")
    house.duty("d4", "east-2", "2026-03-31", "2199-05-31T16:00:00Z")
    assert house.value("tasks", "east-1")["value"] == "50.00"
    assert (house.value("tasks", "east-2")["value"], house.value("tasks", "east-2")["rests_on"]) == (
        "0.00",
        ["d3"],
    )


def test_heard_again_or_in_another_order_the_same_is_counted(plain: House) -> None:
    """Emptied and filled again, streams in another order: the same rows, to the byte."""
    said = a_quarter(plain)
    again = House()
    by_stream: dict[str, list[Envelope]] = {}
    for message in said:
        by_stream.setdefault(f"{message.source} {message.stream}", []).append(message)
    streams = list(by_stream.values())
    Random(7).shuffle(streams)
    for message in (each for stream in streams for each in stream):
        again.take(message)
        again.take(message)
    assert again.everything() == plain.everything()
    assert again.value("in-time", "east-1") == plain.value("in-time", "east-1")
    again.store.close()


def test_a_case_that_moves_takes_its_clocks_along(house: House) -> None:
    """A corrected place changes the figure visibly: what is counted of a case is counted where it is."""
    a_quarter(house)
    step = {
        "case": "c2", "number": "c2", "category": "road-damage", "channel": "grid", "facts": {}, "step": "corrected",
        "place": {"key": "west-1", "jurisdiction": f"{TOWN}.west-1"}, "marks": [], "at": "2026-02-12T02:00:00Z",
        "by": {"role": "operator"}, "state": "accepted",
    }  # fmt: skip
    house.hear("intake", "case.corrected", "c2", step)
    assert house.value("in-time", "east-1")["value"] == "100.00"
    assert house.value("in-time", "west-1")["rests_on"] == ["c2-1"]


def test_a_correction_stands_in_the_place_of_what_it_corrects(house: House) -> None:
    """Of a record and the one that corrects it only the latter counts."""
    unit = f"{OTHER}/街道网格中心"
    about = {"subject": f"{OTHER}.东村一格"}
    house.record("r1", "知晓率抽查", unit, "2026-03-09", OTHER, facts={"知晓": False}, **about)
    house.record("r2", "知晓率抽查", unit, "2026-03-09", OTHER, facts={"知晓": True}, corrects="r1", **about)
    values = house.told("centre", "GET", "/figures/网格知晓率/2026-03", town=OTHER)["values"]
    east = next(each for each in values if each["subject"] == "东村一格")
    assert (east["value"], east["rests_on"]) == ("100.00", ["r2"])


def test_two_towns_never_see_each_other(house: House) -> None:
    """Neither rows nor routes: the other town's office is refused at the door."""
    a_quarter(house)
    assert house.ask("centre", "GET", "/figures/in-time/2026-Q1").status_code == 404
    reported = house.told("centre", "GET", "/figures/事件上报/2026-02", town=OTHER)["values"]
    assert {each["value"] for each in reported} == {"0"}


@pytest.mark.proves("P001-03.4", "P001-03.6")
def test_who_reads_a_ranking(house: House) -> None:
    """A-28: leaders read all, a village its own grids, other offices nothing; citizens don't get in."""
    a_quarter(house)
    assert [house.give(grid, "20").status_code for grid in ("east-1", "west-1")] == [201, 201]
    path = "/measures/assessment/2026-Q1"
    seen = {
        who: {each["subject"] for each in house.told(who, "GET", path)["standings"]}
        for who in ("leaders", "east", "west", "land")
    }
    assert seen == {
        "leaders": {"east-1", "east-2", "west-1"}, "east": {"east-1", "east-2"}, "west": {"west-1"}, "land": set(),
    }  # fmt: skip
    assert house.ask("citizen", "GET", path).status_code in (403, 404)


@pytest.mark.proves("P001-16.3")
def test_points_are_given_by_whom_the_pack_names_and_never_above_the_most(house: House) -> None:
    """With a reason, by a person; a correction is a new gift; the sum waits for what is wanting."""
    a_quarter(house)
    assert house.give("east-1", "25.5").json["code"] == "points-above-most"
    assert house.give("east-1", "20", who="land").json["code"] == "may-not-give"
    assert house.give("east-1", "20", item="handling").json["code"] == "item-not-given"
    assert house.give("nowhere", "20").json["code"] == "subject-unknown"
    assert house.give("east-1", "20", who="nameless").status_code == 403
    assert [house.give("east-1", points).status_code for points in ("10", "22.5")] == [201, 201]
    (east,) = [
        each
        for each in house.told("office", "GET", "/measures/assessment/2026-Q1")["standings"]
        if each["subject"] == "east-1"
    ]
    assert (east["points"]["running"], east["points"]["handling"]) == ("22.5", "12.50")
    assert (east["value"], east["lacks"]) == (None, ["information"])


def test_an_upheld_objection_takes_it_out_and_both_verdicts_stay(house: House) -> None:
    """Whoever objected does not decide; rejected, the figure stands; decided once."""
    a_quarter(house)
    body = {
        "figure": "in-time",
        "span": "2026-Q1",
        "subject": "east-1",
        "ref": "c2-1",
        "words": "the road was closed",
    }
    key = house.told("east", "POST", "/objections", body)["id"]
    assert (
        house.refused("east", "POST", f"/objections/{key}/verdict", {"upheld": True, "words": "so it was"})
        == "may-not-decide"
    )
    house.told("office", "POST", f"/objections/{key}/verdict", {"upheld": True, "words": "so it was"})
    assert house.value("in-time", "east-1")["value"] == "100.00"
    (kept,) = house.told("east", "GET", "/objections")["objections"]
    assert (kept["ref"], kept["words"], kept["upheld"], kept["verdict"]) == (
        "c2-1",
        "the road was closed",
        True,
        "so it was",
    )
    again = {"upheld": False, "words": "no"}
    assert house.refused("office", "POST", f"/objections/{key}/verdict", again) == "decided-already"
    assert house.refused("east", "POST", "/objections", {**body, "ref": "c9-1"}) == "not-counted"


@pytest.mark.proves("P001-03.5")
def test_what_was_sent_stays_as_it_was_sent(house: House) -> None:
    """A draft follows its figures; the report that was sent keeps its numbers and what they rested on."""
    a_quarter(house)
    path = "/documents/supervision-report/2026-Q1"
    draft = house.told("office", "GET", path)
    assert draft["headings"] == ["main problems", "what is to be done"]
    assert house.refused("leaders", "POST", f"{path}/publications", {"words": []}) == "may-not-decide"
    key = house.told("office", "POST", f"{path}/publications", {"words": ["late roads", "a plan"]})["id"]
    house.clock_of("c1", "2", "late")
    line = {
        "of": "in-time",
        "subject": "east-1",
        "value": "50.00",
        "rank": None,
        "rests_on": ["c1-1", "c2-1"],
        "before": None,
        "year_ago": None,
    }
    sent = house.told("leaders", "GET", f"/publications/{key}")
    assert line in sent["lines"]
    assert sent["words"] == ["late roads", "a plan"]
    assert house.value("in-time", "east-1")["value"] == "33.33"
    own = house.told("east", "GET", f"/publications/{key}")["lines"]
    assert {each["subject"] for each in own} == {"east-1", "east-2"}
    assert house.told("land", "GET", "/publications")["publications"][0]["lines"] == []
    assert house.refused("office", "POST", f"{path}/publications", {"words": []}) == "published-already"
    page = house.ask("leaders", "GET", f"/publications/{key}/page").get_data(as_text=True)
    assert "<h1>a town of villages supervision report 2026-Q1</h1>" in page
    assert "<h2>main problems</h2><p>late roads</p>" in page
    assert (
        '<td>East Village grid 1</td><td class="n">50.00</td><td class="n"></td><td class="n">2</td>' in page
    )
    assert "West Village" not in house.ask("east", "GET", f"/publications/{key}/page").get_data(as_text=True)


@pytest.mark.proves("P004.13")
def test_a_proposal_is_decided_by_a_named_person_and_done_by_nobody_here(house: House) -> None:
    """Low in two months running: proposed, accepted by the unit that the pack names, then said to be done."""
    for month in ("02", "03"):
        for place in ("东村一格", "东村二格", "西村三格", "西村二格"):
            _reported(house, f"{place}{month}", place, month)
    path = "/measures/月排名/2026-03/proposals"
    (found,) = house.told("centre", "GET", path, town=OTHER)["proposals"]
    assert (found["proposal"], found["subject"], found["state"], found["course"]) == (
        "工作约谈",
        "西村一格",
        "proposed",
        [],
    )
    assert house.told("centre", "GET", "/measures/月排名/2026-02/proposals", town=OTHER)["proposals"] == []
    deed = {"subject": "西村一格", "does": "accepted", "words": "on Monday"}
    assert house.refused("head", "POST", f"{path}/工作约谈/deeds", deed, OTHER) == "may-not-decide"
    assert (
        house.refused("centre", "POST", f"{path}/工作约谈/deeds", {**deed, "does": "done"}, OTHER)
        == "not-accepted"
    )
    for does in ("accepted", "done"):
        house.told("centre", "POST", f"{path}/工作约谈/deeds", {**deed, "does": does}, OTHER)
    (found,) = house.told("centre", "GET", path, town=OTHER)["proposals"]
    assert (found["state"], [each["does"] for each in found["course"]]) == ("done", ["accepted", "done"])
    assert {each["by_person"] for each in found["course"]} == {"p-centre"}


def _reported(house: House, case: str, place: str, month: str) -> None:
    said = {
        "case": case, "number": case, "category": "信息采集", "channel": "grid",
        "place": {"key": place, "jurisdiction": f"{OTHER}.{place}"}, "facts": {},
        "reported_at": f"2026-{month}-10T02:00:00Z", "by": {"role": "grid_worker", "person": "p-w"},
    }  # fmt: skip
    house.hear("intake", "case.admitted", case, said, OTHER)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/figures/in-time/2026-13", "span-unknown"),
        ("/figures/in-time/2026-03", "span-of-another-kind"),
        ("/figures/nothing/2026-Q1", "not-found"),
        ("/measures/nothing/2026-Q1", "not-found"),
        ("/documents/supervision-report/2026", "span-of-another-kind"),
    ],
)
def test_what_is_not_there_is_said_so(plain: House, path: str, code: str) -> None:
    """A slip in a period or a key gets no empty answer."""
    assert plain.refused("office", "GET", path) == code


def test_a_suspended_town_takes_no_word_more(plain: House) -> None:
    """Figures are still read; points wait until it is resumed."""
    a_quarter(plain)
    said = {"key": TOWN, "name": {"zh": "镇", "en": "town"}, "suspended_at": "2026-04-30T00:00:00Z"}
    plain.hear("registry", "jurisdiction.changed", f"jurisdiction/{TOWN}", said)
    assert plain.give("east-1", "20").json["code"] == "town-suspended"
    assert plain.value("in-time", "east-1")["value"] == "50.00"


def test_the_towns_figures_are_declared_in_the_readers_language(plain: House) -> None:
    """Figures, measures and documents, each with its period."""
    declared = {each["key"]: each for each in plain.told("east", "GET", "/declared")["declared"]}
    assert declared["in-time"] == {
        "key": "in-time", "name": "handled in time", "kind": "figure", "per": "grid", "every": "quarter",
        "does": "share", "counts": "clock", "because": ["P001-03.3"], "items": [], "proposes": False,
    }  # fmt: skip
    office = {each["key"]: each for each in plain.told("office", "GET", "/declared")["declared"]}
    given = {
        who: [item["key"] for item in each["assessment"]["items"] if item["yours"]]
        for who, each in (("east", declared), ("office", office))
    }
    assert given == {"east": [], "office": ["running"]}
    assert {each["kind"] for each in declared.values()} == {"figure", "measure", "document"}


def test_an_entry_counts_as_it_is_known_now_and_where_it_is(house: House) -> None:
    """Complete once all is known of it; moved, it is the other grid's; ended, it stays in its period."""
    stream = f"town/{TOWN}"

    def hear(event: str, place: str, **more: Any) -> None:
        change = {
            "entry": "e1",
            "type": "information",
            "kind": "thing",
            "place": place,
            "event": event,
            **more,
        }
        house.hear("ledger", "ledger.changed", stream, {"changes": [change], "at": "2026-02-10T02:00:00Z"})

    hear("entered", "east-1", complete=False)
    assert house.value("information", "east-1")["value"] == "0.00"
    hear("stated", "east-1", complete=True)
    assert house.value("information", "east-1")["value"] == "100.00"
    hear("moved", "west-1")
    assert house.value("information", "east-1")["value"] is None
    assert house.value("information", "west-1")["hits"] == ["e1"]
    hear("ended", "west-1")
    assert house.value("information", "west-1")["value"] == "100.00"


def test_a_day_on_which_somebody_was_there_counts_once(plain: House) -> None:
    """However many sessions they opened, and for each post on its own."""
    for hour, unit in ((1, "east-1/grid-worker"), (2, "east-1/grid-worker"), (3, "west-1/grid-worker")):
        said = {
            "person": "p-1",
            "unit": f"{TOWN}.{unit}",
            "role": "grid_worker",
            "at": f"2026-02-10T0{hour}:00:00Z",
        }
        plain.hear("registry", "session.opened", f"town/{TOWN}-sessions", said)
    there = [row for row in plain.everything() if row[2] == "session"]
    assert [row[0] for row in there] == [
        f"session/p-1/{TOWN}.{place}/grid-worker/2026-02-10" for place in ("east-1", "west-1")
    ]


def test_a_figure_opens_to_its_list_page_by_page(house: House) -> None:
    """Each thing with its case and what became of it; of whom nobody may read there is none."""
    a_quarter(house)
    path = "/figures/in-time/2026-Q1/things"
    first = house.told("office", "GET", path, subject="east-1", limit=1)
    (thing,) = first["things"]
    assert (thing["ref"], thing["case"], thing["result"], thing["hit"]) == ("c1-1", "c1", "in_time", True)
    assert (thing["kind"], thing["name"], thing["place"]) == ("clock", "settle", "east-1")
    second = house.told("office", "GET", path, subject="east-1", limit=1, cursor=first["next"])
    assert [(each["ref"], each["hit"]) for each in second["things"]] == [("c2-1", False)]
    assert second["next"] is None
    assert house.ask("office", "GET", path, subject="nowhere").status_code == 404
