"""How the console asks the services: the same over the wire and within the process; tokens while they are good."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, Response, request

from services.console.adapters.http_calls import HttpCalls
from services.console.adapters.wsgi_calls import WsgiCalls
from services.console.domain.sheets import SessionSheet, TownList
from services.console.handlers.client import ApiClient, ApiRefused, at, with_query
from services.console.handlers.readers import SessionBook
from services.console.handlers.tokens import MOST, TokenShelf
from services.console.ports.calls import ApiAnswer, ApiCall, ApiCalls, ApiUnreachable
from shared.flow.webserver import WebServer
from shared.kernel.clock import SetClock

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def _echo() -> Flask:
    """An application that says what it was asked."""
    app = Flask("echo", static_folder=None)

    @app.route("/v1/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
    def echo(rest: str) -> Response:
        said = {
            "method": request.method,
            "path": request.full_path.rstrip("?"),
            "authorization": request.headers.get("Authorization"),
            "language": request.headers.get("Accept-Language"),
            "type": request.content_type,
            "body": request.get_data(as_text=True),
            "key": request.headers.get("Idempotency-Key"),
        }
        return Response(json.dumps(said), 418 if "teapot" in rest else 200, {"Retry-After": "7"})

    return app


@pytest.fixture(params=["wire", "process"])
def calls(request: pytest.FixtureRequest) -> Iterator[ApiCalls]:
    """Either adapter, before the same application."""
    if request.param == "process":
        found = WsgiCalls()
        found.reach(_echo())
        yield found
        return
    server = WebServer(_echo(), "127.0.0.1", 0)
    server.start()
    yield HttpCalls(f"http://127.0.0.1:{server.port}/")
    server.stop()


@pytest.mark.parametrize(
    ("method", "body"),
    [("GET", None), ("POST", b'{"text":"\xe5\x99\xaa"}'), ("PUT", b"{}"), ("DELETE", None)],
)
def test_both_ways_carry_the_same(calls: ApiCalls, method: str, body: bytes | None) -> None:
    """Method, address, who asks, in which language, and the body as it is."""
    call = ApiCall(
        method,
        "/v1/a%2Fb?x=1&y=%E5%99%AA",
        "en",
        "Bearer t",
        "192.0.2.1",
        body=body,
        headers={"Idempotency-Key": "k"},
    )
    answer = calls.ask(call)
    said = json.loads(answer.body)
    assert answer.status == 200
    assert answer.headers["retry-after"] == "7"
    assert (said["method"], said["authorization"], said["language"], said["key"]) == (
        method,
        "Bearer t",
        "en",
        "k",
    )
    assert said["path"] == "/v1/a/b?x=1&y=%E5%99%AA"
    assert said["body"] == (body or b"").decode()
    assert body is None or said["type"] == "application/json"


def test_a_refusal_is_an_answer(calls: ApiCalls) -> None:
    """Neither way takes a status for a failure of its own."""
    assert calls.ask(ApiCall("GET", "/v1/teapot", "zh")).status == 418


def test_nobody_there_is_told_apart() -> None:
    """A house that does not answer is no refusal."""
    for calls in (WsgiCalls(), HttpCalls("http://127.0.0.1:9")):
        with pytest.raises(ApiUnreachable):
            calls.ask(ApiCall("GET", "/v1/towns", "en"))


def test_a_reader_types_no_other_address() -> None:
    """Whatever stands in a segment or a filter stays there."""
    assert at("towns", "../tokens?x", "cases") == "/v1/towns/..%2Ftokens%3Fx/cases"
    assert (
        with_query("/v1/x", {"a": "1&b=2", "b": None, "c": "", "open": True}) == "/v1/x?a=1%26b%3D2&open=true"
    )


class FakeRegistry:
    """Answers as the registry would, and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[ApiCall] = []
        self.status = 200
        self.lives_for = timedelta(minutes=15)
        self.time = SetClock(NOW)

    def ask(self, call: ApiCall) -> ApiAnswer:
        self.asked.append(call)
        ends_at = (self.time.now() + self.lives_for).isoformat()
        session = {
            "reference": "s1",
            "person": {"reference": "p1"},
            "opened_at": NOW.isoformat(),
            "ends_at": ends_at,
            "roles": [{"id": "a", "role": "operator"}, {"id": "b", "role": "supervisor"}],
        }
        token = {"token": f"t{len(self.asked)}", "ends_at": ends_at}
        body = token if call.path.endswith("/token") else session
        return ApiAnswer(self.status, {}, json.dumps(body).encode())


def _client(registry: FakeRegistry) -> ApiClient:
    return ApiClient(registry, "en", "192.0.2.1")


def test_a_token_is_asked_for_once_while_it_is_good() -> None:
    """And again a minute before it ends, for each role of each session by itself."""
    registry = FakeRegistry()
    shelf = TokenShelf(registry.time)

    def bearer(session: str, role: str) -> str | None:
        return shelf.bearer(_client(registry), session, role).authorization

    first = bearer("s", "a")
    assert bearer("s", "a") == first
    assert bearer("s", "b") != first
    assert bearer("other", "a") != first
    assert len(registry.asked) == 3
    registry.time.set(NOW + timedelta(minutes=14, seconds=1))
    assert bearer("s", "a") != first
    shelf.forget("s")
    assert bearer("s", "a") is not None
    assert len(registry.asked) == 5
    assert all(call.authorization in ("Session s", "Session other") for call in registry.asked)


def test_tokens_are_not_kept_without_end() -> None:
    """More sessions than are at work at one time push the oldest out."""
    registry = FakeRegistry()
    shelf = TokenShelf(registry.time)
    for number in range(MOST + 1):
        shelf.bearer(_client(registry), f"s{number}", "a")
    before = len(registry.asked)
    shelf.bearer(_client(registry), f"s{MOST}", "a")
    assert len(registry.asked) == before
    shelf.bearer(_client(registry), "s0", "a")
    assert len(registry.asked) == before + 1


def test_an_ended_session_is_nobodys() -> None:
    """The registry's 401 is no failure: whoever reads is a stranger. Any other refusal is told."""
    registry = FakeRegistry()
    book = SessionBook(TokenShelf(registry.time), registry.time)
    assert book.reader(_client(registry), "s", "").session is not None
    registry.status = 401
    registry.time.set(NOW + timedelta(seconds=16))
    assert book.reader(_client(registry), "s", "").session is None
    registry.status = 429
    with pytest.raises(ApiRefused):
        book.reader(_client(registry), "s", "")


def test_a_session_is_asked_about_now_and_then() -> None:
    """Not for each of a page's parts, and again within a quarter of a minute."""
    registry = FakeRegistry()
    book = SessionBook(TokenShelf(registry.time), registry.time)
    roles = [book.reader(_client(registry), "s", role).role for role in ("", "b", "none-such")]
    assert [held.id for held in roles if held] == ["a", "b", "a"]
    assert len(registry.asked) == 1
    registry.time.set(NOW + timedelta(seconds=16))
    book.reader(_client(registry), "s", "")
    assert len(registry.asked) == 2


def test_nobody_is_asked_about_without_a_secret() -> None:
    """A stranger costs the registry nothing."""
    registry = FakeRegistry()
    assert (
        SessionBook(TokenShelf(registry.time), registry.time).reader(_client(registry), "", "").role is None
    )
    assert not registry.asked


def test_fields_that_are_not_known_are_passed_over() -> None:
    """A newer service may say more than this console reads."""
    registry = FakeRegistry()
    assert _client(registry).read("/v1/session", SessionSheet).reference == "s1"
    assert _client(registry).read("/v1/session", TownList).towns == ()
