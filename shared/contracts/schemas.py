"""The contract of every message: a marshmallow schema made from the type that carries its data.

The type is the one source of fields and defaults; the schema judges what a type alone would not explain, says what is
wrong in words, and describes itself in the AsyncAPI document. A schema loads to the plain values of the wire.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate
from msgspec import NODEFAULT, Struct, inspect

from shared.contracts.routes import BODIES
from shared.kernel.instants import Instant

FieldMaker = Callable[[Any, str], "fields.Field[Any]"]


@cache
def schema_of(body: type[Struct], unknown: str = RAISE) -> type[Schema]:
    """Return the schema of a type, made once.

    Args:
        body: the type of a message's data, or a part of one.
        unknown: what becomes of fields that it does not have: marshmallow's RAISE or EXCLUDE, in its parts too.

    Raises:
        KeyError: a field has a type that no schema was written for; it shows when the module is imported.
    """
    made = inspect.type_info(body)
    assert isinstance(made, inspect.StructType)
    declared: dict[str, Any] = {field.encode_name: _declared(field, unknown) for field in made.fields}
    meta = type("Meta", (), {"unknown": unknown})
    return type(body.__name__, (Schema,), {**declared, "Meta": meta, "__doc__": body.__doc__})


def _declared(field: inspect.Field, unknown: str) -> "fields.Field[Any]":
    made = _field_of(field.type, unknown)
    made.required = field.required
    # Only told, not filled in: the type does that. A schema loads to what is on the wire, without what was left out.
    if field.default is not NODEFAULT and isinstance(field.default, bool | int | str):
        made.metadata = {**made.metadata, "default": field.default}
    return made


def _field_of(type_: inspect.Type, unknown: str) -> "fields.Field[Any]":
    if isinstance(type_, inspect.UnionType):
        return _of_union(type_, unknown)
    make = _MAKERS.get(type(type_))
    return make(type_, unknown) if make else _convertible(type_)


def _of_union(type_: inspect.UnionType, unknown: str) -> "fields.Field[Any]":
    """A type or nothing; other unions are judged whole."""
    others = [part for part in type_.types if not isinstance(part, inspect.NoneType)]
    made = _field_of(others[0], unknown) if len(others) == 1 else _convertible(type_)
    made.allow_none = len(others) < len(type_.types)
    return made


def _of_struct(type_: inspect.StructType, unknown: str) -> "fields.Field[Any]":
    """One that is a list on the wire has no names to judge field by field: it is judged whole."""
    return _convertible(type_) if type_.array_like else fields.Nested(schema_of(type_.cls, unknown))


def _of_number(type_: inspect.FloatType, _unknown: str) -> "fields.Field[Any]":
    return fields.Float(allow_nan=False, validate=validate.Range(type_.ge, type_.le))


def _of_list(type_: inspect.VarTupleType, unknown: str) -> "fields.Field[Any]":
    return fields.List(_field_of(type_.item_type, unknown))


def _of_map(type_: inspect.DictType, unknown: str) -> "fields.Field[Any]":
    return fields.Dict(fields.String(), _field_of(type_.value_type, unknown))


def _of_enum(type_: inspect.EnumType, _unknown: str) -> "fields.Field[Any]":
    return fields.String(validate=validate.OneOf([member.value for member in type_.cls]))


def _of_instant(type_: inspect.DateTimeType, _unknown: str) -> "fields.Field[Any]":
    return fields.String(validate=_fits(type_), metadata={"format": "date-time"})


def _of_date(type_: inspect.DateType, _unknown: str) -> "fields.Field[Any]":
    return fields.String(validate=_fits(type_), metadata={"format": "date"})


def _convertible(type_: inspect.Type) -> "fields.Field[Any]":
    """A value that is right if msgspec can make the type of it, and stays as it is."""
    return fields.Raw(validate=_fits(type_))


def _fits(type_: inspect.Type) -> Callable[[object], None]:
    wanted = _python_type(type_)

    def judge(value: object) -> None:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as wrong:
            raise ValidationError(str(wrong)) from wrong

    return judge


def _python_type(type_: inspect.Type) -> Any:
    """The type of which `inspect` made this, for those that are judged whole."""
    match type_:
        case inspect.StructType():
            return type_.cls
        case inspect.UnionType():
            parts = [_python_type(part) for part in type_.types]
            return _joined(parts)
        case inspect.VarTupleType():
            return tuple[_python_type(type_.item_type), ...]  # type: ignore[misc]
        case _:
            return _PLAIN[type(type_)]


def _joined(parts: list[Any]) -> Any:
    found = parts[0]
    for part in parts[1:]:
        found = found | part
    return found


# Types that are themselves, and may stand within what is judged whole.
_PLAIN: Mapping[type, Any] = {
    inspect.StrType: str,
    inspect.IntType: int,
    inspect.FloatType: float,
    inspect.BoolType: bool,
    inspect.NoneType: None,
    inspect.AnyType: Any,
    inspect.DateTimeType: Instant,
    inspect.DateType: date,
}

_MAKERS: Mapping[type, FieldMaker] = {
    inspect.StrType: lambda _type, _unknown: fields.String(),
    inspect.IntType: lambda _type, _unknown: fields.Integer(strict=True),
    # Left to itself, marshmallow takes 'yes' and 'on' for true, which the type refuses.
    inspect.BoolType: lambda _type, _unknown: fields.Boolean(truthy={True}, falsy={False}),
    inspect.AnyType: lambda _type, _unknown: fields.Raw(allow_none=True),
    inspect.FloatType: _of_number,
    inspect.DateTimeType: _of_instant,
    inspect.DateType: _of_date,
    inspect.EnumType: _of_enum,
    inspect.StructType: _of_struct,
    inspect.VarTupleType: _of_list,
    inspect.DictType: _of_map,
}

# Message type → schema: the one that refuses unknown fields, and the one that passes over those of a newer version.
SCHEMAS: Mapping[str, type[Schema]] = {name: schema_of(body) for name, body in BODIES.items()}
LENIENT: Mapping[str, type[Schema]] = {name: schema_of(body, EXCLUDE) for name, body in BODIES.items()}
