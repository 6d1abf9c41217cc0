"""What anybody sees of a town: what can be reported there, and what it has published."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, convert

from services.intake.api.catalogue_view import catalogue_view
from services.intake.api.inputs import NamesQuery, PublicationsQuery
from services.intake.api.names_view import names_view, paper_views
from services.intake.api.outputs import PaperTemplates, PublicationList, TownNamesList
from services.intake.api.report_outputs import CatalogueView
from services.intake.api.request_context import EVERYBODY, RequestContext, actor
from services.intake.api.views import publication_view
from services.intake.domain.opening_categories import open_to
from services.intake.handlers.results import PublicResults
from services.intake.store.published import Place, by_day, count_private, list_publications
from shared.rules.case.timing import local_day
from shared.rules.pack.model import Pack
from shared.web.access import open_to_all, require
from shared.web.answers import json_answer, language
from shared.web.paging import SortValues
from shared.web.routes import answers, mount, takes


class NamesAsked(Struct, frozen=True):
    """`NamesQuery`'s values."""

    edition: str | None = None


@dataclass(frozen=True, slots=True)
class TownRoutes:
    """A town as the public sees it."""

    context: RequestContext
    results: PublicResults

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/catalogue", self.catalogue)
        mount(blueprint, "GET", "/v1/towns/<town>/names", self.names)
        mount(blueprint, "GET", "/v1/towns/<town>/papers", self.papers)
        mount(blueprint, "GET", "/v1/towns/<town>/publications", self.publications)

    @require(*EVERYBODY)
    @answers(200, CatalogueView)
    def catalogue(self, town: str) -> Response:
        """Show what the caller can report in the town, and what is asked."""
        with self.context.store.read() as conn:
            pack, now = self.context.pack_in_force(conn, town), self.context.store.now(conn)
        return json_answer(catalogue_view(open_to(pack, actor()), language(), local_day(pack, now)))

    @open_to_all
    @takes(NamesQuery, "query")
    @answers(200, TownNamesList)
    def names(self, query: object, town: str) -> Response:
        """Show what the town calls its categories, units, places, steps and rules: what other answers name by key.

        A case that is bound to an older edition may name what the one in force has no more: ask for that edition's.
        """
        return json_answer(names_view(self._pack(town, query), language()))

    @open_to_all
    @takes(NamesQuery, "query")
    @answers(200, PaperTemplates)
    def papers(self, query: object, town: str) -> Response:
        """Show the town's own templates of papers; where it has none of a paper, the platform's holds."""
        pack = self._pack(town, query)
        return json_answer({"edition": pack.edition, "papers": paper_views(pack)})

    @open_to_all
    @takes(PublicationsQuery, "query")
    @answers(200, PublicationList)
    def publications(self, query: dict[str, Any], town: str) -> Response:
        """List what the town has published, the latest day first: number, category, state, result, day, level; private
        ones as a count.
        """
        # Another list than 'publications' was: a cursor of that one says no day.
        page = self.context.page(query, "publications-by-day", town)
        level = page.filters.get("level")
        with self.context.store.read() as conn:
            records = list_publications(conn, town, level, _after(page.after), page.to_read)
            private = count_private(conn, town, level)
            shown, following = page.cut(records.rows, by_day, records.looked_to)
            results = self.results.of(conn, town, [record.number for record in shown])
        views = [publication_view(record, results.get(record.number, ())) for record in shown]
        answer = {"publications": views, "private_count": private}
        return json_answer({**answer, "next": following})

    def _pack(self, town: str, query: object) -> Pack:
        """The rules in force, or those of an edition that once was."""
        edition = convert(query, NamesAsked).edition
        with self.context.store.read() as conn:
            pack = self.context.pack_in_force(conn, town)
            return pack if edition is None else self.context.pack_once_in_force(conn, town, edition)


def _after(place: SortValues | None) -> Place | None:
    return None if place is None else (str(place[0]), str(place[1]))
