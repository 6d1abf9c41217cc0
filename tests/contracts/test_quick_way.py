"""The quick way through a contract says what the schema says, or nothing."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from shared.contracts.examples import EXAMPLES
from shared.contracts.quick import Unsure, quick
from shared.contracts.schemas import SCHEMAS

ODD: list[Any] = [
    None,
    "",
    "5",
    5,
    5.0,
    float("nan"),
    True,
    [],
    {},
    ["x"],
    [1],
    [None],
    {"x": 1},
    {1: "x"},
    b"x",
    2**70,
]


@pytest.mark.parametrize("type_", sorted(SCHEMAS))
def test_every_example_goes_the_quick_way(type_: str) -> None:
    """What producers really say never needs the slow way, and is loaded as the schema loads it."""
    schema = SCHEMAS[type_]()
    assert quick(schema)(copy.deepcopy(EXAMPLES[type_])) == schema.load(EXAMPLES[type_])


@given(st.data())
def test_whatever_is_let_through_is_what_the_schema_loads(data: st.DataObject) -> None:
    """With any field missing, odd or unknown the quick way agrees with the schema or leaves it to it."""
    type_ = data.draw(st.sampled_from(sorted(SCHEMAS)))
    said = copy.deepcopy(EXAMPLES[type_])
    for _ in range(data.draw(st.integers(1, 3))):
        _spoil(said, data)
    schema = SCHEMAS[type_]()
    try:
        found = quick(schema)(copy.deepcopy(said))
    except Unsure:
        return
    try:
        assert repr(found) == repr(schema.load(said))
    except ValidationError as wrong:
        raise AssertionError(f"let through what the schema refuses: {wrong}") from wrong


def _spoil(said: dict[str, Any], data: st.DataObject) -> None:
    inner = [value for value in said.values() if isinstance(value, dict) and value]
    where = data.draw(st.sampled_from([said, *inner])) if inner else said
    key = data.draw(st.sampled_from([*map(str, where), "unknown"]))
    if data.draw(st.booleans()):
        where.pop(key, None)
    else:
        where[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
