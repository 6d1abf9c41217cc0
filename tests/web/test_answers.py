"""The JSON of answers: typed parts are written field by field, every instant in one form."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Raw, Struct, UnsetType

from shared.kernel.instants import format_instant, parse_instant
from shared.web.answers import json_bytes

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=timezone(timedelta(hours=8)))


class Colour(StrEnum):
    """A key with few values."""

    RED = "red"


class Part(Struct, frozen=True):
    """A typed part of an answer."""

    at: datetime
    colour: Colour
    parts: tuple["Part", ...] = ()
    seldom: int | UnsetType = UNSET


def test_typed_parts_are_written_field_by_field() -> None:
    """Also deep within plain values; a field that is not set is not there, None is null."""
    answer = {"list": [Part(NOON, Colour.RED, (Part(NOON, Colour.RED, seldom=1),))], "none": None}
    inner = {"at": "2026-03-09T04:00:00.000000Z", "colour": "red", "parts": [], "seldom": 1}
    outer = {"at": "2026-03-09T04:00:00.000000Z", "colour": "red", "parts": [inner]}
    assert orjson.loads(json_bytes(answer)) == {"list": [outer], "none": None}


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_have_one_form(at: datetime) -> None:
    """Bare or within a typed part, with or without fractions of a second: what is read back is the instant."""
    text = orjson.loads(json_bytes(at))
    assert text == orjson.loads(json_bytes(Part(at, Colour.RED)))["at"] == format_instant(at)
    assert parse_instant(text) == at


def test_what_is_json_already_is_given_as_it_was_written() -> None:
    """An entry's hash covers the very words: spaces, order and large numbers stay."""
    written = b'{"b": 1e2,  "a": 9007199254740993}'
    assert json_bytes({"data": Raw(written)}) == b'{"data":' + written + b"}"


@pytest.mark.parametrize("part", [NOON.replace(tzinfo=None), object()])
def test_what_has_no_form_is_an_error(part: object) -> None:
    """A naive instant is a mistake, not an instant of some zone."""
    with pytest.raises(TypeError):
        json_bytes({"part": part})
