"""Signing in and out."""

from dataclasses import dataclass

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from services.console.api import kept
from services.console.api.frame import PageFrame, go, reader, within
from services.console.api.given import asked, header, typed_in
from services.console.domain.sheets import BegunSheet, OpenedSheet, ProviderSheet
from services.console.handlers.client import ApiRefused, at

REFUSED = "sign-in-refused"


@dataclass(frozen=True, slots=True)
class SignInPages:
    """The door."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/sign-in", "sign-in", self.show)
        pages.add_url_rule("/sign-in", "sign-in-now", self.sign_in, methods=["POST"])
        pages.add_url_rule("/sign-in/with/<provider>", "sign-in-with", self.leave)
        pages.add_url_rule("/sign-in/back/<provider>", "sign-in-back", self.come_back)
        pages.add_url_rule("/sign-out", "sign-out", self.sign_out, methods=["POST"])

    def show(self) -> ResponseReturnValue:
        """Show the form; `to` is where the reader wanted to go."""
        return self._form(asked("to", "/"))

    def sign_in(self) -> ResponseReturnValue:
        """Open a session and go where the reader wanted to."""
        to, login = within(typed_in("to", "/")), typed_in("login", "").strip()
        given = {"login": login, "password": typed_in("password", "")}
        if not all(given.values()):
            return self._form(to, login, 422)
        try:
            opened = reader().anyone.post("/v1/sessions", OpenedSheet, given, _browser())
        except ApiRefused as no:
            if no.status == 401 or no.problem.code == REFUSED or no.status == 422:
                return self._form(to, login, 401)
            raise
        kept.sign_in(opened.session)
        return go(to)

    def leave(self, provider: str) -> ResponseReturnValue:
        """Send the reader to a provider.

        By a link and not by a form: a page may send its forms to this console alone, also by way of another page.
        """
        path = at("sessions", "oidc", provider, "begin")
        begun = reader().anyone.post(path, BegunSheet, {}, _browser())
        kept.leave_for(begun.state, within(asked("to", "/")))
        return redirect(begun.authorization_url, 303)

    def come_back(self, provider: str) -> ResponseReturnValue:
        """Open a session for whoever comes back in the browser that left."""
        state, code = asked("state"), asked("code")
        to = kept.came_back(state)
        if to is None or not code:
            return self._form("/", refused=401, with_provider=True)
        path = at("sessions", "oidc", provider, "finish")
        try:
            opened = reader().anyone.post(path, OpenedSheet, {"state": state, "code": code}, _browser())
        except ApiRefused as no:
            if no.status not in (401, 422):
                raise
            return self._form(to, refused=401, with_provider=True)
        kept.sign_in(opened.session)
        return go(to)

    def sign_out(self) -> ResponseReturnValue:
        """End the session, here and at the registry."""
        who = reader()
        if who.session is not None:
            try:
                who.as_session.send("DELETE", "/v1/session")
            except ApiRefused as no:
                if no.status != 401:  # ended already
                    raise
            self.frame.sessions.forget(who.secret)
        kept.sign_out()
        return go("/")

    def _form(
        self, to: str, login: str = "", refused: int = 0, *, with_provider: bool = False
    ) -> ResponseReturnValue:
        offered = reader().anyone.read(at("sessions", "oidc"), ProviderSheet).providers
        shown = {"to": to, "login": login, "refused": refused, "providers": offered}
        return self.frame.page("sign_in.html", refused or 200, **shown, with_provider=with_provider)


def _browser() -> dict[str, str]:
    """What the browser calls itself: by that its owner will know the session again among others."""
    agent = header("User-Agent")
    return {"User-Agent": agent} if agent else {}
