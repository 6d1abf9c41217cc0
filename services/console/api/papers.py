"""Papers on pages: the same paper to look at, for Word, as a workbook, to print; by the town's own template or ours.

Decides how a paper is taken away and under which name it is saved. What stands in it, each page says.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, spoken
from services.console.api.given import asked
from services.console.domain.paper_sheets import TemplateRows
from services.console.handlers.client import ApiClient, at
from shared.kernel.texts import Language
from shared.papers import CONTENT_TYPES, PaperFormat, written
from shared.papers.html import html_of
from shared.rules.papers.filling import PaperFacts, filled
from shared.rules.papers.kinds import default_template, paper_kinds
from shared.rules.papers.model import Block, Blocks, Cell, Pairs, PaperTable
from shared.rules.papers.template import read_template


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """Which paper is wanted.

    Args:
        kind: of the platform's papers; own: keys of the town by which it may have a template, the nearest first.
        edition: whose template it is; empty: the one in force.
        back: where its page leads back to; filed: under which name it is saved.
    """

    kind: str
    back: str
    filed: str
    own: Sequence[str] = ()
    edition: str = ""


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """Gives papers."""

    frame: PageFrame

    def answer(
        self,
        client: ApiClient,
        town: str,
        paper: PaperAsked,
        facts: Callable[[bool], PaperFacts],
        status: int = 200,
        **beside: object,
    ) -> ResponseReturnValue:
        """Return a paper as a page, or as a file where the address says `as`.

        Args:
            facts: says what stands in it, given whether pictures are to be in it whole.
            status, beside: of its page, and what stands on it beside the paper.
        """
        as_, language = format_asked(), spoken()
        template = read_template(self._text(client, town, paper, language))
        made = filled(template, paper_kinds()[paper.kind], facts(as_ is not None), language)
        if as_ is None:
            shown = {"paper": html_of(made), "title": made.title, "back": paper.back}
            return self.frame.page("paper.html", status, **shown, formats=list(PaperFormat), **beside)
        name = quote(f"{paper.filed}.{as_}", safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(written(made, as_), content_type=CONTENT_TYPES[as_], headers=headers)

    @staticmethod
    def _text(client: ApiClient, town: str, paper: PaperAsked, language: Language) -> str:
        query = {"edition": paper.edition} if paper.edition else None
        rows = client.read(at("towns", town, "papers"), TemplateRows, query)
        own = (rows.text_of(name, language) for name in (*paper.own, paper.kind))
        return next((text for text in own if text is not None), default_template(paper.kind, language))


def format_asked() -> PaperFormat | None:
    """Return the format that an address asks for; None: a page."""
    return next((each for each in PaperFormat if each.value == asked("as")), None)


def pairs_of(rows: Sequence[tuple[str, str]]) -> Blocks:
    """Return pairs as blocks: none where there are none."""
    return (Pairs(tuple(rows)),) if rows else ()


def table_of(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Blocks:
    """Return a table as blocks: none where there are no rows."""
    return (PaperTable(tuple(heads), tuple(tuple(row) for row in rows)),) if rows else ()


def joined(*parts: Blocks) -> Blocks:
    """Return blocks one after the other."""
    return tuple(_flat(parts))


def _flat(parts: Sequence[Blocks]) -> Iterator[Block]:
    for part in parts:
        yield from part
