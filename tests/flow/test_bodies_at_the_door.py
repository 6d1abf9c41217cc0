"""A body is taken in for somebody who is known and a route that takes as much, and for nobody else."""

from typing import Any

import pytest

from shared.flow.serving import bridge
from shared.flow.serving.limits import ServingLimits
from shared.web.body_length import ASKED_BEFORE
from tests.flow.serving import Asked, answer_of, connect, problem_of, served, status_of

KNOWN = "Bearer known"
LIMITS = ServingLimits(held_bytes=3_000_000, drain_seconds=0.3)
LARGE = 1_000_000


@pytest.fixture
def spooled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every file that a body was written to."""
    made: list[Any] = []
    real = bridge.spool

    def noted() -> Any:
        made.append(real())
        return made[-1]

    monkeypatch.setattr(bridge, "spool", noted)
    return made


def request(length: int | None, *headers: str, token: str = KNOWN) -> bytes:
    how = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = ["POST / HTTP/1.1", "Host: x", f"Authorization: {token}", how, "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunk(size: int) -> bytes:
    return f"{size:x}\r\n".encode() + bytes(size) + b"\r\n"


@pytest.mark.parametrize("length", [LARGE, None])
def test_nothing_is_kept_for_somebody_unknown(spooled: list[Any], length: int | None) -> None:
    """Without a token a large body is refused by its head alone: no byte of it is read by anybody, none is stored."""
    app = Asked(known=KNOWN, allows=LARGE)
    with served(app, LIMITS) as port, connect(port, request(length, token="Bearer other")) as own:
        assert status_of(answer_of(own)) == 401
    assert (app.bodies, spooled) == ([], [])


@pytest.mark.parametrize("length", [LARGE + 1, 10 * LARGE])
def test_what_is_declared_too_long_is_refused_before_it_comes(spooled: list[Any], length: int) -> None:
    """The route's measure counts before a byte of the body is there."""
    app = Asked(known=KNOWN, allows=LARGE)
    with served(app, LIMITS) as port, connect(port, request(length, "Accept-Language: en")) as own:
        answer = answer_of(own)
    assert (status_of(answer), problem_of(answer)["code"]) == (413, "too-large")
    assert f"{LARGE} bytes" in problem_of(answer)["cause"]
    assert app.bodies == []
    assert [file for file in spooled if not file.closed] == []


def test_what_declares_nothing_is_counted(spooled: list[Any]) -> None:
    """Chunks without end are taken in up to the route's measure and not a byte further."""
    app = Asked(known=KNOWN, allows=LARGE)
    with served(app, LIMITS) as port, connect(port, request(None)) as own:
        for _ in range(LARGE // 50_000 + 1):
            own.sendall(chunk(50_000))
        assert status_of(answer_of(own)) == 413
    assert app.bodies == []
    assert all(file.closed for file in spooled)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_that_is_wanted_comes_whole(is_chunked: bool) -> None:
    """Somebody known with a body that the route takes is heard, whether its length is declared or not."""
    app = Asked(known=KNOWN, allows=LARGE)
    parts = [chunk(LARGE // 4)] * 4 + [b"0\r\n\r\n"] if is_chunked else [bytes(LARGE)]
    with served(app, LIMITS) as port, connect(port, request(None if is_chunked else LARGE), *parts) as own:
        assert status_of(answer_of(own)) == 200
    assert app.bodies == [LARGE]


def test_an_application_knows_that_it_is_asked_again() -> None:
    """What it has charged for the head it need not charge again for the body; nobody can claim that by a header."""
    app = Asked(known=KNOWN, allows=LARGE)
    claim = f"{ASKED_BEFORE}: 1"
    with served(app, LIMITS) as port:
        for length in (LARGE, 5):
            with connect(port, request(length, claim), bytes(length)) as own:
                assert status_of(answer_of(own)) == 200
    assert [bool(environ.get(ASKED_BEFORE)) for environ in app.environs] == [False, True, False]


def test_a_client_that_waits_for_leave_is_given_it_or_the_refusal() -> None:
    """'Expect: 100-continue' is answered when the body is wanted, and with the refusal alone when it is not."""
    app = Asked(known=KNOWN, allows=LARGE)
    with served(app, LIMITS) as port:
        with connect(port, request(LARGE, "Expect: 100-continue")) as own:
            assert own.recv(4096).startswith(b"HTTP/1.1 100 ")
            own.sendall(bytes(LARGE))
            assert status_of(answer_of(own)) == 200
        with connect(port, request(LARGE, "Expect: 100-continue", token="Bearer other")) as own:
            assert status_of(answer_of(own)) == 401


def test_all_bodies_together_have_a_measure() -> None:
    """Where others' bodies fill what is kept for all, the next is asked to come again; small ones still pass."""
    app = Asked(known=KNOWN, allows=LARGE)
    with served(app, LIMITS) as port:
        under_way = [connect(port, request(LARGE, "Expect: 100-continue")) for _ in range(3)]
        assert all(own.recv(4096).startswith(b"HTTP/1.1 100 ") for own in under_way)
        with connect(port, request(LARGE)) as own:
            answer = answer_of(own)
        assert (status_of(answer), b"retry-after" in answer) == (503, True)
        with connect(port, request(5), b"12345") as own:
            assert status_of(answer_of(own)) == 200
        for own in under_way:
            own.close()


def test_a_request_comes_as_it_was_written() -> None:
    """No header is taken for another by its spelling, one given twice is joined, and a path keeps its bytes."""
    app = Asked()
    lines = [
        "X-Forwarded-For: 1.2.3.4",
        "X_Forwarded_For: 6.6.6.6",
        "Forwarded: for=1.2.3.4",
        "X-Mine: a",
        "X-Mine: b",
    ]
    begins = "GET //a%2Fb/%E6%9D%91?q=%41 HTTP/1.1\r\nHost: x\r\n" + "\r\n".join(lines)
    with (
        served(app, LIMITS) as port,
        connect(port, begins.encode() + b"\r\nConnection: close\r\n\r\n") as own,
    ):
        answer_of(own)
    (environ,) = app.environs
    assert environ["HTTP_X_FORWARDED_FOR"] == "1.2.3.4"
    assert environ["HTTP_X_MINE"] == "a, b"
    assert environ["PATH_INFO"].encode("latin-1") == "//a/b/村".encode()
    assert environ["QUERY_STRING"] == "q=%41"
