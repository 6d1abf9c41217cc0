"""Rotas and hand-overs: who is on duty when, and what somebody who leaves a post leaves to whoever follows."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, instant_in, typed_in
from services.console.domain.team_sheets import HandOverRows, HandOverToSend, TurnRows, TurnToSend
from services.console.domain.typed_answers import NotTyped
from services.console.handlers.client import ApiRefused, Query, at

CORRECTED = (400, 403, 404, 409, 422)  # statuses that the form shows beside what was typed
A_PAGE = 60


@dataclass(frozen=True, slots=True)
class RotaPages:
    """Rotas and hand-overs."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base = "/towns/<town>"
        pages.add_url_rule(f"{base}/rota", "rota", self.rota)
        pages.add_url_rule(f"{base}/rota", "turn", self.enter_turn, methods=["POST"])
        pages.add_url_rule(f"{base}/rota/<turn>/end", "turn-back", self.take_back, methods=["POST"])
        pages.add_url_rule(f"{base}/hand-overs", "hand-overs", self.hand_overs)
        pages.add_url_rule(f"{base}/hand-overs", "hand-over", self.open, methods=["POST"])
        pages.add_url_rule(
            f"{base}/hand-overs/<hand_over>/seen", "hand-over-seen", self.see, methods=["POST"]
        )

    def rota(self, town: str) -> ResponseReturnValue:
        """Show who takes which turn, and a form for one more."""
        return self._rota(town, request.args)

    def enter_turn(self, town: str) -> ResponseReturnValue:
        """Enter that somebody takes a turn."""
        client = reader().as_role
        zone = self.frame.names_in(client, town).book.zone
        try:
            start, end = (instant_in(name, zone) for name in ("from", "until"))
            wanted = TurnToSend(typed_in("person").strip(), start, end, typed_in("place") or None)
            path = at("towns", town, "rotas", typed_in("rota") or "-", "turns")
            client.send("POST", path, msgspec.json.encode(wanted))
        except NotTyped as fault:
            return self._rota(town, request.form, fault=fault.asked.fact)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._rota(town, request.form, no)
        return go(f"/towns/{town}/rota?done=entered")

    def take_back(self, town: str, turn: str) -> ResponseReturnValue:
        """Take a turn back."""
        reader().as_role.send("DELETE", at("towns", town, "turns", turn))
        return go(f"/towns/{town}/rota?done=ended")

    def hand_overs(self, town: str) -> ResponseReturnValue:
        """Show hand-overs, and a form for one more."""
        return self._hand_overs(town, request.args)

    def open(self, town: str) -> ResponseReturnValue:
        """Open a hand-over."""
        wanted = HandOverToSend(*(typed_in(name).strip() for name in ("unit", "from", "to", "note")))
        try:
            reader().as_role.send("POST", at("towns", town, "hand-overs"), msgspec.json.encode(wanted))
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._hand_overs(town, request.form, no)
        return go(f"/towns/{town}/hand-overs?done=opened")

    def see(self, town: str, hand_over: str) -> ResponseReturnValue:
        """Say that one has seen a hand-over."""
        reader().as_role.send("POST", at("towns", town, "hand-overs", hand_over, "seen"))
        return go(f"/towns/{town}/hand-overs?done=seen")

    def _rota(
        self,
        town: str,
        given: Mapping[str, str],
        refused: ApiRefused | None = None,
        fault: str | None = None,
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        query: Query = {"unit": asked("unit"), "cursor": asked("cursor"), "limit": A_PAGE}
        shown = {
            "page": client.read(at("towns", town, "turns"), TurnRows, query),
            "names": names,
            "times": self.frame.times_in(names),
            "given": given,
            "fault": fault,
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("rota.html", refused.status if refused else 422 if fault else 200, **shown)

    def _hand_overs(
        self, town: str, given: Mapping[str, str], refused: ApiRefused | None = None
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        query: Query = {"cursor": asked("cursor"), "limit": A_PAGE}
        session = reader().session
        shown = {
            "page": client.read(at("towns", town, "hand-overs"), HandOverRows, query),
            "names": names,
            "times": self.frame.times_in(names),
            "me": session.person.reference if session else None,
            "given": given,
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("hand_overs.html", refused.status if refused else 200, **shown)
