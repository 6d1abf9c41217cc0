"""Grids and their teams: which there are, what does not hold in principle, one grid with its people and what is known.

People are shown by reference; what signs say of them stands on the signs.
"""

from dataclasses import dataclass

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.domain.grid_sheets import GridCollection
from services.console.domain.team_sheets import (
    HintRows,
    PrintedSheets,
    SaidRows,
    TeamSheet,
    ToldToSend,
)
from services.console.domain.typed_answers import NotTyped, typed_all
from services.console.handlers.client import ApiRefused, Query, at

CORRECTED = (400, 403, 422)  # statuses that the form shows beside what was typed
KINDS = ("vacant", "short", "over", "several", "outside", "unsaid", "uncovered", "no-contacts")
A_PAGE, LAST_SAID = 60, 20


@dataclass(frozen=True, slots=True)
class TeamPages:
    """Grids and their teams."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/grids", "grids", self.grids)
        pages.add_url_rule("/towns/<town>/grids/<place>", "grid", self.grid)
        pages.add_url_rule("/towns/<town>/grids/<place>", "grid-told", self.tell, methods=["POST"])

    def grids(self, town: str) -> ResponseReturnValue:
        """Show the grids, and what does not hold in principle."""
        client = reader().as_role
        kind = asked("kind") if asked("kind") in KINDS else ""
        query: Query = {"kind": kind, "place": asked("place"), "cursor": asked("cursor"), "limit": A_PAGE}
        shown = {
            "hints": client.read(at("towns", town, "grid-hints"), HintRows, query),
            "grids": client.read(at("towns", town, "grids"), GridCollection).features,
            "names": self.frame.names_in(client, town),
            "kinds": KINDS,
            "kind": kind,
        }
        return self.frame.page("grids.html", 200, **shown)

    def grid(self, town: str, place: str) -> ResponseReturnValue:
        """Show one grid: its team, who is on duty, what is known of it, its sheets."""
        return self._grid(town, place)

    def tell(self, town: str, place: str) -> ResponseReturnValue:
        """Say something of a grid."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        team = client.read(at("towns", town, "grids", place, "team"), TeamSheet)
        questions = [fact.asked(reader().language) for fact in team.known_facts]
        texts = {each.fact: typed_in(f"fact.{each.fact}") for each in questions}
        try:
            facts = typed_all(questions, texts, names.book.zone)
            told = ToldToSend(facts, typed_in("since"), typed_in("source").strip())
            client.send("POST", at("towns", town, "grids", place, "facts"), msgspec.json.encode(told))
        except NotTyped as fault:
            return self._grid(town, place, fault=fault.asked.fact)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._grid(town, place, no)
        return go(f"/towns/{town}/grids/{place}?done=told")

    def _grid(
        self, town: str, place: str, refused: ApiRefused | None = None, fault: str | None = None
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        base = ("towns", town, "grids", place)
        team = client.read(at(*base, "team"), TeamSheet)
        shown = {
            "team": team,
            "questions": [fact.asked(reader().language) for fact in team.known_facts],
            "said": client.read(at(*base, "statements"), SaidRows, {"limit": LAST_SAID}).items,
            "hints": client.read(at("towns", town, "grid-hints"), HintRows, {"place": place}).items,
            "sheets": client.read(at(*base, "sheets"), PrintedSheets).items,
            "names": names,
            "times": self.frame.times_in(names),
            "given": request.form,
            "fault": fault,
            "problem": refused.problem if refused else None,
        }
        status = refused.status if refused else 422 if fault else 200
        return self.frame.page("grid.html", status, **shown)
