"""Signing in, on either way to run: a token is good everywhere at once, and nowhere once its session was ended."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from shared.rules.pack.build.files import load_files
from tests.e2e.houses import RunningHouse, embedded_house, real_house

TOWN = "t-vtc"
PASSWORD = "a quiet river under elms"
# A list of each service that shows any to an operator; routing shows decisions of single cases alone.
LISTS = {
    "registry": f"/v1/towns/{TOWN}/members",
    "intake": f"/v1/towns/{TOWN}/cases",
    "sla": f"/v1/towns/{TOWN}/deadlines",
    "notify": "/v1/inbox",
    "routing": f"/v1/towns/{TOWN}/cases/00000000-0000-7000-8000-000000000000/decisions",
}
# What an ended session's tokens open for: the message's way, and two seconds in which a look-up is believed.
BOUND_SECONDS = 10.0


@pytest.fixture(params=["embedded", "real servers"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningHouse]:
    """A running house with a town, in real time."""
    if request.param == "embedded":
        with embedded_house(tmp_path) as running:
            running.registry.publish(TOWN, load_files(Path("rules") / TOWN))
            yield running
        return
    database, broker = request.getfixturevalue("fresh_database"), request.getfixturevalue("fresh_vhost")
    with real_house(tmp_path, database, broker) as running:
        running.registry.publish(TOWN, load_files(Path("rules") / TOWN))
        yield running


def in_session(
    house: RunningHouse, method: str, path: str, secret: str, body: Any = None
) -> requests.Response:
    """Ask the registry in a session."""
    return house.ask("registry", method, path, "", body, {"Authorization": f"Session {secret}"})


def signed_in(house: RunningHouse, role: str) -> str:
    """The secret of a session of somebody who has just been given an account."""
    first = house.registry.add_account("lan", role, TOWN)
    for password in (first, PASSWORD):
        opened = house.ask(
            "registry", "POST", "/v1/sessions", "", {"login": "lan", "password": password}
        ).json()
        if password == first:
            change = {"old": first, "new": PASSWORD}
            assert (
                in_session(house, "PUT", "/v1/session/password", opened["session"], change).status_code == 204
            )
    return str(opened["session"])


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for what must come within the bound."""
    until = time.monotonic() + BOUND_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_token_is_good_in_every_service_until_its_session_is_ended(house: RunningHouse) -> None:
    """Issued, it is taken by each at the very first request; signed out, it is taken by none within seconds."""
    secret = signed_in(house, "operator")
    role = in_session(house, "GET", "/v1/session", secret).json()["roles"][0]["id"]
    token = in_session(house, "POST", "/v1/session/token", secret, {"role": role}).json()["token"]
    got = {name: house.ask(name, "GET", path, token).status_code for name, path in LISTS.items()}
    assert got == {**dict.fromkeys(LISTS, 200), "routing": 404}
    assert in_session(house, "DELETE", "/v1/session", secret).status_code == 204
    assert house.ask("registry", "GET", LISTS["registry"], token).status_code == 401
    for name, path in LISTS.items():
        wait_until(lambda name=name, path=path: house.ask(name, "GET", path, token).status_code == 401)


def test_a_resident_reports_without_an_account_and_follows_it(house: RunningHouse) -> None:
    """The guest's token takes one report in and shows it; another guest does not find it."""
    path = f"/v1/towns/{TOWN}/cases"
    report = {"category": "ditch-and-drain", "channel": "app", "place": "east-1", "text": "blocked"}

    def guest() -> str:
        return str(house.ask("registry", "POST", f"/v1/towns/{TOWN}/guest", "").json()["token"])

    token, other = guest(), guest()
    answers: list[requests.Response] = []

    def is_taken() -> bool:
        answers.append(house.ask("intake", "POST", path, token, report))
        assert answers[-1].status_code != 401
        return answers[-1].status_code == 201

    wait_until(is_taken)  # the town's rules are on their way to intake
    case = answers[-1].json()["case"]
    assert house.ask("intake", "GET", f"{path}/{case}", token).status_code == 200
    assert house.ask("intake", "GET", f"{path}/{case}", other).status_code == 404
    assert house.ask("registry", "GET", LISTS["registry"], token).status_code == 403
