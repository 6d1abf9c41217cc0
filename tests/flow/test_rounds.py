"""A duty's rounds: one thread looks, and a backlog calls helpers where several can write."""

import threading
from collections.abc import Callable

import pytest

from shared.flow.rounds import DUTY_LIMIT, Rounds
from shared.flow.service import Duty
from tests.flow.stores import fresh_url, make_store, sqlite_store

PATIENCE_SECONDS = 60


class Pile:
    """So much due work; each run takes what it may. Whoever comes back to it alone waits there for another thread."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces
        self.workers: set[str] = set()
        self.is_done = threading.Event()
        self._lock = threading.Lock()
        self._met = threading.Event()

    def run(self, limit: int) -> int:
        """Do a part of the pile."""
        me = threading.current_thread().name
        with self._lock:
            done, is_back = min(limit, self.left), me in self.workers
            self.left -= done
            self.workers |= {me} if done else set()
            if len(self.workers) > 1:
                self._met.set()
        if done and is_back:
            self._met.wait(PATIENCE_SECONDS)
        if self.left == 0:
            self.is_done.set()
        return done


def at_work(rounds: Rounds, stop: threading.Event, until: threading.Event) -> None:
    """Have a duty's threads at work until something is so, then end them."""
    acts: list[tuple[str, Callable[[], None]]] = [("look", rounds.look)]
    acts += [(f"help {number}", rounds.help) for number in range(rounds.helpers)]
    threads = [threading.Thread(target=act, name=name) for name, act in acts]
    for thread in threads:
        thread.start()
    assert until.wait(PATIENCE_SECONDS)
    stop.set()
    rounds.wake()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.servers
def test_a_backlog_is_worked_off_by_helpers_too(fresh_database: str) -> None:
    """Where a run comes back full a second thread joins in; both end when they are asked to."""
    store, stop, pile = (
        make_store(fresh_url(fresh_database), "listener"),
        threading.Event(),
        Pile(10 * DUTY_LIMIT),
    )
    at_work(Rounds(Duty("pile", pile.run, helpers=1), store, stop), stop, pile.is_done)
    assert pile.workers == {"look", "help 0"}
    store.close()


@pytest.mark.servers
def test_without_a_backlog_nobody_is_woken(fresh_database: str) -> None:
    """What one run takes is done by the thread that looks: a helper asks the store nothing while nothing is behind."""
    store, stop, pile = (
        make_store(fresh_url(fresh_database), "listener"),
        threading.Event(),
        Pile(DUTY_LIMIT - 1),
    )
    at_work(Rounds(Duty("pile", pile.run, helpers=1), store, stop), stop, pile.is_done)
    assert pile.workers == {"look"}
    store.close()


def test_one_writer_has_no_helpers() -> None:
    """On SQLite a second thread would only wait for the first."""
    store, stop = sqlite_store("listener"), threading.Event()
    assert Rounds(Duty("pile", Pile(1).run, helpers=3), store, stop).helpers == 0
    store.close()
