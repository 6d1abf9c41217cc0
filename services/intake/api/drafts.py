"""Drafts: what a text proposes, and a person's word on what a machine or a text reported."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.intake.api.inputs import ConfirmInput, DismissInput, ProposalInput
from services.intake.api.outputs import CaseStateView
from services.intake.api.report_outputs import ProposalList
from services.intake.api.request_context import EVERYBODY, STAFF, RequestContext, actor
from services.intake.api.views import state_view
from services.intake.domain.drafts import Confirming
from services.intake.handlers.drafts import Drafts
from shared.rules.decide.propose import Proposal, proposals
from shared.rules.pack.model import Pack
from shared.web.access import require
from shared.web.answers import json_answer, language
from shared.web.callers import Role
from shared.web.routes import answers, mount, takes

_PERSONS = (Role.GRID_WORKER, *STAFF)


@dataclass(frozen=True, slots=True)
class DraftRoutes:
    """What waits for a person before it is a case."""

    context: RequestContext
    drafts: Drafts

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        case = "/v1/towns/<town>/cases/<case>"
        mount(blueprint, "POST", "/v1/towns/<town>/cases/proposals", self.propose)
        mount(blueprint, "POST", f"{case}/confirm", self.confirm)
        mount(blueprint, "POST", f"{case}/dismiss", self.dismiss)

    @require(*EVERYBODY)
    @takes(ProposalInput)
    @answers(200, ProposalList)
    def propose(self, given: dict[str, Any], town: str) -> Response:
        """Propose a category from a text by the town's keywords, with what matched. Nothing is reported."""
        with self.context.store.read() as conn:
            pack = self.context.pack_in_force(conn, town)
        found = proposals(pack, f"{given.get('title', '')}\n{given['text']}")
        shown = [_shown(pack, proposal) for proposal in found]
        first = shown[0] if shown else None
        return json_answer({"proposal": first, "others": shown[1:], "edition": pack.edition})

    @require(*_PERSONS)
    @takes(ConfirmInput)
    @answers(200, CaseStateView)
    def confirm(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Confirm a draft, as it is or corrected: from now on it is a case like any other.

        It is bound to the edition in force now; what that one does not have any more must be corrected.
        """
        with self.context.store.begin() as work:
            found = self.context.case_to_change(work, town, case)
            self.drafts.confirm(work, found, actor(), Confirming(**given))
        return json_answer(state_view(found))

    @require(*_PERSONS)
    @takes(DismissInput)
    @answers(200, CaseStateView)
    def dismiss(self, given: dict[str, Any], town: str, case: str) -> Response:
        """Dismiss a draft with a reason. What was reported stays readable."""
        with self.context.store.begin() as work:
            found = self.context.case_to_change(work, town, case)
            self.drafts.dismiss(work, found, actor(), given["reason"])
        return json_answer(state_view(found))


def _shown(pack: Pack, proposal: Proposal) -> dict[str, Any]:
    name = pack.categories[proposal.category].name.in_language(language()) or proposal.category
    return {"category": proposal.category, "name": name, "matched": proposal.matched}
