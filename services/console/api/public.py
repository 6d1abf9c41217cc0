"""What everybody may know: what a town has published, with the result and without anybody's name."""

from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked
from services.console.domain.sheets import PublicationPage
from services.console.handlers.client import at


@dataclass(frozen=True, slots=True)
class PublicPages:
    """The public list."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/public", "public", self.show)

    def show(self, town: str) -> ResponseReturnValue:
        """Show publications, the latest day first; nobody needs to be known for that."""
        client = reader().anyone
        names = self.frame.names_in(client, town)
        page = client.read(at("towns", town, "publications"), PublicationPage, {"cursor": asked("cursor")})
        return self.frame.page("public.html", page=page, names=names, times=self.frame.times_in(names))
