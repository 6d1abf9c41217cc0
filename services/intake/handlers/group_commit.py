"""Requests of a town that wait at the same moment share one transaction: durability is paid for once.

Decides who writes: the first of a town that comes takes along whatever of it has gathered while the town's last
transaction was committed. Must not know what is written.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from shared.db.store import Store
from shared.db.work import Work

Q = TypeVar("Q")
A = TypeVar("A")
MOST = 100


class WriterEnded(RuntimeError):
    """The thread that wrote for several requests was ended; whether they were kept, nobody can say.

    Sent again under the same idempotency key, such a request gets its answer.
    """


class _Slot(Generic[Q, A]):
    """One request's place: what it asks, and later its answer or its failure; or the word that it is to write."""

    __slots__ = ("_word", "answer", "asked", "failure", "is_done")

    def __init__(self, asked: Q) -> None:
        self.asked = asked
        self.answer: A | None = None
        self.failure: Exception | None = None
        self.is_done = False
        # No `RLock`: another thread releases it than the one that took it.
        self._word = threading.Lock()
        self._word.acquire()

    def wait(self) -> None:
        """Wait until it is answered, or is to write."""
        self._word.acquire()

    def wake(self) -> None:
        """End the waiting."""
        self._word.release()


class GroupCommit(Generic[Q, A]):
    """Runs requests in shared transactions, for each town one at a time.

    The store gives a transaction one town's rows, so towns share none. They write side by side: a database that keeps
    towns apart also commits what comes at the same moment with one write to its disk. SQLite does neither, and has one
    writer: there all towns share.

    Args:
        act: answers many requests within one transaction, in their order; an answer to one never depends on
            another's being refused. A failure of it rolls all back, and each is tried by itself.
        most: requests of a transaction at most.
    """

    def __init__(
        self, store: Store, act: Callable[[Work, Sequence[Q]], Sequence[A]], most: int = MOST
    ) -> None:
        self._store = store
        self._act = act
        self._most = most
        # A town is here as long as one of its requests writes; what waits for that stands in its queue.
        self._waiting: dict[str, deque[_Slot[Q, A]]] = {}
        self._lock = threading.Lock()

    def do(self, town: str, asked: Q) -> A:
        """Return the answer once it is durable.

        Args:
            town: whose rows are asked for, the caller's present scope.

        Raises:
            Exception: whatever `act` raises for this request alone.
            WriterEnded: the thread that wrote was ended in the midst of it.
        """
        slot: _Slot[Q, A] = _Slot(asked)
        group = "" if self._store.is_sqlite else town
        if not self._queue(group, slot):
            slot.wait()
        if not slot.is_done:
            self._write(group, slot)
        if slot.failure is not None:
            raise slot.failure
        return slot.answer  # type: ignore[return-value]

    def _queue(self, group: str, slot: _Slot[Q, A]) -> bool:
        """Take a place; tell whether nobody of the group is writing, so that this request is to."""
        # Both under one lock: a writer that hands on must either see this place, or leave nobody writing.
        with self._lock:
            is_first = group not in self._waiting
            self._waiting.setdefault(group, deque()).append(slot)
            return is_first

    def _write(self, group: str, own: _Slot[Q, A]) -> None:
        """Answer what has gathered, the own request first among it; then hand the writing on."""
        with self._lock:
            waiting = self._waiting[group]
            slots = [waiting.popleft() for _ in range(min(len(waiting), self._most))]
        try:
            self._commit(slots)
        except BaseException:
            # What ends this thread is its own; but nobody who waits may be woken without an answer.
            for slot in slots:
                if not slot.is_done:
                    slot.failure, slot.is_done = WriterEnded(), True
            raise
        finally:
            # Handed on before anybody is woken: whoever comes in between takes a place and waits.
            with self._lock:
                successor = waiting[0] if waiting else None
                if successor is None:
                    del self._waiting[group]
            for slot in [*slots, *([successor] if successor else [])]:
                if slot is not own:
                    slot.wake()

    def _commit(self, slots: list[_Slot[Q, A]]) -> None:
        try:
            with self._store.begin() as work:
                answers = self._act(work, [slot.asked for slot in slots])
            # Only after the commit: an answer promises that the report survives the end of the process.
            for slot, answer in zip(slots, answers, strict=True):
                slot.answer, slot.is_done = answer, True
        except Exception as failure:  # noqa: BLE001 - handed to the request that caused it
            self._fail(slots, failure)

    def _fail(self, slots: list[_Slot[Q, A]], failure: Exception) -> None:
        if len(slots) == 1:
            slots[0].failure, slots[0].is_done = failure, True
            return
        for slot in slots:
            self._commit([slot])
