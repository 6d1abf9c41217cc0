"""Every error is a problem (RFC 9457) in the reader's language, and shows nothing of the inside."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.web.catalogue import Catalogue
from tests.web.demo import demo

OP = {"Authorization": "Bearer op"}
THINGS = "/v1/towns/elm/things"
REQUESTS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/nowhere", {}, 404, "not-found"),
    ("DELETE", THINGS, {"headers": OP}, 405, "wrong-method"),
    ("POST", THINGS, {"json": {"name": "a"}}, 401, "not-signed-in"),
    (
        "POST",
        THINGS,
        {"json": {"name": "a"}, "headers": {"Authorization": "Bearer unit"}},
        403,
        "not-allowed",
    ),
    ("POST", THINGS, {"data": b"name=a", "headers": OP}, 415, "wrong-media-type"),
    ("POST", THINGS, {"json": {"name": "x" * 20_000}, "headers": OP}, 413, "too-large"),
    ("POST", THINGS, {"json": {"name": 5}, "headers": OP}, 400, "invalid-input"),
    ("POST", THINGS, {"json": ["name"], "headers": OP}, 400, "invalid-input"),
    ("GET", f"{THINGS}?limit=many", {"headers": OP}, 400, "invalid-input"),
    ("GET", f"{THINGS}?limit=1&limit=2", {"headers": OP}, 400, "invalid-input"),
    ("GET", f"{THINGS}?colour=red", {"headers": OP}, 400, "invalid-input"),
    ("GET", f"{THINGS}/warm", {"headers": OP}, 418, "too-warm"),
    ("GET", f"{THINGS}/unlisted", {"headers": OP}, 422, "of-another-room"),
    ("GET", f"{THINGS}/none", {"headers": OP}, 404, "not-found"),
    ("GET", f"{THINGS}/strange", {"headers": OP}, 503, "busy"),
    ("GET", f"{THINGS}/bug", {"headers": OP}, 500, "internal-error"),
]


@pytest.fixture
def client() -> FlaskClient:
    return demo().test_client()


@pytest.mark.parametrize(
    ("method", "path", "request_", "status", "code"), REQUESTS, ids=[row[4] + row[1] for row in REQUESTS]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_error_is_a_problem(
    client: FlaskClient,
    method: str,
    path: str,
    request_: dict[str, Any],
    status: int,
    code: str,
    language: str,
) -> None:
    """Whatever goes wrong is answered as application/problem+json with code, cause and remedy."""
    headers = {**request_.get("headers", {}), "Accept-Language": language}
    answer = client.open(path, method=method, **{**request_, "headers": headers})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Content-Language"] == language
    body = answer.json
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:gridcase:problem:{code}"
    assert body["title"]
    assert body["title"] != body["cause"] or code in ("not-found", "busy", "internal-error")
    assert body["detail"] == body["cause"]
    assert body["trace"]


def test_the_reader_chooses_the_language(client: FlaskClient) -> None:
    """Chinese is the first language; English is given to those who ask for it; regions don't matter."""

    def said(accepted: str | None) -> str:
        headers = {} if accepted is None else {"Accept-Language": accepted}
        return str(client.get("/nowhere", headers=headers).json["cause"])

    assert said(None) == said("zh-CN,en;q=0.5") == said("fr") == "没有找到"
    assert said("en-GB") == said("zh;q=0.1, en") == "there is no such thing"


def test_an_unforeseen_failure_tells_only_its_trace(client: FlaskClient) -> None:
    """A 500 shows no exception, no path, no detail: only the trace by which an engineer finds the log."""
    answer = client.get(f"{THINGS}/bug", headers={**OP, "Accept-Language": "en"})
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert answer.json["trace"] in answer.json["remedy"]


def test_what_a_status_demands_is_sent_along(client: FlaskClient) -> None:
    """401 names the scheme, 405 the methods, 503 when to come again."""
    assert client.get(THINGS).headers["WWW-Authenticate"] == "Bearer"
    assert "GET" in client.delete(THINGS, headers=OP).headers["Allow"]
    assert client.get(f"{THINGS}/strange", headers=OP).headers["Retry-After"] == "1"


def test_fields_are_named_with_their_path(client: FlaskClient) -> None:
    """An invalid field is named where it stands, also inside lists, and its fault in the reader's
    language."""
    body = {"name": "a", "count": "5", "parts": [{"weight": 1}, {"weight": 1.5}], "colour": "red"}
    answer = client.post(THINGS, json=body, headers={**OP, "Accept-Language": "zh"}).json
    assert {error["field"]: error["cause"] for error in answer["errors"]} == {
        "count": "应为整数。",
        "parts.1.weight": "应为整数。",
        "colour": "没有这个字段。",
    }
    assert answer["where"] == {"field": answer["errors"][0]["field"]}


def test_every_code_has_both_languages() -> None:
    """The catalogue has cause and remedy in Chinese and English for every code."""
    words = Catalogue.of("shared.web")
    terms = {
        "fields": "f",
        "detail": "d",
        "key": "k",
        "limit": 1,
        "trace": "t",
        "seconds": 1,
        "said": "s",
        "most": 1,
        "allowed": "a",
        "found": "f",
    }
    for code in words.codes:
        made = words.problem(code, **terms)
        assert all((made.cause.zh, made.cause.en, made.remedy.zh, made.remedy.en)), code
        assert words.status(code), code


def test_terms_are_repeated_short_and_printable() -> None:
    """What somebody sent is repeated in a message only in part, on one line, without control characters."""
    said = Catalogue({"no": {"cause": {"zh": "{it}", "en": "{it}"}}}).problem(
        "no", it="a\r\nSet-Cookie: b\x1b[2J" + "x" * 999
    )
    assert said.cause.en.isprintable()
    assert len(said.cause.en) < 250
