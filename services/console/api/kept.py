"""What the browser's cookie holds, by name and type: the one place that reads and writes it."""

import hmac

import msgspec
from flask import session
from msgspec import Struct

from shared.kernel.texts import Language

SECRET, ROLE, LANGUAGE, GUESTS, COMING = "secret", "role", "language", "guests", "coming"
STATE, TO = "state", "to"
MOST_GUESTS = 3  # towns in which one browser reports without an account at one time; a cookie is small


class GuestPass(Struct, frozen=True):
    """What a resident without an account reports and follows with, in one town.

    Args:
        ends_at: RFC 3339.
    """

    token: str
    ends_at: str


class LeftFor(Struct, frozen=True):
    """An attempt at a provider: by what it is known, and where the reader wanted to go."""

    state: str = ""
    to: str = "/"


def secret() -> str:
    """Return the secret of the session; empty: nobody is signed in."""
    return str(session.get(SECRET, ""))


def role() -> str:
    """Return the id of the role that was chosen; empty: none was."""
    return str(session.get(ROLE, ""))


def language() -> Language | None:
    """Return the language that was chosen."""
    found = session.get(LANGUAGE)
    return found if found in ("zh", "en") else None


def guest(town: str) -> GuestPass | None:
    """Return what a resident has in a town."""
    found = _guests().get(town)
    return None if found is None else msgspec.convert(found, GuestPass)


def sign_in(value: str) -> None:
    """Keep a session's secret, and nothing of whoever was here before."""
    spoken = language()
    session.clear()
    session[SECRET] = value
    if spoken:
        session[LANGUAGE] = spoken


def leave_for(state: str, to: str) -> None:
    """Keep by what an attempt at a provider is known, and where the reader wanted to go."""
    session[COMING] = {STATE: state, TO: to}


def came_back(state: str) -> str | None:
    """Return where the reader wanted to go, once; None: this browser did not leave with that state."""
    left = msgspec.convert(session.pop(COMING, {}), LeftFor)
    is_it = bool(left.state) and hmac.compare_digest(left.state.encode(), state.encode())
    return left.to if is_it else None


def sign_out() -> None:
    """Keep the language and nothing else."""
    spoken = language()
    session.clear()
    if spoken:
        session[LANGUAGE] = spoken


def choose_role(value: str) -> None:
    """Keep which role is in use."""
    session[ROLE] = value


def choose_language(value: Language) -> None:
    """Keep in which language the pages speak."""
    session[LANGUAGE] = value


def keep_guest(town: str, given: GuestPass) -> None:
    """Keep what a resident has in a town; the oldest of too many is forgotten."""
    others = [(key, value) for key, value in _guests().items() if key != town][-(MOST_GUESTS - 1) :]
    session[GUESTS] = {**dict(others), town: msgspec.to_builtins(given)}


def _guests() -> dict[str, dict[str, str]]:
    return msgspec.convert(session.get(GUESTS, {}), dict[str, dict[str, str]])
