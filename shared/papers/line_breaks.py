"""Where a line of mixed Chinese and Latin text may end.

Decides by the customs of print: between Chinese characters anywhere, in Latin at blanks; no closing mark begins a line,
no opening one ends it. Must not know how wide anything is: a ruler says it.
"""

from collections.abc import Callable, Iterator
from unicodedata import east_asian_width

_NEVER_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·,.;:?!)]}%℃°")
_NEVER_LAST = frozenset("（《「『【〔〈“‘([{")


def broken(text: str, room: float, ruler: Callable[[str], float]) -> list[str]:
    """Return a text as lines that fit the room; its own line ends are kept.

    Args:
        ruler: says how wide one character is.
    """
    return [line for own in text.split("\n") for line in _lines(own.replace("\t", "    "), room, ruler)]


def _lines(text: str, room: float, ruler: Callable[[str], float]) -> Iterator[str]:
    start, best, width = 0, 0, 0.0
    for nth, mark in enumerate(text):
        if nth > start and _may_part(text[nth - 1], mark):
            best = nth
        width += ruler(mark)
        if width > room and nth > start and mark != " ":
            end = best if best > start else nth
            yield text[start:end].rstrip(" ")
            start = end
            while start < nth and text[start] == " ":
                start += 1
            best, width = start, sum(map(ruler, text[start : nth + 1]))
    yield text[start:].rstrip(" ")


def _may_part(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(mark: str) -> bool:
    return east_asian_width(mark) in "WF"
