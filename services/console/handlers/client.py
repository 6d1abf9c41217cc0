"""Asking the services in one person's name and language: answers come as types, refusals as exceptions.

Decides how an address is put together and how a refusal is understood. Must not know what a page shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from services.console.domain.sheets import ProblemSheet
from services.console.ports.calls import ApiAnswer, ApiCall, ApiCalls
from shared.kernel.texts import Language

Answer = TypeVar("Answer")
Query = Mapping[str, str | int | bool | None]

RETRY_AFTER = "retry-after"


class ApiRefused(Exception):
    """A service said no; what it said stands in the reader's language.

    Args:
        retry_after: seconds to wait, where it said so.
    """

    def __init__(self, status: int, problem: ProblemSheet, retry_after: int | None = None) -> None:
        super().__init__(f"{status} {problem.code}")
        self.status = status
        self.problem = problem
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Asks for one reader.

    Args:
        authorization: of that reader; None: nobody in particular.
        client, forwarded: where the reader asks from; see `ApiCall`.
    """

    calls: ApiCalls
    language: Language
    client: str
    forwarded: str = ""
    authorization: str | None = field(default=None, repr=False)

    def read(self, path: str, answers: type[Answer], query: Query | None = None) -> Answer:
        """Return what a path answers.

        Raises:
            ApiRefused: the service said no.
            ApiUnreachable: there was no answer.
        """
        return msgspec.json.decode(self.send("GET", with_query(path, query)).body, type=answers)

    def post(
        self, path: str, answers: type[Answer], body: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a body and return what is answered; see `read`."""
        answer = self.send("POST", path, msgspec.json.encode(body), headers=headers)
        return msgspec.json.decode(answer.body, type=answers)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> ApiAnswer:
        """Return the answer, which is a good one.

        Raises:
            ApiRefused: the service said no.
            ApiUnreachable: there was no answer.
        """
        call = ApiCall(
            method,
            path,
            self.language,
            self.authorization,
            self.client,
            self.forwarded,
            body,
            content_type,
            headers or {},
        )
        answer = self.calls.ask(call)
        if answer.status >= 400:
            raise refused(answer)
        return answer

    def bearing(self, token: str) -> "ApiClient":
        """Return the client that asks with a token."""
        return replace(self, authorization=f"Bearer {token}")

    def in_session(self, secret: str) -> "ApiClient":
        """Return the client that asks the registry as a session."""
        return replace(self, authorization=f"Session {secret}")


def refused(answer: ApiAnswer) -> ApiRefused:
    """Return what a refusal says."""
    try:
        problem = msgspec.json.decode(answer.body, type=ProblemSheet)
    except (msgspec.DecodeError, msgspec.ValidationError):
        problem = ProblemSheet()
    wait = answer.headers.get(RETRY_AFTER, "")
    return ApiRefused(answer.status, problem, int(wait) if wait.isdigit() else None)


def with_query(path: str, query: Query | None) -> str:
    """Return a path with its query; what is None or empty is left out."""
    said = {name: _written(value) for name, value in (query or {}).items() if value not in (None, "")}
    return f"{path}?{urlencode(said)}" if said else path


def at(*segments: str) -> str:
    """Return the path of these segments below '/v1', each escaped: what a reader typed stays one segment."""
    return "/v1/" + "/".join(quote(segment, safe="") for segment in segments)


def _written(value: str | int | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
