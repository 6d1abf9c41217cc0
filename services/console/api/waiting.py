"""What waits on a phone to be sent: the page that lists it, the seal by which it is sent, the worker that sends it.

Decides what a form that comes later is answered: where it led, or why it was refused, as JSON and not as a page. The
list itself is the phone's alone; nothing of it is known here before it is sent.
"""

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from services.console.api.assets import OF_DESCRIPTIONS, hashed_names, source_of
from services.console.api.frame import PROBLEM, PageFrame, mark_of_reader, reader, spoken
from services.console.api.given import header
from services.console.domain.sheets import ProblemSheet
from shared.kernel.roles import Role

LATER = "X-Gridcase-Later"  # on a form that a phone sends by itself
KEEP = "X-Gridcase-Keep"  # on a page that a phone may show without a network
# Of the ledger a phone keeps the cards that were opened on it, for its day; never a list, never what is sealed.
OF_LEDGER = ("pages.ledger-entry",)
FORMS = ("pages.report", "pages.report-form", "pages.ledger-new", "pages.ledger-form", "pages.waiting-list")
RECORDS = ("pages.record-form", "pages.occurrence-record", "pages.record-correct")
FIELD_PAGES = ("pages.day", "pages.case", *OF_LEDGER, *FORMS, *RECORDS)
CACHE, RETRY_AFTER = "Cache-Control", "Retry-After"
WORKER_POLICY = "default-src 'none'; connect-src 'self'"


@dataclass(frozen=True, slots=True)
class WaitingPages:
    """The pages of work without a network."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/waiting", "waiting-list", self.show)
        pages.add_url_rule("/waiting/seal", "seal", self.seal)
        pages.add_url_rule("/worker.js", "worker", _worker)

    def show(self) -> ResponseReturnValue:
        """Show what waits on this phone: a page that its script fills in."""
        return self.frame.page("waiting_list.html")

    def seal(self) -> ResponseReturnValue:
        """Say for whom forms are sealed now, and give the seal: what somebody else has left waits for that person."""
        answer = jsonify({"csrf": generate_csrf(), "for": mark_of_reader()})
        answer.headers.set(CACHE, "no-store")
        return answer


def hold(app: Flask) -> None:
    """Have forms that come later answered for a script, and pages say whether a phone may keep them."""
    app.after_request(_answered_later)
    app.after_request(_may_be_kept)


def _worker() -> Response:
    """Give the worker; under a name of its own, so that the browser looks for a newer one by itself."""
    names = [f"/assets/{name}" for own, name in hashed_names().items() if own not in OF_DESCRIPTIONS]
    head = f"var ASSETS = {jsonify(names).get_data(as_text=True).strip()};\n".encode()
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": WORKER_POLICY}
    script = head + source_of("kept.js") + source_of("worker.js")
    return Response(script, content_type="text/javascript; charset=utf-8", headers=headers)


def _answered_later(response: Response) -> Response:
    if not header(LATER) or request.method != "POST":
        return response
    if response.status_code in (302, 303):
        return _said(response, {"to": str(response.location)})
    if response.status_code >= 400:
        problem: ProblemSheet = getattr(g, PROBLEM, None) or ProblemSheet()
        return _said(response, {"cause": problem.cause, "remedy": problem.remedy, "language": spoken()})
    return response


def _said(response: Response, said: dict[str, str]) -> Response:
    answer = jsonify(said)
    answer.status_code = response.status_code if response.status_code >= 400 else 200
    if wait := response.headers.get(RETRY_AFTER):
        answer.headers.set(RETRY_AFTER, wait)
    return answer


def _may_be_kept(response: Response) -> Response:
    """A grid worker's day; of everybody else the forms, which say nothing of anybody."""
    if response.status_code == 200 and request.endpoint in FIELD_PAGES and request.method == "GET":
        is_field = hasattr(g, "reader") and reader().may(Role.GRID_WORKER)
        if is_field or request.endpoint in FORMS:
            response.headers[KEEP] = "yes"
    return response
