"""Whole lists of the ledger: bringing one in, tried out first; the workbook; a grid's paper version to print.

Decides what of a form becomes the mapping of columns. A list is sent to the ledger as it was chosen: nothing of it
stays here, so the browser sends it again when what was tried out is to be kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked, typed_in
from services.console.api.ledger import LedgerDesk, desk_in, own_place, places_of
from services.console.api.papers import PaperAsked, PaperDesk, format_asked, joined, table_of
from services.console.domain.ledger_sheets import (
    ImportSheet,
    LedgerEntrySheet,
    LedgerFactSheet,
    LedgerRows,
    LedgerTypeSheet,
)
from services.console.domain.sheets import ProblemSheet
from services.console.handlers.client import ApiRefused, Query, at, with_query
from services.console.handlers.listing import WholeList, whole
from shared.files.written_workbooks import CONTENT_TYPE
from shared.papers import PaperFormat
from shared.rules.papers.filling import PaperFacts
from shared.rules.papers.model import Blocks, Heading

A_PAGE = 200  # entries that the ledger gives at a time
CSV = "text/csv"
WORKBOOK = b"PK\x03\x04"
BESIDE = ("place", "about", "date", "source")
MEANS = "means."  # field → what the column of that head means
CORRECTED = (400, 403, 409, 413, 422, 429)
DISPOSITION = "content-disposition"


Printed = Sequence[tuple[LedgerTypeSheet, WholeList[LedgerEntrySheet]]]


@dataclass(frozen=True, slots=True)
class LedgerListPages:
    """Lists in and out."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base = "/towns/<town>/ledger"
        pages.add_url_rule(f"{base}/import", "ledger-import", self.ask)
        pages.add_url_rule(f"{base}/import", "ledger-bring", self.bring, methods=["POST"])
        pages.add_url_rule(f"{base}/export", "ledger-export", self.export)
        pages.add_url_rule(f"{base}/paper", "ledger-paper", self.paper)

    def ask(self, town: str) -> ResponseReturnValue:
        """Ask for a list."""
        return self._page(desk_in(self.frame, town), {"type": asked("type"), "place": own_place()})

    def bring(self, town: str) -> ResponseReturnValue:
        """Try a list out, or bring it in; say what its columns were taken for, and what was wrong with its lines."""
        desk, given = desk_in(self.frame, town), request.form
        table = b"".join(chosen.stream.read() for chosen in request.files.getlist("list")[:1])
        if not table:
            missing = ApiRefused(422, ProblemSheet(cause=self.frame.say("ledger.no-list")))
            return self._page(desk, given, refused=missing)
        query: Query = {
            "type": typed_in("type"),
            "source": typed_in("source").strip(),
            "date": typed_in("date"),
            "place": typed_in("place"),
            "columns": _columns(given),
            "check": "no" if typed_in("keep") == "yes" else "yes",
        }
        path = with_query(at("towns", town, "ledger", "import"), query)
        kind = CONTENT_TYPE if table.startswith(WORKBOOK) else CSV
        try:
            answer = desk.client.send("POST", path, table, kind)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._page(desk, given, refused=no)
        return self._page(desk, given, report=msgspec.json.decode(answer.body, type=ImportSheet))

    def export(self, town: str) -> ResponseReturnValue:
        """Hand the ledger's workbook on."""
        query: Query = {name: asked(name) for name in ("type", "class", "place")}
        answer = reader().as_role.send("GET", with_query(f"/v1/towns/{town}/ledger.xlsx", query))
        headers = {"Content-Disposition": answer.headers.get(DISPOSITION, "attachment")}
        return Response(answer.body, content_type=CONTENT_TYPE, headers=headers)

    def paper(self, town: str) -> ResponseReturnValue:
        """Show a grid's ledger as a page to print: it is carried on visits and never read back."""
        desk, place = desk_in(self.frame, town), asked("place") or own_place()
        path = at("towns", town, "ledger", "entries")
        types = [desk.ledger.type(key) for key in desk.ledger.paper]
        printed = [
            (type_, whole(desk.client, path, LedgerRows, {"type": type_.key, "place": place}, A_PAGE))
            for type_ in types
            if place and type_.reads
        ]
        if place and format_asked() is not None:
            return self._file(town, desk, place, printed)
        shown = {"place": place, "printed": printed, "areas": places_of(desk), "now": self.frame.now()}
        times = self.frame.times_in(desk.names)
        return self.frame.page(
            "ledger_paper.html", 200, **shown, formats=list(PaperFormat), times=times, **desk._asdict()
        )

    def _file(self, town: str, desk: LedgerDesk, place: str, printed: Printed) -> ResponseReturnValue:
        name, times = desk.names.place(place), self.frame.times_in(desk.names).on_paper
        texts = {"town": desk.names.book.name, "place": name, "printed": times.at(times.now)}
        blocks = {"entries": joined(*(self._entries(type_, listed.rows) for type_, listed in printed))}
        asked = PaperAsked("ledger", f"/towns/{town}/ledger", f"{name}-{self.frame.say('nav.ledger')}")
        return PaperDesk(self.frame).answer(desk.client, town, asked, lambda _: PaperFacts(texts, blocks))

    def _entries(self, type_: LedgerTypeSheet, rows: Sequence[LedgerEntrySheet]) -> Blocks:
        """A type's entries under its name; the last column is for a pen."""
        facts = [fact for fact in type_.facts if fact.reads and not fact.sealed]
        say = self.frame.say
        heads = [
            say("ledger.mark"),
            *(each.name for each in facts),
            say("ledger.touched"),
            say("ledger.paper-notes"),
        ]
        lines = [
            [
                "、".join(row.around) or row.mark,
                *(self._held(fact, row) for fact in facts),
                str(row.touched_on),
                "",
            ]
            for row in rows
        ]
        return joined((Heading(2, f"{type_.name} ({len(rows)})"),), table_of(heads, lines))

    def _held(self, fact: LedgerFactSheet, row: LedgerEntrySheet) -> str:
        held = row.facts.get(fact.key)
        if held is None or held.value is None:
            return ""
        if isinstance(held.value, bool):
            return self.frame.say("case.yes" if held.value else "case.no")
        return fact.name_of(held.value)

    def _page(
        self,
        desk: LedgerDesk,
        given: Mapping[str, str],
        *,
        report: ImportSheet | None = None,
        refused: ApiRefused | None = None,
    ) -> ResponseReturnValue:
        shown = {
            "type": desk.ledger.type(typed_in("type")),
            "areas": places_of(desk),
            "given": given,
            "report": report,
            "problem": refused.problem if refused else None,
            "beside": BESIDE,
            "today": self.frame.times_in(desk.names).today,
        }
        return self.frame.page(
            "ledger_import.html", refused.status if refused else 200, **shown, **desk._asdict()
        )


def _columns(given: Mapping[str, str]) -> str:
    """What the columns mean, as the ledger takes it; what was left to it is not said."""
    said = {name.removeprefix(MEANS): meant for name, meant in given.items() if name.startswith(MEANS)}
    return ";".join(f"{head}={meant}" for head, meant in said.items() if meant and ";" not in head)
