"""A call to the services' HTTP APIs, and its answer: over the wire or within the process, alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.kernel.texts import Language


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One request.

    Args:
        path: with its query, as it stands in an address.
        authorization: the header's value, such as 'Bearer …'; None: nobody in particular asks.
        client: the address of whoever asks the console; quotas are counted by it where nobody is signed in.
        forwarded: what proxies before the console said of where the request came from (`X-Forwarded-For`).
        headers: further ones.
    """

    method: str
    path: str
    language: Language
    authorization: str | None = field(default=None, repr=False)
    client: str = ""
    forwarded: str = ""
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class ApiUnreachable(Exception):
    """Nobody answered."""


class ApiCalls(Protocol):
    """Carries calls to whichever service owns the path."""

    def ask(self, call: ApiCall) -> ApiAnswer:
        """Return the answer, whatever its status.

        Raises:
            ApiUnreachable: there is none.
        """
