"""Builds a file's tree from libyaml's events and stops at the first event that breaks a bound.

Decides which parts of YAML a rule file may use: words, lists and mappings, nothing that refers, merges,
tags or repeats. Must not know what a key means.
"""

from collections.abc import Callable
from typing import Any, Protocol

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from shared.rules.language.errors import Complaints, Where
from shared.rules.language.nodes import Mapping, Node, Scalar, Sequence

DEEPEST = 20
MOST_NODES = 50_000
LONGEST_TEXT = 10_000  # characters of one text


class Unacceptable(Exception):
    """The file uses something that no rule file may; reading stops here."""

    def __init__(self, code: str, where: Where, **terms: object) -> None:
        super().__init__(code)
        self.code, self.where, self.terms = code, where, terms


class Events(Protocol):
    """Where events come from: libyaml's parser."""

    def get_event(self) -> Any:
        """Return the next event."""
        ...


class Composer:
    """Turns one file's events into its tree."""

    def __init__(self, file: str, complaints: Complaints) -> None:
        self._file = file
        self._complaints = complaints
        self._root: Node | None = None
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []  # for each open mapping the key that waits for its value
        self._nodes = 0
        self._documents = 0
        self._takers: dict[type, Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._mapping,
            SequenceStartEvent: self._sequence,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }

    def compose(self, events: Events) -> Node | None:
        """Return the tree, or None of a file without content.

        Raises:
            Unacceptable: an event breaks a bound.
            YAMLError: the text is no YAML.
        """
        while True:
            event = events.get_event()
            if type(event) is StreamEndEvent:
                return self._root
            take = self._takers.get(type(event))
            if take:
                take(event)

    def _place(self, event: Any) -> Where:
        return Where(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unacceptable("several-documents", self._place(event))

    def _alias(self, event: Any) -> None:
        raise Unacceptable("alias", self._place(event), name=event.anchor)

    def _scalar(self, event: Any) -> None:
        self._admit(event)
        mark, value = event.start_mark, event.value
        if len(value) > LONGEST_TEXT:
            raise Unacceptable("text-too-long", self._place(event), most=LONGEST_TEXT)
        node = Scalar(
            value,
            not event.style,
            self._file,
            mark.line + 1,
            mark.column + 1,
            mark.index,
            event.end_mark.index,
        )
        if self._keys and self._keys[-1] is None and type(self._open[-1]) is Mapping:
            self._key(node)
        else:
            self._attach(node)

    def _key(self, key: Scalar) -> None:
        # In quotes it is a word like any other: only the plain one merges.
        if key.plain and key.text == "<<":
            raise Unacceptable("merge-key", key.where)
        first = self._open[-1].entries.get(key.text)  # type: ignore[union-attr]
        if first:
            self._complaints.add("duplicate-key", key.where, key=key.text, line=first[0].line)
        self._keys[-1] = key

    def _mapping(self, event: Any) -> None:
        self._enter(event, Mapping(self._file, event.start_mark.line + 1, event.start_mark.column + 1))

    def _sequence(self, event: Any) -> None:
        self._enter(event, Sequence(self._file, event.start_mark.line + 1, event.start_mark.column + 1))

    def _enter(self, event: Any, node: Sequence | Mapping) -> None:
        self._admit(event)
        if self._keys and self._keys[-1] is None and type(self._open[-1]) is Mapping:
            raise Unacceptable("key-not-a-word", self._place(event))
        if len(self._open) >= DEEPEST:
            raise Unacceptable("too-deep", self._place(event), most=DEEPEST)
        self._attach(node)
        self._open.append(node)
        self._keys.append(None)

    def _end(self, _: Any) -> None:
        self._open.pop()
        self._keys.pop()

    def _attach(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._keys[-1]
        self._keys[-1] = None
        if key is not None:
            # Of a key that stands twice the first counts; the second was complained of.
            parent.entries.setdefault(key.text, (key, node))

    def _admit(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise Unacceptable("too-many-nodes", self._place(event), most=MOST_NODES)
        if event.anchor is not None:
            raise Unacceptable("anchor", self._place(event), name=event.anchor)
        if event.tag is not None:
            raise Unacceptable("tag", self._place(event), name=event.tag)
