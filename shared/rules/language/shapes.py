"""The kinds of thing that can stand in a rule file, as plain values.

The schema is built from these; the reader, the published JSON Schema and the documentation each give
them their own meaning. Decides nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shared.kernel.texts import Text
from shared.rules.language.vocabulary import Words


@dataclass(frozen=True, slots=True)
class Prose:
    """A text for people: `{zh: …, en: …}`, or a plain one in the pack's own language."""


@dataclass(frozen=True, slots=True)
class Flag:
    """yes or no."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Least:
    """A whole number within bounds, or 'open' where the policy gives none."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number of at least 0 and below a million, with up to four decimal places; exact."""


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days of a month, '1..15'."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of whole numbers, '300..500', '300..' or '..500'; both ends belong to it."""


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of each year, '01-31'."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date, 2026-03-09; with `spans` also 2026-02-15..2026-02-23."""

    spans: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A local instant, '2026-03-09 10:00'; '24:00' is the end of its day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours, '08:30-12:00'; `overnight`: a span of the day that may go past midnight, '22:00-06:00'."""

    overnight: bool = False


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time within a day, '12:00'; in minutes. Neither its begin nor its end."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, '1/2'."""


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time with its unit; `person`: or 'set by a person'; `before`: '… before'."""

    person: bool = False
    before: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One of a closed list of words."""

    words: Words


@dataclass(frozen=True, slots=True)
class Name:
    """A key of the pack's own, or one of the closed words `words`; `of` says of what.

    With `new` the key is declared here; with `slot` a template's `$parameter` may stand here; with
    `free` it may be any short text; `first` allows 'first …'.
    """

    of: str
    words: Words | None = None
    new: bool = False
    slot: bool = False
    free: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happens to a case: a milestone, a step, or '<clock> <event>'."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text taken as it is (a zone, a host)."""

    of: str


@dataclass(frozen=True, slots=True)
class Later:
    """Something whose meaning depends on the declared facts: a condition, a value, a fact's type."""

    of: str


@dataclass(frozen=True, slots=True)
class Many:
    """A list; with `single` one thing may stand for a list of one."""

    item: "Shape"
    single: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from keys to things of one shape."""

    key: "Shape"
    item: "Shape"


@dataclass(frozen=True, slots=True)
class Part:
    """A record of the schema, by its name."""

    record: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text for people, or a record of the schema that has such a text as its `name`."""

    record: str


@dataclass(frozen=True, slots=True)
class Either:
    """One shape where a single text stands, others where a list or a mapping does."""

    scalar: "Shape | None" = None
    sequence: "Shape | None" = None
    mapping: "Shape | None" = None


Shape = (
    Prose | Flag | Whole | Least | Number | DayRange | Bounds | MonthDay | Day | Moment | Hours | TimeOfDay | Share
    | Duration | Word | Name | Occasion | Verbatim | Later | Many | Table | Part | Labelled | Either
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record."""

    name: str
    shape: Shape
    says: Text
    required: bool = False
    inherited: bool = False  # may stand at the head of the rule's section or file instead (`heads`)


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys; `rest` takes any other key (a template's parameters)."""

    name: str
    says: Text
    fields: Mapping[str, Field]
    rest: Shape | None = None


def record(name: str, says: Text, *fields: Field, rest: Shape | None = None) -> Record:
    """Return a record of these fields, in this order."""
    return Record(name, says, {field.name: field for field in fields}, rest)


def must(name: str, shape: Shape, zh: str, en: str) -> Field:
    """Return a key that has to be there."""
    return Field(name, shape, Text(zh, en), required=True)


def inherits(field: Field) -> Field:
    """Return a key that the head of a section or file may say for the rules below it."""
    return replace(field, inherited=True)


def may(name: str, shape: Shape, zh: str, en: str) -> Field:
    """Return a key that may be left out."""
    return Field(name, shape, Text(zh, en))


def is_text(keys: Iterable[str]) -> bool:
    """Tell whether a mapping with these keys is meant as a text in one or both languages, not as a record."""
    there = set(keys)
    return not there or bool(there & {"zh", "en"})
