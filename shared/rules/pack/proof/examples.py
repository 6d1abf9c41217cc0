"""Says in words in which situations something happens: 'category: a, b (2 of 60); urgent: yes'.

Decides how much of a region a message shows. Knows no rules.
"""

from datetime import date

from shared.kernel.texts import Language, Text
from shared.rules.language.errors import shown
from shared.rules.language.vocabulary import FINDERS, PLATFORM_FACTS, YES_NO
from shared.rules.pack.proof.space import Dimension, Space

_MOST_VALUES = 3
_MOST_PARTS = 6
_ANY = Text("任何情形", "any case")
_UNKNOWN = Text("未知", "not known")
_DAY = Text("日期", "day")


def example(space: Space, box: int) -> Text:
    """Return the region of a box in both languages."""
    limited = list(space.limited(box))
    return Text(_said(limited, "zh"), _said(limited, "en"))


def _said(limited: list[tuple[Dimension, tuple[object, ...]]], language: Language) -> str:
    parts = [_part(dimension, left, language) for dimension, left in limited[:_MOST_PARTS]]
    return ("；" if language == "zh" else "; ").join(parts) or _ANY.in_language(language)


def _part(dimension: Dimension, left: tuple[object, ...], language: Language) -> str:
    name = (
        _DAY.in_language(language)
        if dimension.name == "day"
        else PLATFORM_FACTS.written(dimension.name, language)
    )
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in left):
        return f"{name}{'：' if language == 'zh' else ': '}{_ranges(dimension.points, left)}"
    values = ("、" if language == "zh" else ", ").join(
        _value(value, language) for value in left[:_MOST_VALUES]
    )
    if len(left) > _MOST_VALUES:
        count, total = len(left), len(dimension.points)
        values += f" …（{total} 个中的 {count} 个）" if language == "zh" else f" … ({count} of {total})"
    return f"{name}{'：' if language == 'zh' else ': '}{values}"


def _ranges(points: tuple[object, ...], left: tuple[object, ...]) -> str:
    """Numbers stand for everything between them: points that follow one another make a range."""
    ranges: list[list[object]] = []
    before = -2
    for number in (points.index(value) for value in left):
        if number == before + 1:
            ranges[-1][1] = points[number]
        else:
            ranges.append([points[number], points[number]])
        before = number
    return ", ".join(f"{low}" if low == high else f"{low}..{high}" for low, high in ranges[:_MOST_VALUES])


def _value(value: object, language: Language) -> str:
    if value is None:
        return _UNKNOWN.in_language(language)
    if isinstance(value, tuple):
        return " + ".join(value)
    if isinstance(value, bool):
        return YES_NO.written("yes" if value else "no", language)
    if isinstance(value, date):
        return f"{value.isoformat()}{'起' if language == 'zh' else ' on'}"
    return FINDERS.written(shown(value), language)
