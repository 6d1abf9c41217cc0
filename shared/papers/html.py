"""A paper as part of a page: elements and classes alone, every text escaped."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from shared.papers.codes import code_svg
from shared.rules.papers.model import (
    Block,
    Cell,
    Code,
    Heading,
    Items,
    NewPage,
    OfficePaper,
    Pairs,
    PaperTable,
    Paragraph,
    Picture,
    SignLines,
)

_BREAK = Markup("<br>")


def html_of(paper: OfficePaper) -> Markup:
    """Return a paper as elements of a page; its pictures are loaded from where they link to."""
    header = _line("paper-header", paper.header)
    return header + Markup("").join(map(_block, paper.blocks)) + _line("paper-footer", paper.footer)


def _block(block: Block) -> Markup:
    return _WRITERS[type(block)](block)


def _heading(block: Heading) -> Markup:
    return Markup("<h{0}>{1}</h{0}>").format(block.level, block.text)


def _words(block: Paragraph) -> Markup:
    return Markup('<p class="{}">{}</p>').format(f"paper-{block.manner}", _lines(block.text))


def _items(block: Items) -> Markup:
    return Markup("<ul>{}</ul>").format(_each("<li>{}</li>", block.items))


def _pairs(block: Pairs) -> Markup:
    rows = (
        Markup('<tr{}><th scope="row">{}</th><td>{}</td></tr>').format(
            Markup("") if value else Markup(' class="empty-row"'), _lines(name), _lines(value)
        )
        for name, value in block.rows
    )
    return Markup('<table class="paper-pairs"><tbody>{}</tbody></table>').format(Markup("").join(rows))


def _table(block: PaperTable) -> Markup:
    head = _each('<th scope="col">{}</th>', block.heads)
    rows = (Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, row))) for row in block.rows)
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        head, Markup("").join(rows)
    )


def _cell(cell: Cell) -> Markup:
    if isinstance(cell, str):
        return Markup("<td>{}</td>").format(_lines(cell))
    return Markup('<td class="number">{}</td>').format(cell)


def _picture(block: Picture) -> Markup:
    picture = Markup('<img loading="lazy" src="{}" alt="{}">').format(block.link, block.caption)
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(picture, block.caption)


def _code(block: Code) -> Markup:
    return Markup('<figure class="code-picture">{}<figcaption>{}</figcaption></figure>').format(
        code_svg(block.address), block.caption
    )


def _signatures(block: SignLines) -> Markup:
    return Markup('<p class="paper-signatures">{}</p>').format(_each("<span>{}</span>", block.labels))


def _new_page(_: NewPage) -> Markup:
    return Markup('<hr class="paper-break">')


def _line(name: str, text: str) -> Markup:
    return Markup('<p class="{}">{}</p>').format(name, text) if text else Markup("")


def _each(pattern: str, texts: tuple[str, ...]) -> Markup:
    return Markup("").join(Markup(pattern).format(_lines(text)) for text in texts)  # noqa: S704 – of this module


def _lines(text: str) -> Markup:
    return _BREAK.join(escape(line) for line in text.split("\n"))


_WRITERS: dict[type, Callable[[Any], Markup]] = {
    Heading: _heading,
    Paragraph: _words,
    Items: _items,
    Pairs: _pairs,
    PaperTable: _table,
    Picture: _picture,
    Code: _code,
    SignLines: _signatures,
    NewPage: _new_page,
}
