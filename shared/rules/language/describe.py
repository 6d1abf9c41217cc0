"""The tables of docs/pack-format.md, made from the one description of the format.

Decides how a record, a list of words and a message look as Markdown. The prose around the tables is
written by hand; each table stands between two marks, and only what is between them is replaced.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from shared.rules.language import shapes, vocabulary
from shared.rules.language.errors import catalogue
from shared.rules.language.readings import READINGS
from shared.rules.language.refusals import REFUSED, RefusalMeaning
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.shapes import Record, Shape
from shared.rules.language.vocabulary import Words

_REGION = re.compile(r"(<!-- table: (\S+) (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
_WORD_LISTS: Mapping[str, Words] = {
    "parties": vocabulary.PARTIES,
    "roles": vocabulary.ROLES,
    "milestones": vocabulary.MILESTONES,
    "clocks": vocabulary.CLOCKS,
    "clock-events": vocabulary.CLOCK_EVENTS,
    "clock-states": vocabulary.CLOCK_STATES,
    "order-moves": vocabulary.ORDER_MOVES,
    "verdicts": vocabulary.VERDICTS,
    "effects": vocabulary.EFFECTS,
    "fact-kinds": vocabulary.FACT_KINDS,
    "fact-sources": vocabulary.FACT_SOURCES,
    "platform-facts": vocabulary.PLATFORM_FACTS,
    "groups": vocabulary.GROUPS,
    "operators": vocabulary.OPERATORS,
    "placeholders": vocabulary.PLACEHOLDERS,
    "late-kinds": vocabulary.LATE_KINDS,
    "unit-channels": vocabulary.UNIT_CHANNELS,
    "about": vocabulary.ABOUT,
    "duty-kinds": vocabulary.DUTY_KINDS,
    "periods": vocabulary.PERIODS,
    "days-off": vocabulary.DAYS_OFF,
    "order-subjects": vocabulary.ORDER_SUBJECTS,
    "figure-does": vocabulary.FIGURE_DOES,
    "counted": vocabulary.COUNTED,
}


def described(document: str) -> str:
    """Return a document with every table between its marks made anew.

    Raises:
        KeyError: a mark names a record or a list of words that does not exist.
    """
    return _REGION.sub(lambda match: match[1] + _TABLES[match[2]](match[3]) + match[4], document)


def _record_table(name: str) -> str:
    record = RECORDS[name]
    head = "| Key | 中文 | What stands there | Meaning | 含义 |\n|---|---|---|---|---|\n"
    return head + "".join(_row(record, field) for field in record.fields.values())


def _row(record: Record, field: shapes.Field) -> str:
    chinese = keys(record.name).written(field.name, "zh")
    must = "**" if field.required else ""
    cells = [f"{must}`{field.name}`{must}", f"`{chinese}`", _what(field.shape), field.says.en, field.says.zh]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _words_table(name: str) -> str:
    words = _WORD_LISTS[name]
    rows = "".join(f"| `{english}` | `{chinese}` |\n" for english, chinese in words.chinese.items())
    return "| English | 中文 |\n|---|---|\n" + rows


def _readings_table(_: str) -> str:
    rows = "".join(
        f"| {name} | {' · '.join(f'`{value}`' for value in words.chinese)} "
        f"| {' · '.join(f'`{value}`' for value in words.english)} |\n"
        for name, words in READINGS.items()
    )
    return "| Reading | Values, the default first | 取值，默认在先 |\n|---|---|---|\n" + rows


def _messages_table(_: str) -> str:
    rows = "".join(
        f"| `{code}` | {_cell(words, 'en')} | {_cell(words, 'zh')} |\n"
        for code, words in sorted(catalogue().items())
    )
    return "| Code | Cause → remedy | 原因 → 办法 |\n|---|---|---|\n" + rows


def _refusals_table(_: str) -> str:
    """The last cell says why the page has no example, where it has none."""
    rows = "".join(
        f"| `{code}` | {refused.says.en} | {refused.says.zh} | {_unshown(refused)} |\n"
        for code, refused in REFUSED.items()
    )
    return (
        "| Code | The step, or what else is done | 步骤或别的事 | No example: 没有例子 |\n|---|---|---|---|\n"
        + rows
    )


def _unshown(refused: RefusalMeaning) -> str:
    why = refused.unshown
    return f"{why.en}；{why.zh}" if why else ""


def _cell(words: Mapping[str, Mapping[str, str]], language: str) -> str:
    said = f"{words['cause'][language]} → {words['remedy'][language]}"
    return said.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


_TABLES: Mapping[str, Callable[[str], str]] = {
    "record": _record_table,
    "words": _words_table,
    "readings": _readings_table,
    "messages": _messages_table,
    "refusals": _refusals_table,
}


def _what(shape: Shape) -> str:
    return _SAID[type(shape)](shape)


def _name(shape: shapes.Name) -> str:
    said = {"because": "id of a clause", "who": "party, role or unit", "input": "fact"}.get(
        shape.of, shape.of
    )
    said = f"new {said}" if shape.new and shape.words is None else said
    said += ", or a `$parameter`" if shape.slot else ""
    if shape.words is not None and len(shape.words.chinese) < 5:
        said += f", or {_listed(shape.words)}"
    return f"`first`? {said}" if shape.first else said


def _listed(words: Words) -> str:
    return " · ".join(f"`{word}`" for word in words.chinese)


def _duration(shape: shapes.Duration) -> str:
    if shape.before:
        return "amount of time `before`"
    return "amount of time, or `set by a person`" if shape.person else "amount of time"


def _many(shape: shapes.Many) -> str:
    return f"{_what(shape.item)}, or a list" if shape.single else f"list of: {_what(shape.item)}"


def _either(shape: shapes.Either) -> str:
    there = [_what(one) for one in (shape.scalar, shape.sequence, shape.mapping) if one is not None]
    return "; or ".join(there)


_SAID: Mapping[type, Callable[[Any], str]] = {
    shapes.Prose: lambda _: "text",
    shapes.Flag: lambda _: "`yes` or `no`",
    shapes.Whole: lambda shape: f"whole number {shape.low}..{shape.high}",
    shapes.Least: lambda shape: f"whole number {shape.low}..{shape.high}, or `open`",
    shapes.Number: lambda _: "number",
    shapes.DayRange: lambda _: "`1..15`",
    shapes.Bounds: lambda _: "`300..500`, `300..` or `..500`",
    shapes.MonthDay: lambda _: "`01-31`",
    shapes.Day: lambda shape: "date, or `date..date`" if shape.spans else "date",
    shapes.Moment: lambda _: "local instant",
    shapes.Hours: lambda shape: "`22:00-06:00`" if shape.overnight else "`08:30-12:00`",
    shapes.TimeOfDay: lambda _: "`12:00`",
    shapes.Share: lambda _: "`1/2`",
    shapes.Duration: _duration,
    shapes.Word: lambda shape: _listed(shape.words) if len(shape.words.chinese) < 8 else "word",
    shapes.Name: _name,
    shapes.Occasion: lambda _: "milestone, step or `<clock> <event>`",
    shapes.Verbatim: lambda shape: shape.of,
    shapes.Later: lambda shape: {
        "facts": "facts with values",
        "ledger facts": "facts of the type with values",
        "ledger condition": "condition over facts of the type",
    }.get(shape.of, shape.of),
    shapes.Many: _many,
    shapes.Table: lambda shape: f"{_what(shape.key)} → {_what(shape.item)}",
    shapes.Part: lambda shape: f"[{shape.record}](#{shape.record.replace(' ', '-')})",
    shapes.Either: _either,
    shapes.Labelled: lambda shape: f"text; or [{shape.record}](#{shape.record.replace(' ', '-')})",
}
