"""The registry with accounts in it, signed in to and asked in sessions."""

from typing import Any

from werkzeug.test import Client, TestResponse

from services.registry.domain.accounts import AccountRole
from services.registry.handlers.accounts import NewAccount
from shared.web.quotas import DoorSettings
from tests.registry.house import TOWN, House, files_of

PASSWORD = "a quiet river under elms"
LOGIN = "lan"


class SignedInHouse(House):
    """A house whose town is published, with ways to give accounts and to ask in a session."""

    def __init__(self, url: str = "sqlite://", door: DoorSettings | None = None) -> None:
        super().__init__(url, door)
        self.registry.publisher.publish(TOWN, files_of(TOWN))

    def give(
        self,
        *roles: AccountRole,
        login: str = LOGIN,
        name: str | None = "Lan",
        password: str | None = PASSWORD,
    ) -> str:
        """Give an account by the command line; return its password, which is its holder's own unless None is wanted."""
        held = roles or (AccountRole("operator", TOWN),)
        made = self.registry.accounts.add(held[0].town, NewAccount(login, held, name))
        first = str(made.first_password)
        if password is None:
            return first
        secret = self.secret(login, first)
        changed = self.in_session("PUT", "/v1/session/password", secret, {"old": first, "new": password})
        assert changed.status_code == 204, changed.get_json()
        assert self.in_session("DELETE", "/v1/session", secret).status_code == 204
        return password

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD, **more: str) -> TestResponse:
        """Try to sign in."""
        return self.sent("POST", "/v1/sessions", {}, {"login": login, "password": password}, **more)

    def secret(self, login: str = LOGIN, password: str = PASSWORD, **more: str) -> str:
        """The secret of a new session."""
        answer = self.sign_in(login, password, **more)
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["session"])

    def in_session(self, method: str, path: str, secret: str, body: Any = None) -> TestResponse:
        """Ask in a session."""
        return self.sent(method, path, {"Authorization": f"Session {secret}"}, body)

    def short_token(self, secret: str, role: str | None = None) -> str:
        """A token for a role of the session, by its name; the first where none is named."""
        roles = self.in_session("GET", "/v1/session", secret).get_json()["roles"]
        wanted = next(each for each in roles if role in (None, each["role"]))
        answer = self.in_session("POST", "/v1/session/token", secret, {"role": wanted["id"]})
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["token"])

    def sent(
        self, method: str, path: str, headers: dict[str, str], body: Any = None, client: str = "192.0.2.7"
    ) -> TestResponse:
        """Send a request from somewhere."""
        more = {"json": body} if body is not None else {}
        asking = Client(self.service.app)
        return asking.open(
            path,
            method=method,
            headers={"Accept-Language": "en", "User-Agent": "a browser", **headers},
            environ_base={"REMOTE_ADDR": client},
            **more,
        )
