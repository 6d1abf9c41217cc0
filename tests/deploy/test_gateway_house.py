"""Through the gateway a real house takes and gives files of cases as the guides say, and tells its limits itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from scripts.gateway.problems import LARGEST_BODY
from tests.deploy.composition import AT_THE_DOOR, OURS
from tests.deploy.gateway import Gateway
from tests.e2e.houses import embedded_house
from tests.e2e.own_town import OFFICE, PACK, STATION, TOWN, at

CASES = f"/v1/towns/{TOWN}/cases"
OLD = {
    "category": "quarrel",
    "channel": "app",
    "place": "grid-1",
    "text": "two neighbours",
    "reported_at": "2026-03-05T09:00:00+08:00",
    "accepted_at": "2026-03-05T10:00:00+08:00",
    "lead": STATION,
}


class House:
    """An embedded house, asked directly or through a gateway that takes it for all five services."""

    def __init__(self, direct: str, gateway: str, token: str) -> None:
        """Know both addresses and an operator's token."""
        self.direct, self.gateway = direct, gateway
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def ask(self, address: str, method: str, path: str, kind: str = "", **more: Any) -> requests.Response:
        """Send a request with a body of a content type."""
        headers = self._headers | ({"Content-Type": kind} if kind else {})
        return requests.request(method, address + path, headers=headers, timeout=60, **more)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running town."""
    with embedded_house(tmp_path_factory.mktemp("house"), at("2026-03-09 09:00")) as running:
        running.registry.publish(TOWN, {f"{TOWN}/pack.yaml": PACK})
        token = running.registry.issue_token("operator", OFFICE, "p-1", (TOWN,))
        running.time.wait_quiet()
        address = running.addresses["intake"]
        places = {f"{name}:8080": address.removeprefix("http://") for name in AT_THE_DOOR}
        gateway = Gateway(tmp_path_factory.mktemp("gateway"), places)
        yield House(address, gateway.address, token)
        gateway.end()


def test_files_of_cases_go_in_and_out(house: House) -> None:
    """Lines that come piece by piece are each answered, and all are in the stream that goes out."""
    lines = (json.dumps({**OLD, "number": f"HL-{number}"}).encode() + b"\n" for number in range(150))
    answer = house.ask(
        house.gateway, "POST", f"{CASES}/import?source=hotline", "application/x-ndjson", data=lines
    )
    assert answer.status_code == 200, answer.text
    assert json.loads(answer.text.splitlines()[-1])["summary"]["imported"] == 150
    export = house.ask(house.gateway, "GET", f"{CASES}/export?format=jsonl")
    assert sum('"HL-' in line for line in export.text.splitlines()) == 150


def test_the_gateway_lets_in_what_the_largest_limit_allows(house: House) -> None:
    """Its limit is intake's own for imports, in the same words."""
    body = bytes(LARGEST_BODY + 1)
    answers = [
        house.ask(address, "POST", f"{CASES}/import?source=hotline", "application/x-ndjson", data=body)
        for address in (house.direct, house.gateway)
    ]
    assert [answer.status_code for answer in answers] == [413, 413]
    assert answers[0].json()["cause"] == answers[1].json()["cause"]


def test_smaller_limits_are_the_services_to_tell(house: House) -> None:
    """A report larger than intake takes passes the gateway, and intake names its own limit."""
    answer = house.ask(house.gateway, "POST", CASES, "application/json", data=bytes(5 * 2**20))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert str(LARGEST_BODY) not in answer.json()["cause"]


def test_every_service_shows_its_pages(house: House) -> None:
    """The embedded house has description and health of each service under its name, and the console a page of it."""
    for name in OURS:
        assert house.ask(house.direct, "GET", f"/{name}/openapi.json").json()["info"]["title"].endswith(name)
        assert f"/{name}/openapi.json" in house.ask(house.direct, "GET", f"/api/{name}").text
        assert house.ask(house.direct, "GET", f"/{name}/healthz").json()["status"] == "ok"
