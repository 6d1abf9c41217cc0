"""Taking messages: each once, each stream in order, whatever happens on the way."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised, JurisdictionChanged
from shared.db.work import Work
from shared.flow import dead_letters
from shared.flow.receive import MAX_ATTEMPTS, Receiver, Tally
from shared.flow.service import Refused, Service, TryLater
from shared.kernel.clock import SetClock
from shared.kernel.problems import Problem
from tests.flow.stores import sqlite_store

START = datetime(2026, 3, 9, 2, tzinfo=UTC)
JURISDICTION = {"key": "a", "part_of": None, "name": {"zh": "甲"}}


def message(sequence: int, stream: str = "town/a", data: dict[str, object] | None = None) -> Envelope:
    """Return the n-th message of a stream."""
    return Envelope(
        id=f"{stream}-{sequence}",
        source="registry",
        type="jurisdiction.changed",
        stream=stream,
        sequence=sequence,
        town="a",
        at=START,
        data=dict(data or JURISDICTION),
    )


class Listener:
    """A service that writes down what it handles; `act` may object."""

    def __init__(self, act: Callable[[Envelope], None] = lambda _message: None) -> None:
        self.handled: list[tuple[str, int]] = []
        self.act = act
        self.clock = SetClock(START)
        self.service = Service(
            "listener",
            sqlite_store("listener"),
            ("registry",),
            {"jurisdiction.changed": self.handle},
            app=lambda: None,
        )
        self.receiver = Receiver(self.service, self.clock)

    def handle(self, work: Work, message: Envelope, changed: JurisdictionChanged) -> None:
        """Object, or say one answer and write the message down."""
        assert changed.key
        self.act(message)
        self.handled.append((message.stream, message.sequence))
        work.emit("alarm.raised", AlarmRaised(code="heard", at=START), stream=message.stream, town="a")

    def states(self) -> dict[str, int]:
        """Count the inbox rows by state."""
        inbox = self.service.store.flow.inbox
        with self.service.store.read() as conn:
            statement = sa.select(inbox.c.state, sa.func.count()).group_by(inbox.c.state)
            return {row[0]: row[1] for row in conn.execute(statement)}

    def passed(self) -> dict[str, int]:
        """How far each stream has been taken."""
        taken = self.service.store.flow.stream_in
        with self.service.store.read() as conn:
            return {row.stream: row.next - 1 for row in conn.execute(sa.select(taken.c.stream, taken.c.next))}

    def answers(self) -> list[int]:
        """Return the sequence numbers of what was said."""
        outbox = self.service.store.flow.outbox
        with self.service.store.read() as conn:
            return list(conn.scalars(sa.select(outbox.c.sequence).order_by(outbox.c.id)))


@given(st.permutations([(stream, n) for stream in "ab" for n in range(1, 6)]), st.lists(st.integers(1, 4)))
def test_any_order_and_any_repetition_gives_each_stream_once_and_in_order(
    order: list[tuple[str, int]], cuts: list[int]
) -> None:
    """Messages come twice, late and out of order; a stream is handled 1, 2, 3 … exactly once."""
    listener = Listener()
    arriving = [message(n, stream) for stream, n in [*order, *order[::2]]]
    while arriving:
        size = cuts.pop() if cuts else len(arriving)
        listener.receiver.take(arriving[:size])
        del arriving[:size]
    for stream in "ab":
        assert [n for found, n in listener.handled if found == stream] == [1, 2, 3, 4, 5]
    assert listener.passed() == {"a": 5, "b": 5}
    assert listener.states().keys() <= {"done"}  # of those that were held


def test_a_refused_message_is_recorded_with_its_reason_and_the_stream_goes_on() -> None:
    """What is understood and not wanted is no obstacle to what follows."""

    def refuse_second(found: Envelope) -> None:
        if found.sequence == 2:
            raise Refused("not-wanted", "because")

    listener = Listener(refuse_second)
    tally = listener.receiver.take([message(1), message(2), message(3)])
    assert tally == Tally(done=2, refused=1)
    assert [n for _, n in listener.handled] == [1, 3]
    letter = dead_letters.list_letters(listener.service.store)[0]
    assert (letter.state, letter.reason, letter.detail) == ("refused", "not-wanted", "because")


def test_a_message_that_breaks_its_contract_is_refused() -> None:
    """Wrong data never reaches a handler."""
    listener = Listener()
    tally = listener.receiver.take([message(1, data={"key": 5})])
    assert tally.refused == 1
    assert listener.handled == []


def test_a_message_of_a_newer_version_waits_for_newer_code() -> None:
    """During an upgrade nothing is lost to those that are not upgraded yet; their stream waits, and says why."""
    listener = Listener()
    listener.receiver.take([replace(message(1), version=2), message(1, "town/b")])
    assert listener.handled == [("town/b", 1)]
    (letter,) = dead_letters.list_letters(listener.service.store)
    assert (letter.state, letter.reason) == ("later", "unknown-version")


def test_a_message_that_another_worker_took_meanwhile_is_not_put_off() -> None:
    """Two workers that take one message are in each other's way; the one that fails leaves the other's work alone."""

    class Overtaken(Receiver):
        def _take_together(self, messages: Sequence[Envelope]) -> Tally:
            listener.receiver.take(messages)  # the other worker
            raise ZeroDivisionError("both wrote the same row")

    listener = Listener()
    assert Overtaken(listener.service, listener.clock).take([message(1)]) == Tally(duplicate=1)
    assert (listener.states(), listener.passed()) == ({}, {"town/a": 1})
    assert listener.handled == [("town/a", 1)]


def test_what_waits_for_others_before_it_is_neither_replayed_nor_dropped() -> None:
    """A held message follows by itself: given up or tried out of turn, it would leave a hole."""
    listener = Listener()
    listener.receiver.take([message(2)])
    for deed in (dead_letters.try_again, lambda store, id_: dead_letters.drop(store, id_, "in the way")):
        with pytest.raises(Problem, match="held-letter"):
            deed(listener.service.store, "town/a-2")
    listener.receiver.take([message(1)])
    assert listener.handled == [("town/a", 1), ("town/a", 2)]


def test_what_must_wait_keeps_its_stream_waiting_and_no_other() -> None:
    """A stream stays in order while one of its messages lacks something."""
    missing = {"a"}

    def wait(found: Envelope) -> None:
        if found.stream in missing:
            raise TryLater("missing-edition", "x")

    listener = Listener(wait)
    listener.receiver.take([message(1, "a"), message(2, "a"), message(1, "b")])
    assert listener.handled == [("b", 1)]
    assert listener.states() == {"later": 1, "held": 1}
    missing.clear()
    assert listener.receiver.retry() == 0  # not yet due
    listener.clock.set(START + timedelta(seconds=5))
    assert listener.receiver.retry() == 1
    assert listener.handled == [("b", 1), ("a", 1), ("a", 2)]


def test_a_failing_handler_takes_nothing_else_with_it_and_is_parked_in_the_end() -> None:
    """One poison message: its batch is taken singly, it is tried a bounded number of times, then it is parked."""

    def fail(found: Envelope) -> None:
        if found.stream == "poison":
            raise ZeroDivisionError("as always")

    listener = Listener(fail)
    tally = listener.receiver.take([message(1, "poison"), message(1, "good"), message(2, "good")])
    assert (tally.done, tally.later) == (2, 1)
    for _ in range(MAX_ATTEMPTS):
        listener.clock.set(listener.clock.now() + timedelta(hours=1))
        listener.receiver.retry()
    (letter,) = dead_letters.list_letters(listener.service.store)
    assert (letter.state, letter.reason, letter.attempts) == ("parked", "ZeroDivisionError", MAX_ATTEMPTS)
    assert listener.answers() == [1, 2]


def test_an_answer_of_a_rolled_back_batch_is_said_once() -> None:
    """What a batch said before it failed is not said twice when it is taken singly."""

    def fail(found: Envelope) -> None:
        if found.stream == "poison":
            raise ZeroDivisionError

    listener = Listener(fail)
    listener.receiver.take([message(1, "good"), message(2, "good"), message(1, "poison")])
    assert listener.answers() == [1, 2]


def test_replaying_a_parked_message_has_it_handled_and_its_stream_go_on() -> None:
    """After the cause is mended, one command brings everything behind it forward."""
    broken = [True]

    def fail(found: Envelope) -> None:
        if broken[0] and found.sequence == 1:
            raise ZeroDivisionError

    listener = Listener(fail)
    for hours in range(MAX_ATTEMPTS):
        listener.clock.set(START + timedelta(hours=hours))
        listener.receiver.take([message(1), message(2)])
    broken[0] = False
    dead_letters.try_again(listener.service.store, "town/a-1", listener.clock)
    listener.receiver.retry()
    assert listener.handled == [("town/a", 1), ("town/a", 2)]


def test_a_dropped_message_leaves_a_tombstone_and_its_stream_goes_on() -> None:
    """Giving a message up makes no hole."""

    def fail(found: Envelope) -> None:
        if found.sequence == 1:
            raise ZeroDivisionError

    listener = Listener(fail)
    listener.receiver.take([message(1), message(2), message(3)])
    dead_letters.drop(listener.service.store, "town/a-1", "sent by mistake", listener.clock)
    listener.receiver.retry()
    assert [n for _, n in listener.handled] == [2, 3]
    assert listener.states() == {"dropped": 1, "done": 2}


def test_a_refusal_is_final_and_an_unknown_letter_is_said_to_be_unknown() -> None:
    """The dead-letter tools say what they can't do and why."""

    def refuse(_found: Envelope) -> None:
        raise Refused("not-wanted")

    listener = Listener(refuse)
    listener.receiver.take([message(1)])
    with pytest.raises(Problem, match="refused-letter"):
        dead_letters.try_again(listener.service.store, "town/a-1")
    with pytest.raises(Problem, match="no-such-letter"):
        dead_letters.drop(listener.service.store, "unheard-of", "why")


def test_a_hole_that_stays_is_reported_once() -> None:
    """Somebody hears of a message that never came, and hears of it once."""
    from shared.flow.holes import report_holes

    listener = Listener()
    listener.receiver.take([message(2)])
    assert report_holes(listener.service.store) == 0
    assert report_holes(listener.service.store, timedelta(seconds=-1)) == 1
    assert report_holes(listener.service.store, timedelta(seconds=-1)) == 0
