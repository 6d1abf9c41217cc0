"""Drafts: what a text proposes, and a person's word on what a machine or a text reported."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.desk import EVERYBODY, STAFF, Desk, actor
from services.intake.api.inputs import ConfirmInput, DismissInput, ProposalInput
from services.intake.api.outputs import CaseState, ProposalList
from services.intake.api.views import state_view
from services.intake.domain.drafts import Confirming
from services.intake.domain.refusal import refusal
from shared.flow.editions import current_edition
from shared.rules.decide.propose import Proposal, proposals
from shared.rules.pack.model import Pack
from shared.web.access import require
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes

_PERSONS = (Role.GRID_WORKER, *STAFF)


class DraftRoutes:
    """What waits for a person before it is a case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        one = "/v1/towns/<town>/cases/<case>"
        mount(blueprint, "POST", "/v1/towns/<town>/cases/proposals", self.propose)
        mount(blueprint, "POST", f"{one}/confirm", self.confirm)
        mount(blueprint, "POST", f"{one}/dismiss", self.dismiss)

    @require(*EVERYBODY)
    @takes(ProposalInput)
    @answers(200, ProposalList)
    def propose(self, given: dict[str, Any], town: str) -> Response:
        """Propose a category from a text by the town's keywords, with what matched. Nothing is reported."""
        pack = self._in_force(town)
        found = [_shown(pack, one) for one in proposals(pack, f"{given.get('title', '')}\n{given['text']}")]
        first = found[0] if found else None
        return json_answer({"proposal": first, "others": found[1:], "edition": pack.edition})

    @require(*_PERSONS)
    @takes(ConfirmInput)
    @answers(200, CaseState)
    def confirm(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Confirm a draft, as it is or corrected: from now on it is a case like any other.

        It is bound to the edition in force now; what that one does not have any more must be corrected.
        """
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            self._desk.drafts.confirm(work, found, actor(), Confirming(**given))
        return json_answer(state_view(found))

    @require(*_PERSONS)
    @takes(DismissInput)
    @answers(200, CaseState)
    def dismiss(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Dismiss a draft with a reason. What was reported stays readable."""
        with self._desk.store.begin() as work:
            found = self._desk.case_to_change(work, town, case)
            self._desk.drafts.dismiss(work, found, actor(), given["reason"])
        return json_answer(state_view(found))

    def _in_force(self, town: str) -> Pack:
        desk = self._desk
        with desk.store.read() as conn:
            edition = current_edition(conn, desk.store.flow.editions, town, desk.store.now(conn))
            if edition is None:
                raise refusal("no-edition", {"town": town}, town=town)
            return desk.shelf.of(conn, desk.store.flow.editions, edition)


def _shown(pack: Pack, one: Proposal) -> dict[str, Any]:
    name = pack.categories[one.category].name.in_language(language()) or one.category
    return {"category": one.category, "name": name, "matched": list(one.matched)}
