"""Who is charged for a request, and what is answered to those who ask for too much."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from shared.obs.metrics import Metrics
from shared.web.quotas import Allowance, DoorSettings, Measure, Network, read_door
from tests.web.demo import demo

PATH = "/v1/towns/elm/things"
FEW = Allowance(3, 10**6)
BEHIND = {"X-Forwarded-For": "198.51.100.7"}


def app_with(measure: Measure, proxies: tuple[Network, ...] = (), metrics: Metrics | None = None) -> Flask:
    """The demonstration, with three of something."""
    return demo(metrics, door=DoorSettings({measure: FEW}, proxies))


def statuses(client: FlaskClient, number: int, headers: Mapping[str, str], **more: Any) -> list[int]:
    """What so many requests were answered."""
    return [client.get(PATH, headers=headers, **more).status_code for _ in range(number)]


def as_(token: str) -> dict[str, str]:
    """A request's signature."""
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


def test_a_token_that_asks_for_too_much_is_told_when_to_come_again() -> None:
    """429 with Retry-After and a problem of its own; another token of the same town is not touched; each refusal is
    counted, by what was used up and never by whom."""
    metrics = Metrics()
    client = app_with(Measure.REQUESTS, metrics=metrics).test_client()
    assert statuses(client, 5, as_("op")) == [200, 200, 200, 200, 429]  # three, and the slice in hand
    answer = client.get(PATH, headers=as_("op"))
    seconds = int(answer.headers["Retry-After"])
    assert seconds > 1
    assert answer.json["code"] == "too-many"
    assert answer.json["where"] == {"retry_after": seconds}
    assert str(seconds) in answer.json["remedy"]
    assert statuses(client, 1, as_("unit")) == [200]
    assert 'gridcase_over_quota_total{measure="requests",service="demo"} 2.0' in client.get("/metrics").text


def test_an_address_is_charged_for_strangers_alone() -> None:
    """An office shares one address: whoever there shows no valid token is soon told to wait, and its colleagues with
    valid ones never."""
    client = app_with(Measure.ADDRESS).test_client()
    assert statuses(client, 6, {}) == [401] * 4 + [429] * 2
    assert statuses(client, 1, as_("guessed")) == [429]
    assert statuses(client, 10, as_("op")) == [200] * 10


def test_addresses_behind_a_trusted_proxy_are_told_apart() -> None:
    """What a trusted proxy says counts; what anybody else says of himself does not, or one could always be another."""
    proxies = read_door({"GRIDCASE_TRUSTED_PROXIES": "127.0.0.0/8"}).proxies
    client = app_with(Measure.ADDRESS, proxies).test_client()
    assert statuses(client, 5, BEHIND) == [401] * 4 + [429]
    assert statuses(client, 1, {"X-Forwarded-For": "198.51.100.8"}) == [401]
    assert statuses(client, 1, {"X-Forwarded-For": "6.6.6.6, 198.51.100.7"}) == [429]
    client = app_with(Measure.ADDRESS).test_client()
    assert [statuses(client, 1, {"X-Forwarded-For": f"198.51.100.{n}"})[0] for n in range(5)] == [401] * 4 + [
        429
    ]


def test_one_network_of_the_sixth_version_is_one_address() -> None:
    """Who has one address of IPv6 has 2^64 of them."""
    client = app_with(Measure.ADDRESS).test_client()
    remotes = [{"REMOTE_ADDR": f"2001:db8:1:1::{n:x}"} for n in range(5)]
    assert [statuses(client, 1, {}, environ_base=remote)[0] for remote in remotes] == [401] * 4 + [429]
    assert statuses(client, 1, {}, environ_base={"REMOTE_ADDR": "2001:db8:1:2::1"}) == [401]


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/openapi.json"])
def test_what_is_open_to_all_is_charged_to_nobody(path: str) -> None:
    """Whoever watches the house asks often, from one address."""
    client = app_with(Measure.ADDRESS).test_client()
    assert {client.get(path).status_code for _ in range(10)} == {200}


def test_a_refusal_without_end_fills_no_log() -> None:
    """One line when a bucket is found empty, none for each that is refused after it."""
    client = app_with(Measure.REQUESTS).test_client()
    with capture_logs() as lines:
        statuses(client, 50, as_("op"))
    assert [line["event"] for line in lines].count("over-quota") == 1
