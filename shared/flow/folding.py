"""Packs put aside in this process's memory: a fraction of the room, and quickly at hand again.

Pickled by a way of our own: what the standard library does for classes with slots asks each object for its fields
again and takes five times as long. What a pack shares with others of its kind is named by its place there and not
repeated. Never for what comes from a store, a broker or a file: unpickling what others could have written would run
their code.
"""

import io
import pickle
import zlib
from dataclasses import dataclass
from typing import Any

from shared.kernel.frozen import is_slotted, remade, values_of
from shared.rules.pack.alike import PackKind
from shared.rules.pack.model import Pack

_ABOUT_IT = 300  # bytes: two objects, and the edition by which it is found


@dataclass(frozen=True, slots=True)
class Folded:
    """A pack put aside.

    Args:
        unfolded_size: bytes that it takes at hand.
        kind: whose parts it names; None: it stands alone.
    """

    data: bytes
    unfolded_size: int
    kind: PackKind | None

    @property
    def size(self) -> int:
        """Bytes that it takes, what is kept about it included."""
        return len(self.data) + _ABOUT_IT


def fold(pack: Pack, size: int, kind: PackKind | None = None) -> Folded:
    """Return a pack put aside, for `unfold` in this same process.

    Args:
        size: bytes that it takes at hand.
        kind: which the pack has joined.
    """
    into = io.BytesIO()
    _Folder(into, kind).dump(pack)
    return Folded(zlib.compress(into.getbuffer(), 1), size, kind)


def unfold(folded: Folded) -> Pack:
    """Return the pack that this process has folded; equal to what it was, and another object."""
    pack: Pack = _Unfolder(io.BytesIO(zlib.decompress(folded.data)), folded.kind).load()
    return pack


class _Folder(pickle.Pickler):
    def __init__(self, into: io.BytesIO, kind: PackKind | None) -> None:
        super().__init__(into, pickle.HIGHEST_PROTOCOL)
        self._places = kind.places if kind else {}

    def persistent_id(self, value: Any) -> int | None:
        """Name what the pack has in common with the first of its kind by its place there."""
        return self._places.get(id(value))

    def reducer_override(self, value: Any) -> Any:
        """Take the values of an object with slots as they stand, in the order of its fields."""
        kind: Any = type(value)
        return (remade, (kind, *values_of(kind)(value))) if is_slotted(kind) else NotImplemented


class _Unfolder(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, kind: PackKind | None) -> None:
        super().__init__(source)
        self._parts = kind.parts if kind else ()

    def persistent_load(self, place: int) -> Any:
        """Return what stands there in the first of its kind."""
        return self._parts[place]
