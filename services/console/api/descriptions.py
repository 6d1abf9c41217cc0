"""What the services say of their routes, for people: one page for each service, where a route can be tried.

Decides nothing about any route: the descriptions are the services' own, and what is tried goes to them by the one door
with the token that somebody gives. Must not know any token: none is made here, and none is kept.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, g
from flask.typing import ResponseReturnValue

from services.console.api.assets import has_viewer
from services.console.api.frame import POLICY, PageFrame
from services.console.handlers.house import SERVICES

FIRST = "intake"
# The viewer's signs are pictures within its style; nothing else of the policy gives way for it.
WITH_SIGNS = {"Content-Security-Policy": POLICY.replace("img-src 'self'", "img-src 'self' data:")}


@dataclass(frozen=True, slots=True)
class DescriptionPages:
    """The services' APIs, to be read and tried."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/api", "api", self.first)
        pages.add_url_rule("/api/<service>", "api-of", self.show)

    def first(self) -> ResponseReturnValue:
        """Show the service to which most that is asked goes."""
        return self._page(FIRST)

    def show(self, service: str) -> ResponseReturnValue:
        """Show a service's API."""
        if service not in SERVICES:
            abort(404)
        return self._page(service)

    def _page(self, service: str) -> ResponseReturnValue:
        g.own_headers = WITH_SIGNS
        return self.frame.page("api.html", service=service, services=SERVICES, is_viewer=has_viewer())
