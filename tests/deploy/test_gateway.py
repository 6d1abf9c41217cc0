"""A real nginx with the deployed settings sends every path to its owner, as the embedded front does, and says the
same where nobody owns it."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from flask import Flask

from gridcase.front import Front
from gridcase.gateway.table import Route, RouteTable
from scripts.gateway.house import declared_routes
from scripts.gateway.problems import LARGEST_BODY
from shared.flow.webserver import WebServer
from shared.obs.metrics import Metrics
from shared.web.watching import HEADERS
from tests.deploy.composition import AT_THE_DOOR
from tests.deploy.gateway import Echo, Gateway, echoes, places_of
from tests.flow.serving import answer_of, connect, dripping, problem_of, status_of

VALUES = ["x", "柳树镇", "019cd0e2-7d7a-7c3e-9f00-000000000001"]
CASES = "/v1/towns/x/cases"


@dataclass
class Doors:
    """The same services behind nginx and behind the embedded front."""

    table: RouteTable
    services: Mapping[str, Echo]
    gateway: Gateway
    doors: Mapping[str, str]
    session: requests.Session

    def ask(self, door: str, method: str, path: str, **more: Any) -> requests.Response:
        """Send a request through one of the doors."""
        return self.session.request(method, self.doors[door] + path, timeout=30, **more)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Five services that say who they are, behind both doors."""
    table, services = declared_routes(), echoes()
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), places_of(services))
    front = WebServer(_front(table, services), "127.0.0.1", 0)
    front.start()
    where = {"nginx": gateway.address, "front": f"http://127.0.0.1:{front.port}"}
    with requests.Session() as session:
        session.trust_env = False
        yield Doors(table, services, gateway, where, session)
    front.stop()
    gateway.end()
    for service in services.values():
        service.stop()


def _front(table: RouteTable, services: Mapping[str, Echo]) -> Front:
    """The front over applications that declare what the real ones do, and answer as the echoes."""
    apps = {name: Flask(name, static_folder=None) for name in AT_THE_DOOR}
    for number, route in enumerate(table.routes):
        rule = route.pattern.rule.removeprefix(route.prefix)
        apps[route.owner].add_url_rule(rule, f"view-{number}", lambda: "", methods=list(route.methods))
    for name, app in apps.items():
        app.wsgi_app = services[name]  # type: ignore[method-assign, assignment]
    return Front(apps, Flask("home"), Metrics())


def path_of(route: Route, value: str) -> str:
    """Return a route's path with a value for every variable."""
    return "".join(f"/{quote(value) if each is None else each}" for each in route.pattern.segments)


@pytest.fixture(params=["nginx", "front"])
def door(request: pytest.FixtureRequest) -> str:
    """Each of the doors."""
    return str(request.param)


def asked_for(doors: Doors) -> Iterator[tuple[Route, str, str]]:
    """Yield every route with each method and example path that it has."""
    for route in doors.table.routes:
        for method, value in product(sorted(route.methods), VALUES):
            yield route, method, path_of(route, value)


def test_every_path_leads_to_its_owner(doors: Doors, door: str) -> None:
    """With each of its methods a path reaches its owner, which sees the path and query that were asked for."""
    doors.services["intake"].goes_on.set()
    for route, method, path in asked_for(doors):
        answer = doors.ask(door, method, f"{path}?a=%E6%9D%91&b=1")
        assert answer.status_code == 200, (method, path)
        assert {key: answer.headers[f"X-{key}"] for key in ("Owner", "Method", "Path", "Query")} == {
            "Owner": route.owner,
            "Method": method,
            "Path": path.removeprefix(route.prefix),
            "Query": "a=%E6%9D%91&b=1",
        }


ODD = {"nginx": "GET-ALL", "front": "PROPFIND"}


def test_a_method_that_nobody_has_heard_of_is_no_request(doors: Doors) -> None:
    """The house's own server reads the methods that HTTP knows; what else is written there is refused as a problem."""
    answer = doors.ask("front", "GET-ALL", "/v1/tokens")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_another_method_is_refused_with_those_that_there_are(doors: Doors, door: str) -> None:
    """405 names every method of the path, also those of a wider pattern that means it too."""
    for route in doors.table.routes:
        found = doors.table.at(route.pattern.example())
        assert found is not None
        for method in {"DELETE", "PATCH", "POST", "PUT", "GET", ODD[door]} - found.methods:
            answer = doors.ask(door, method, path_of(route, "x"))
            assert (answer.status_code, answer.json()["code"]) == (405, "wrong-method"), (method, route)
            assert answer.headers["Allow"] == ", ".join(sorted(found.methods))


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/tokens/",
        "/v1//tokens",
        "/v1/towns/x/../../tokens",
        "/v1/towns/%2E%2e/cases",
        "/v1/./tokens",
        "/v1/tokens/..",
        "/v1/towns//cases",
        "/v1/towns/x%2Fy/cases",
        "/v1/towns/x/cases/1/clocks/2",
        "/metrics",
        "/%6Detrics",
        "/intake/metrics",
        "/intake/v1/tokens",
        "/intake",
        "/Intake/healthz",
        "/intake/docs",
        "/-/intake",
        "/openapi.json",
    ],
)
def test_what_nobody_owns_is_refused_at_the_door(doors: Doors, door: str, path: str) -> None:
    """No service is asked: figures, other spellings of a path, and services by name beyond their own pages."""
    connection = HTTPConnection(urlsplit(doors.doors[door]).netloc, timeout=30)
    connection.request("GET", path)  # as it stands: `requests` would tidy it up
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (404, "not-found")
    connection.close()


@pytest.mark.parametrize(
    "language", ["zh-CN,zh;q=0.9,en;q=0.8", "en-US,en;q=0.9,zh;q=0.5", "fr, en", "fr", ""]
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("PATCH", "/v1/tokens")])
def test_both_doors_refuse_alike(doors: Doors, method: str, path: str, language: str) -> None:
    """The bodies are the same but for the trace, which is the caller's where one was given; so are the headers."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    asked = {"Accept-Language": language, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answers = [doors.ask(name, method, path, headers=asked) for name in ("nginx", "front")]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["trace"] == trace
    dropped = {"date", "server", "connection", "traceparent", "via"}
    headers = [
        {key.lower(): value for key, value in answer.headers.items() if key.lower() not in dropped}
        for answer in answers
    ]
    assert headers[0] == headers[1]


def test_a_service_answers_for_itself(doors: Doors, door: str) -> None:
    """What a service says is passed on as it is, its refusals and unhealthy answers too."""
    doors.services["sla"].is_well = False
    answer = doors.ask(door, "GET", "/sla/healthz")
    doors.services["sla"].is_well = True
    assert (answer.status_code, answer.text, answer.headers["X-Path"]) == (503, "here\n", "/healthz")


@pytest.mark.parametrize("is_chunked", [False, True])
def test_bodies_up_to_the_largest_are_passed_on(doors: Doors, door: str, is_chunked: bool) -> None:
    """A file of old cases of the largest size reaches intake whole, with its length or in pieces."""
    part = bytes(2**16)
    pieces = (part for _ in range(LARGEST_BODY // len(part)))
    body: Any = pieces if is_chunked else bytes(LARGEST_BODY)
    answer = doors.ask(door, "POST", f"{CASES}/import", data=body)
    assert (answer.status_code, doors.services["intake"].taken) == (200, LARGEST_BODY)


def test_a_larger_body_is_refused_as_the_service_would(doors: Doors) -> None:
    """One byte more is a problem with the limit in it, and no service sees it."""
    doors.services["intake"].taken = -1
    answer = doors.ask(
        "nginx", "POST", f"{CASES}/import", data=bytes(LARGEST_BODY + 1), headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too-large"
    assert f"{LARGEST_BODY} bytes" in answer.json()["cause"]
    assert doors.services["intake"].taken == -1


def test_answers_come_as_they_are_made(doors: Doors, door: str) -> None:
    """The first line of an export is read before the service makes the second."""
    export = doors.services["intake"]
    export.goes_on.clear()
    with doors.ask(door, "GET", f"{CASES}/export", stream=True) as answer:
        lines = answer.iter_lines(chunk_size=1)
        assert next(lines) == b"first"
        assert not export.goes_on.is_set()
        export.goes_on.set()
        assert next(lines) == b"second"


def test_the_gateway_lets_go_of_a_client_that_is_slow(tmp_path: Path) -> None:
    """A head that does not end, and a body that stops, are given up; what the gateway says itself is a problem."""
    quick = {
        "client_header_timeout 10s;": "client_header_timeout 1s;",
        "client_body_timeout 15s;": "client_body_timeout 1s;",
    }
    services = echoes()
    gateway = Gateway(tmp_path, {**places_of(services), **quick})
    head = f"POST {CASES}/import HTTP/1.1\r\nHost: x\r\n"
    begins = {"head": head, "body": head + "Content-Length: 100000\r\n\r\n{"}
    try:
        for begin in begins.values():
            with connect(gateway.port, begin.encode()) as own:
                stop = threading.Event()
                if begin is begins["head"]:
                    dripping(own, stop, b"a")
                answer = answer_of(own)
                stop.set()
                assert status_of(answer) in (0, 408)
        with connect(gateway.port, b"no such thing\r\n\r\n") as own:
            answer = answer_of(own)
        assert (status_of(answer), problem_of(answer)["code"]) == (400, "bad-request")
        assert b"X-Content-Type-Options: nosniff" in answer
    finally:
        gateway.end()
        for service in services.values():
            service.stop()


@pytest.mark.parametrize("path", ["/healthz", "/gateway/healthz", "/nothing", "/v1/tokens/x"])
def test_what_the_gateway_says_itself_keeps_browsers_careful(doors: Doors, path: str) -> None:
    """Its own pages and refusals have the headers that a service's answers have."""
    answer = doors.ask("nginx", "GET", path)
    assert {name: answer.headers[name] for name, _ in HEADERS if name != "Vary"} == {
        name: value for name, value in HEADERS if name != "Vary"
    }


def test_a_service_that_is_away_is_busy_until_it_comes(doors: Doors) -> None:
    """503 as the services say it; at the next request after its return it answers. The others are not touched."""
    clocks, service = f"{CASES}/1/clocks", doors.services["sla"]
    service.stop()
    answer = doors.ask("nginx", "GET", clocks, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "busy", "1")
    assert doors.ask("nginx", "GET", f"{CASES}/1/decisions").status_code == 200
    service.start()
    assert doors.ask("nginx", "GET", clocks).headers["X-Owner"] == "sla"


def test_the_log_knows_failures_and_nobody(doors: Doors) -> None:
    """A service that did not answer leaves a line with the caller's trace, and no line holds an address or a path."""
    service = doors.services["notify"]
    service.stop()
    failed = doors.ask("nginx", "GET", "/v1/inbox?person=p-1")
    service.start()
    assert doors.ask("nginx", "GET", "/v1/inbox?person=p-2").status_code == 200
    lines = [json.loads(line) for line in doors.gateway.words.read_text(encoding="utf-8").splitlines()]
    (line,) = [line for line in lines if line["trace"] == failed.json()["trace"]]
    assert (line["service"], line["status"], line["method"]) == ("notify", 503, "GET")
    assert {line["status"] for line in lines} == {503}
    assert not re.search(r"127\.0\.0\.1:?\d* |inbox|person", doors.gateway.words.read_text(encoding="utf-8"))


def test_the_house_is_well_when_every_service_is(doors: Doors) -> None:
    """/healthz asks all of them, and has the form that the embedded house's has."""
    answer = doors.ask("nginx", "GET", "/healthz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "services": dict.fromkeys(AT_THE_DOOR, "ok")},
    )
    assert doors.ask("nginx", "POST", "/healthz").headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("name", AT_THE_DOOR)
@pytest.mark.parametrize("is_away", [True, False])
def test_the_house_is_unwell_when_one_service_is(doors: Doors, name: str, is_away: bool) -> None:
    """Whether it says so or does not answer, the house's health names it; the gateway itself is well."""
    service = doors.services[name]
    service.is_well = False
    if is_away:
        service.stop()
    answer = doors.ask("nginx", "GET", "/healthz")
    if is_away:
        service.start()
    service.is_well = True
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert [key for key, word in answer.json()["services"].items() if word != "ok"] == [name]
    assert doors.ask("nginx", "GET", "/gateway/healthz").json() == {"status": "ok"}
