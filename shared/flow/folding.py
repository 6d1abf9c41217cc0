"""Packs put aside in this process's memory: a tenth of the room, and quickly at hand again.

Pickled by a way of our own: what the standard library does for classes with slots asks each object for its fields
again and takes five times as long. Never for what comes from a store, a broker or a file: unpickling what others could
have written would run their code.
"""

import io
import pickle
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from shared.rules.pack.model import Pack


def fold(pack: Pack) -> bytes:
    """Return a pack as bytes for `unfold` in this same process."""
    into = io.BytesIO()
    _Folder(into, pickle.HIGHEST_PROTOCOL).dump(pack)
    return zlib.compress(into.getbuffer(), 1)


def unfold(folded: bytes) -> Pack:
    """Return the pack that this process has folded; equal to what it was, and another object."""
    pack: Pack = pickle.loads(zlib.decompress(folded))  # noqa: S301 - by this process, and kept by it alone
    return pack


class _Folder(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        """Take the values of an object with slots as they stand, in the order of its fields."""
        kind = type(value)
        if not is_dataclass(kind) or hasattr(value, "__dict__"):
            return NotImplemented
        return _restored, (kind, *_values_of(kind)(value))


def _restored(kind: type, *values: Any) -> Any:
    # Past `__init__`, which in a frozen class would set each field through a check; nothing is worked out anew.
    made: Any = object.__new__(kind)
    for put, value in zip(_setters_of(kind), values, strict=True):
        put(made, value)
    return made


@cache
def _values_of(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    names = [each.name for each in fields(kind)]
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (only(value),)
    return attrgetter(*names) if names else lambda _: ()


@cache
def _setters_of(kind: type) -> tuple[Callable[[Any, Any], None], ...]:
    return tuple(getattr(kind, each.name).__set__ for each in fields(kind))
