"""What was read from a file: typed things that still know where they are written.

Decides nothing. Things that could not be read are absent here and have been complained about, so whoever
builds from entries may ask for anything and gets an empty answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from shared.kernel.texts import Language, Text
from shared.rules.language.errors import Where
from shared.rules.language.nodes import Node, Scalar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Item:
    """One thing that was read: its value (None if it could not be), its node, and its key in a mapping."""

    value: object
    node: Node
    key: Scalar | None = None

    @property
    def where(self) -> Where:
        """Where the value stands."""
        return self.node.where

    @property
    def head(self) -> Where:
        """Where its key stands, or the value itself if it has none."""
        return (self.key or self.node).where

    def as_(self, kind: type[T]) -> T | None:
        """Return the value if it is of this kind."""
        return self.value if isinstance(self.value, kind) else None

    def items(self) -> list["Item"]:
        """Return the parts of a list that could be read."""
        return [part for part in self.value if part.value is not None] if isinstance(self.value, list) else []

    def table(self) -> dict[str, "Item"]:
        """Return the entries of a mapping by their keys, without those that could not be read."""
        if not isinstance(self.value, dict):
            return {}
        return {key: part for key, part in self.value.items() if part.value is not None}


@dataclass(slots=True, eq=False)
class Entry:
    """One record that was read; `language` is that of its file."""

    record: str
    node: Node
    language: Language
    fields: Mapping[str, Item]
    rest: Mapping[str, Item]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def item(self, name: str) -> Item | None:
        """Return what stands at a key."""
        return self.fields.get(name)

    def where(self, *names: str) -> Where:
        """Return where the value of the first key that is there stands, else where the record begins."""
        for name in names:
            if name in self.fields:
                return self.fields[name].where
        return self.node.where

    def text(self, name: str) -> Text:
        """Return a text for people; an empty one where none is given."""
        return self._as(name, Text) or Text()

    def name(self, name: str) -> str | None:
        """Return a key or a word."""
        return self._as(name, str)

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of keys or words."""
        return tuple(str(item.value) for item in self.items(name))

    def flag(self, name: str) -> bool:
        """Return a yes or no; no where it is left out."""
        return self._as(name, bool) or False

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        return self._as(name, int)

    def day(self, name: str) -> date | None:
        """Return a date."""
        return self._as(name, date)

    def entry(self, name: str) -> "Entry | None":
        """Return a record."""
        return self._as(name, Entry)

    def entries(self, name: str) -> list["Entry"]:
        """Return a list of records."""
        return [item.value for item in self.items(name) if isinstance(item.value, Entry)]

    def items(self, name: str) -> list[Item]:
        """Return the parts of a list."""
        item = self.fields.get(name)
        return item.items() if item else []

    def table(self, name: str) -> dict[str, Item]:
        """Return the entries of a mapping."""
        item = self.fields.get(name)
        return item.table() if item else {}

    def _as(self, name: str, kind: type[T]) -> T | None:
        item = self.fields.get(name)
        return item.as_(kind) if item else None


def entry_of(item: Item) -> Entry:
    """Return the record that an item holds.

    Raises:
        TypeError: it holds something else; the schema promised a record.
    """
    if not isinstance(item.value, Entry):
        raise TypeError(f"no record at {item.where}")
    return item.value
