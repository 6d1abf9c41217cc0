"""Re-decisions and imports on PostgreSQL, with two processes at the same work."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from services.intake.store import tables
from shared.db.engines import open_engine
from shared.kernel.ids import new_id
from shared.kernel.instants import format_instant
from tests.intake.house import MONDAY, STATION, House
from tests.intake.town import TOWN

pytestmark = pytest.mark.servers
LATER = "f" * 64


@pytest.fixture
def houses(services_own: Callable[[str], str]) -> Iterator[list[House]]:
    """Two services on one store, as two processes would be; both know a second edition."""
    url = services_own("intake")
    made = [House(engine=open_engine(url, "intake"), make_id=new_id) for _ in range(2)]
    for house in made:
        house.pack_cache.packs[LATER] = replace(house.packs[TOWN], edition=LATER, running_cases="follow")
    yield made
    for house in made:
        house.store.close()


def run_both(houses: list[House]) -> None:
    """Have both processes do the duty until nothing is left."""
    (first,), (second,) = (
        [duty for duty in house.service.duties if duty.name == "redecide"] for house in houses
    )
    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(duty.run, 1000) for duty in (first, second)]:
            done.result(timeout=60)


def test_two_processes_ask_about_each_case_once(houses: list[House]) -> None:
    """An edition that running cases follow: whoever does the duty, each case is bound and asked about once."""
    one = houses[0]
    cases = [one.report() for _ in range(30)]
    for case in cases:
        one.route(case, STATION)
    data = {"edition": LATER, "number": 2, "files": {}, "effective_at": format_instant(MONDAY)}
    one.hear("registry", "edition.published", f"town/{TOWN}", data)
    run_both(houses)
    (order,) = one.call("GET", f"/v1/towns/{TOWN}/redecisions", "operator").json["redecisions"]
    assert (order["cause"], order["state"], order["progress"]["asked"]) == ("follow", "done", 30)
    assert {row["edition"] for row in one.rows(tables.cases)} == {LATER}
    for case in cases:
        assert sum(getattr(message.data, "step", None) == "redecide" for message in one.said(case)) == 1
        one.route(case, STATION)
    path = f"/v1/towns/{TOWN}/redecisions/{order['id']}"
    assert one.call("GET", path, "operator").json["progress"]["decided"] == 30


def test_the_same_file_twice_at_once_is_taken_once(houses: list[House]) -> None:
    """Two imports of one file at the same moment make each case once, and both are told which."""
    line = {"category": "ditch", "channel": "app", "place": "east-1", "text": "full", "lead": STATION,
            "reported_at": "2026-03-05T09:00:00Z", "accepted_at": "2026-03-05T10:00:00Z"}  # fmt: skip
    body = "\n".join(json.dumps({**line, "number": f"HL-{n}"}) for n in range(150))

    def send(house: House) -> list[dict[str, object]]:
        path = f"/v1/towns/{TOWN}/cases/import?source=hotline"
        answer = house.call("POST", path, "engineer", data=body, content_type="application/x-ndjson")
        assert answer.status_code == 200, answer.text
        return [json.loads(each) for each in answer.text.splitlines()][:-1]

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(send, houses)
    assert [one["case"] for one in first] == [one["case"] for one in second]
    assert all({one["status"], two["status"]} == {200, 201} for one, two in zip(first, second, strict=True))
    assert len(houses[0].rows(tables.cases)) == 150
    assert len(houses[0].call("GET", f"/v1/towns/{TOWN}/cases/export", "operator").text.splitlines()) == 150


def test_the_public_list_goes_by_its_days_and_a_second_import_continues(houses: list[House]) -> None:
    """Sorted by day and id, page by page; two processes that continue a case at once add what is new once."""
    line = {"category": "ditch", "channel": "app", "place": "east-1", "text": "full", "lead": STATION,
            "reported_at": "2026-03-01T09:00:00Z", "accepted_at": "2026-03-01T10:00:00Z"}  # fmt: skip
    days = {"HL-1": "2026-03-02", "HL-2": "2026-03-06", "HL-3": "2026-03-04"}
    lines = [
        {**line, "number": number, "publications": [{"on": day, "category": {"zh": "x"}}]}
        for number, day in days.items()
    ]

    def send(house: House) -> int:
        path = f"/v1/towns/{TOWN}/cases/import?source=hotline"
        body = "\n".join(json.dumps(each) for each in lines)
        answer = house.call("POST", path, "engineer", data=body, content_type="application/x-ndjson")
        return int(json.loads(answer.text.splitlines()[-1])["summary"].get("continued", 0))

    send(houses[0])
    listed, path = [], f"/v1/towns/{TOWN}/publications?limit=2"
    while path:
        page = houses[0].call("GET", path, "citizen").json
        listed += [row["number"] for row in page["publications"]]
        path = f"/v1/towns/{TOWN}/publications?limit=2&cursor={page['next']}" if page["next"] else ""
    assert listed == ["HL-2", "HL-3", "HL-1"]
    lines = [{**each, "settled_at": "2026-03-05T10:00:00Z"} for each in lines]
    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(send, houses)) == [0, 3]
