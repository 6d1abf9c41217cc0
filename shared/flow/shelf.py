"""Packs in a process's memory: those in use at hand, others folded, both bounded by the room that they take.

Decides which packs are put aside and which are let go. Must not know where packs come from.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from shared.flow.folding import Folded, fold, unfold
from shared.rules.pack.alike import PackKind
from shared.rules.pack.model import Pack

WORKED_OUT = 4096  # bytes of what is compiled and worked out of a pack and cannot be shared: an estimate


@dataclass(frozen=True, slots=True)
class _AtHand:
    pack: Pack
    kind: PackKind | None
    size: int  # bytes beside others of its kind, what is worked out of it included


class Shelf:
    """Packs by edition, shared by all threads of a process.

    Attributes:
        listeners: told of each pack that is at hand no longer; they must not ask the shelf.

    Args:
        at_hand: bytes of packs that are kept as they are; the one used last is, whatever its size.
        folded: bytes of packs that are kept folded.
    """

    def __init__(self, at_hand: int, folded: int) -> None:
        self.listeners: list[Callable[[Pack], None]] = []
        self._most_at_hand, self._most_folded = at_hand, folded
        self._at_hand: OrderedDict[str, _AtHand] = OrderedDict()
        self._folded: OrderedDict[str, Folded] = OrderedDict()
        self._at_hand_size = self._folded_size = 0
        self._lock = threading.Lock()

    def find(self, edition: str) -> Pack | None:
        """Return the pack of an edition, None where it is not kept."""
        with self._lock:
            if edition in self._at_hand:
                self._at_hand.move_to_end(edition)
                return self._at_hand[edition].pack
            folded = self._folded.get(edition)
        if folded is None:
            return None
        # Outside the lock, so that others need not wait: two threads that meet may unfold one twice, either is right.
        pack = unfold(folded)
        self._keep(edition, _AtHand(pack, folded.kind, folded.unfolded_size))
        return pack

    def put(self, edition: str, pack: Pack, kind: PackKind | None = None) -> None:
        """Keep a pack under its edition, in place of what stood there.

        Args:
            kind: which it has joined; None: it stands alone.
        """
        with self._lock:
            self._let_go(edition)
        self._keep(edition, _AtHand(pack, kind, WORKED_OUT + (kind or PackKind(pack)).own_bytes(pack)))

    def _keep(self, edition: str, kept: _AtHand) -> None:
        with self._lock:
            if (old := self._at_hand.pop(edition, None)) is not None:
                self._at_hand_size -= old.size
            self._at_hand[edition] = kept
            self._at_hand_size += kept.size
            while self._at_hand_size > self._most_at_hand and len(self._at_hand) > 1:
                self._put_aside(*self._at_hand.popitem(last=False))

    def _put_aside(self, edition: str, unused: _AtHand) -> None:
        self._at_hand_size -= unused.size
        for listener in self.listeners:
            listener(unused.pack)
        # Once for each edition: what was unfolded stays here as well, and is as it was.
        if edition not in self._folded:
            # The first of a kind is folded whole: as a part of itself it would never be let go.
            kind = unused.kind if unused.kind and unused.kind.first is not unused.pack else None
            self._folded[edition] = fold(unused.pack, unused.size, kind)
            self._folded_size += self._folded[edition].size
        self._folded.move_to_end(edition)
        while self._folded_size > self._most_folded:
            self._let_go(next(iter(self._folded)))

    def _let_go(self, edition: str) -> None:
        if (folded := self._folded.pop(edition, None)) is not None:
            self._folded_size -= folded.size
