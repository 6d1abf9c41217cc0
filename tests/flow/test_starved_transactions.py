"""A store that takes back what lasts too long: the batch grows smaller until it holds, and larger again after."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from shared.bus.batch import Batch
from shared.contracts.envelope import Envelope
from shared.flow.host import Host
from shared.flow.receive import Receiver, Tally
from shared.obs.metrics import Metrics
from tests.flow.stores import make_store
from tests.flow.test_receive import Listener, message
from tests.flow.test_signatures import Nobody

MOST = 200


class Starved:
    """Stands between a receiver and its store; a transaction with more messages than `holds` is lost.

    Attributes:
        sizes: how many messages each transaction had, and whether it held.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.holds = 30
        self.sizes: list[tuple[int, bool]] = []
        really = Receiver.take

        def take(receiver: Receiver, messages: Sequence[Envelope]) -> Tally:
            holds = len(messages) <= self.holds
            self.sizes.append((len(messages), holds))
            if not holds:
                raise TimeoutError("terminating connection due to idle-in-transaction timeout")
            return really(receiver, messages)

        monkeypatch.setattr(Receiver, "take", take)


class Batches:
    """Gives batches one after another and notes which were answered for."""

    def __init__(self, *batches: Sequence[bytes]) -> None:
        self._batches = batches
        self.answered = 0
        self.done = threading.Event()

    def batches(self, size: int, stop: threading.Event) -> Iterator[Batch]:
        """Yield them all, then wait for the end."""
        for frames in self._batches:
            yield Batch(frames, committed=self._answer, unreadable=lambda _index: None)
        self.done.set()
        stop.wait()

    def _answer(self) -> None:
        self.answered += 1


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """On a file: a host has several threads, and a store in memory one connection."""
    made = Listener()
    made.service = replace(made.service, store=make_store(f"sqlite:///{tmp_path}/listener.db", "listener"))
    yield made
    made.service.store.close()


def take_all(listener: Listener, *batches: Sequence[bytes]) -> Batches:
    """Have a host take batches to the end."""
    source = Batches(*batches)
    host = Host(replace(listener.service, batch=MOST), source, Nobody(), Metrics())
    host.start()
    assert source.done.wait(60)
    host.stop()
    return source


def frames(first: int, number: int) -> list[bytes]:
    """So many messages of one stream."""
    return [message(sequence).encode() for sequence in range(first, first + number)]


def test_a_batch_that_is_lost_comes_back_smaller_until_it_holds(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each message is handled once and in order, and the batch is answered for when all of it is."""
    starved = Starved(monkeypatch)
    source = take_all(listener, frames(1, MOST))
    assert [sequence for _, sequence in listener.handled] == list(range(1, MOST + 1))
    assert source.answered == 1
    assert starved.sizes[:4] == [(200, False), (100, False), (50, False), (25, True)]
    assert not any(held for size, held in starved.sizes if size > starved.holds)


def test_where_the_store_has_recovered_batches_are_whole_again(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a bad moment made small does not stay so."""
    starved = Starved(monkeypatch)
    take_all(listener, frames(1, MOST))
    starved.holds, starved.sizes = MOST, []
    take_all(listener, *(frames(1 + MOST * n, MOST) for n in range(1, 4)))
    assert starved.sizes[-1] == (MOST, True)
    assert [sequence for _, sequence in listener.handled] == list(range(1, 4 * MOST + 1))


def test_a_single_message_that_is_lost_is_tried_again_alone(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of one is one: nothing is passed over."""
    starved = Starved(monkeypatch)
    starved.holds = 0
    threading.Timer(0.5, lambda: setattr(starved, "holds", 1)).start()
    take_all(listener, frames(1, 1))
    assert [sequence for _, sequence in listener.handled] == [1]
