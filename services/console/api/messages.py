"""Messages: what I was told, why, unread first, marked as read."""

from dataclasses import dataclass

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, own_town, reader
from services.console.api.given import asked
from services.console.domain.sheets import MessagePage
from services.console.handlers.client import ApiRefused
from services.console.handlers.name_books import TownNames

NO_DESK = "no-desk"


@dataclass(frozen=True, slots=True)
class MessagesPages:
    """The inbox of the role in use."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/messages", "messages", self.show)
        pages.add_url_rule("/messages/read", "read", self.mark_read, methods=["POST"])

    def show(self) -> ResponseReturnValue:
        """Show messages, by default those that are unread."""
        client, is_all = reader().as_role, asked("show") == "all"
        query = {"unread": "no" if is_all else "yes", "cursor": asked("cursor")}
        try:
            page, has_desk = client.read("/v1/inbox", MessagePage, query), True
        except ApiRefused as no:
            if no.problem.code != NO_DESK:
                raise
            page, has_desk = MessagePage(), False
        town = own_town(reader())
        names = self.frame.names_in(client, town) if town else TownNames()
        times = self.frame.times_in(names)
        return self.frame.page(
            "messages.html", page=page, has_desk=has_desk, names=names, times=times, is_all=is_all
        )

    def mark_read(self) -> ResponseReturnValue:
        """Mark what was shown as read."""
        client, given = reader().as_role, request.form.getlist("notification")
        if given:
            client.send("POST", "/v1/inbox/read", msgspec.json.encode({"notifications": given[:200]}))
        return go("/messages")
