"""Looking at cases: the list, everything about one, what may be done with it, whether its history is whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec.structs import replace as changed

from services.intake.api.inputs import CasesQuery
from services.intake.api.outputs import CaseList, CaseView, ChainVerdict, StepList
from services.intake.api.redaction import for_reporter, listed_for_reporter, without_counts
from services.intake.api.request_context import ACTORS, STAFF, RequestContext, actor, viewer
from services.intake.api.step_views import steps_view
from services.intake.api.views import CaseDossier, case_view, listed_view
from services.intake.domain.actors import REPORTER
from services.intake.domain.case import Case
from services.intake.domain.chain import verify_chain
from services.intake.domain.chain_keys import ChainKeys
from services.intake.domain.duplicates import MOST, duplicate_criteria
from services.intake.domain.earlier import CountedCases, counted_cases
from services.intake.domain.locating import PointDoubt, doubt_of
from services.intake.domain.masked_case import CaseMask
from services.intake.domain.receipts import DuplicateCandidate
from services.intake.handlers.masking import TextMasker
from services.intake.store.duplicates import find_duplicates
from services.intake.store.earlier import those_seen
from services.intake.store.histories import keyed_of
from services.intake.store.listed_cases import CaseFilter, ListedCase, list_cases
from services.intake.store.people import orders_of_case
from services.intake.store.reading import (
    clocks_of,
    decisions_of,
    edition_number,
    files_of,
    history_of,
    notices_of,
)
from shared.rules.case.timing import local_day
from shared.web.access import caller, require
from shared.web.answers import json_answer
from shared.web.callers import Role
from shared.web.paging import by_id
from shared.web.routes import answers, mount, takes


@dataclass(frozen=True, slots=True)
class CaseRoutes:
    """The case file, to be read."""

    context: RequestContext
    masker: TextMasker
    keys: ChainKeys

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        case = "/v1/towns/<town>/cases/<case>"
        mount(blueprint, "GET", "/v1/towns/<town>/cases", self.cases)
        mount(blueprint, "GET", case, self.case)
        mount(blueprint, "GET", f"{case}/steps", self.steps)
        mount(blueprint, "GET", f"{case}/history/verify", self.verify)

    @require(*ACTORS)
    @takes(CasesQuery, "query")
    @answers(200, CaseList)
    def cases(self, query: dict[str, Any], town: str) -> Response:
        """List cases, newest first."""
        page = self.context.page(query, "cases", town)
        with self.context.store.read() as conn:
            found = list_cases(conn, viewer(town), CaseFilter(**page.filters), page.after_id, page.to_read)
            masks = self.masker.of_list(conn, town, actor(), found.rows)
        shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        return json_answer(
            {"cases": [_listed(case, masks.get(case.id)) for case in shown], "next": following}
        )

    @require(*ACTORS)
    @answers(200, CaseView)
    def case(self, town: str, case: str) -> Response:
        """Show everything about a case, by id or number."""
        with self.context.store.read() as conn:
            return json_answer(self._whole(conn, self.context.case(conn, town, case)))

    @require(*ACTORS)
    @answers(200, StepList)
    def steps(self, town: str, case: str) -> Response:
        """Show what the caller may do now, and why not for the rest."""
        with self.context.store.read() as conn:
            found = self.context.case(conn, town, case)
            return json_answer({"steps": steps_view(self.context, conn, found)})

    @require(*STAFF, Role.ENGINEER)
    @answers(200, ChainVerdict)
    def verify(self, town: str, case: str) -> Response:
        """Hold every entry of the case's history against the one before it."""
        with self.context.store.read() as conn:
            found = self.context.case(conn, town, case)
            keyed = keyed_of(conn, self.keys, found.id)
            verdict = verify_chain(history_of(conn, found.id), found.history_n, found.history_head, keyed)
            return json_answer(verdict)

    def _whole(self, conn: sa.Connection, case: Case) -> dict[str, Any]:
        """To those who reported it without what is not theirs."""
        steps = steps_view(self.context, conn, case)
        if actor().role != REPORTER:
            return case_view(self._masked(conn, self._dossier(conn, case)), steps)
        own = without_counts(case)
        whole = case_view(self._masked(conn, self._dossier(conn, own)), steps)
        return for_reporter(whole, own, actor().person)

    def _masked(self, conn: sa.Connection, dossier: CaseDossier) -> CaseDossier:
        case = dossier.case
        mask = self.masker.of_cases(conn, case.town, actor(), [case]).get(case.id)
        if mask is None:
            return dossier
        return replace(
            dossier,
            case=mask.case(case),
            history=mask.history(dossier.history),
            attachments=mask.files(dossier.attachments),
        )

    def _dossier(self, conn: sa.Connection, case: Case) -> CaseDossier:
        now = self.context.store.now(conn)
        return CaseDossier(
            case=case,
            edition_number=edition_number(conn, case.edition),
            decisions=decisions_of(conn, case.id),
            orders=orders_of_case(conn, case.id, now),
            clocks=clocks_of(conn, case.id),
            notices=notices_of(conn, case.id),
            attachments=files_of(conn, case.id),
            history=list(history_of(conn, case.id)),
            duplicates=self._duplicates(conn, case),
            earlier=self._earlier(conn, case),
            doubt=self._doubt(conn, case),
            now=now,
        )

    def _doubt(self, conn: sa.Connection, case: Case) -> PointDoubt | None:
        pack = self.context.pack_of(conn, case)
        return doubt_of(pack, case.place, local_day(pack, case.reported_at))

    def _earlier(self, conn: sa.Connection, case: Case) -> Sequence[CountedCases]:
        """What was counted, with those of the earlier cases that the caller may see."""
        if not case.earlier:
            return ()
        ids = {each for counted in case.earlier.values() for each in counted}
        seen = those_seen(conn, viewer(case.town), ids)
        return tuple(counted_cases(self.context.pack_of(conn, case), case, seen))

    def _duplicates(self, conn: sa.Connection, case: Case) -> Sequence[DuplicateCandidate]:
        """Cases that look like it, among those that the caller may see; one that was merged looks like none."""
        if case.merged_into is not None:
            return ()
        criteria = duplicate_criteria(self.context.pack_of(conn, case), case)
        return find_duplicates(conn, viewer(case.town), criteria, MOST) if criteria else ()


def _listed(case: ListedCase, mask: CaseMask | None) -> dict[str, Any]:
    who = caller()
    if mask is not None and case.title:
        case = changed(case, title=mask.text(case.title))
    return listed_view(listed_for_reporter(case, who.person) if who.role is Role.REPORTER else case)
