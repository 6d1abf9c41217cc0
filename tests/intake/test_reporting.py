"""What becomes a case, and what is refused with the reason."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.store import tables
from shared.kernel.instants import format_instant
from shared.rules.case.snapshot import Place
from tests.intake.house import CENTRE, MONDAY, STATION, House
from tests.intake.town import OTHER_TOWN, TOWN

CASES = f"/v1/towns/{TOWN}/cases"
PLAIN = {"category": "ditch", "channel": "app", "place": "east-1", "text": "the ditch is full"}
DUMPING = {**PLAIN, "category": "dumping"}


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def test_category_place_channel_and_text_are_enough(house: House) -> None:
    """A category that asks nothing admits a report of four fields; the answer says number, edition and place
    to look."""
    answer = house.call("POST", CASES, "citizen", json=PLAIN)
    assert answer.status_code == 201
    assert answer.json["number"] == "2026-000001"
    assert answer.json["edition"] == house.packs[TOWN].edition
    assert answer.headers["Location"] == f"{CASES}/{answer.json['case']}"
    (message,) = house.said(answer.json["case"])
    assert message.type == "case.admitted"
    assert message.edition == answer.json["edition"]
    assert message.data.place == Place(key="east-1", jurisdiction=f"{TOWN}.east-village")
    assert message.data.reporter == "citizen-1"


REFUSED: list[tuple[dict[str, Any], int, str, str]] = [
    ({**PLAIN, "category": "dich"}, 422, "unknown-category", "ditch"),
    ({**PLAIN, "channel": "fax"}, 422, "unknown-channel", "phone"),
    ({**PLAIN, "place": "east-2"}, 422, "unknown-place", "east-1"),
    ({**PLAIN, "lat": 30.0}, 422, "half-position", "together"),
    ({key: value for key, value in PLAIN.items() if key != "place"}, 422, "place-missing", "place"),
    (DUMPING, 422, "answers-missing", "litres, smell"),
    ({**DUMPING, "answers": {"litres": 5}}, 422, "answers-missing", "smell"),
    ({**DUMPING, "answers": {"litres": "5", "smell": "none"}}, 400, "wrong-type", "litres"),
    ({**DUMPING, "answers": {"litres": 20_000, "smell": "none"}}, 422, "out-of-bounds", "10000"),
    ({**DUMPING, "answers": {"litres": 5, "smell": "bad"}}, 422, "unknown-value", "none"),
    ({**PLAIN, "answers": {"colour": "red"}}, 422, "unknown-fact", "colour"),
    ({**PLAIN, "answers": {"beyond": True}}, 422, "fact-not-yours", "beyond"),
    ({**PLAIN, "answers": {"redone": 7}}, 422, "fact-not-yours", "redone"),
    ({**PLAIN, "reported_at": format_instant(MONDAY)}, 422, "back-dated", "back-dated"),
    ({**PLAIN, "text": ""}, 400, "invalid-input", "text"),
    ({**PLAIN, "text": "x" * 5001}, 400, "invalid-input", "text"),
    ({**PLAIN, "lat": 91.0, "lon": 0.0}, 400, "invalid-input", "lat"),
    ({**PLAIN, "lead": "works-office"}, 400, "invalid-input", "lead"),
    ({**PLAIN, "number": "2026-000001"}, 400, "invalid-input", "number"),
]


@pytest.mark.parametrize(
    ("body", "status", "code", "named"), REFUSED, ids=[f"{row[2]}-{i}" for i, row in enumerate(REFUSED)]
)
def test_a_report_is_refused_with_the_reason(
    house: House, body: dict[str, Any], status: int, code: str, named: str
) -> None:
    """Unknown keys, missing or wrong answers, somebody else's facts: refused by code, naming what is wrong;
    nothing is kept."""
    answer = house.call("POST", CASES, "citizen", json=body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert named in answer.text
    assert house.rows(tables.cases) == []
    assert house.rows(tables.numbers) == []
    assert house.metrics.registry.get_sample_value("gridcase_reports_refused_total", {"code": code}) in (
        1.0,
        None,
    )


def test_answers_become_facts_and_texts_stay_in_the_file(house: House) -> None:
    """Typed answers go along with the case; a free text among them is kept but told to nobody."""
    case = house.report(
        category="dumping", answers={"litres": 5, "smell": "strong", "where_exactly": "behind no. 3"}
    )
    (message,) = house.said(case)
    assert message.data.facts == {"litres": 5, "smell": "strong", "redone": 0}
    assert house.view(case)["facts"]["where_exactly"] == "behind no. 3"
    assert "behind" not in str(message)


def test_a_position_alone_is_a_place(house: House) -> None:
    """Latitude and longitude without a key lie in the town itself."""
    body = {key: value for key, value in PLAIN.items() if key != "place"}
    case = house.call("POST", CASES, "citizen", json={**body, "lat": 30.25, "lon": 120}).json["case"]
    assert house.said(case)[0].data.place == Place(jurisdiction=TOWN, lat=30.25, lon=120.0)


def test_numbers_count_within_town_and_year(house: House) -> None:
    """Each town counts for itself, in its local year."""
    house.report()
    house.report()
    house.report(who="stranger", town=OTHER_TOWN)
    house.pass_time(days=297, hours=15)  # new year's eve, already the first of January in the town
    house.report()
    numbers = [(row["town"], row["number"]) for row in house.rows(tables.cases)]
    assert numbers == [
        (TOWN, "2026-000001"),
        (TOWN, "2026-000002"),
        (OTHER_TOWN, "2026-000001"),
        (TOWN, "2027-000001"),
    ]


def test_a_town_without_rules_admits_nothing(house: House) -> None:
    """Without an edition in force there is nobody to route to: refused, not guessed."""
    answer = house.call(
        "POST", "/v1/towns/ash/cases", "engineer", json={**PLAIN, "reported_at": format_instant(MONDAY)}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "no-edition")


def test_only_an_engineers_import_is_back_dated(house: House) -> None:
    """An import keeps the instant of the report; the message's own instant stays the transaction's."""
    early = format_instant(MONDAY.replace(month=1))
    case = house.report(who="engineer", reported_at=early)
    (message,) = house.said(case)
    assert format_instant(message.data.reported_at) == early
    assert message.at == MONDAY
    assert house.call("POST", CASES, "engineer", json=PLAIN).json["code"] == "import-only"
    late = format_instant(MONDAY.replace(month=12))
    assert (
        house.call("POST", CASES, "engineer", json={**PLAIN, "reported_at": late}).json["code"]
        == "reported-in-the-future"
    )


def test_a_simulated_store_takes_any_instant() -> None:
    """Only a store made as simulated accepts a report's own instant from anybody."""
    simulated = House(simulated=True)
    early = format_instant(MONDAY.replace(month=1))
    case = simulated.report(reported_at=early)
    assert format_instant(simulated.said(case)[0].data.reported_at) == early


@pytest.mark.parametrize(
    ("who", "more", "finder", "first_contact", "reporter"),
    [
        ("citizen", {}, (None, None), None, "citizen-1"),
        ("citizen", {"anonymous": True}, (None, None), None, None),
        ("grid", {}, ("grid_worker", f"{TOWN}/grid-team"), f"{TOWN}/grid-team", None),
        ("grid", {"on_behalf": True}, ("grid_worker", f"{TOWN}/grid-team"), f"{TOWN}/grid-team", "new"),
        ("centre", {"on_behalf": True, "reporter": {"name": "A", "phone": "1"}}, (None, None), CENTRE, "new"),
        ("station", {}, ("unit_staff", STATION), STATION, None),
    ],
)
def test_who_found_it_and_who_took_it_first(
    house: House,
    who: str,
    more: dict[str, Any],
    finder: tuple[str | None, str | None],
    first_contact: str | None,
    reporter: str | None,
) -> None:
    """The finder is staff; the reporter a member of the public, by reference; the first contact the unit
    that took it (RC-18)."""
    data = house.said(house.report(who=who, **more))[0].data
    assert (data.finder_role, data.finder_unit) == finder
    assert data.first_contact == first_contact
    assert data.reporter == reporter if reporter != "new" else data.reporter not in (None, "citizen-1")


def test_an_anonymous_report_names_nobody(house: House) -> None:
    """Not even the reference of the person's token is kept, and no identity."""
    case = house.report(anonymous=True, reporter={"name": "Zhang San"})
    assert "citizen-1" not in str(house.said(case)[0].data)
    assert "citizen-1" not in str(house.rows(tables.history))
    assert house.rows(tables.identities) == []


def test_a_bulk_is_judged_item_by_item(house: House) -> None:
    """Good reports of a bulk become cases, bad ones are refused for themselves; the results keep the
    order."""
    items = [PLAIN, {**PLAIN, "category": "dich"}, {"text": 5}, "report", DUMPING, PLAIN]
    answer = house.call("POST", f"{CASES}/bulk", "station", json={"cases": items})
    assert answer.status_code == 200
    assert (answer.json["admitted"], answer.json["refused"]) == (2, 4)
    results = answer.json["results"]
    assert [item["status"] for item in results] == [201, 422, 400, 400, 422, 201]
    assert [item["index"] for item in results] == list(range(6))
    assert results[2]["problem"]["errors"][0]["field"].startswith("cases.2.")
    assert [results[0]["number"], results[5]["number"]] == ["2026-000001", "2026-000002"]


@pytest.mark.parametrize(
    "body",
    [{}, {"cases": []}, {"cases": "all"}, {"cases": [PLAIN] * 501}, {"cases": [PLAIN], "more": 1}, [PLAIN]],
)
def test_a_bulk_has_one_to_five_hundred_reports(house: House, body: Any) -> None:
    """Anything else is refused before a single report is looked at."""
    answer = house.call("POST", f"{CASES}/bulk", "station", json=body)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid-input")


def test_the_catalogue_shows_what_is_asked(house: House) -> None:
    """Categories with their questions, channels and places, in the reader's language."""
    answer = house.call("GET", f"/v1/towns/{TOWN}/catalogue", "citizen").json
    dumping = next(one for one in answer["categories"] if one["key"] == "dumping")
    assert [one["fact"] for one in dumping["asks"]] == ["litres", "smell"]
    assert dumping["asks"][1]["values"] == [
        {"key": "none", "name": "none"},
        {"key": "strong", "name": "strong"},
    ]
    assert house.call("GET", "/v1/towns/ash/catalogue", "engineer").json["code"] == "no-edition"


def test_cases_carry_the_trace_of_their_request(house: House) -> None:
    """The request's traceparent goes on in the message that it causes."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = house.call("POST", CASES, "citizen", json=PLAIN, headers={"traceparent": parent})
    assert str(house.said(answer.json["case"])[0].trace).split("-")[1] == parent.split("-")[1]
