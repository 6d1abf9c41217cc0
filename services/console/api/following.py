"""Following what one reported: on this device what it knows, on any other by number and code.

Decides how a code is asked for and where it leads. What a code opens, intake says.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api import kept
from services.console.api.cookies import is_remote
from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.api.residents import asking
from services.console.domain.sheets import CaseRows, SatisfactionToSend, SatisfiedSheet
from services.console.handlers.client import ApiRefused, Query, at

A_PAGE = 50
REFUSED = (404, 422, 429)


@dataclass(frozen=True, slots=True)
class FollowPages:
    """What became of a report."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/follow", "follow", self.show)
        pages.add_url_rule("/towns/<town>/follow", "follow-now", self.follow, methods=["POST"])
        pages.add_url_rule("/towns/<town>/follow/<number>", "follow-link", self.by_link)
        pages.add_url_rule(
            "/towns/<town>/cases/<case>/satisfaction", "satisfaction", self.say, methods=["POST"]
        )

    def show(self, town: str) -> ResponseReturnValue:
        """Show what the reader reported, and ask for the number of anything else."""
        return self._page(town)

    def follow(self, town: str) -> ResponseReturnValue:
        """Lead to the case that a number and a code stand for."""
        return self._lead(town, typed_in("number").strip(), typed_in("code").strip())

    def by_link(self, town: str, number: str) -> ResponseReturnValue:
        """Lead to the case of a link, which holds the code; without one, ask for it."""
        known = kept.follow_numbered(town, number)
        code = asked("code") or (known.code if known else "")
        return self._lead(town, number, code) if code else self._page(town, number=number)

    def say(self, town: str, case: str) -> ResponseReturnValue:
        """Take a reporter's word on the result, and say what followed from it."""
        body = SatisfactionToSend(typed_in("satisfied") == "yes", typed_in("note").strip())
        path = at("towns", town, "cases", case, "satisfaction")
        heard = asking(self.frame, town).post(path, SatisfiedSheet, body)
        said = "follow.thanks-yes" if body.satisfied else "follow.thanks-no"
        flash(self.frame.say("follow.redone" if heard.step else said), "said")
        if heard.not_done:
            flash(heard.not_done, "warning")
        return go(f"/towns/{town}/cases/{case}")

    def _lead(self, town: str, number: str, code: str) -> ResponseReturnValue:
        try:
            found = self.frame.follows.followed(reader().anyone, town, number, code)
        except ApiRefused as no:
            if no.status not in REFUSED:
                raise
            return self._page(town, number=number, refused=no)
        kept.keep_follow(found.case, kept.FollowPass(town, number, code))
        return go(f"/towns/{town}/cases/{found.case}")

    def _page(self, town: str, number: str = "", refused: ApiRefused | None = None) -> ResponseReturnValue:
        client = asking(self.frame, town)
        names = self.frame.names_in(client, town)
        wanted: Query = {"cursor": asked("cursor"), "limit": A_PAGE}
        rows = client.read(at("towns", town, "cases"), CaseRows, wanted)
        listed = {row.number for row in rows.cases}
        shown = {
            "rows": rows,
            "names": names,
            "times": self.frame.times_in(names),
            "kept": [each for each in kept.follows(town) if each.number not in listed],
            "number": number,
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("follow.html", refused.status if refused else 200, **shown, given=request.args)


def link_of(town: str, number: str, code: str) -> str:
    """Return the address under which a case is followed on any device, as this request's browser reaches us."""
    return outside(f"/towns/{town}/follow/{number}?{urlencode({'code': code})}")


def outside(path: str) -> str:
    """Return the whole address of a path, as this request's browser reaches us."""
    # A browser keeps our cookie over TLS alone, wherever it is not on this machine.
    scheme = "https" if is_remote() else request.scheme
    return f"{scheme}://{request.host}{path}"
