"""A template: a text in a small part of Markdown, with names in braces for what is filled in.

Decides what its lines mean. A template can name things and leave lines out that would be empty; it can reckon nothing,
ask nothing and load nothing. Must not know which names there are: `kinds` does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from shared.rules.papers.model import PageSize

_SLOT = re.compile(r"\{\{\s*([^{}?:]+?)\s*(?::\s*([^{}?]+?)\s*)?(\?)?\s*\}\}")
_HEADING = re.compile(r"(#{1,3})\s+(.+)")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADER, _FOOTER, _PAGE = "header", "footer", "page"
_CHINESE = {"页眉": _HEADER, "页脚": _FOOTER, "纸张": _PAGE}
_SETTINGS = {**{name: name for name in _CHINESE.values()}, **_CHINESE}
_SIZES = {**{size.value: size for size in PageSize}, "横向": PageSize.LANDSCAPE}


class LineKind(StrEnum):
    """What a line is."""

    HEADING = "heading"
    WORDS = "words"
    BIG = "big"
    SMALL = "small"
    ITEM = "item"
    ROW = "row"
    SIGNATURES = "signatures"
    NEW_PAGE = "new-page"
    BLOCKS = "blocks"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Slot:
    """A name in braces: `{{name}}`, `{{name:key}}`; with a question mark its line goes where there is nothing."""

    name: str
    key: str | None = None
    optional: bool = False


Pieces: TypeAlias = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A line of a template; `cells`: one, or those of a row."""

    number: int
    kind: LineKind
    cells: tuple[Pieces, ...]
    level: int = 0

    @property
    def slots(self) -> Iterator[Slot]:
        """The names that it fills in."""
        return (piece for cell in self.cells for piece in cell if isinstance(piece, Slot))


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with a line; `code` and `said` make the sentence, `known` is what could have been said."""

    line: int
    code: str
    said: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read; faults stand beside what could be read."""

    lines: tuple[TemplateLine, ...]
    header: Pieces = ()
    footer: Pieces = ()
    size: PageSize = PageSize.A4
    faults: tuple[TemplateFault, ...] = ()

    @property
    def named(self) -> Iterator[tuple[int, Slot, bool]]:
        """Every name with its line, and whether it stands where blocks may."""
        for line in self.lines:
            for slot in line.slots:
                yield line.number, slot, line.kind is LineKind.BLOCKS
        for piece in (*self.header, *self.footer):
            if isinstance(piece, Slot):
                yield 1, piece, False


def read_template(text: str) -> Template:
    """Return the template that a text says, whatever is wrong with it."""
    hidden = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text.replace("\r\n", "\n"))
    lines: list[TemplateLine] = []
    faults: list[TemplateFault] = []
    settings: dict[str, str] = {}
    for number, written in enumerate(hidden.split("\n"), 1):
        said = written.strip()
        if "{{" in _SLOT.sub("", said) or "}}" in _SLOT.sub("", said):
            faults.append(TemplateFault(number, "paper-braces", said))
        elif said.startswith("@"):
            faults += _setting(number, said, settings)
        elif not _RULE.fullmatch(said):
            lines.append(_line(number, said))
    size = _SIZES.get(settings.get(_PAGE, ""), PageSize.A4)
    header, footer = (_pieces(settings.get(key, "")) for key in (_HEADER, _FOOTER))
    return Template(tuple(lines), header, footer, size, tuple(faults))


def _setting(number: int, said: str, settings: dict[str, str]) -> Iterator[TemplateFault]:
    word, _, value = said[1:].partition(" ")
    key, value = _SETTINGS.get(word), value.strip()
    if key is None or (key == _PAGE and value not in _SIZES):
        yield TemplateFault(number, "paper-setting", said)
    else:
        settings[key] = value


def _line(number: int, said: str) -> TemplateLine:
    if not said:
        return TemplateLine(number, LineKind.GAP, ())
    if said == "---":
        return TemplateLine(number, LineKind.NEW_PAGE, ())
    if found := _HEADING.fullmatch(said):
        return TemplateLine(number, LineKind.HEADING, (_pieces(found[2]),), len(found[1]))
    if said.startswith("|") and said.endswith("|") and len(said) > 1:
        return TemplateLine(
            number, LineKind.ROW, tuple(_pieces(cell.strip()) for cell in said[1:-1].split("|"))
        )
    if said.startswith("____"):
        labels = said.lstrip("_").split("|")
        return TemplateLine(number, LineKind.SIGNATURES, tuple(_pieces(label.strip()) for label in labels))
    return _text_line(number, said)


def _text_line(number: int, said: str) -> TemplateLine:
    if said.startswith("- "):
        return TemplateLine(number, LineKind.ITEM, (_pieces(said[2:].strip()),))
    if said.startswith("> "):
        return TemplateLine(number, LineKind.SMALL, (_pieces(said[2:].strip()),))
    if len(said) > 4 and said.startswith("**") and said.endswith("**"):
        return TemplateLine(number, LineKind.BIG, (_pieces(said[2:-2]),))
    pieces = _pieces(said)
    alone = len(pieces) == 1 and isinstance(pieces[0], Slot)
    return TemplateLine(number, LineKind.BLOCKS if alone else LineKind.WORDS, (pieces,))


def _pieces(said: str) -> Pieces:
    pieces: list[str | Slot] = []
    end = 0
    for found in _SLOT.finditer(said):
        pieces += [said[end : found.start()], Slot(found[1], found[2], found[3] is not None)]
        end = found.end()
    pieces.append(said[end:])
    return tuple(piece for piece in pieces if piece != "")
