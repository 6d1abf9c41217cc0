"""Giving messages on: fair between towns, idle never, and nothing lost by a transport."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import decode
from shared.db.store import NotSimulated, Store
from shared.flow.outbox import Outgoing, depth, in_turn, pick
from shared.flow.relay import CALM_AFTER_LOOKS, CALM_SECONDS, Relay
from tests.flow.stores import fresh_url, make_store, sqlite_store


def say(store: Store, towns: Sequence[str]) -> None:
    """Put one message for each of `towns` into the outbox, each on its town's stream."""
    with store.begin() as work:
        for town in towns:
            work.emit("alarm.raised", {}, stream=town, town=town)


class ForgetfulTransport:
    """Confirms what the plan says, gives back the rest."""

    def __init__(self, plan: list[bool]) -> None:
        self.plan = plan
        self.sent: list[Outgoing] = []
        self._outcome: tuple[list[int], list[int]] = ([], [])

    def send(self, messages: Sequence[Outgoing]) -> None:
        self.sent.extend(messages)
        for message in messages:
            arrives = self.plan.pop() if self.plan else True
            self._outcome[0 if arrives else 1].append(message.id)

    def outcome(self, wait_seconds: float) -> tuple[list[int], list[int]]:
        outcome, self._outcome = self._outcome, ([], [])
        return outcome


@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 20))
def test_towns_take_turns_and_nothing_is_idle(towns: list[str], limit: int) -> None:
    """No town gets a second turn before every waiting town had one more, and the limit is used up."""
    chosen = in_turn([(town, number) for number, town in enumerate(towns)], limit)
    assert len(chosen) == min(limit, len(towns))
    taken, waiting = Counter(towns[id_] for id_ in chosen), Counter(towns)
    for town in taken:
        assert all(taken[town] <= taken[other] + 1 or taken[other] == waiting[other] for other in waiting)
    for town in waiting:  # oldest first within each town
        ids = [id_ for id_ in chosen if towns[id_] == town]
        assert ids == [number for number, found in enumerate(towns) if found == town][: len(ids)]


def test_a_flood_does_not_hide_another_towns_message() -> None:
    """One town's hundred messages let another's single one through in the first pick."""
    store = sqlite_store("speaker")
    say(store, ["flood"] * 100 + ["quiet"])
    assert "quiet" in {message.stream for message in pick(store, 20)}


@given(st.lists(st.booleans(), max_size=60))
def test_what_a_transport_loses_is_sent_until_it_is_confirmed(plan: list[bool]) -> None:
    """The outbox keeps every message until its delivery is confirmed, and marks it then."""
    store = sqlite_store("speaker")
    say(store, ["a", "b", "a", "c", "a"])
    transport = ForgetfulTransport(plan)
    relay = Relay(store, transport)
    while pick(store, 10):
        relay.step(0)
    assert {message.id for message in transport.sent} == {1, 2, 3, 4, 5}
    assert relay.in_flight == 0


class _Pauses(Event):
    """Notes for how long somebody would have slept."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """Return at once."""
        self.seconds.append(timeout or 0.0)
        return False


@pytest.mark.parametrize(("is_alone", "pause"), [(True, CALM_SECONDS), (False, 0.2)])
def test_who_is_alone_looks_less_often_when_nothing_comes(
    is_alone: bool, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit wakes it all the same, so that nothing waits; of several processes one writes what another sends."""
    store = sqlite_store("speaker")
    relay, paused = Relay(store, ForgetfulTransport([]), is_alone=is_alone), _Pauses()
    monkeypatch.setattr(store, "committed", paused)
    for _ in range(CALM_AFTER_LOOKS + 2):
        relay.step(0.2)
    assert {paused.seconds[0], paused.seconds[-1]} == {0.2, pause}
    say(store, ["a"])
    relay.step(0.2)
    relay.step(0.2)
    relay.step(0.2)
    assert paused.seconds[-1] == 0.2


@pytest.mark.parametrize("place", ["sqlite", "postgresql"])
def test_sequences_have_no_holes(place: str, request: pytest.FixtureRequest) -> None:
    """Numbers within a stream go 1, 2, 3 … over many transactions, in both databases."""
    store = (
        sqlite_store("speaker")
        if place == "sqlite"
        else make_store(fresh_url(request.getfixturevalue("fresh_database")), "speaker")
    )
    for _ in range(3):
        say(store, ["a", "b", "a"])
    messages = [decode(message.frame) for message in pick(store, 100)]
    assert [m.sequence for m in messages if m.stream == "a"] == [1, 2, 3, 4, 5, 6]
    assert [m.sequence for m in messages if m.stream == "b"] == [1, 2, 3]
    with store.read() as conn:
        assert depth(conn, store.flow.outbox)[0] == 9
    store.close()


def test_a_rolled_back_transaction_says_nothing_and_uses_no_number() -> None:
    """What fails is as if it had never been said."""
    store = sqlite_store("speaker")

    def say_and_fail() -> None:
        with store.begin() as work:
            work.emit("alarm.raised", {}, stream="a", town="a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        say_and_fail()
    say(store, ["a"])
    assert [decode(message.frame).sequence for message in pick(store, 10)] == [1]


def test_a_store_in_real_use_cannot_be_back_dated() -> None:
    """Only a store created as simulated takes its time from outside."""
    store = sqlite_store("speaker")
    say(store, ["a"])
    with pytest.raises(NotSimulated):
        store.make_simulated(datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(NotSimulated):
        store.set_now(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_simulated_store_lives_at_its_own_instant() -> None:
    """Every transaction of a simulated store bears the simulated instant."""
    store = sqlite_store("speaker")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    store.make_simulated(at)
    with store.begin() as work:
        assert work.at == at
