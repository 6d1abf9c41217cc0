"""Tokens for machines: of a town, or of the whole platform; a token is shown once, in the answer to its issue."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.accounts import grantable
from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.api.people import CORRECTED, filled, unit_choices
from services.console.domain.people_sheets import TokenRow, TokenRows, TokenToSend, UnitRows
from services.console.domain.sheets import AskedFact
from services.console.domain.typed_answers import NotTyped, typed
from services.console.handlers.client import ApiClient, ApiRefused, at
from services.console.handlers.listing import WholeList, whole
from services.console.handlers.name_books import TownNames

UNTIL = AskedFact("valid_until", "valid_until", "instant")
ONLY_WHOLE_PLATFORM = 403


@dataclass(frozen=True, slots=True)
class TokensPages:
    """Tokens."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        for kind, base in (("town-", "/towns/<town>/tokens"), ("", "/platform/tokens")):
            pages.add_url_rule(base, f"{kind}tokens", self.show)
            pages.add_url_rule(base, f"{kind}token-issue", self.issue, methods=["POST"])
            pages.add_url_rule(f"{base}/revoke", f"{kind}token-revoke", self.revoke, methods=["POST"])

    def show(self, town: str | None = None) -> ResponseReturnValue:
        """Show tokens, those that are good before all others."""
        return self._page(town)

    def issue(self, town: str | None = None) -> ResponseReturnValue:
        """Issue a token; it stands on the page that answers and nowhere else."""
        client = reader().as_role
        names = self.frame.names_in(client, town) if town else TownNames()
        try:
            issued = client.post("/v1/tokens", TokenRow, _wanted(town, names.book.zone))
        except NotTyped:
            return self._page(town, request.form, fault=UNTIL.fact)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._page(town, request.form, refused=no)
        return self._page(town, issued=issued)

    def revoke(self, town: str | None = None) -> ResponseReturnValue:
        """Revoke a token for good."""
        client, reference = reader().as_role, typed_in("reference").strip()
        base = f"/towns/{town}/tokens" if town else "/platform/tokens"
        try:
            client.send("DELETE", at("tokens", reference))
        except ApiRefused as no:
            if no.status not in (*CORRECTED, 404, 405):  # without a reference it is another path
                raise
            return self._page(town, refused=no)
        return go(f"{base}?done=revoked")

    def _page(
        self,
        town: str | None,
        given: Mapping[str, str] | None = None,
        *,
        issued: TokenRow | None = None,
        refused: ApiRefused | None = None,
        fault: str | None = None,
    ) -> ResponseReturnValue:
        client, is_all = reader().as_role, asked("show") == "all"
        listed = self._listed(client, town)
        names = self.frame.names_in(client, town) if town else TownNames()
        now = self.frame.now()
        shown = {
            "rows": [token for token in listed.rows if is_all or token.is_good(now)] if listed else [],
            "listed": listed,
            "is_all": is_all,
            "names": names,
            "times": self.frame.times_in(names),
            "units": self._units(client, town, names),
            "grantable": grantable(),
            "given": given or {},
            "issued": issued,
            "fault": fault,
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("tokens.html", refused.status if refused else 422 if fault else 200, **shown)

    def _listed(self, client: ApiClient, town: str | None) -> WholeList[TokenRow] | None:
        """Tokens of the town, or all; None: whoever asks has some towns alone, and is shown no list."""
        try:
            found = whole(client, "/v1/tokens", TokenRows)
        except ApiRefused as no:
            if no.status != ONLY_WHOLE_PLATFORM or town is None or no.problem.code != "some-towns-only":
                raise
            return None
        of_town = tuple(token for token in found.rows if town is None or town in token.towns)
        return WholeList(of_town, found.has_more)

    def _units(self, client: ApiClient, town: str | None, names: TownNames) -> list[tuple[str, str]]:
        if town is None:
            return []
        return unit_choices(whole(client, at("towns", town, "units"), UnitRows).rows, names)


def _wanted(town: str | None, zone: str) -> TokenToSend:
    until = filled(UNTIL.fact)
    towns = (town,) if town else tuple(typed_in("towns").replace(",", " ").replace("、", " ").split())
    ends = str(typed(UNTIL, until, zone)) if until else None
    return TokenToSend(
        typed_in("role"), towns, typed_in("label").strip(), filled("unit"), filled("person"), ends
    )
