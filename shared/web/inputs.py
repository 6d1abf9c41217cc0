"""What requests may say: strict fields, and the words for those that break them.

Decides that a text in digits is no number, that texts are normalised once (NFC, no control or
direction-changing characters) and that unknown fields are refused. Must not know Flask, nor any service's
fields.
"""

# ruff: noqa: ARG002 - marshmallow hands a field more than it needs

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any
from unicodedata import is_normalized, normalize

from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate

from shared.kernel.instants import parse_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Language
from shared.kernel.unseen import without_unseen
from shared.web.catalogue import Catalogue
from shared.web.shapes import LONGEST_NAME, UNKNOWN, faults_of_shape

# The same as `plain` has it, for the description: no control characters, and something beside what nobody sees. Tags
# (U+E0000 to U+E007F) are left out alone: a pattern of JSON Schema has no words for them that every reader takes.
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_SILENT = (
    r"\s\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
)
_ANYTHING = f"^[^{_CONTROLS}]*$"
_SOMETHING = f"^[^{_CONTROLS}]*[^{_CONTROLS}{_SILENT}][^{_CONTROLS}]*$"
WITHOUT_NUL = r"^[^\x00]*$"  # of every text of a body, whatever it is for: `strict_json` refuses any other
_LINE = _CONTROLS + r"\t\n\r\u2028\u2029"
_IN_ONE_LINE = f"^[^{_LINE}]*[^{_LINE}{_SILENT}][^{_LINE}]*$"
_BREAKS = re.compile(r"[\t\n\r\u2028\u2029]")
_CONTROL = re.compile(rf"[{_CONTROLS}\ud800-\udfff]")  # or half of a character
_METADATA = "metadata"  # of a field: what its description says beside its type
_NAMED = 5  # fields that the cause names
MOST_ERRORS = 20  # that an answer states: whoever has mended so many asks again
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile("-?[0-9]{1,16}")
LARGEST = 2**53  # beyond it not every reader of JSON tells a whole number from its neighbour


class Input(Schema):
    """A request's body or query; unknown fields are refused."""

    class Meta:
        unknown = RAISE


class PlainText(fields.String):
    """A text of people: normalised to NFC, without control characters (lines and tabs may stay).

    Args:
        longest: characters at most, after it was normalised; shortest: at least.
    """

    def __init__(self, longest: int, *, shortest: int = 1, **more: Any) -> None:
        described = {"pattern": _SOMETHING if shortest else _ANYTHING, **more.pop(_METADATA, {})}
        super().__init__(validate=validate.Length(min=shortest, max=longest), metadata=described, **more)
        self._longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if type(value) is not str:
            raise self.make_error("invalid")
        if len(value) > 4 * self._longest:  # too long in any case: don't spend time on it
            return value
        return plain(value)


def plain(text: str) -> str:
    """Return a text of people in its one form: NFC, lines ended by a line feed, no blanks around it.

    What nobody sees is left out, and what turns the direction of the text around it.

    Raises:
        ValidationError: it holds control characters or halves of characters.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if _CONTROL.search(text):
        raise ValidationError("Holds control characters.")
    text = without_unseen(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if is_normalized("NFC", text) else normalize("NFC", text)


class OneLine(PlainText):
    """A text of people that stands in one line, such as a case's number: no line break, not even at its end."""

    def __init__(self, longest: int, **more: Any) -> None:
        super().__init__(longest, metadata={"pattern": _IN_ONE_LINE}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more)
        if _BREAKS.search(value):
            raise ValidationError("Holds a line break or a tab.")
        return text


class QueryNumber(fields.Integer):
    """A whole number in an address, in the digits 0 to 9: neither '５' nor '1_0' nor ' 5 ', which Python reads too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if type(value) is not str or not _DIGITS.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return int(value)


class WholeNumber(fields.Integer):
    """An integer and nothing that looks like one: neither true, which is an `int` to Python, nor 1.0, nor '1'."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if type(value) is not int:
            raise self.make_error("invalid", input=value)
        if abs(value) > LARGEST:
            raise self.make_error("too_large", input=value)
        return value


class Decimal(fields.Float):
    """A finite number and nothing that looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> float:
        if type(value) is not int and type(value) is not float:
            raise self.make_error("invalid", input=value)
        if abs(value) > LARGEST:
            raise self.make_error("too_large", input=value)
        return float(value)


class YesNo(fields.Boolean):
    """True or false and nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if type(value) is not bool:
            raise self.make_error("invalid", input=value)
        return value


class InstantField(fields.Field[datetime]):
    """An RFC 3339 instant with its offset; loaded as aware UTC."""

    def __init__(self, **more: Any) -> None:
        described = {"type": "string", "format": "date-time", **more.pop(_METADATA, {})}
        super().__init__(metadata=described, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        try:
            return parse_instant(value)
        except (TypeError, ValueError, OverflowError) as wrong:
            raise ValidationError("Not an instant with its offset.") from wrong


class DayField(fields.Date):
    """A day: '2026-03-09', and no other form of it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        if type(value) is not str or not _DAY.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **more)


class AnyText(fields.String):
    """A text that is taken as it is, such as a file's."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"pattern": WITHOUT_NUL}, **more)


class FactValue(fields.Raw):
    """What can be a fact's value: a text, a number, yes or no. Whoever takes it holds it against the fact's type."""

    def __init__(self, **more: Any) -> None:
        kinds = [{"type": "string", "pattern": WITHOUT_NUL}, {"type": "number"}, {"type": "boolean"}]
        super().__init__(metadata={"anyOf": kinds}, **more)


def facts_field(most: int, **more: Any) -> fields.Dict:
    """Return a field of facts by name.

    Args:
        most: how many at most.
    """
    return fields.Dict(fields.String(), FactValue(), validate=validate.Length(max=most), **more)


@cache
def schema_of(kind: type[Schema]) -> Schema:
    """Return the one instance of a schema class; threads may share it, since loading changes nothing in it."""
    return kind()


@cache
def _named(kind: type[Schema]) -> frozenset[str]:
    return frozenset(field.data_key or name for name, field in schema_of(kind).load_fields.items())


@lru_cache(1024)
def _asking_for(kind: type[Schema], given: frozenset[str]) -> Schema:
    """Return a schema without what was not given and need not be: it would ask for each such field in vain."""
    narrow = copy(schema_of(kind))
    narrow.load_fields = {
        name: field
        for name, field in narrow.load_fields.items()
        if (field.data_key or name) in given or field.required or field.load_default is not missing
    }
    return narrow


def load(kind: type[Schema], data: Any, catalogue: Catalogue, at: str = "") -> Any:
    """Return what the data say, as the schema loads it.

    Args:
        data: plain values; anything but an object is refused.
        catalogue: holds `invalid-input`.
        at: path of the data within the request, such as 'cases.3.'; empty for the whole.

    Raises:
        Problem: `invalid-input`; `where['field']` names the first field, `where['errors']` counts them.
    """
    if not isinstance(data, Mapping):
        raise invalid({at.rstrip(".") or "body": "Not a valid mapping type."}, catalogue)
    schema = schema_of(kind)
    # Before the schema works: it would load each of a million parts, and state a fault for each of a million unknown
    # keys. A few of these it may state itself, beside what else is wrong: a name misspelt is missing as well.
    misshapen = _first(faults_of_shape(schema, data), at)
    if len(misshapen) > MOST_ERRORS or set(misshapen.values()) - {UNKNOWN}:
        raise invalid(misshapen, catalogue)
    try:
        return _asking_for(kind, _named(kind).intersection(data)).load(data)
    except ValidationError as wrong:
        # marshmallow's frames hold the error whose trace holds them: a circle, with all that their callers hold.
        messages = wrong.with_traceback(None).messages
    # Not from within: a refusal may be kept as a result, and would keep the other's trace, and by it the data.
    raise invalid(_first(_flat(messages), at), catalogue)


def _first(faults: Iterable[tuple[str, str]], at: str) -> dict[str, str]:
    """The first faults, and one more where there are more: `invalid` tells that by it."""
    return {at + path: text for path, text in islice(faults, MOST_ERRORS + 1)}


class InvalidInput(Problem):
    """Fields that break their rules.

    Attributes:
        errors: path of the field within the request → the validator's sentence, in English; see `sentence`.
        has_more: whether there are more than these.
    """

    errors: dict[str, str]
    has_more: bool = False


def invalid(errors: Mapping[str, str], catalogue: Catalogue) -> Problem:
    """Return the problem that names fields and what is wrong with each.

    Args:
        errors: path → sentence in English, one at least; the first few are named in the cause, no more than
            `MOST_ERRORS` are kept.
        catalogue: holds `invalid-input`.
    """
    named = ", ".join(islice(errors, _NAMED)) + (" …" if len(errors) > _NAMED else "")
    made = catalogue.problem("invalid-input", {"field": next(iter(errors))[:200]}, fields=named)
    found = InvalidInput(made.code, made.cause, made.remedy, made.where)
    found.errors = dict(islice(errors.items(), MOST_ERRORS))
    found.has_more = len(errors) > MOST_ERRORS
    return found


# The one sentence of marshmallow's that holds two values: the others end with theirs, and are known by their beginning.
_BETWEEN = re.compile(r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.")


def sentence(text: str, language: Language) -> str:
    """Return the validator's sentence in a language; one that the catalogue does not know stays English.

    Args:
        text: as the validator said it.
    """
    if language == "en":
        return text
    if between := _BETWEEN.fullmatch(text):
        return f"应在 {between[1]} 至 {between[2]} 之间。"
    known = _sentences()
    if text in known:
        return known[text]
    start = max((start for start in known if text.startswith(start)), key=len, default=None)
    return text if start is None else known[start] + text[len(start) :]


@cache
def _sentences() -> dict[str, str]:
    return tomllib.loads(files("shared.web").joinpath("fields.toml").read_text(encoding="utf-8"))


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each field's path and its first sentence; marshmallow nests them as the data are nested."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            here = "" if key == "_schema" else str(key)[:LONGEST_NAME]
            yield from _flat(inner, ".".join(part for part in (path, here) if part))
    elif messages:
        yield path or "body", str(messages[0] if isinstance(messages, list) else messages)
