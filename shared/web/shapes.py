"""Whether data have the shape that a schema asks for, before the schema works on them.

Decides that unknown keys, and lists and objects longer than they may be, are found first and cheaply: a schema would
load every one of their parts and state a fault for each. Must not know what any part means.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

Value = TypeVar("Value")
UNKNOWN = "Unknown field."
LONGEST_NAME = 100  # characters of a key that are repeated: it is the sender's, and may be as long as a body


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands under one key: how long it may be, and the shape of what it holds.

    Args:
        within: of an object, or of each item of a list.
    """

    lengths: tuple[validate.Length, ...]
    within: "_Shape | None"


@dataclass(frozen=True, slots=True)
class _Shape:
    known: frozenset[str] | None  # None: it takes what it does not know
    parts: Mapping[str, _Part]


def faults_of_shape(schema: Schema, data: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Yield path and sentence of each fault, one after another as they are asked for.

    Args:
        data: an object; its values may be anything.
    """
    return _faults(_shape_of(type(schema)), data, "")


def _faults(shape: _Shape, data: Mapping[str, Value], path: str) -> Iterator[tuple[str, str]]:
    if shape.known is not None and not data.keys() <= shape.known:
        for key in data:
            if key not in shape.known:
                yield f"{path}{str(key)[:LONGEST_NAME]}", UNKNOWN
    for key, part in shape.parts.items():
        value = data.get(key)
        if isinstance(value, list | dict):
            yield from _faults_within(part, value, f"{path}{key}")


def _faults_within(
    part: _Part, value: list[Value] | dict[str, Value], path: str
) -> Iterator[tuple[str, str]]:
    if fault := _too_long(part, value):
        yield path, fault
    elif part.within is not None and isinstance(value, dict):
        yield from _faults(part.within, value, f"{path}.")
    elif part.within is not None:
        for place, item in enumerate(value):
            if isinstance(item, dict):
                yield from _faults(part.within, item, f"{path}.{place}.")


def _too_long(part: _Part, value: list[Value] | dict[str, Value]) -> str | None:
    for length in part.lengths:
        try:
            length(value)
        except ValidationError as wrong:
            return str(wrong.messages[0])
    return None


@cache
def _shape_of(kind: type[Schema]) -> _Shape:
    named = {field.data_key or name: field for name, field in kind().load_fields.items()}
    parts = {key: part for key, field in named.items() if (part := _part_of(field)) is not None}
    return _Shape(frozenset(named) if kind.Meta.unknown == RAISE else None, parts)


def _part_of(field: fields.Field[Any]) -> _Part | None:
    if not isinstance(field, fields.Nested | fields.List | fields.Dict):
        return None
    holds = field.inner if isinstance(field, fields.List) else field
    within = _shape_of(type(holds.schema)) if isinstance(holds, fields.Nested) else None
    return _Part(tuple(each for each in field.validators if isinstance(each, validate.Length)), within)
