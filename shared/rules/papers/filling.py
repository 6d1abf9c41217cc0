"""A template and what is known, together: a paper.

Decides what becomes of what is empty: a line with an optional name goes, and so does a heading with nothing below it.
What is filled in is text and never read as a template.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from shared.kernel.texts import Language
from shared.rules.papers.kinds import PaperKind
from shared.rules.papers.model import (
    Block,
    Blocks,
    Heading,
    Items,
    Manner,
    NewPage,
    OfficePaper,
    Pairs,
    PaperTable,
    Paragraph,
    SignLines,
    printable,
)
from shared.rules.papers.template import LineKind, Pieces, Slot, Template, TemplateLine

_MANNERS = {LineKind.WORDS: Manner.PLAIN, LineKind.BIG: Manner.BIG, LineKind.SMALL: Manner.SMALL}
_RUNS = (
    LineKind.ITEM,
    LineKind.ROW,
    LineKind.WORDS,
)  # lines of one kind that follow one another are one block
_PAIR = 2


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What a paper is filled in with, by the names of its kind.

    Args:
        texts: by name. blocks: by name. keyed: by name, then by the town's key; a text or blocks.
    """

    texts: Mapping[str, str]
    blocks: Mapping[str, Blocks] = field(default_factory=dict)
    keyed: Mapping[str, Mapping[str, str | Blocks]] = field(default_factory=dict)


def filled(template: Template, kind: PaperKind, facts: PaperFacts, language: Language) -> OfficePaper:
    """Return the paper; a name that is not the kind's says nothing."""
    filler = _Filler(kind, facts)
    blocks = tuple(_without_bare_headings(filler.blocks(template.lines)))
    header, footer = filler.text(template.header), filler.text(template.footer)
    return OfficePaper(blocks, language, header, footer, template.size)


@dataclass(frozen=True, slots=True)
class _Filler:
    kind: PaperKind
    facts: PaperFacts

    def blocks(self, lines: Sequence[TemplateLine]) -> Iterator[Block]:
        kept = [line for line in lines if not self._is_left_out(line)]
        for (kind, width), group in groupby(kept, key=_run):
            together = list(group)
            if kind in _RUNS:
                yield self._run(kind, width, together)
            else:
                for line in together:
                    yield from self._single(line)

    def text(self, pieces: Pieces) -> str:
        return printable("".join(piece if isinstance(piece, str) else self._said(piece) for piece in pieces))

    def _is_left_out(self, line: TemplateLine) -> bool:
        return any(slot.optional and not self._value(slot) for slot in line.slots)

    def _run(self, kind: LineKind, width: int, lines: Sequence[TemplateLine]) -> Block:
        rows = [tuple(self.text(cell) for cell in line.cells) for line in lines]
        if kind is LineKind.ITEM:
            return Items(tuple(row[0] for row in rows))
        if kind is LineKind.WORDS:
            return Paragraph("\n".join(row[0] for row in rows))
        if width == _PAIR:
            return Pairs(tuple((row[0], row[1]) for row in rows))
        return PaperTable(rows[0], tuple(rows[1:]))

    def _single(self, line: TemplateLine) -> Iterator[Block]:
        if line.kind is LineKind.NEW_PAGE:
            yield NewPage()
        elif line.kind is LineKind.HEADING:
            yield Heading(line.level, " ".join(self.text(line.cells[0]).split()))
        elif line.kind is LineKind.SIGNATURES:
            yield SignLines(tuple(map(self.text, line.cells)))
        elif line.kind is LineKind.BLOCKS:
            yield from self._own_blocks(line)
        elif line.kind is not LineKind.GAP:
            yield Paragraph(self.text(line.cells[0]), _MANNERS[line.kind])

    def _own_blocks(self, line: TemplateLine) -> Iterator[Block]:
        for slot in line.slots:
            found = self._value(slot)
            if not isinstance(found, str):
                yield from found
            elif found:
                yield Paragraph(printable(found))

    def _value(self, slot: Slot) -> str | Blocks:
        name = self.kind.name_of(slot.name)
        if slot.key is not None:
            return self.facts.keyed.get(name, {}).get(slot.key, "")
        text = self.facts.texts.get(name, "")
        return text or self.facts.blocks.get(name, "")

    def _said(self, slot: Slot) -> str:
        """A value within a line, where blocks say nothing."""
        found = self._value(slot)
        return found if isinstance(found, str) else ""


def _run(line: TemplateLine) -> tuple[LineKind, int]:
    return line.kind, len(line.cells) if line.kind is LineKind.ROW else 0


def _without_bare_headings(blocks: Iterable[Block]) -> Iterator[Block]:
    """Leave out headings beneath which nothing stands: another as high follows, or the end."""
    waiting: list[Heading] = []
    for block in blocks:
        if isinstance(block, Heading):
            waiting = [each for each in waiting if each.level < block.level or each.level == 1]
            waiting.append(block)
            continue
        if not isinstance(block, NewPage):
            yield from waiting
            waiting = []
        yield block
    yield from (each for each in waiting if each.level == 1)
