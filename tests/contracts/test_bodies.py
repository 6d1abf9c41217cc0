"""The types that carry messages and the marshmallow contract say the same, of every message and every version."""

import copy
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from msgspec import Struct

from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.contracts.examples import EXAMPLES, example
from shared.contracts.routes import BODIES, minor_of, types_of
from shared.contracts.schemas import SCHEMAS
from shared.kernel.problems import Problem

ODD: list[Any] = [
    None, "", "5", 5, 5.0, float("nan"), True, [], {}, ["x"], [1], [None], {"x": 1}, 2**70, "2026-03-09T02:00:00",
]  # fmt: skip


@pytest.mark.parametrize("type_", sorted(BODIES))
def test_every_example_is_its_type_and_comes_back_unchanged(type_: str) -> None:
    """What a type says on the way is what it is read from: nothing is lost, nothing is added."""
    body = body_of(example(type_))
    assert type(body) is BODIES[type_]
    sent = Envelope(**{**_fields(example(type_)), "data": body})
    assert body_of(decode(sent.encode())) == body


@pytest.mark.parametrize("type_", sorted(BODIES))
def test_the_schema_loads_an_example_as_it_is(type_: str) -> None:
    """marshmallow is the contract at the border: what producers say is right by it."""
    assert SCHEMAS[type_]().load(EXAMPLES[type_]) == EXAMPLES[type_]


@given(st.data())
def test_whatever_a_type_takes_the_schema_takes(data: st.DataObject) -> None:
    """With any field missing, odd or unknown: what is made quickly is what the contract allows, or is judged by it."""
    type_ = data.draw(st.sampled_from(sorted(BODIES)))
    said = copy.deepcopy(EXAMPLES[type_])
    for _ in range(data.draw(st.integers(1, 3))):
        _spoil(said, data)
    try:
        made: Struct = msgspec.convert(copy.deepcopy(said), BODIES[type_])
    except msgspec.ValidationError:
        return
    try:
        loaded = SCHEMAS[type_]().load(said)
    except ValidationError as wrong:
        raise AssertionError(f"let through what the contract refuses: {wrong}") from wrong
    assert repr(msgspec.convert(loaded, BODIES[type_])) == repr(made)


@pytest.mark.parametrize("type_", sorted(BODIES))
def test_a_newer_minor_version_is_taken_as_far_as_it_is_known(type_: str) -> None:
    """Services are upgraded one after another: a field of tomorrow, at any depth, does not stop those of today."""
    message = example(type_)
    grown = {**_grown(message.data), "of_tomorrow": {"any": ["thing"]}}
    newer = Envelope(**{**_fields(message), "data": grown, "minor": minor_of(type_) + 1})
    assert body_of(decode(newer.encode())) == body_of(message)


@pytest.mark.parametrize("type_", sorted(BODIES))
def test_an_unknown_field_of_a_known_version_is_a_mistake(type_: str) -> None:
    """A typing error in a producer can't pass silently."""
    message = example(type_)
    with pytest.raises(Problem, match="invalid-message"):
        body_of(Envelope(**{**_fields(message), "data": {**message.data, "unheard_of": 1}}))


def test_a_message_says_which_minor_version_it_has() -> None:
    """The schema's address ends with the version; senders before there were minor versions name none."""
    body = json.loads(example("case.accepted").encode())
    assert "dataschema" not in body
    grown = Envelope(**{**_fields(example("case.accepted")), "minor": 3})
    assert json.loads(grown.encode())["dataschema"] == "/gridcase/case.accepted/1.3"
    assert decode(grown.encode()).minor == 3


def test_types_are_found_by_what_they_carry() -> None:
    """Whoever takes steps takes all of them."""
    assert {"case.assigned", "case.corrected", "case.returned"} <= set(types_of(BODIES["case.accepted"]))
    assert "case.admitted" not in types_of(BODIES["case.accepted"])


def _grown(said: Any) -> Any:
    """The same with a field more in every object that has fields of its own."""
    found = dict(said)
    for name in ("place", "by", "assignment", "reason"):
        if isinstance(found.get(name), dict):
            found[name] = {**found[name], "of_tomorrow": 1}
    return found


def _spoil(said: dict[str, Any], data: st.DataObject) -> None:
    inner = [value for value in said.values() if isinstance(value, dict) and value]
    where = data.draw(st.sampled_from([said, *inner])) if inner else said
    key = data.draw(st.sampled_from([*map(str, where), "unknown"]))
    if data.draw(st.booleans()):
        where.pop(key, None)
    else:
        where[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))


def _fields(message: Envelope) -> dict[str, Any]:
    return {name: getattr(message, name) for name in Envelope.__slots__}
