"""The same promises on PostgreSQL, with two processes at the same door."""

from collections.abc import Callable

import pytest

from services.intake.store import tables
from shared.db.engines import open_engine
from shared.kernel.ids import new_id
from shared.rules.pack.model import Duplicates
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.intake.house import OFFICE, STATION, House
from tests.intake.test_assignees import absence, alarms, assign, duty, listed, member
from tests.intake.test_clock_steps import DUE_AT, late, ruled, running, taken
from tests.intake.test_hidden import rule, sees
from tests.intake.test_idempotency import CASES, PLAIN, at_once, report
from tests.intake.test_machines import alarm, with_machines
from tests.intake.test_merging import likely, merged
from tests.intake.test_publishing import published
from tests.intake.town import SPOT, TOWN

pytestmark = pytest.mark.servers


def test_a_hundred_at_once_over_two_processes_make_one_case(houses: list[House]) -> None:
    """Whichever process takes it, one key makes one case; those that wait get its answer."""
    answers = at_once(100, lambda n: report(houses[n % 2], "k"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["case"] for answer in answers}) == 1
    assert len(houses[0].rows(tables.cases)) == 1


def test_keys_that_cross_do_not_stop_anybody(houses: list[House]) -> None:
    """Many keys, each sent to both processes in opposite orders: one case a key, nobody waits for ever."""
    keys = [f"k{n}" for n in range(30)]
    sent = [(house, key) for house, order in zip(houses, (keys, keys[::-1]), strict=True) for key in order]
    answers = at_once(len(sent), lambda n: report(sent[n][0], sent[n][1]))
    cases = {
        key: {a.json["case"] for a, (_, sent_key) in zip(answers, sent, strict=True) if sent_key == key}
        for key in keys
    }
    assert all(len(found) == 1 for found in cases.values())
    stored = houses[0].rows(tables.cases)
    assert sorted(row["number"] for row in stored) == [f"2026-{n:06d}" for n in range(1, 31)]


def test_a_refused_request_frees_its_key_also_here(houses: list[House]) -> None:
    """After a refusal the corrected report may come with the same key; another body after success may not."""
    assert report(houses[0], "k", {**PLAIN, "category": "dich"}).status_code == 422
    assert report(houses[1], "k").status_code == 201
    assert report(houses[0], "k", {**PLAIN, "text": "another"}).json["code"] == "key-reused"


def test_a_life_on_postgresql(houses: list[House]) -> None:
    """Bulk, decisions, steps, lists, identities and the chain, all with PostgreSQL's types."""
    one, other = houses
    items = [{**PLAIN, "text": f"n {n}"} for n in range(20)]
    results = one.call("POST", f"{CASES}/bulk", "station", json={"cases": items}).json["results"]
    cases = [item["case"] for item in results]
    messages = [
        one.message("routing", "case.routed", case, one.routed(case, STATION, OFFICE)) for case in cases
    ]
    one.pass_time(seconds=1)
    assert one.receiver.take(messages).done == 20
    case = other.report(reporter={"name": "Zhang San"})
    one.route(case)
    assert other.step(case, "settle", facts={"result": "r"}).json["state"] == "settled"
    assert one.step(case, "not-satisfied", "citizen").json["state"] == "reopened"
    assert other.step(cases[0], "close").json["code"] == "step-not-now"
    assert len(one.call("GET", CASES, "operator", query_string={"limit": 100}).json["cases"]) == 21
    assert len(one.call("GET", f"{CASES}?overdue=false&unit={OFFICE}", "operator").json["cases"]) == 20
    assert one.call("GET", f"/v1/towns/{TOWN}/cases/{case}/reporter").json["identity"] == {
        "name": "Zhang San"
    }
    assert one.call("DELETE", f"/v1/towns/{TOWN}/reporters/citizen-1", "operator").status_code == 204
    for each in (case, cases[0]):
        assert one.call("GET", f"/v1/towns/{TOWN}/cases/{each}/history/verify").json["whole"]


def test_steps_at_once_are_taken_one_after_the_other(houses: list[House]) -> None:
    """Two processes that settle the same case: one settles it, the others are told that it is too late."""
    case = houses[0].report()
    houses[0].route(case)
    answers = at_once(12, lambda n: houses[n % 2].step(case, "settle", facts={"result": "r"}))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 11]
    history = houses[0].view(case)["history"]
    assert [entry["what"] for entry in history].count("step-refused") == 11
    assert houses[0].call("GET", f"/v1/towns/{TOWN}/cases/{case}/history/verify").json["whole"]


def test_alarms_at_once_over_two_processes_make_one_draft(houses: list[House]) -> None:
    """However many alarms of a device come to both processes: one draft, every other one counted once."""
    for house in houses:
        with_machines(house)
    answers = at_once(60, lambda n: alarm(houses[n % 2], source=f"cam-{n % 3}"))
    assert sorted(answer.status_code for answer in answers) == [*[200] * 57, *[201] * 3]
    assert [row["repeats"] for row in houses[0].rows(tables.cases)] == [19, 19, 19]
    for row in houses[0].rows(tables.cases):
        assert houses[0].call("GET", f"{CASES}/{row['id']}/history/verify", "operator").json["whole"]


def test_cases_merged_into_each_other_at_once(houses: list[House]) -> None:
    """A into B and B into A at the same moment: one of them is done, the other is told why not."""
    for _ in range(5):
        one, other = (houses[0].report(who) for who in ("citizen", "other-citizen"))
        pairs = [(one, other), (other, one)]
        answers = at_once(2, lambda n, pairs=pairs: merged(houses[n], *pairs[n]))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        states = sorted(houses[0].view(case)["state"] for case in (one, other))
        assert states == ["merged", "reported"]


def test_persons_gone_are_missed_once_by_two_processes(houses: list[House]) -> None:
    """Both look for people who are gone at the same moment: each work order gets one alarm."""
    member(houses[0], "ann", STATION)
    cases = []
    for _ in range(6):
        case = houses[0].report()
        houses[0].route(case)
        assign(houses[0], case, "ann")
        cases.append(case)
    absence(houses[0], "ann", days=3000, begins_in=-1)
    at_once(6, lambda n: duty(houses[n % 2]).run(100))
    assert [len(alarms(houses[0], case)) for case in cases] == [1] * 6
    assert set(listed(houses[0], assignee="left")) == set(cases)


def test_what_is_hidden_and_published_on_postgresql(houses: list[House]) -> None:
    """Hidden cases, levels of publication and likely duplicates, by PostgreSQL's own comparisons."""
    house = houses[0]
    house.amend(
        hidden=(rule("screening", "settled", "station"),),
        duplicates=Duplicates(("P",), Amount(2, TimeUnit.DAYS), ("category", "place"), SPOT),
    )
    case = house.report()
    assert [sees(house, case, who) for who in ("operator", "station", "supervisor", "citizen")] == [
        True,
        True,
        False,
        False,
    ]
    house.route(case)
    assert likely(house) == [case]
    house.step(case, "settle", facts={"result": "r"})
    assert house.step(case, "close").status_code == 200
    assert [row["number"] for row in published(house, level="village")["publications"]] == ["2026-000001"]
    assert sees(house, case, "supervisor")


def test_time_takes_a_step_once_also_here(services_own: Callable[[str], str]) -> None:
    """What intake has said itself is read as its role may read it; heard twice, the breach brings one step."""
    engine = open_engine(services_own("intake"), "intake")
    house = ruled(House(engine=engine, make_id=new_id, simulated=True))
    case = running(house)
    house.store.set_now(DUE_AT)
    for _ in range(2):
        late(house, case)
    assert len(taken(house, case)) == 1
    house.store.close()
