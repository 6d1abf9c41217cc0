"""One's own account: which role is in use, which sessions are open, another password."""

from dataclasses import dataclass

import msgspec
from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api import kept
from services.console.api.frame import PageFrame, go, need_sign_in, own_town, reader, within
from services.console.api.given import typed_in
from services.console.domain.sheets import ListedSession, SessionPage
from services.console.handlers.client import ApiRefused, at
from services.console.handlers.name_books import TownNames


@dataclass(frozen=True, slots=True)
class AccountPages:
    """What concerns nobody but the reader."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/account", "account", self.show)
        pages.add_url_rule("/account/role", "role", self.choose_role, methods=["POST"])
        pages.add_url_rule("/account/password", "password", self.change_password, methods=["POST"])
        pages.add_url_rule(
            "/account/sessions/<reference>/end", "end-session", self.end_session, methods=["POST"]
        )

    def show(self) -> ResponseReturnValue:
        """Show the account."""
        need_sign_in()
        return self._page()

    def choose_role(self) -> ResponseReturnValue:
        """Go on in another role that this person holds."""
        need_sign_in()
        kept.choose_role(typed_in("role", ""))
        return go(within(typed_in("back", "/")))

    def change_password(self) -> ResponseReturnValue:
        """Take another password."""
        need_sign_in()
        old, new = typed_in("old", ""), typed_in("new", "")
        if new != typed_in("again", ""):
            return self._page(422, fault="account.not-twice")
        body = msgspec.json.encode({"old": old, "new": new})
        try:
            reader().as_session.send("PUT", "/v1/session/password", body)
        except ApiRefused as no:
            if no.status in (400, 401, 403, 422):
                return self._page(422, refused=no.problem)
            raise
        self.frame.sessions.forget(reader().secret)
        return go("/account?done=password")

    def end_session(self, reference: str) -> ResponseReturnValue:
        """End one of the reader's sessions."""
        need_sign_in()
        reader().as_session.send("DELETE", at("session", "sessions", reference))
        self.frame.sessions.forget(reader().secret)
        return go("/account?done=ended")

    def _page(self, status: int = 200, **shown: object) -> ResponseReturnValue:
        who = reader()
        town = own_town(who)
        names = self.frame.names_in(who.anyone, town) if town else TownNames()
        common = {"sessions": self._sessions(), "names": names, "times": self.frame.times_in(names)}
        return self.frame.page("account.html", status, **{"fault": None, "refused": None, **common, **shown})

    def _sessions(self) -> tuple[ListedSession, ...]:
        who = reader()
        if who.session is None or who.session.must_change_password:
            return ()  # with a first password nothing is shown but the way to another one
        return reader().as_session.read("/v1/session/sessions", SessionPage).items
