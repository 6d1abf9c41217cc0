"""Long lists as workbooks: what a list shows, with the names that it shows, for whoever works in a spreadsheet.

Decides how many rows a workbook has at most, and says in its last row where there were more. Whose cases are in it, the
services decide: it is the list, asked page by page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from services.console.api.desk import FILTERS
from services.console.api.frame import PageFrame, reader, spoken
from services.console.api.supervision import narrowed_to
from services.console.domain.sheets import CaseRow, CaseRows, DeadlineRow, DeadlineRows
from services.console.handlers.client import ApiClient, Query, at
from services.console.handlers.name_books import TownNames
from shared.files.written_workbooks import CONTENT_TYPE, Cell, workbook_of

PageT = TypeVar("PageT", CaseRows, DeadlineRows)
RowT = TypeVar("RowT", CaseRow, DeadlineRow)
A_PAGE = 200
PAGES = 50  # ten thousand rows at most
CASE_HEADS = ("number", "case", "title", "state", "where", "holder", "reported", "due", "overdue")
DEADLINE_HEADS = ("number", "case", "stage", "state", "where", "holder", "level", "due")


@dataclass(frozen=True, slots=True)
class ExportPages:
    """Workbooks."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/export/cases", "export-cases", self.cases)
        pages.add_url_rule("/towns/<town>/export/deadlines", "export-deadlines", self.deadlines)

    def cases(self, town: str) -> ResponseReturnValue:
        """Give the list of cases, narrowed as it is."""
        client = reader().as_role
        names, words = self.frame.names_in(client, town), self._words
        wanted = {name: request.args.get(name) for name in FILTERS if name != "cursor"}

        def cells(row: CaseRow) -> Sequence[Cell]:
            state, place = words(f"states.{row.state}"), names.place(row.place.key)
            late = words("case.yes") if row.breached else ""
            return [row.number, names.category(row.category), row.title, state, place, names.unit(row.lead),
                    row.reported_at, row.due_at, late]  # fmt: skip

        found = _all(client, at("towns", town, "cases"), CaseRows, lambda page: page.cases, wanted)
        rows = (cells(row) for row in found)
        return self._workbook(town, names, words("desk.all-cases"), CASE_HEADS, rows)

    def deadlines(self, town: str) -> ResponseReturnValue:
        """Give the list of deadlines behind a figure, or all that run."""
        client = reader().as_role
        names = self.frame.names_in(client, town)

        def cells(row: DeadlineRow) -> Sequence[Cell]:
            return [row.number, names.category(row.category), row.stage_name, row.state_name,
                    names.place(row.place), names.unit(row.unit), names.level(row.level), row.due_at]  # fmt: skip

        path = at("towns", town, "deadlines")
        found = _all(client, path, DeadlineRows, lambda page: page.deadlines, narrowed_to())
        rows = (cells(row) for row in found)
        return self._workbook(town, names, self._words("supervision.title"), DEADLINE_HEADS, rows)

    def _workbook(
        self, town: str, names: TownNames, title: str, heads: Sequence[str], rows: Iterator[Sequence[Cell]]
    ) -> Response:
        said = [self._words(f"exports.{head}") for head in heads]
        more = [[self._words("exports.more", n=A_PAGE * PAGES)]]
        # All of them before a book is begun: whoever may not have them leaves none half written.
        book = workbook_of(title, said, list(_bounded(rows, more)), names.book.zone)
        name = quote(f"{names.book.name or town}-{title}.xlsx")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(book, content_type=CONTENT_TYPE, headers=headers)

    @property
    def _words(self) -> Callable[..., str]:
        language = spoken()
        return lambda key, **terms: self.frame.words.say(language, key, **terms)


def _bounded(rows: Iterator[Sequence[Cell]], more: Sequence[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows):
        if number == A_PAGE * PAGES:
            yield from more
            return
        yield row


def _all(
    client: ApiClient,
    path: str,
    pages: type[PageT],
    rows_of: Callable[[PageT], Sequence[RowT]],
    wanted: Query,
) -> Iterator[RowT]:
    cursor: str | None = ""
    while cursor is not None:
        page = client.read(path, pages, {**wanted, "limit": A_PAGE, "cursor": cursor})
        yield from rows_of(page)
        cursor = page.next
