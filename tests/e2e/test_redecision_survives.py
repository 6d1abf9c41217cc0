"""A re-decision under way when the process is killed."""

import time
from pathlib import Path
from typing import Any

from tests.e2e.houses import RunningHouse, embedded_process
from tests.e2e.own_town import OFFICE, PACK, STATION, TOWN

SHORTER = PACK.replace("within: 3 working days", "within: 2 working days")
CASES = 300
WAIT_SECONDS = 60.0


def until(house: RunningHouse, path: str, token: str, wanted: Any) -> dict[str, Any]:
    """Ask until the answer is what is wanted."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        answer = house.ask("intake", "GET", f"/v1/towns/{TOWN}{path}", token)
        if answer.ok and wanted(answer.json()):
            return dict(answer.json())
        assert time.monotonic() < end, answer.text
        time.sleep(0.05)


def test_killed_in_its_middle_it_goes_on_and_asks_about_each_case_once(tmp_path: Path) -> None:
    """Whatever was done before the kill stays done, the rest is done after the next start, and nothing twice."""
    with embedded_process(tmp_path, logs=tmp_path) as house:
        house.registry.publish(TOWN, {f"{TOWN}/pack.yaml": PACK})
        station = house.registry.issue_token("unit_staff", STATION, "p-station", (TOWN,))
        operator = house.registry.issue_token("operator", OFFICE, "p-operator", (TOWN,))
        house.kill("house")
        house.start("house")  # what was said from outside goes out at the start
        until(house, "/catalogue", station, lambda told: told["edition"])
        report = {"category": "quarrel", "channel": "app", "place": "grid-1", "text": "two neighbours"}
        bulk = f"/v1/towns/{TOWN}/cases/bulk"
        sent = house.ask("intake", "POST", bulk, station, {"cases": [report] * CASES}).json()
        cases = [one["case"] for one in sent["results"]]
        until(house, f"/cases/{cases[-1]}", station, lambda told: told["state"] == "accepted")
        edition = house.registry.publish(TOWN, {f"{TOWN}/pack.yaml": SHORTER}).edition
        house.kill("house")
        house.start("house")
        until(house, "/catalogue", station, lambda told: told["edition"] == edition)
        body = {"filter": {}, "preview": False, "reason": "amended"}
        order = house.ask("intake", "POST", f"/v1/towns/{TOWN}/redecisions", operator, body).json()
        assert order["total"] == CASES
        path = f"/redecisions/{order['id']}"
        for asked in (1, CASES):
            until(house, path, operator, lambda told, n=asked: CASES - told["progress"]["waiting"] >= n)
            house.kill("house")
            house.start("house")
        done = until(house, path, operator, lambda told: told["progress"]["decided"] == CASES)
        assert done["state"] == "done"
        for case in (cases[0], cases[CASES // 2], cases[-1]):
            view = house.ask("intake", "GET", f"/v1/towns/{TOWN}/cases/{case}", operator).json()
            assert len(view["decisions"]) == 2
            assert view["edition"]["hash"] == edition
