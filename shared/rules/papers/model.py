"""A paper: blocks in their order, on pages of a size, with a line above and below each page.

Decides what a paper can be made of. Text is text: no block holds markup, so nothing that a person wrote is ever any.
"""

from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

Cell: TypeAlias = str | int | Decimal


class PageSize(StrEnum):
    """The size of a page."""

    A4 = "a4"
    LANDSCAPE = "a4-landscape"
    A5 = "a5"


class Manner(StrEnum):
    """How a paragraph stands on the page."""

    PLAIN = "plain"
    BIG = "big"
    SMALL = "small"


class Heading(Struct, frozen=True, tag=True):
    """A heading; level 1 is the paper's title."""

    level: int
    text: str


class Paragraph(Struct, frozen=True, tag=True):
    """A paragraph; its line ends are kept."""

    text: str
    manner: Manner = Manner.PLAIN


class Items(Struct, frozen=True, tag=True):
    """A list."""

    items: tuple[str, ...]


class Pairs(Struct, frozen=True, tag=True):
    """What is known, each with its name; what is empty is left for a pen."""

    rows: tuple[tuple[str, str], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of its columns: it has none."""
        return ()


class PaperTable(Struct, frozen=True, tag=True):
    """Rows under their heads; a number stays one."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Picture(Struct, frozen=True, tag=True):
    """A picture, as JPEG or PNG; `link`: where a page of the console shows it."""

    data: bytes
    caption: str = ""
    link: str = ""


class Code(Struct, frozen=True, tag=True):
    """An address as a code that a camera reads."""

    address: str
    caption: str = ""


class SignLines(Struct, frozen=True, tag=True):
    """Lines to sign on, each with its name below."""

    labels: tuple[str, ...]


class NewPage(Struct, frozen=True, tag=True):
    """What follows begins a page."""


Block: TypeAlias = Heading | Paragraph | Items | Pairs | PaperTable | Picture | Code | SignLines | NewPage
Blocks: TypeAlias = tuple[Block, ...]


class OfficePaper(Struct, frozen=True):
    """A paper, ready to be written in any format.

    Args:
        language: 'zh' or 'en': how pages are numbered. header, footer: the line above and below each page.
    """

    blocks: Blocks
    language: str = "zh"
    header: str = ""
    footer: str = ""
    size: PageSize = PageSize.A4

    @property
    def title(self) -> str:
        """What the paper is called."""
        found = (block.text for block in self.blocks if isinstance(block, Heading) and block.level == 1)
        return next(found, "")


_BREAKS = frozenset("\t\n")
_NO_CHARACTER = "\ufffd"


def printable(text: str) -> str:
    """Return a text with every code that is no character, or that no page can show, as the mark for such."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(mark if _is_shown(mark) else _NO_CHARACTER for mark in joined)


def _is_shown(mark: str) -> bool:
    code = ord(mark)
    is_control = (code < 0x20 and mark not in _BREAKS) or 0x7F <= code <= 0x9F
    is_none = 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return not is_control and not is_none and mark not in "\u2028\u2029"
