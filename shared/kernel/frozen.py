"""Frozen objects with slots, taken apart and put together again; nothing is checked or worked out anew."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any


@cache
def is_slotted(kind: type) -> bool:
    """Tell whether all that an object of this class holds stands in its fields."""
    return is_dataclass(kind) and not any("__dict__" in vars(each) for each in kind.__mro__)


@cache
def values_of(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives the values of an object of this class, in the order of its fields."""
    names = [each.name for each in fields(kind)]
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (only(value),)
    return attrgetter(*names) if names else lambda _: ()


def remade(kind: type, *values: Any) -> Any:
    """Return an object of this class with these values, as `values_of` gave them."""
    # Past `__init__`, which in a frozen class would set each field through a check; nothing is worked out anew.
    made: Any = object.__new__(kind)
    for put, value in zip(_setters_of(kind), values, strict=True):
        put(made, value)
    return made


@cache
def _setters_of(kind: type) -> tuple[Callable[[Any, Any], None], ...]:
    return tuple(getattr(kind, each.name).__set__ for each in fields(kind))
