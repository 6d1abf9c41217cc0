"""The published JSON Schema of rule files, made from the one description of the format.

For editors, which complete and check while somebody writes; the loader itself never reads it. It knows
both languages and says which keys may stand where; that a file keeps to one language, and what names
mean together, only the loader can tell.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.rules.language import shapes
from shared.rules.language.heads import RULES
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.shapes import Record, Shape
from shared.rules.language.vocabulary import OPEN, YES_NO, Words

Json = dict[str, Any]

SCENARIOS = ("scenario", "ledger scenario", "grid scenario", "assess scenario")
_TEXT = "text for people"
_KEY = r"[^\s$,\[\]{}:#][^\s$,\[\]{}]*"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}"


def json_schema() -> Json:
    """Return the schema of every kind of rule file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gridcase rule files / 网格事件规则文件",
        "if": {"type": "array"},
        "then": {"type": "array", "items": {"anyOf": [_ref(kind) for kind in SCENARIOS]}},
        "else": {"if": _has("template"), "then": _ref("template"), "else": _town()},
        "$defs": {_TEXT: _prose(), **{record.name: _record(record) for record in RECORDS.values()}},
    }


def _town() -> Json:
    """A file that names its town is whole; other files hold some of the sections."""
    required = [_has(field.name) for field in RECORDS["town"].fields.values() if field.required]
    return {"allOf": [_ref("town"), {"if": _has("town"), "then": {"allOf": required}}]}


def _inheriting(section: str) -> Json:
    """A rule that is not told why by the head of its file or section says so itself."""
    says, unsaid = _has("because", "limit"), {"not": _has("because", "limit")}
    rules = {written: {"items": says} for written in _both(keys("limits"), "rules")}
    listed = {"if": {"type": "array"}, "then": {"items": says},
              "else": {"if": unsaid, "then": {"properties": rules}}}  # fmt: skip
    return {"if": unsaid, "then": {"properties": dict.fromkeys(_both(keys("town"), section), listed)}}


def _has(key: str, record: str = "town") -> Json:
    words = keys("template" if key == "template" else record)
    return {"anyOf": [{"required": [written]} for written in _both(words, key)]}


def _path(definition: str) -> str:
    return f"#/$defs/{_escaped(definition)}"


def _escaped(name: str) -> str:
    return name.replace(" ", "%20")


def _ref(definition: str) -> Json:
    return {"$ref": _path(definition)}


def _record(record: Record) -> Json:
    words = keys(record.name)
    properties: Json = {}
    for field in record.fields.values():
        properties[field.name] = {**_shape(field.shape), "description": f"{field.says.zh} / {field.says.en}"}
        for chinese in _both(words, field.name)[1:]:
            properties[chinese] = {"$ref": f"{_path(record.name)}/properties/{_escaped(field.name)}"}
    schema = {
        "type": "object",
        "description": f"{record.says.zh} / {record.says.en}",
        "properties": properties,
        "additionalProperties": _shape(record.rest) if record.rest else False,
    }
    # A file alone does not show what a rule inherits from the head of its section.
    required = [field.name for field in record.fields.values() if field.required and not field.inherited]
    wanted = [_has(name, record.name) for name in required if record.name != "town"]
    if record.name in ("town", "template"):
        wanted += map(_inheriting, RULES)
    return {**schema, "allOf": wanted} if wanted else schema


def _both(words: Words, word: str) -> list[str]:
    return list(dict.fromkeys([word, words.written(word, "zh")]))


def _all(words: Words) -> list[str]:
    return list(dict.fromkeys([*words.chinese, *words.english]))


def _text(pattern: str) -> Json:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _any(options: Iterable[Json]) -> Json:
    there = list(options)
    return there[0] if len(there) == 1 else {"anyOf": there}


def _shape(shape: Shape) -> Json:
    return _MAKERS[type(shape)](shape)


def _prose() -> Json:
    each = {"type": "string", "minLength": 1}
    both = {"type": "object", "properties": {"zh": each, "en": each}, "additionalProperties": False,
            "minProperties": 1}  # fmt: skip
    return {"anyOf": [each, both]}


def _name(shape: shapes.Name) -> Json:
    own = (
        {"type": "string", "minLength": 1}
        if shape.free or shape.first
        else _text((r"\$?" if shape.slot else "") + _KEY)
    )
    return _any([own, {"enum": _all(shape.words)}] if shape.words else [own])


def _many(shape: shapes.Many) -> Json:
    item = _shape(shape.item)
    listed: Json = {"type": "array", "items": item, **({"minItems": shape.least} if shape.least else {})}
    return {"anyOf": [listed, item]} if shape.single else listed


def _table(shape: shapes.Table) -> Json:
    return {"type": "object", "propertyNames": _shape(shape.key), "additionalProperties": _shape(shape.item)}


def _either(shape: shapes.Either) -> Json:
    return _any(_shape(one) for one in (shape.scalar, shape.sequence, shape.mapping) if one is not None)


def _later(shape: shapes.Later) -> Json:
    return (
        {"type": "object"} if shape.of in ("condition", "facts", "ledger facts", "ledger condition") else {}
    )


_MAKERS: Mapping[type, Callable[[Any], Json]] = {
    shapes.Prose: lambda _: _ref(_TEXT),
    shapes.Flag: lambda _: {"enum": [True, False, *_all(YES_NO)]},
    shapes.Whole: lambda shape: {"type": "integer", "minimum": shape.low, "maximum": shape.high},
    shapes.Least: lambda shape: _any(
        [
            {"type": "integer", "minimum": shape.low, "maximum": shape.high},
            {"enum": _all(OPEN)},
        ]
    ),
    shapes.Number: lambda _: _any([{"type": "number", "minimum": 0}, _text(r"[0-9]+(\.[0-9]{1,4})?")]),
    shapes.DayRange: lambda _: _text(r"[0-9]{1,2}\.\.[0-9]{1,2}"),
    shapes.Bounds: lambda _: _text(r"([0-9]{1,7}\.\.([0-9]{1,7})?|\.\.[0-9]{1,7})"),
    shapes.MonthDay: lambda _: _text("[0-9]{2}-[0-9]{2}"),
    shapes.Day: lambda shape: _text(f"{_DAY}(\\.\\.{_DAY})?" if shape.spans else _DAY),
    shapes.Moment: lambda _: _text(f"{_DAY}[ T]{_CLOCK}"),
    shapes.Hours: lambda _: _text(f"{_CLOCK}-{_CLOCK}"),
    shapes.TimeOfDay: lambda _: _text(_CLOCK),
    shapes.Share: lambda _: _text("[1-9][0-9]?/[1-9][0-9]?"),
    shapes.Duration: lambda _: {"type": "string", "pattern": "[^0-9]"},
    shapes.Word: lambda shape: {"enum": _all(shape.words)},
    shapes.Name: _name,
    shapes.Occasion: lambda _: {"type": "string", "minLength": 1},
    # What is taken as it stands may look like a number to an editor.
    shapes.Verbatim: lambda shape: {
        "type": ["string", "number", "boolean"] if shape.of in ("value", "period") else "string",
        "minLength": 1,
    },
    shapes.Later: _later,
    shapes.Many: _many,
    shapes.Table: _table,
    shapes.Part: lambda shape: _ref(shape.record),
    shapes.Either: _either,
    shapes.Labelled: lambda shape: {"anyOf": [_ref(_TEXT), _ref(shape.record)]},
}
