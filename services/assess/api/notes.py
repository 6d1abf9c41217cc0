"""Routes over what persons say of figures: objections and verdicts, documents as they are sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response
from flask_smorest import Blueprint
from msgspec import convert
from msgspec.structs import asdict

from services.assess.api.figures import STAFF, check_kind, read_span
from services.assess.api.inputs import (
    GivenTexts,
    GivenWords,
    NotesQuery,
    ObjectionInput,
    SentInput,
    VerdictInput,
)
from services.assess.api.outputs import DraftView, NoteView, ObjectionList, PublicationView, SentDocuments
from services.assess.api.pages import SentPage, page_of_sent
from services.assess.api.views import (
    DocumentWording,
    ShownLine,
    ShownPublication,
    draft_lines,
    objection_view,
    sent_view,
)
from services.assess.domain.deeds import SentLine
from services.assess.handlers.desk import AssessDesk, AssessDesks, reader_of
from services.assess.handlers.saying import Sayings, may_decide, may_read
from services.assess.store.notes import (
    list_objections,
    list_publications,
    publication,
    published,
    refuse_suspended,
)
from shared.db.store import Store
from shared.rules.assess import PERSONS, Book, draft_of
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import Document, Figure, Pack, TownMeasure
from shared.rules.worktime.spans import CalendarSpan
from shared.web.access import caller, named_caller, require, unknown
from shared.web.answers import json_answer, language
from shared.web.cursors import Cursors
from shared.web.paging import by_id, page_of
from shared.web.routes import answers, mount, takes

LineT = TypeVar("LineT", SentLine, ShownLine)


@dataclass(frozen=True, slots=True)
class NoteRoutes:
    """Routes over objections and documents."""

    store: Store
    desks: AssessDesks
    sayings: Sayings
    cursors: Cursors

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        base = "/v1/towns/<town>/assessment"
        mount(blueprint, "POST", f"{base}/objections", self.object)
        mount(blueprint, "GET", f"{base}/objections", self.objections)
        mount(blueprint, "POST", f"{base}/objections/<objection>/verdict", self.decide)
        mount(blueprint, "GET", f"{base}/documents/<document>/<span>", self.draft)
        mount(blueprint, "POST", f"{base}/documents/<document>/<span>/publications", self.publish)
        mount(blueprint, "GET", f"{base}/publications", self.publications)
        mount(blueprint, "GET", f"{base}/publications/<key>", self.publication)
        mount(blueprint, "GET", f"{base}/publications/<key>/page", self.page)

    @require(*STAFF)
    @takes(ObjectionInput)
    @answers(201, NoteView)
    def object(self, given: dict[str, Any], town: str) -> Response:
        """Say that something was counted wrongly; upheld, it is taken out of the figure."""
        said, who = convert(given, GivenWords), named_caller()
        period = read_span(said.span)
        with self.store.begin() as work:
            refuse_suspended(work.conn, town)
            desk = self.desks.of(work.conn, who.viewing(town), period, [said.figure])
            if said.figure not in desk.pack.figures or not may_read(desk, said.figure, said.subject):
                raise unknown("figure", said.figure)
            key = self.sayings.object(work, desk, said.figure, period, said.subject, said.ref, said.words)
        return json_answer({"id": key}, 201)

    @require(*STAFF)
    @takes(NotesQuery, "query")
    @answers(200, ObjectionList)
    def objections(self, query: dict[str, Any], town: str) -> Response:
        """List objections, the oldest first: the caller's own, and those to figures that the caller reads."""
        page = page_of(self.cursors, query, "objections", town)
        with self.store.read() as conn:
            pack = self.desks.pack(conn, town)
            rows = list_objections(conn, town, page.after_id, page.to_read)
        desk = self._reading(pack, town)
        shown, following = page.cut(rows, by_id)
        listed = [
            objection_view(row, is_yours=row.upheld is None and may_decide(desk, row.figure, row.by_person))
            for row in shown
            if row.by_person == desk.who.person or may_read(desk, row.figure, row.subject)
        ]
        return json_answer({"objections": listed, "next": following})

    @require(*STAFF)
    @takes(VerdictInput)
    @answers(200, NoteView)
    def decide(self, given: dict[str, Any], town: str, objection: str) -> Response:
        """Uphold or reject an objection; the figure's own word stays on record beside the verdict."""
        said, who = convert(given, GivenWords), named_caller()
        with self.store.begin() as work:
            refuse_suspended(work.conn, town)
            row = self.sayings.notes.objection(work, town, objection)
            if row is None:
                raise unknown("objection", objection)
            desk = self.desks.of(work.conn, who.viewing(town), read_span(row.span), [row.figure])
            self.sayings.decide(work, desk, row, said.words, is_upheld=said.upheld)
        return json_answer({"id": objection})

    @require(*STAFF)
    @answers(200, DraftView)
    def draft(self, town: str, document: str, span: str) -> Response:
        """Show a document as its figures make it now: whole, or the own part of whoever gets no more."""
        period = read_span(span)
        with self.store.read() as conn:
            desk, known = self._document(conn, town, document, period)
            sent = published(conn, town, document, span)
        made = draft_of(desk.book, document, period, desk.given)
        if made is None:
            raise unknown("document", document)
        values = {
            (key, who): value.rests_on
            for key in known.holds if key in desk.pack.figures
            for who, value in desk.book.values(key, period).items()
        }  # fmt: skip
        body = {
            **asdict(worded(desk, known)),
            "document": document,
            "may_send": desk.pack.noun(known.by) in desk.reader.who and sent is None,
            "sent": sent,
            "span": span,
            "edition": desk.pack.edition,
            "lines": seen_lines(desk, known, draft_lines(made, values)),
        }
        return json_answer(body)

    @require(*STAFF)
    @takes(SentInput)
    @answers(201, NoteView)
    def publish(self, given: dict[str, Any], town: str, document: str, span: str) -> Response:
        """Send a document with what a person wrote; it stays as it was sent, with what it rested on."""
        texts, period = convert(given, GivenTexts), read_span(span)
        named_caller()  # what is sent bears a person
        with self.store.begin() as work:
            refuse_suspended(work.conn, town)
            desk, _ = self._document(work.conn, town, document, period)
            key = self.sayings.publish(work, desk, document, period, list(texts.words))
        return json_answer({"id": key}, 201)

    @require(*STAFF)
    @takes(NotesQuery, "query")
    @answers(200, SentDocuments)
    def publications(self, query: dict[str, Any], town: str) -> Response:
        """List what was sent, the oldest first; of each the lines that the caller gets."""
        page = page_of(self.cursors, query, "publications", town)
        with self.store.read() as conn:
            rows = list_publications(conn, town, page.after_id, page.to_read)
            shown, following = page.cut(rows, by_id)
            sent = [self._sent(conn, town, row) for row in shown]
        return json_answer({"publications": sent, "next": following})

    @require(*STAFF)
    @answers(200, PublicationView)
    def publication(self, town: str, key: str) -> Response:
        """Show a document as it was sent, whatever has become of its figures since."""
        with self.store.read() as conn:
            row = publication(conn, town, key)
            if row is None:
                raise unknown("publication", key)
            return json_answer(self._sent(conn, town, row))

    @require(*STAFF)
    def page(self, town: str, key: str) -> Response:
        """Show a document that was sent as a page to print, with the lines that the caller gets."""
        with self.store.read() as conn:
            pack, row = self.desks.pack(conn, town), publication(conn, town, key)
        document = pack.documents.get(row.document) if row is not None else None
        if document is None:
            raise unknown("publication", key)
        desk = self._reading(pack, town)
        lines = [line for line in row.lines if may_see_line(desk, document, line.subject)]
        sent = SentPage(row.span, row.words, lines, row.by_unit, row.at)
        return Response(
            page_of_sent(pack, document, sent, language()), content_type="text/html; charset=utf-8"
        )

    def _document(
        self, conn: Any, town: str, document: str, period: CalendarSpan
    ) -> tuple[AssessDesk, Document]:
        known = self.desks.pack(conn, town, period).documents.get(document)
        if known is None:
            raise unknown("document", document)
        check_kind(document, known.every, period)
        return self.desks.for_document(conn, caller().viewing(town), period, known), known

    def _sent(self, conn: Any, town: str, row: Any) -> ShownPublication:
        """A document as it was sent, by the rules that it was sent under: they say who receives it, and its words."""
        pack = self.desks.packs.of(conn, self.store.flow.editions, row.edition)
        desk, document = self._reading(pack, town), pack.documents[row.document]
        return sent_view(row, worded(desk, document), seen_lines(desk, document, row.lines))

    @staticmethod
    def _reading(pack: Pack, town: str) -> AssessDesk:
        """A desk at which nothing is counted: it only says who reads."""
        who = caller().viewing(town)
        return AssessDesk(pack, who, reader_of(pack, who), Book(pack, ()))


def may_see_line(desk: AssessDesk, document: Document, subject: str) -> bool:
    """Tell whether whoever asks gets a line: who sends and receives it gets all, others their own part."""
    if gets_whole(desk, document):
        return True
    own = {who if who in ROLES else desk.pack.noun(who) for who in document.own_part}
    return bool(own & desk.reader.who) and subject in desk.reader.own


def seen_lines(desk: AssessDesk, document: Document, lines: Iterable[LineT]) -> list[LineT]:
    """Return the lines that whoever asks gets; of persons who return only whoever sends the document."""
    is_sender = desk.pack.noun(document.by) in desk.reader.who
    return [
        line
        for line in lines
        if may_see_line(desk, document, line.subject) and (is_sender or line.of != PERSONS)
    ]


def gets_whole(desk: AssessDesk, document: Document) -> bool:
    """Tell whether whoever asks gets all of a document: who sends and who receives it."""
    return bool({desk.pack.noun(unit) for unit in (document.by, *document.to)} & desk.reader.who)


def worded(desk: AssessDesk, document: Document) -> DocumentWording:
    """Return how a document is worded."""
    pack, spoken = desk.pack, language()
    known: dict[str, Figure | TownMeasure] = {**pack.figures, **pack.measures}
    return DocumentWording(
        name=document.name.in_language(spoken),
        kind=document.kind.value,
        headings=tuple(text.in_language(spoken) for text in document.words),
        holds=document.holds,
        names={key: known[key].name.in_language(spoken) for key in document.holds if key in known},
        by=pack.noun(document.by),
        to=tuple(map(pack.noun, document.to)),
        is_part=not gets_whole(desk, document),
    )
