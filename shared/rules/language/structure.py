"""Holds a file's tree against the schema and returns what it says as entries.

Decides whether each key is known, each value of the kind that the schema wants there, and whether the
file keeps to one language. Finds every fault. What the names mean together is for others.
"""

import re
from collections.abc import Callable, Container
from typing import Any

from shared.kernel.texts import Language, Text
from shared.rules.language import readwords, scalars, shapes, slips
from shared.rules.language.entries import Entry, Item
from shared.rules.language.errors import Complaints, Where, listed, near, suggested
from shared.rules.language.forms import form, form_of
from shared.rules.language.nodes import Mapping, Node, Scalar, Sequence
from shared.rules.language.scalars import Wrong
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.shapes import Field, Record, Shape
from shared.rules.language.vocabulary import OPEN

_KINDS: dict[type, Text] = {
    Scalar: Text("一段文字", "a text"),
    Sequence: Text("列表", "a list"),
    Mapping: Text("若干个“键: 值”", "keys with values"),
}
_NONE_NEAR = Text("没有相近的键。", "no key is like it;")
_CONTENT = Text("内容", "its content")
_MOST_KEYS = 30  # that a complaint about an unknown one lists


class StructureReader:
    """Reads the trees of one file; `prose` is the language of texts that are given in one only."""

    def __init__(self, complaints: Complaints, language: Language, prose: Language) -> None:
        self.complaints = complaints
        self.language: Language = language
        self.prose: Language = prose
        self._rule: str | None = None  # the rule or scenario that is being read
        self._at: tuple[str, Text] = ("", _CONTENT)  # the key whose value is being read, and what it is for
        self._readers: dict[type, Callable[[Any, Node], object]] = {
            shapes.Part: self._part,
            shapes.Many: self._many,
            shapes.Table: self._table,
            shapes.Either: self._either,
            shapes.Labelled: self._labelled,
            shapes.Prose: self._prose,
            shapes.Later: lambda _, node: node,
        }
        self._scalars: dict[type, Callable[[Any, Scalar], object]] = {
            shapes.Flag: lambda _, node: scalars.flag(node.text, node.plain, self.language),
            shapes.Whole: lambda shape, node: _within(shape, scalars.whole(node.text, node.plain)),
            shapes.Least: self._least,
            shapes.Number: lambda _, node: scalars.exact(node.text, node.plain),
            shapes.DayRange: lambda _, node: scalars.day_range(node.text),
            shapes.Bounds: lambda _, node: scalars.bounds(node.text),
            shapes.MonthDay: lambda _, node: scalars.month_day(node.text),
            shapes.Day: lambda shape, node: (scalars.span if shape.spans else scalars.day)(node.text),
            shapes.Moment: lambda _, node: scalars.moment(node.text),
            shapes.Hours: lambda shape, node: scalars.hours(node.text, shape.overnight),
            shapes.TimeOfDay: lambda _, node: scalars.time_of_day(node.text),
            shapes.Share: lambda _, node: scalars.share(node.text),
            shapes.Verbatim: lambda _, node: node.text,
            shapes.Word: lambda shape, node: readwords.word(self.language, shape.words, node.text),
            shapes.Name: lambda shape, node: readwords.name(self.language, shape, node.text),
            shapes.Occasion: lambda _, node: readwords.occasion(self.language, node.text),
            shapes.Duration: lambda shape, node: readwords.duration(self.language, shape, node.text),
        }

    def read(self, shape: Shape, node: Node, key: Scalar | None = None) -> Item:
        """Return what `node` says, read as `shape`; its value is None after a complaint."""
        read = self._readers.get(type(shape))
        return Item(read(shape, node) if read else self._scalar(shape, node), node, key)

    def complain(self, code: str, where: Where, **terms: object) -> None:
        """Note a fault."""
        self.complaints.add(code, where, self._rule, **terms)

    def _scalar(self, shape: Shape, node: Node) -> object:
        if not isinstance(node, Scalar):
            self._wrong_kind(node, Scalar, form(shape, self.language))
            return None
        if not node.text:
            self._empty(node)
            return None
        value = self._scalars[type(shape)](shape, node)
        if isinstance(value, Wrong):
            self.complain(value.code, node.where, **{"text": node.text, **value.terms})
            return None
        return value

    def _least(self, shape: shapes.Least, node: Scalar) -> object:
        known = readwords.closed_word(self.language, OPEN, node.text)
        if known is not None:
            return known
        number = scalars.whole(node.text, node.plain)
        if isinstance(number, Wrong) and number.code == "not-a-whole-number":
            return Wrong("no-number", {"open": OPEN.written("open", self.language)})
        return _within(shape, number)

    def _wrong_kind(self, node: Node, wanted: type, looks: str) -> None:
        if isinstance(node, Scalar) and not node.text:
            self._empty(node)
            return
        looks = f"{self._at[0]}: …" if looks == "…" else looks
        terms = {"wanted": _KINDS[wanted], "found": _KINDS[type(node)], "form": looks}
        self.complain("wrong-kind", node.where, key=self._at[0], what=self._at[1], **terms)

    def _empty(self, node: Scalar) -> None:
        self.complain("empty-value", node.where, key=self._at[0], what=self._at[1])

    def _either(self, shape: shapes.Either, node: Node) -> object:
        by_node = {Scalar: shape.scalar, Sequence: shape.sequence, Mapping: shape.mapping}
        chosen = by_node[type(node)]
        if chosen is None:
            kind, wanted = next((kind, one) for kind, one in by_node.items() if one)
            self._wrong_kind(node, kind, form(wanted, self.language))
            return None
        return self.read(chosen, node).value

    def _labelled(self, shape: shapes.Labelled, node: Node) -> object:
        if isinstance(node, Mapping) and not shapes.is_text(node.entries):
            return self.entry(RECORDS[shape.record], node)
        return self._prose(shapes.Prose(), node)

    def _many(self, shape: shapes.Many, node: Node) -> object:
        if shape.single and not isinstance(node, Sequence):
            return [self.read(shape.item, node)]
        if not isinstance(node, Sequence):
            self._wrong_kind(node, Sequence, form(shape, self.language))
            return None
        if len(node.items) < shape.least:
            self.complain("empty-list", node.where)
            return None
        return [self.read(shape.item, item) for item in node.items]

    def _table(self, shape: shapes.Table, node: Node) -> object:
        if not isinstance(node, Mapping):
            self._wrong_kind(node, Mapping, form(shape, self.language))
            return None
        read: dict[object, Item] = {}
        for key, value in node:
            if self._swallowed(key, value):
                continue
            known = self.read(shape.key, key).value
            item = self._read_at(key, self._at[1], shape.item, value)
            if known is not None:
                read[known] = item
        return read

    def _prose(self, _: shapes.Prose, node: Node) -> object:
        if isinstance(node, Mapping):
            return self._both_languages(node)
        if not isinstance(node, Scalar):
            self._wrong_kind(node, Scalar, "{zh: …, en: …}")
        elif not node.text.strip():
            self.complain("empty-text", node.where)
        else:
            return Text(zh=node.text) if self.prose == "zh" else Text(en=node.text)
        return None

    def _both_languages(self, node: Mapping) -> Text | None:
        texts: dict[str, str] = {}
        for key, value in node:
            if key.text not in ("zh", "en"):
                self.complain(_fault_of(key, value), key.where, key=key.text)
            elif isinstance(value, Mapping):
                self.complain("text-needs-quotes", value.where, key=key.text)
            elif not isinstance(value, Scalar) or not value.text.strip():
                self.complain("empty-text", value.where)
            else:
                texts[key.text] = value.text
        if not node.entries:
            self.complain("empty-text", node.where)
        return Text(**texts) if texts else None

    def _part(self, shape: shapes.Part, node: Node) -> object:
        return self.entry(RECORDS[shape.record], node)

    def entry(self, record: Record, node: Node, *, whole: bool = True) -> Entry | None:
        """Return a record; with `whole` all required keys must be there."""
        if not isinstance(node, Mapping):
            self._wrong_kind(node, Mapping, form_of(record, self.language))
            return None
        fields: dict[str, Item] = {}
        rest: dict[str, Item] = {}
        around, self._rule = self._rule, self._named(record, node) or self._rule
        unknown: list[tuple[Scalar, Node]] = []
        meant = {self._take(record, key, value, fields, rest, unknown) for key, value in node}
        meant |= {self._unknown_key(record, key, value, {*fields, *meant}) for key, value in unknown}
        if whole:
            self.check_required(record, {*fields, *meant}, node.where)
        self._rule = around
        return Entry(record.name, node, self.language, fields, rest)

    def _named(self, record: Record, node: Mapping) -> str | None:
        """Return the id of a record that is a rule or a scenario, for complaints about what stands in it."""
        for key in {"rule", "scenario"} & record.fields.keys():
            _, named = node.entries.get(keys(record.name).written(key, self.language), (None, None))
            if isinstance(named, Scalar) and named.text:
                return named.text
        return None

    def _take(
        self,
        record: Record,
        key: Scalar,
        value: Node,
        fields: dict[str, Item],
        rest: dict[str, Item],
        unknown: list[tuple[Scalar, Node]],
    ) -> str | None:
        """Read the value of a key; return which key was meant where another one stands: it is not missing as well."""
        known = readwords.closed_word(self.language, keys(record.name), key.text)
        if isinstance(known, Wrong):
            twice = keys(record.name).canonical(key.text, readwords.other_than(self.language))
            code = "same-key-in-two-languages" if twice in fields else known.code
            line = fields[twice].head.line if twice in fields else key.line
            self.complain(code, key.where, **known.terms, line=line)
            return twice
        if known is not None:
            field = record.fields[known]
            fields[known] = self._read_at(key, field.says, field.shape, value)
            return None
        if record.rest is not None:
            rest[key.text] = self.read(record.rest, value, key)
        else:
            unknown.append((key, value))
        return None

    def _read_at(self, key: Scalar, what: Text, shape: Shape, value: Node) -> Item:
        around, self._at = self._at, (key.text, what)
        item = self.read(shape, value, key)
        self._at = around
        return item

    def _unknown_key(
        self, record: Record, key: Scalar, value: Node, there: Container[str | None]
    ) -> str | None:
        """Complain of a key that is not known; return the one that is likely meant, if any is."""
        words = keys(record.name)
        if self._swallowed(key, value):
            return words.canonical(re.split("[:：]", key.text)[0].strip(), self.language)
        known = {words.written(name, self.language): name for name in record.fields}
        free = [word for word, name in known.items() if name not in there]
        missing = [word for word in free if record.fields[known[word]].required]
        close = near(key.text, known)
        if close not in free and len(missing) == 1:
            close = missing[0]
        advice = suggested(close, record.fields[known[close]].says) if close else _NONE_NEAR
        left = listed(free, _MOST_KEYS)
        terms = {"key": key.text, "record": record.says, "advice": advice, "keys": Text(left, left)}
        self.complain("unknown-key", key.where, **terms)
        return known.get(close or "")

    def _swallowed(self, key: Scalar, value: Node) -> bool:
        """Complain of a key that holds its value too, since no colon and space stand between them."""
        is_alone = isinstance(value, Scalar) and value.plain and not value.text
        code = slips.hidden_colon(key.text) if is_alone and key.plain else None
        if code:
            self.complain(code, key.where, text=key.text)
        return code is not None

    def check_required(self, record: Record, there: Container[str | None], where: Where) -> None:
        """Complain of required keys that are not there."""
        for field in record.fields.values():
            if field.required and field.name not in there:
                self._missing(record, field, where)

    def _missing(self, record: Record, field: Field, where: Where) -> None:
        key = keys(record.name).written(field.name, self.language)
        code = {"because": "because-missing", "within": "limit-without-within"}.get(field.name, "missing-key")
        self.complain(code, where, key=key, record=record.says, what=field.says)


def _within(shape: shapes.Whole | shapes.Least, value: int | Wrong) -> int | Wrong:
    if isinstance(value, Wrong) or shape.low <= value <= shape.high:
        return value
    return Wrong("number-out-of-range", {"low": shape.low, "high": shape.high})


def language_of(node: Node, record: str) -> Language:
    """Return the language in which a file is written: that of its first key that is known."""
    mapping = node.items[0] if isinstance(node, Sequence) and node.items else node
    if isinstance(mapping, Mapping):
        for key, _ in mapping:
            if keys(record).canonical(key.text, "zh"):
                return "zh"
            if keys(record).canonical(key.text, "en"):
                return "en"
    return "en"


def _fault_of(key: Scalar, value: Node) -> str:
    """Say why a text has a key that is no language: often YAML took its braces or its comma for its own."""
    if "." in key.text:
        return "text-needs-quotes"
    # '{en: well, yes}' reads as the key 'yes' with nothing behind it.
    is_rest = isinstance(value, Scalar) and value.plain and not value.text
    return "text-comma" if is_rest else "text-key"
