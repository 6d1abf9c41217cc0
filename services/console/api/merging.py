"""Merging a case into another: first what it would do to the limits of both, then, where the reader says so, done."""

from dataclasses import dataclass

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.domain.merge_sheets import MergedSheet, MergeOutlookSheet, MergeToSend
from services.console.domain.sheets import CaseSheet, ProblemSheet
from services.console.handlers.client import ApiClient, ApiRefused, at

SAID = (400, 403, 404, 409, 422)


@dataclass(frozen=True, slots=True)
class MergingPages:
    """Merging."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        case = "/towns/<town>/cases/<case>"
        pages.add_url_rule(f"{case}/merge", "merge", self.ask)
        pages.add_url_rule(f"{case}/merge", "merge-now", self.merge, methods=["POST"])

    def ask(self, town: str, case: str) -> ResponseReturnValue:
        """Ask into which case, and show what that would do."""
        return self._page(reader().as_role, town, case, asked("into").strip())

    def merge(self, town: str, case: str) -> ResponseReturnValue:
        """Merge, and show the case that goes on."""
        client, body = reader().as_role, MergeToSend(typed_in("into"), typed_in("note").strip())
        try:
            merged = client.post(at("towns", town, "cases", case, "merge"), MergedSheet, body)
        except ApiRefused as no:
            if no.status not in SAID:
                raise
            client.read(
                at("towns", town, "cases", case), CaseSheet
            )  # whoever may not see it meets no page of it
            return self._page(client, town, case, body.into, no)
        flash(self.frame.words.say(reader().language, "merge.step"), "done")
        return go(f"/towns/{town}/cases/{merged.case}")

    def _page(
        self, client: ApiClient, town: str, case: str, into: str, no: ApiRefused | None = None
    ) -> ResponseReturnValue:
        found = client.read(at("towns", town, "cases", case), CaseSheet)
        names = self.frame.names_in(client, town)
        outlook, problem = _outlook(client, town, case, into) if into else (None, None)
        shown = {"case": found, "into": into, "outlook": outlook, "names": names}
        refused = no.problem if no else problem
        times, status = self.frame.times_in(names), no.status if no else 200
        return self.frame.page("merge.html", status, **shown, times=times, problem=refused)


def _outlook(
    client: ApiClient, town: str, case: str, into: str
) -> tuple[MergeOutlookSheet | None, ProblemSheet | None]:
    """What would happen; or why nobody can say."""
    path = at("towns", town, "cases", case, "merge")
    try:
        return client.read(path, MergeOutlookSheet, {"into": into}), None
    except ApiRefused as no:
        if no.status not in SAID:
            raise
        return None, no.problem
