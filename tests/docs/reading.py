"""Reading the project's documents: fenced examples, headings with their anchors, links, rows of tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
GUIDES = PROJECT / "docs" / "guides"
LANGUAGES = ("zh", "en")
TOWNS = {"zh": "柳树镇", "en": "willow-town"}  # the towns that the two operator's guides build

_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced example: what stands after the fence, and its text.

    The first word is the language; the rest says what the tests do with it ('yaml part', 'text refused <code>').
    """

    info: str
    text: str
    line: int


def guide(name: str, language: str) -> Path:
    """Return the path of a guide."""
    return GUIDES / f"{name}.{language}.md"


def documents() -> list[Path]:
    """Return every document that people read."""
    return sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])


def blocks(path: Path, info: str | None = None) -> list[Block]:
    """Return the fenced examples of a document, or those marked so."""
    text = path.read_text(encoding="utf-8")
    found = [
        Block(match[1].strip(), match[2], text.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(text)
    ]
    return [block for block in found if info is None or block.info == info]


def prose(path: Path) -> str:
    """Return a document without its fenced examples."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def links(path: Path) -> Iterator[str]:
    """Yield the targets of a document's links."""
    yield from _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(path)))


def headings(path: Path) -> list[tuple[int, str]]:
    """Return level and text of every heading."""
    return [(len(marks), text.strip()) for marks, text in _HEADING.findall(prose(path))]


def anchors(path: Path) -> set[str]:
    """Return the anchors that a document's headings get where it is shown."""
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for _, text in headings(path)}


def rows(path: Path, first_cell: str) -> list[list[str]]:
    """Return the cells of the table rows whose first cell matches."""
    cells = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in prose(path).splitlines()
        if line.startswith("| ")
    ]
    return [row for row in cells if re.fullmatch(first_cell, row[0])]


def in_ticks(text: str) -> list[str]:
    """Return what stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


def chapter(path: Path, number: int) -> str:
    """Return the prose of the n-th chapter (second-level heading), counted from 1."""
    return re.split(r"^## ", prose(path), flags=re.MULTILINE)[number]
