"""What is true of every message between the services."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.asyncapi import document
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.contracts.examples import EXAMPLES, example
from shared.contracts.routes import LISTENS, PRODUCERS
from shared.contracts.schemas import SCHEMAS
from shared.kernel.problems import Problem

IDENTITIES = ("name", "phone", "address", "email", "text", "title", "note_text")


def test_every_type_has_one_example_and_one_producer_at_least() -> None:
    """A message nobody sends, or that nobody can look at, does not exist."""
    assert EXAMPLES.keys() == SCHEMAS.keys()
    sent = {type_ for types in PRODUCERS.values() for type_ in types} | {"message.dropped"}
    assert sent == SCHEMAS.keys()


@pytest.mark.parametrize("type_", sorted(SCHEMAS))
def test_an_example_survives_the_way_over_the_wire(type_: str) -> None:
    """What is encoded is decoded to the same message, and keeps its contract."""
    message = example(type_)
    assert decode(message.encode()) == message
    assert set(message.data) <= set(body_of(message).__struct_fields__)


@pytest.mark.parametrize("type_", sorted(SCHEMAS))
def test_a_field_that_nobody_declared_is_refused(type_: str) -> None:
    """A typing error in a producer can't pass silently."""
    message = example(type_)
    with pytest.raises(Problem) as refused:
        body_of(Envelope(**{**_fields(message), "data": {**message.data, "unheard_of": 1}}))
    assert refused.value.code == "invalid-message"


@pytest.mark.parametrize("type_", sorted(set(SCHEMAS) - {"edition.published"}))
def test_no_message_has_a_field_for_a_persons_identity(type_: str) -> None:
    """People are meant by reference; a name of a jurisdiction is no person's."""
    declared = set(SCHEMAS[type_]().fields) - ({"name"} if type_ == "jurisdiction.changed" else set())
    assert not declared & set(IDENTITIES)


@given(st.binary(max_size=200))
def test_no_frame_whatever_crashes_the_reader(frame: bytes) -> None:
    """A frame is a message or a problem named `unreadable-frame`, and random bytes are no message."""
    with pytest.raises(Problem, match="unreadable-frame"):
        decode(frame)


@pytest.mark.parametrize("field", ["id", "source", "type", "subject", "sequence", "town", "time", "data"])
def test_a_frame_without_a_required_attribute_is_unreadable(field: str) -> None:
    """CloudEvents' required attributes and ours are there, or the frame is no message."""
    body = json.loads(example("case.admitted").encode())
    del body[field]
    with pytest.raises(Problem, match="unreadable-frame"):
        decode(json.dumps(body).encode())


def test_an_unknown_type_or_version_is_named() -> None:
    """A newer producer's message is refused with the reason and not misread."""
    message = example("case.admitted")
    with pytest.raises(Problem, match="unknown-version"):
        body_of(Envelope(**{**_fields(message), "version": 2}))
    with pytest.raises(Problem, match="unknown-type"):
        body_of(Envelope(**{**_fields(message), "type": "case.dreamt"}))


def test_the_published_document_is_the_one_that_the_schemas_make() -> None:
    """docs/asyncapi.json is generated: `python -m shared.contracts.asyncapi > docs/asyncapi.json`."""
    published = json.loads(Path("docs/asyncapi.json").read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(document()))


def test_services_listen_only_to_services() -> None:
    """Nobody waits for a producer that does not exist."""
    assert {source for sources in LISTENS.values() for source in sources} <= set(PRODUCERS)


def _fields(message: Envelope) -> dict[str, object]:
    return {name: getattr(message, name) for name in Envelope.__slots__}
