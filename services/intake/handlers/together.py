"""Requests that wait at the same moment share one transaction: durability is paid for once.

Decides who writes: the first that comes takes along whatever has gathered while the last transaction was
committed. Must not know what is written.
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


class _Slot(Generic[Q, A]):
    """One request's place: what it asks, and later its answer or its failure."""

    __slots__ = ("answer", "asked", "failure", "is_done")

    def __init__(self, asked: Q) -> None:
        self.asked = asked
        self.answer: A | None = None
        self.failure: Exception | None = None
        self.is_done = False


class Together(Generic[Q, A]):
    """Runs requests in shared transactions.

    Args:
        act: answers many requests within one transaction, in their order; an answer to one never depends on
            another's being refused. A failure of it rolls all back, and each is tried by itself.
    """

    def __init__(
        self, store: Store, act: Callable[[Work, Sequence[Q]], Sequence[A]], most: int = MOST
    ) -> None:
        self._store = store
        self._act = act
        self._most = most
        self._waiting: deque[_Slot[Q, A]] = deque()
        self._turn = threading.Lock()

    def do(self, asked: Q) -> A:
        """Return the answer once it is durable.

        Raises:
            Exception: whatever `act` raises for this request alone.
        """
        slot: _Slot[Q, A] = _Slot(asked)
        self._waiting.append(slot)
        while not slot.is_done:
            with self._turn:
                if not slot.is_done:
                    self._carry_out(self._gathered())
        if slot.failure is not None:
            raise slot.failure
        return slot.answer  # type: ignore[return-value]

    def _gathered(self) -> list[_Slot[Q, A]]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]

    def _carry_out(self, slots: list[_Slot[Q, A]]) -> None:
        try:
            with self._store.begin() as work:
                answers = self._act(work, [slot.asked for slot in slots])
            for slot, answer in zip(slots, answers, strict=True):
                slot.answer, slot.is_done = answer, True
        except Exception as failure:  # noqa: BLE001 - handed to the request that caused it
            self._fail(slots, failure)

    def _fail(self, slots: list[_Slot[Q, A]], failure: Exception) -> None:
        if len(slots) == 1:
            slots[0].failure, slots[0].is_done = failure, True
            return
        for slot in slots:
            self._carry_out([slot])
