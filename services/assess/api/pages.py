"""A document as a page to print: as it was sent, with what each number rested on counted beside it.

Decides how it reads. Must not know who may read which line: whoever asks for a page gives the lines.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from msgspec import Struct

from services.assess.domain.deeds import SentLine
from shared.kernel.texts import Language, Text
from shared.rules.pack.model import Document, Pack
from shared.rules.worktime.wall import label_of

_WHO, _VALUE, _RANK, _RESTS = (
    Text("对象", "of whom"), Text("数值", "value"), Text("名次", "rank"), Text("依据件数", "rests on"),
)  # fmt: skip
_SENT = Text(
    "{unit} {at} 发出；数值以发出时为准。", "Sent by {unit} on {at}; the numbers are those of that time."
)
_NONE = Text("没有记录", "not recorded")
_STYLE = (
    "body{font:12pt serif;margin:2em}table{border-collapse:collapse;width:100%;margin-bottom:1.5em}"
    "td,th{border:1px solid #000;padding:.2em .4em;text-align:left}td.n{text-align:right}"
)


class SentPage(Struct, frozen=True):
    """What a page is made of.

    Args:
        words: what a person wrote under the document's headings, in their order.
        unit: address of who sent it.
    """

    span: str
    words: Sequence[str]
    lines: Sequence[SentLine]
    unit: str | None
    at: datetime


def page_of_sent(pack: Pack, document: Document, sent: SentPage, language: Language) -> str:
    """Return a document that was sent as an HTML page."""
    title = f"{pack.name.in_language(language)} {document.name.in_language(language)} {sent.span}"
    unit = pack.units.get((sent.unit or "").rpartition("/")[2])
    at = label_of(sent.at, ZoneInfo(pack.zone))
    note = _SENT.in_language(language).format(unit=unit.name.in_language(language) if unit else "", at=at)
    tables = "".join(_table(pack, key, sent.lines, language) for key in document.holds)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{_words(document, sent.words, language)}"
        f"{tables}<p>{escape(note)}</p></body></html>"
    )


def _words(document: Document, words: Sequence[str], language: Language) -> str:
    """Headings with what was written; what has no heading stands by itself."""
    heads = [text.in_language(language) for text in document.words]
    parts = [*zip(heads, words, strict=False), *(("", text) for text in words[len(heads) :])]
    return "".join(
        (f"<h2>{escape(head)}</h2>" if head else "") + f"<p>{escape(text)}</p>"
        for head, text in parts
        if text
    )


def _table(pack: Pack, key: str, lines: Iterable[SentLine], language: Language) -> str:
    known = pack.figures.get(key) or pack.measures.get(key)
    its = [line for line in lines if line.of == key]
    if not its:
        return ""
    name = known.name.in_language(language) if known else key
    head = "".join(f"<th>{escape(text.in_language(language))}</th>" for text in (_WHO, _VALUE, _RANK, _RESTS))
    body = "".join(_row(pack, line, language) for line in sorted(its, key=_by_rank))
    return f"<h2>{escape(name)}</h2><table><tr>{head}</tr>{body}</table>"


def _by_rank(line: SentLine) -> tuple[bool, int, str]:
    return line.rank is None, line.rank or 0, line.subject


def _row(pack: Pack, line: SentLine, language: Language) -> str:
    place, category = pack.places.get(line.subject), pack.categories.get(line.subject)
    found = place or category
    who = found.name.in_language(language) if found else line.subject
    value = line.value if line.value is not None else _NONE.in_language(language)
    cells = (value, str(line.rank or ""), str(len(line.rests_on) or ""))
    return (
        f"<tr><td>{escape(who)}</td>"
        + "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
    )
