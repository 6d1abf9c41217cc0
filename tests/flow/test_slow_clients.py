"""Nobody can keep a house busy by being slow: every wait for a client has an end that no byte puts off."""

import socket
import threading

import pytest

from bench.slow_clients import HEALTH, KINDS, GoodClient, SlowClients, allow_files
from shared.flow.serving.limits import ServingLimits
from tests.flow.serving import (
    QUICK,
    Asked,
    answer_of,
    asked,
    connect,
    dripping,
    next_answer,
    problem_of,
    served,
    status_of,
    wait_until,
)

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    ("begins", "drop"),
    [
        (b"", b"\n"),
        (b"\r\n\r\n", b"\n"),
        (HEAD, b"a"),
        (HEAD + b"Content-Length: 5000\r\n\r\n{", b"a"),
        (GET[:-2], b"a"),
    ],
)
def test_a_byte_now_and_then_puts_no_deadline_off(begins: bytes, drop: bytes) -> None:
    """Head and body have an end from their beginning on, whatever trickles in; the refusal is a problem."""
    with served(Asked()) as port, connect(port, begins) as own:
        stop = threading.Event()
        dripping(own, stop, drop)
        answer = answer_of(own)
        stop.set()
        assert (status_of(answer), problem_of(answer)["code"]) == (408, "too-slow")
        assert b"nosniff" in answer


def test_a_kept_connection_is_kept_for_a_while_and_no_longer() -> None:
    """Between two requests a connection may be silent; then it is closed, without a word."""
    with served(Asked()) as port, connect(port, GET) as own:
        assert status_of(next_answer(own)) == 200
        own.sendall(GET)
        assert status_of(next_answer(own)) == 200
        assert answer_of(own) == b""


def test_blank_lines_do_not_keep_a_connection() -> None:
    """What the parser passes over before a request is no request."""
    with served(Asked()) as port, connect(port, GET) as own:
        assert status_of(next_answer(own)) == 200
        own.sendall(b"\r\n")
        assert status_of(answer_of(own)) in (0, 408)


def test_an_answer_that_nobody_reads_is_thrown_away() -> None:
    """A client that asks for much and reads nothing loses its connection, and no thread has waited for it."""
    made = threading.Event()

    def endless(_environ: object, start_response: object) -> object:
        start_response("200 OK", [])  # type: ignore[operator]
        try:
            while True:
                yield bytes(65536)
        finally:
            made.set()

    with served(endless) as port:
        readers = []
        for _ in range(40):  # more than there are threads
            own = socket.socket()
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            own.connect(("127.0.0.1", port))
            own.sendall(GET)
            readers.append(own)
        assert made.wait(30)
        for own in readers:
            own.close()


def test_a_long_answer_comes_whole() -> None:
    """An answer of unknown length, many times what is made at once, arrives to its last byte."""

    def long(_environ: object, start_response: object) -> object:
        start_response("200 OK", [])  # type: ignore[operator]
        return (bytes([place % 251]) * 40_000 for place in range(100))

    with served(long) as port, connect(port, GET.replace(b"1.1", b"1.0")) as own:
        body = answer_of(own).partition(b"\r\n\r\n")[2]
    assert sum(body.count(bytes([place]) * 40_000) for place in range(100)) == 100


def test_a_head_beyond_measure_is_refused() -> None:
    """Headers without end are refused when they are longer than any has a reason to be."""
    with served(Asked()) as port, connect(port, HEAD) as own:
        own.sendall(b"X-Long: " + b"a" * QUICK.head_bytes + b"\r\n")
        answer = answer_of(own)
        assert (status_of(answer), problem_of(answer)["code"]) == (431, "head-too-large")


def test_when_all_places_are_taken_the_one_that_waits_longest_goes() -> None:
    """Beyond the most connections a newcomer is let in all the same: the oldest that says nothing makes room."""
    limits = ServingLimits(connections=10)
    with served(Asked(), limits) as port:
        silent = [connect(port, HEAD[:8]) for _ in range(10)]
        assert asked(port, GET) == 200
        assert answer_of(silent[0]) == b""
        for own in silent:
            own.close()


@pytest.mark.parametrize("kind", list(KINDS))
def test_hundreds_of_slow_clients_keep_nobody_from_an_answer(kind: str) -> None:
    """300 of them, again and again: every one is cut off, and everybody else is answered all the while."""
    allow_files(2000)
    with served(Asked()) as port:
        good = GoodClient(port, {"health": HEALTH})
        with SlowClients(port, kind, 300).at_work() as slow:
            wait_until(lambda: (good.ask_for(0.5, pause=0.02), slow.cut_off >= 300)[1])
        assert good.unanswered == {}
        assert len(good.answered["health"]) >= 10
