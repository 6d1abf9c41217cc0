"""For the engineer: how every service is, what waits in it and why, and which rules each town has.

Decides the order: what needs somebody comes first. Retrying is one press; giving up asks why, and for a second press.
"""

from dataclasses import dataclass

import msgspec
from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.domain.house_sheets import EditionRows, ReasonToSend, WaitingMessage, WaitingPage
from services.console.domain.sheets import TownList, TownSheet
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from services.console.handlers.house import SERVICES, house_standing
from services.console.handlers.name_books import TownNames

STATES = ("parked", "refused", "later", "held")
CORRECTED = (400, 409, 422)
TOWNS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class PlatformPages:
    """The house, as whoever runs it sees it."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        message = "/platform/messages/<service>/<message>"
        pages.add_url_rule("/platform", "platform", self.show)
        pages.add_url_rule("/platform/messages/<service>", "waiting", self.waiting)
        pages.add_url_rule(f"{message}/drop", "drop", self.ask_drop)
        pages.add_url_rule(f"{message}/drop", "drop-now", self.drop, methods=["POST"])
        pages.add_url_rule(f"{message}/retry", "retry", self.retry, methods=["POST"])
        pages.add_url_rule("/platform/editions", "editions", self.editions)
        pages.add_url_rule("/towns/<town>/editions", "town-editions", self.town_editions)

    def show(self) -> ResponseReturnValue:
        """Show every service."""
        found = house_standing(reader().as_role)
        times = self.frame.times_in(TownNames())
        return self.frame.page("platform.html", services=found, times=times, states=STATES)

    def waiting(self, service: str) -> ResponseReturnValue:
        """Show the messages that a service could not handle."""
        return self._waiting(service)

    def retry(self, service: str, message: str) -> ResponseReturnValue:
        """Have a message tried again."""
        try:
            reader().as_role.send("POST", at("services", service, "messages", message, "retry"), b"{}")
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._waiting(service, no)
        return go(f"/platform/messages/{service}?done=retried")

    def ask_drop(self, service: str, message: str) -> ResponseReturnValue:
        """Ask why a message is given up, and say what that means."""
        return self._ask(service, message)

    def drop(self, service: str, message: str) -> ResponseReturnValue:
        """Give a message up."""
        client, why = reader().as_role, typed_in("why").strip()
        path = at("services", service, "messages", message, "drop")
        try:
            client.send("POST", path, msgspec.json.encode(ReasonToSend(why)))
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._ask(service, message, no, why)
        return go(f"/platform/messages/{service}?done=dropped")

    def editions(self) -> ResponseReturnValue:
        """Show each town's edition in force; towns page by page, for each is asked by itself."""
        client = reader().as_role
        towns = client.read("/v1/towns", TownList).towns
        begin = max(0, _number(asked("from")))
        shown = towns[begin : begin + TOWNS_A_PAGE]
        found = [(town, self._editions(client, town)) for town in shown]
        following = begin + TOWNS_A_PAGE if begin + TOWNS_A_PAGE < len(towns) else None
        times = self.frame.times_in(TownNames())
        return self.frame.page("editions.html", towns=found, following=following, begin=begin, times=times)

    def town_editions(self, town: str) -> ResponseReturnValue:
        """Show every edition of a town, the newest first."""
        client = reader().as_role
        found = client.read(at("towns", town, "editions"), EditionRows).items
        names = self.frame.names_in(client, town)
        return self.frame.page(
            "town_editions.html", rows=found, names=names, times=self.frame.times_in(names)
        )

    def _editions(self, client: ApiClient, town: TownSheet) -> EditionRows:
        return client.read(at("towns", town.town, "editions"), EditionRows)

    def _waiting(self, service: str, refused: ApiRefused | None = None) -> ResponseReturnValue:
        client, state = reader().as_role, asked("state")
        query: Query = {"state": state, "cursor": asked("cursor")}
        page = client.read(at("services", service, "messages"), WaitingPage, query)
        shown = {
            "page": page,
            "service": service,
            "state": state,
            "states": STATES,
            "services": SERVICES,
            "times": self.frame.times_in(TownNames()),
            "problem": refused.problem if refused else None,
        }
        return self.frame.page("waiting.html", refused.status if refused else 200, **shown)

    def _ask(
        self, service: str, message: str, refused: ApiRefused | None = None, why: str = ""
    ) -> ResponseReturnValue:
        client = reader().as_role
        found = client.read(at("services", service, "messages", message), WaitingMessage)
        shown = {"found": found, "service": service, "why": why, "times": self.frame.times_in(TownNames())}
        problem = refused.problem if refused else None
        return self.frame.page("drop.html", refused.status if refused else 200, **shown, problem=problem)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
