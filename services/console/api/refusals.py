"""What a reader sees where something is refused or goes wrong: what happened, and what to do now.

Decides which page stands for which refusal. The services' own words are shown where they said some.
"""

from dataclasses import dataclass
from urllib.parse import quote

import structlog
from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from services.console.api import kept
from services.console.api.cookies import is_remote
from services.console.api.frame import PageFrame, go
from services.console.domain.sheets import ProblemSheet
from services.console.handlers.client import ApiRefused
from services.console.handlers.readers import PasswordNeeded, SignInNeeded
from services.console.ports.calls import ApiUnreachable
from shared.obs.failures import told

RETRY_AFTER = "Retry-After"
log = structlog.get_logger()
KINDS = {403: "not-allowed", 404: "not-found", 405: "wrong-method", 409: "conflict", 413: "too-large",
         422: "not-understood", 429: "too-many", 503: "away"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Error pages."""

    frame: PageFrame

    def hold(self, app: Flask) -> None:
        """Have the application answer every failure with a page."""
        app.register_error_handler(ApiRefused, self._refused)
        app.register_error_handler(ApiUnreachable, self._unreachable)
        app.register_error_handler(SignInNeeded, self._sign_in)
        app.register_error_handler(PasswordNeeded, lambda _needed: go("/account"))
        app.register_error_handler(CSRFError, self._strange_form)
        app.register_error_handler(HTTPException, self._http)
        app.register_error_handler(Exception, self._fault)

    def _refused(self, no: ApiRefused) -> ResponseReturnValue:
        if no.status == 401:
            # The session ended between two pages.
            self.frame.sessions.forget(kept.secret())
            return self._sign_in(SignInNeeded())
        return self._page(no.status, no.problem, no.retry_after)

    def _unreachable(self, _away: ApiUnreachable) -> ResponseReturnValue:
        return self._page(503)

    def _sign_in(self, _needed: SignInNeeded) -> ResponseReturnValue:
        to = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return go(f"/sign-in?to={quote(to, safe='/')}")

    def _strange_form(self, _error: CSRFError) -> ResponseReturnValue:
        """The cookie did not come back: it was lost, or the browser keeps none of ours without TLS."""
        kind = "no-cookie-without-tls" if is_remote() and not request.is_secure else "old-form"
        return self.frame.page("problem.html", 400, kind=kind, problem=ProblemSheet(), retry_after=None)

    def _http(self, error: HTTPException) -> ResponseReturnValue:
        return self._page(error.code or 500)

    def _fault(self, fault: Exception) -> ResponseReturnValue:
        log.error("page-failed", route=request.url_rule.rule if request.url_rule else None, cause=told(fault))
        return self._page(500)

    def _page(
        self, status: int, problem: ProblemSheet | None = None, retry_after: int | None = None
    ) -> ResponseReturnValue:
        kind = KINDS.get(status, "fault")
        answer = self.frame.page(
            "problem.html", status, kind=kind, problem=problem or ProblemSheet(), retry_after=retry_after
        )
        if retry_after is not None:
            answer.headers.set(RETRY_AFTER, str(retry_after))
        return answer
