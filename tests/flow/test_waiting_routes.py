"""What waits in a service, as whoever runs the platform sees it: where and why, never what it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from services.routing import bootstrap as routing
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised, JurisdictionChanged
from shared.db.work import Work
from shared.flow.receive import MAX_ATTEMPTS, Receiver
from shared.flow.service import Refused
from shared.kernel.clock import SetClock
from shared.kernel.scope import HOUSE, within
from shared.web.callers import hash_token

START = datetime(2026, 3, 9, 2, tzinfo=UTC)
SECRET = b"a secret of at least sixteen bytes"
SAID = "what somebody said of a neighbour"
BASE = "/v1/services/routing"
TOKENS = {
    "eng": {"role": "engineer", "towns": ["*"]},
    "town-eng": {"role": "engineer", "towns": ["a"]},
    "op": {"role": "operator", "towns": ["a"]},
}


@dataclass
class Room:
    """A service whose handler objects to what its test names."""

    client: Client
    receiver: Receiver
    clock: SetClock
    objections: dict[int, Exception]
    handled: list[int]
    emit: Callable[[], None]

    def ask(self, method: str, path: str, token: str = "eng", body: Any = None) -> TestResponse:
        """Ask as somebody."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        return self.client.open(f"{BASE}{path}", method=method, headers=headers, json=body)

    def fail(self, *sequences: int) -> None:
        """Have messages of one stream come in, and be tried until they are parked."""
        self.receiver.take([message(sequence) for sequence in sequences])
        for _ in range(MAX_ATTEMPTS):
            self.clock.set(self.clock.now() + timedelta(hours=2))
            self.receiver.retry()

    def states(self) -> dict[int, str]:
        """The listed messages' states by their place in the stream."""
        return {row["sequence"]: row["state"] for row in self.ask("GET", "/messages").get_json()["items"]}


def message(sequence: int) -> Envelope:
    """The n-th message of a stream."""
    said = {"key": "a", "part_of": None, "name": {"zh": SAID}}
    return Envelope(
        id=f"m-{sequence}",
        source="registry",
        type="jurisdiction.changed",
        stream="town/a",
        sequence=sequence,
        town="a",
        at=START,
        data=said,
    )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    """The service on either database; in PostgreSQL requests have a role that does not reach what comes in."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("services_own")("routing")
    settings = routing.RoutingSettings(url, "reference", SECRET)
    store = routing.open_store(settings)
    if store.is_sqlite:
        routing.metadata.create_all(store.engine)
    service = routing.build(settings, store=store)
    clock, objections, handled = SetClock(START), {}, []

    def handle(_work: Work, found: Envelope, _changed: JurisdictionChanged) -> None:
        if found.sequence in objections:
            raise objections[found.sequence]
        handled.append(found.sequence)

    def emit() -> None:
        with store.begin() as work:
            work.emit("alarm.raised", AlarmRaised(code="x", at=START), stream="town/a", town="a")

    with within(HOUSE), store.begin() as work:
        for token, allowed in TOKENS.items():
            row = {"unit": None, "person": None, "valid_until": None, "revoked": False, "as_of": START}
            work.rows(store.flow.tokens).put({**row, **allowed, "token_hash": hash_token(token)})
    listening = replace(service, handlers={"jurisdiction.changed": handle}, prefetch=None)
    yield Room(Client(service.app), Receiver(listening, clock), clock, objections, handled, emit)
    store.close()


def test_a_parked_message_is_shown_with_its_reason_and_without_what_it_says(room: Room) -> None:
    """Where it stands, how often it was tried and what failed; those behind it wait for it."""
    room.objections[1] = ZeroDivisionError(SAID)
    room.fail(1, 2)
    answer = room.ask("GET", "/messages")
    first, second = answer.get_json()["items"]
    assert (first["message"], first["state"], first["attempts"]) == ("m-1", "parked", MAX_ATTEMPTS)
    assert first["reason"] == "ZeroDivisionError"
    assert (second["message"], second["state"]) == ("m-2", "held")
    one = room.ask("GET", "/messages/m-1")
    assert one.get_json() == first
    assert SAID not in answer.text + one.text
    backlog = room.ask("GET", "/backlog").get_json()
    assert backlog["waiting"] == {"parked": 1, "later": 0, "held": 1, "refused": 0}


def test_trying_again_handles_it_and_what_waits_behind_it(room: Room) -> None:
    """Once its cause is mended the stream goes on, in order."""
    room.objections[1] = ZeroDivisionError()
    room.fail(1, 2)
    room.objections.clear()
    answer = room.ask("POST", "/messages/m-1/retry")
    assert (answer.status_code, answer.get_json()) == (200, {"message": "m-1", "state": "later"})
    room.clock.set(
        datetime.now(UTC) + timedelta(hours=1)
    )  # a message tried again by a route is due in real time
    room.receiver.retry()
    assert (room.handled, room.states()) == ([1, 2], {})


def test_what_is_given_up_leaves_no_hole(room: Room) -> None:
    """With its reason; the next one of its stream is handled."""
    room.objections[1] = ZeroDivisionError()
    room.fail(1, 2)
    answer = room.ask("POST", "/messages/m-1/drop", body={"why": "sent by mistake"})
    assert (answer.status_code, answer.get_json()["state"]) == (200, "dropped")
    room.clock.set(datetime.now(UTC) + timedelta(hours=1))
    room.receiver.retry()
    assert (room.handled, room.states()) == ([2], {})


@pytest.mark.parametrize("deed", ["retry", "drop"])
def test_what_can_not_be_done_is_said_with_its_reason(room: Room, deed: str) -> None:
    """Out of turn, refused for good, or not there: each has its own status and says what to do."""
    room.objections[1] = Refused("not-wanted", "a-1")
    room.receiver.take([message(1), message(3)])
    body = {"why": "in the way"} if deed == "drop" else None
    held = room.ask("POST", f"/messages/m-3/{deed}", body=body)
    assert (held.status_code, held.get_json()["code"]) == (409, "held-letter")
    gone = room.ask("POST", f"/messages/m-9/{deed}", body=body)
    assert (gone.status_code, gone.get_json()["code"]) == (404, "no-such-letter")
    refused = room.ask("POST", f"/messages/m-1/{deed}", body=body)
    assert refused.status_code == (409 if deed == "retry" else 200)
    assert room.states() == ({1: "refused", 3: "held"} if deed == "retry" else {3: "held"})


def test_nothing_is_given_up_without_a_reason(room: Room) -> None:
    """Somebody will ask why."""
    room.objections[1] = ZeroDivisionError()
    room.fail(1)
    for body in ({}, {"why": ""}, {"why": "x" * 501}):
        assert room.ask("POST", "/messages/m-1/drop", body=body).status_code == 400
    assert room.states() == {1: "parked"}


def test_lists_go_on_where_they_were_left(room: Room) -> None:
    """Page by page, and narrowed to a state."""
    room.objections[1] = ZeroDivisionError()
    room.fail(1, 2, 3)
    first = room.ask("GET", "/messages?limit=2").get_json()
    rest = room.ask("GET", f"/messages?limit=2&cursor={first['next']}").get_json()
    assert [row["sequence"] for row in (*first["items"], *rest["items"])] == [1, 2, 3]
    assert rest["next"] is None
    held = room.ask("GET", "/messages?state=held").get_json()["items"]
    assert [row["sequence"] for row in held] == [2, 3]
    assert room.ask("GET", "/messages?state=done").status_code == 400


def test_what_is_not_out_yet_is_counted_with_its_age(room: Room) -> None:
    """No relay runs here, so it stays."""
    before = room.ask("GET", "/backlog").get_json()
    assert (before["unsent"], before["oldest_at"], before["lag_seconds"]) == (0, None, 0.0)
    room.emit()
    after = room.ask("GET", "/backlog").get_json()
    assert after["unsent"] == 1
    assert after["oldest_at"] is not None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/backlog"),
        ("GET", "/messages"),
        ("GET", "/messages/m-1"),
        ("POST", "/messages/m-1/retry"),
        ("POST", "/messages/m-1/drop"),
    ],
)
def test_it_is_for_those_who_run_the_whole_platform(room: Room, method: str, path: str) -> None:
    """Messages are of all towns: an engineer of some towns is refused like an operator."""
    for token, status in (("nobody", 401), ("op", 403), ("town-eng", 403)):
        assert room.ask(method, path, token, {"why": "x"} if method == "POST" else None).status_code == status
