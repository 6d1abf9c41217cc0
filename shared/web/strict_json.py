"""Reading JSON without benefit of doubt.

Decides which bodies count as JSON here: UTF-8, every key once, no NaN or infinity, no lone surrogates, no
NUL, nested at most 20 levels, 200,000 values at most. Must not know what a body means.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from shared.web.catalogue import Catalogue

DEEPEST = 20
MOST_VALUES = 200_000
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class StrictJson:
    """A reader of bodies.

    Each body is read twice, since neither parser alone is strict enough: the quick one takes the last of two equal
    keys without a word, the slow one takes NaN, infinities and lone surrogates.

    Args:
        catalogue: with this room's refusals.
        deepest: levels of lists and objects within one another, at most.
        most: values at most, keys not counted.
    """

    def __init__(self, catalogue: Catalogue, deepest: int = DEEPEST, most: int = MOST_VALUES) -> None:
        self._catalogue = catalogue
        self._deepest = deepest
        self._most = most
        self._decoder = json.JSONDecoder(object_pairs_hook=self._without_repeated_keys)

    def read(self, body: bytes) -> Any:
        """Return the value that the body states.

        Raises:
            Problem: `bad-encoding`, `bad-json`, `duplicate-key`, `too-deep-json`, `too-many-values` or `bad-text`.
        """
        text = self._decoded(body)
        self._require_measure(body)
        self._require_standard(body)
        try:
            value = self._decoder.decode(text)
        except RecursionError as wrong:
            raise self._catalogue.problem("too-deep-json", limit=self._deepest) from wrong
        except ValueError as wrong:
            raise self._catalogue.problem("bad-json", detail=wrong) from wrong
        # A NUL can only have come escaped: unescaped, the parsers refuse it.
        self._check_depth_and_texts(value, "\\u0000" in text)
        return value

    def _decoded(self, body: bytes) -> str:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as wrong:
            raise self._catalogue.problem("bad-encoding") from wrong

    def _require_measure(self, body: bytes) -> None:
        """Millions of empty lists in few megabytes would take a hundred times their size in memory."""
        if _separators(body) >= self._most and _separators(_STRING.sub(b"", body)) >= self._most:
            raise self._catalogue.problem("too-many-values", limit=self._most)

    def _require_standard(self, body: bytes) -> None:
        """The quick parser refuses NaN, infinities and lone surrogates, which the slow one lets pass."""
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError as wrong:
            # The quick parser has one error for everything: that a body nests too deeply stands in its words alone.
            if "depth" in str(wrong):
                raise self._catalogue.problem("too-deep-json", limit=self._deepest) from wrong
            raise self._catalogue.problem("bad-json", detail=wrong) from wrong

    def _without_repeated_keys(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """The slow parser shows the pairs of an object, among which a key may be given twice."""
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = _first_repeated(key for key, _ in pairs)
            raise self._catalogue.problem("duplicate-key", {"field": twice[:100]}, key=twice)
        return found

    def _check_depth_and_texts(self, value: Any, may_hold_nul: bool) -> None:
        """Walk the value level by level: its depth, and NUL characters where the text made one possible."""
        # Level by level and not by calling itself: a body that nests deeply must not exhaust the stack.
        level = [value]
        for depth in range(self._deepest + 1):
            if may_hold_nul and any(_holds_nul(each) for each in level):
                raise self._catalogue.problem("bad-text")
            containers = [each for each in level if isinstance(each, dict | list)]
            if containers and depth == self._deepest:
                raise self._catalogue.problem("too-deep-json", limit=self._deepest)
            level = [
                part for each in containers for part in (each.values() if isinstance(each, dict) else each)
            ]
            if not level:
                return


def _separators(body: bytes) -> int:
    """What stands between values or begins a list or an object of them: one less than there are values, or more."""
    return body.count(b",") + body.count(b"[") + body.count(b"{")


def _first_repeated(keys: Iterable[str]) -> str:
    """The first key that was there before; in one pass, for an object may have a million keys."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    raise ValueError("no key is repeated")


def _holds_nul(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any("\0" in key for key in value)
    return isinstance(value, str) and "\0" in value
