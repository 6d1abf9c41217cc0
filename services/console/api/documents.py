"""Documents of a town's office: drafted from figures, finished with words by a person, sent, kept as they were sent.

Decides which period is offered: the last one that is over. Who may draft, send and read, and which lines, the service
answers; whoever gets their own part alone finds it said on the paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.dates import TimeWords
from services.console.api.frame import PageFrame, go, reader
from services.console.api.papers import PaperAsked, PaperDesk, joined, table_of
from services.console.domain.assess_sheets import CountedRows
from services.console.domain.document_sheets import (
    COMMON,
    RETURNING,
    DocumentRows,
    DocumentSheet,
    LineSheet,
    SentSheet,
    WordsToSend,
)
from services.console.domain.sheets import ProblemSheet
from services.console.handlers.client import ApiClient, ApiRefused, at
from services.console.handlers.listing import whole
from services.console.handlers.name_books import TownNames
from shared.rules.papers.filling import PaperFacts
from shared.rules.papers.model import Blocks, Cell, Heading, Paragraph, printable
from shared.rules.worktime.spans import SpanKind, span_of

A_PAGE = 200
SAID = (400, 403, 409, 422)


@dataclass(frozen=True, slots=True)
class DocumentPages:
    """Documents."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        draft = "/towns/<town>/documents/<document>/<span>"
        pages.add_url_rule("/towns/<town>/documents", "documents", self.list)
        pages.add_url_rule(draft, "document", self.draft)
        pages.add_url_rule(draft, "document-send", self.send, methods=["POST"])
        pages.add_url_rule("/towns/<town>/sent/<key>", "document-sent", self.sent)

    def list(self, town: str) -> ResponseReturnValue:
        """Show which documents the town has, and what was sent, the newest first."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        times = self.frame.times_in(names)
        declared = client.read(at("towns", town, "assessment", "declared"), CountedRows).of_kind("document")
        sent = whole(client, at("towns", town, "assessment", "publications"), DocumentRows, {}, A_PAGE)
        last = {each.key: span_of(SpanKind(each.every), times.today).before().name for each in declared}
        shown = {"declared": declared, "sent": sent.rows[::-1], "has_more": sent.has_more, "last": last}
        return self.frame.page("documents.html", 200, **shown, names=names, times=times)

    def draft(self, town: str, document: str, span: str) -> ResponseReturnValue:
        """Show a document as its figures make it now, with the form by which it is finished and sent."""
        return self._draft(reader().as_role, town, document, span)

    def send(self, town: str, document: str, span: str) -> ResponseReturnValue:
        """Send it, with what was written; it is kept as it was sent."""
        client, words = reader().as_role, request.form.getlist("words")
        path = at("towns", town, "assessment", "documents", document, span, "publications")
        try:
            sent = client.post(path, SentSheet, WordsToSend(words))
        except ApiRefused as no:
            if no.status not in SAID:
                raise
            return self._draft(client, town, document, span, no)
        flash(self.frame.say("documents.was-sent"), "done")
        return go(f"/towns/{town}/sent/{sent.id}")

    def sent(self, town: str, key: str) -> ResponseReturnValue:
        """Show a document as it was sent."""
        client = reader().as_role
        found = client.read(at("towns", town, "assessment", "publications", key), DocumentSheet)
        return self._answer(client, town, found, f"/towns/{town}/documents")

    def _draft(
        self, client: ApiClient, town: str, document: str, span: str, no: ApiRefused | None = None
    ) -> ResponseReturnValue:
        found = client.read(at("towns", town, "assessment", "documents", document, span), DocumentSheet)
        form = DraftForm(found, request.form.getlist("words"), no.problem if no else None)
        return self._answer(client, town, found, f"/towns/{town}/documents", form, no.status if no else 200)

    def _answer(
        self,
        client: ApiClient,
        town: str,
        found: DocumentSheet,
        back: str,
        form: "DraftForm | None" = None,
        status: int = 200,
    ) -> ResponseReturnValue:
        names = self.frame.names_in(client, town, found.edition)
        writer = DocumentWriter(self.frame, found, names, self.frame.times_in(names).on_paper)
        filed = f"{names.book.name}{found.name}-{found.span}"
        asked = PaperAsked(found.kind, back, filed, (found.document,), found.edition)
        return PaperDesk(self.frame).answer(client, town, asked, lambda _: writer.facts(), status, form=form)


@dataclass(frozen=True, slots=True)
class DraftForm:
    """The form by which a draft is finished; `given`: what was typed already."""

    found: DocumentSheet
    given: list[str]
    problem: ProblemSheet | None

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """Each heading with what was typed below it; one field without a heading where there are none."""
        for n, heading in enumerate(self.found.headings or ("",)):
            yield heading, self.given[n] if n < len(self.given) else ""


@dataclass(frozen=True, slots=True)
class DocumentWriter:
    """Says what stands in a document."""

    frame: PageFrame
    found: DocumentSheet
    names: TownNames
    times: TimeWords

    def facts(self) -> PaperFacts:
        """Return all that a template of documents may fill in."""
        found = self.found
        texts = {
            "town": self.names.book.name,
            "title": found.name,
            "span": self._span(),
            "unit": self.names.unit(found.by_unit or found.by),
            "to": "、".join(map(self.names.unit, found.to)),
            "sent": self.times.at(found.at),
            "draft": "" if found.id else self._say("documents.draft"),
            "part": self._say("documents.part") if found.is_part else "",
            "edition": found.edition[:12],
        }
        figures = {key: self._figure(key) for key in found.holds}
        blocks: dict[str, Blocks] = {
            "words": self._words(),
            "figures": joined(*(self._titled(key, table) for key, table in figures.items() if table)),
            "returning": joined(*(self._counted(of) for of in RETURNING)),
            "common": self._counted(COMMON),
        }
        headings = {str(n): text for n, (_, text) in enumerate(found.worded, 1)}
        return PaperFacts(texts, blocks, {"figure": dict(figures), "heading": dict(headings)})

    def _span(self) -> str:
        """A period as people write it: 2026 年第一季度."""
        year, _, part = self.found.span.partition("-")
        kind = f"spans.{part[:1] if part[:1] in ('Q', 'H') else 'month' if part else 'year'}"
        return self._say(kind, year=year, part=part.lstrip("QH0"))

    def _words(self) -> Blocks:
        return joined(
            *(
                ((Heading(2, heading),) if heading else ()) + (Paragraph(printable(text)),)
                for heading, text in self.found.worded
                if text.strip()
            )
        )

    def _titled(self, key: str, table: Blocks) -> Blocks:
        return (Heading(3, self.found.names.get(key, key)), *table)

    def _figure(self, key: str) -> Blocks:
        lines = self.found.of(key)
        is_ranked = any(line.rank for line in lines)
        has_earlier = any(line.before or line.year_ago for line in lines)
        heads = [
            "subject",
            "value",
            *(["rank"] if is_ranked else []),
            *(["before", "year-ago"] if has_earlier else []),
        ]
        rows = [self._row(line, is_ranked=is_ranked, has_earlier=has_earlier) for line in lines]
        return table_of([self._say(f"documents.{head}") for head in (*heads, "rests-on")], rows)

    def _row(self, line: LineSheet, *, is_ranked: bool, has_earlier: bool) -> list[Cell]:
        ranked: list[Cell] = [line.rank or ""] if is_ranked else []
        earlier = [self._number(line.before), self._number(line.year_ago)] if has_earlier else []
        return [
            self._subject(line.subject),
            self._number(line.value),
            *ranked,
            *earlier,
            len(line.rests_on) or "",
        ]

    def _counted(self, of: str) -> Blocks:
        lines = [line for line in self.found.lines if line.of == of]
        rows = [[self._subject(line.subject), self._number(line.value)] for line in lines]
        what = of.replace(".", "-")
        return table_of([self._say(f"documents.{what}"), self._say(f"documents.{what}-n")], rows)

    def _number(self, value: str | None) -> Cell:
        return self._say("documents.none") if value is None else Decimal(value)

    def _subject(self, key: str) -> str:
        if key == self.names.book.town:
            return self.names.book.name
        named = self.names.place(key)
        if named != key or "/" not in key:
            return named if named != key else self.names.category(key)
        return self.names.unit(key)

    def _say(self, key: str, **terms: object) -> str:
        return self.frame.say(key, **terms)
