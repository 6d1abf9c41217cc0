"""Choosing from the ledger whom a record is about: looked for on a page of its own, and taken back to the form.

Decides that no form holds a list of residents: forms are kept on telephones, and this page is not.
"""

import re
from dataclasses import dataclass

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked
from services.console.api.ledger import desk_in
from services.console.domain.duty_sheets import KINDS_ABOUT
from services.console.domain.ledger_sheets import LedgerEntrySheet, LedgerRows, LedgerTypeSheet
from services.console.handlers.client import ApiRefused, Query, at

A_PAGE = 50
_FORM = r"(forms/[^/?#]+|occurrences/[^/?#]+/record|records/[^/?#]+/correct)"


@dataclass(frozen=True, slots=True)
class SubjectPages:
    """Looking for whom a record is about."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/subjects", "subjects", self.subjects)

    def subjects(self, town: str) -> ResponseReturnValue:
        """Show entries of the ledger that the reader reads, each leading back to the form that asked."""
        form = asked("form")
        if not re.fullmatch(_FORM, form) or asked("kind") not in KINDS_ABOUT:
            abort(404)
        try:
            desk = desk_in(self.frame, town)
        except ApiRefused as no:
            if no.problem.code != "no-ledger":
                raise
            names = self.frame.names_in(reader().as_role, town)
            return self.frame.page("ledger_none.html", names=names)
        found: list[tuple[LedgerEntrySheet, LedgerTypeSheet]] = []
        for type_ in desk.ledger.read:
            if type_.kind in KINDS_ABOUT[asked("kind")]:
                wanted: Query = {"type": type_.key, "text": asked("text"), "limit": A_PAGE}
                rows = desk.client.read(at("towns", town, "ledger", "entries"), LedgerRows, wanted)
                found += [(each, type_) for each in rows.entries]
        shown = {"rows": found, "text": asked("text"), "kind": asked("kind"), "form": form}
        return self.frame.page("subjects.html", 200, **shown, names=desk.names)
