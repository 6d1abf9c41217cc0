"""The quick way through a contract: says yes to what a marshmallow schema would load unchanged, fast.

Decides nothing of its own: whatever it is not sure of – wrong, odd or merely convertible – is left to the schema,
so that there is one judge of what is right and one source of messages. Compiled once per schema.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing
from marshmallow.fields import Field

Check = Callable[[Any], Any]


class Unsure(Exception):
    """The schema itself has to look."""


def quick(schema: Schema) -> Check:
    """Return a function that loads data exactly as `schema` does, or raises Unsure."""
    if any(schema._hooks.values()) or schema.many or schema.partial or schema.unknown != "raise":
        return _ask_schema
    parts = [
        (name, _of_field(field), field.required, field.load_default) for name, field in schema.fields.items()
    ]
    if any(field.data_key or field.dump_only or field.attribute for field in schema.fields.values()):
        return _ask_schema
    return lambda data: _loaded(parts, data)


def _loaded(parts: list[tuple[str, Check, bool, Any]], data: Any) -> dict[str, Any]:
    if type(data) is not dict:
        raise Unsure
    loaded: dict[str, Any] = {}
    known = 0
    for name, check, is_required, default in parts:
        if name in data:
            loaded[name] = check(data[name])
            known += 1
        elif is_required:
            raise Unsure
        elif default is not missing:
            loaded[name] = default() if callable(default) else default
    if known != len(data):
        raise Unsure
    return loaded


def _ask_schema(_value: Any) -> Any:
    raise Unsure


def _of_field(field: "Field[Any]") -> Check:
    plain = _KINDS.get(type(field), lambda _field: _ask_schema)(field)
    check = _validated(plain, field) if field.validators else plain
    return _or_none(check) if field.allow_none else check


def _or_none(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _validated(check: Check, field: "Field[Any]") -> Check:
    def run(value: Any) -> Any:
        loaded = check(value)
        try:
            for validator in field.validators:
                validator(loaded)
        except ValidationError:
            raise Unsure from None
        return loaded

    return run


def _exactly(type_: type) -> Callable[[Any], Check]:
    def check(value: Any) -> Any:
        if type(value) is not type_:
            raise Unsure
        return value

    return lambda _field: check


def _number(value: Any) -> Any:
    if type(value) is not float or not isfinite(value):
        raise Unsure
    return value


def _raw(field: "Field[Any]") -> Check:
    """Anything goes where nobody looks closer; where somebody does, only scalars are waved through."""

    def scalar(value: Any) -> Any:
        if type(value) not in (str, int, bool, float):
            raise Unsure
        return value

    return scalar if field.validators else lambda value: value


def _list(field: "fields.List[Any]") -> Check:
    inner = _of_field(field.inner)

    def check(value: Any) -> Any:
        if type(value) is not list:
            raise Unsure
        return [inner(one) for one in value]

    return check


def _dict(field: fields.Dict) -> Check:
    of_key = _of_field(field.key_field) if field.key_field else lambda key: key
    of_value = _of_field(field.value_field) if field.value_field else lambda value: value

    def check(value: Any) -> Any:
        if type(value) is not dict:
            raise Unsure
        return {of_key(key): of_value(one) for key, one in value.items()}

    return check


_KINDS: Mapping[type, Callable[[Any], Check]] = {
    fields.String: _exactly(str),
    fields.Integer: _exactly(int),
    fields.Boolean: _exactly(bool),
    fields.Float: lambda _field: _number,
    fields.Raw: _raw,
    fields.List: _list,
    fields.Dict: _dict,
    fields.Nested: lambda field: quick(field.schema),
}
