"""However a body is made, its refusal costs little: counted in schema calls, errors and bytes, never in time."""

from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from gridcase.house import HousePlan, build_house, passing_stores
from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics
from shared.web.catalogue import Catalogue
from shared.web.inputs import MOST_ERRORS, Input, InvalidInput, WholeNumber, load
from shared.web.strict_json import MOST_VALUES, StrictJson
from tests.web.demo import demo

WORDS = Catalogue.of("shared.web")
OP = {"Authorization": "Bearer op", "Accept-Language": "en"}
THINGS = "/v1/towns/elm/things"
LOADED: list[str] = []


class Counted(WholeNumber):
    """A number that notes each time that it is looked at."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        LOADED.append(str(attr))
        return super()._deserialize(value, attr, data, **more)


class Inner(Input):
    """Within."""

    count = Counted()


class Outer(Input):
    """Around it."""

    numbers = fields.List(Counted(), validate=validate.Length(max=5))
    words = fields.Dict(fields.String(), Counted(), validate=validate.Length(max=5))
    one = fields.Nested(Inner)
    many = fields.List(fields.Nested(Inner), validate=validate.Length(max=5))


def refusal_of(data: Any) -> InvalidInput:
    LOADED.clear()
    with pytest.raises(Problem) as refused:
        load(Outer, data, WORDS)
    assert isinstance(refused.value, InvalidInput)
    return refused.value


MANY = {f"u{number}": 0 for number in range(50_000)}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (MANY, "u0"),
        ({"one": MANY}, "one.u0"),
        ({"many": [{"count": 1}, MANY]}, "many.1.u0"),
    ],
)
def test_unknown_keys_are_found_before_any_field_works(data: Any, path: str) -> None:
    """A body of unknown keys is refused with the first of them, and no field has looked at anything."""
    refused = refusal_of({"numbers": [1, 2], **data})
    assert next(iter(refused.errors)) == path
    assert (len(refused.errors), refused.has_more) == (MOST_ERRORS, True)
    assert LOADED == []


@pytest.mark.parametrize(
    "data", [{"numbers": [1] * 50_000}, {"words": MANY}, {"many": [{"count": 1}] * 50_000}]
)
def test_what_is_too_long_is_found_before_its_parts(data: Any) -> None:
    """A list or object longer than allowed is refused by its length, and none of its parts is loaded."""
    refused = refusal_of(data)
    assert list(refused.errors) == list(data)
    assert LOADED == []


def test_an_answer_states_twenty_errors_and_says_that_there_are_more() -> None:
    """Whoever mends those asks again; few errors are stated whole."""
    client = demo(largest_body=10**6).test_client()
    for number, told, has_more in ((3, 3, False), (20, 20, False), (21, 20, True), (20_000, 20, True)):
        body = {"name": "a", **{f"field-{place}-{'x' * 30}": 0 for place in range(number)}}
        answer = client.post(THINGS, json=body, headers=OP)
        assert (len(answer.json["errors"]), answer.json["has_more_errors"]) == (told, has_more)
        assert len(answer.data) < 5000


def test_a_key_given_twice_is_found_in_one_pass() -> None:
    """Of a hundred thousand keys the last is there twice: each is compared once, not with all the others."""
    compared: list[int] = []

    class Noted(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            compared.append(1)
            return super().__eq__(other)

        def __hash__(self) -> int:
            return super().__hash__()

    reader = StrictJson(WORDS)
    keys = [Noted(f"k{number}") for number in range(20_000)]
    with pytest.raises(Problem, match="duplicate-key"):
        reader._without_repeated_keys([(key, 0) for key in [*keys, Noted("k7")]])
    assert len(compared) < 3 * len(keys)


@pytest.mark.parametrize("part", [b"[]", b"{}", b"0", b'{"a":0}'])
def test_values_without_end_are_refused_before_they_are_made(part: bytes) -> None:
    """Few megabytes of empty lists would become hundreds in memory; separators within texts are none."""
    with pytest.raises(Problem, match="too-many-values"):
        StrictJson(WORDS).read(b"[" + b",".join([part] * (MOST_VALUES + 1)) + b"]")
    text = b'["' + b"[,{" * MOST_VALUES + b'\\",["]'
    assert len(StrictJson(WORDS).read(text)) == 1


def inputs() -> list[type[Schema]]:
    """Every form of a request's body or query in the house: built, so that all of them are there."""

    def below(kind: type[Schema]) -> list[type[Schema]]:
        return [found for each in kind.__subclasses__() for found in (each, *below(each))]

    return [kind for kind in below(Input) if not kind.__module__.startswith("tests.")]


def test_every_list_and_object_of_a_request_says_how_long_it_may_be(tmp_path: Any) -> None:
    """Without that, its parts would be loaded before anybody counted them."""
    plan = HousePlan(f"sqlite:///{tmp_path}/{{service}}.db", bytes(32), "reference", tmp_path)
    stores = passing_stores(plan)
    build_house(plan, stores, Metrics())
    for store in stores.values():
        store.close()
    found = inputs()
    assert len(found) > 20
    unbounded = [
        f"{kind.__name__}.{name}"
        for kind in found
        for name, field in kind().load_fields.items()
        if isinstance(field, fields.List | fields.Dict)
        and not any(isinstance(rule, validate.Length) and rule.max for rule in field.validators)
    ]
    assert unbounded == []
