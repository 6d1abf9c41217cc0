"""Reads the features of a GeoJSON file (RFC 7946), each with the line on which it begins.

Decides whether a file is a collection of features at all. Must not know places; whoever asks says what a
feature has to be.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.rules.language.errors import Complaints, Where
from shared.rules.language.source import LARGEST_FILE, place_of

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Feature:
    """One member of `features`: its number from 1, where it begins, and what it says."""

    number: int
    where: Where
    content: Any


class _NotCollection(Exception):
    """The file is JSON of another kind."""


def features_of(text: str, file: str, complaints: Complaints) -> list[Feature]:
    """Return the features of a file's text, or none after a complaint. Time grows with the text alone."""
    if len(text) > LARGEST_FILE:
        complaints.add("file-too-large", Where(file, 1), size=len(text), most=LARGEST_FILE)
        return []
    try:
        return [
            Feature(number, place_of(text, start, file), content)
            for number, (start, content) in enumerate(_members(text), start=1)
        ]
    except _NotCollection:
        complaints.add("not-feature-collection", Where(file, 1))
    except json.JSONDecodeError as wrong:
        complaints.add("not-json", Where(file, wrong.lineno, wrong.colno), said=wrong.msg)
    except (RecursionError, ValueError) as wrong:  # nested without end, a number of thousands of digits
        complaints.add("not-json", Where(file, 1), said=type(wrong).__name__)
    return []


def _members(text: str) -> Iterator[tuple[int, Any]]:
    """Go through the outermost object by hand, so that every feature's beginning is known."""
    at, kind, has_features = _opened(text, 0, "{"), None, False
    while text[at : at + 1] != "}":
        key, at = _value(text, at)
        at = _passed(text, at, ":")
        if key == "features":
            has_features = True
            at = _opened(text, at, "[")
            while text[at : at + 1] != "]":
                start = at
                content, at = _value(text, at)
                yield start, content
                at = _after(text, at, "]")
            at = _skipped(text, at + 1)
        else:
            value, at = _value(text, at)
            kind = value if key == "type" else kind
        at = _after(text, at, "}")
    if kind != "FeatureCollection" or not has_features:
        raise _NotCollection
    if _skipped(text, at + 1) != len(text):
        raise json.JSONDecodeError("Extra data", text, at + 1)


def _value(text: str, at: int) -> tuple[Any, int]:
    value, end = _DECODER.raw_decode(text, at)
    return value, _skipped(text, end)


def _skipped(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _opened(text: str, at: int, mark: str) -> int:
    at = _skipped(text, at)
    if text[at : at + 1] != mark:
        if at < len(text):
            _value(text, at)  # says what is wrong where this is no JSON
        raise _NotCollection
    return _skipped(text, at + 1)


def _passed(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"Expecting '{mark}'", text, at)
    return _skipped(text, at + 1)


def _after(text: str, at: int, end: str) -> int:
    """Return where the next member begins, or the closing mark itself."""
    if text[at : at + 1] == end:
        return at
    following = _passed(text, at, ",")
    if text[following : following + 1] == end:
        raise json.JSONDecodeError("Illegal trailing comma", text, at)
    return following
