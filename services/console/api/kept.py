"""What the browser's cookie holds, by name and type: the one place that reads and writes it."""

import hmac

import msgspec
from flask import session
from msgspec import Struct

from shared.kernel.ids import new_secret
from shared.kernel.texts import Language

SECRET, ROLE, LANGUAGE, GUESTS = "secret", "role", "language", "guests"
FOLLOWS, COMING, ANSWERS = "follows", "coming", "answers"
MOST_ANSWERS = 6  # surveys that one browser knows it was asked
MOST_GUESTS = 3  # towns in which one browser reports without an account at one time; a cookie is small

MOST_FOLLOWS = 6  # cases that one browser follows by their codes


class GuestPass(Struct, frozen=True):
    """What a resident without an account reports and follows with, in one town.

    Args:
        ends_at: RFC 3339.
    """

    token: str
    ends_at: str


class FollowPass(Struct, frozen=True):
    """A case's number and code, by which it is followed without an account."""

    town: str
    number: str
    code: str


class LeftFor(Struct, frozen=True):
    """By what an attempt at a provider is known, and where the reader wanted to go."""

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
    session[COMING] = msgspec.to_builtins(LeftFor(state, to))


def came_back(state: str) -> str | None:
    """Return where the reader wanted to go, once; None: this browser did not leave with that state."""
    left = msgspec.convert(session.pop(COMING, {}), LeftFor)
    is_known = left.state and hmac.compare_digest(left.state.encode(), state.encode())
    return left.to if is_known else None


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


def follow(case: str) -> FollowPass | None:
    """Return by what a case is followed."""
    found = _follows().get(case)
    return None if found is None else msgspec.convert(found, FollowPass)


def follows(town: str) -> list[FollowPass]:
    """Return what of a town is followed, the latest first."""
    found = (msgspec.convert(each, FollowPass) for each in reversed(_follows().values()))
    return [each for each in found if each.town == town]


def follow_numbered(town: str, number: str) -> FollowPass | None:
    """Return by what the case of a number is followed."""
    return next((each for each in follows(town) if each.number == number), None)


def keep_follow(case: str, given: FollowPass) -> None:
    """Keep by what a case is followed; the oldest of too many is forgotten."""
    others = [(key, value) for key, value in _follows().items() if key != case][-(MOST_FOLLOWS - 1) :]
    session[FOLLOWS] = {**dict(others), case: msgspec.to_builtins(given)}


def answers_as(survey: str) -> str:
    """Return as whom this browser answers a survey: a random text of its own for each, which leads to nobody.

    Args:
        survey: the code of its address.
    """
    known = msgspec.convert(session.get(ANSWERS, {}), dict[str, str])
    found = known.pop(survey, None) or new_secret()
    session[ANSWERS] = {**dict(list(known.items())[-(MOST_ANSWERS - 1) :]), survey: found}
    return found


def _follows() -> dict[str, dict[str, str]]:
    return msgspec.convert(session.get(FOLLOWS, {}), dict[str, dict[str, str]])


def _guests() -> dict[str, dict[str, str]]:
    return msgspec.convert(session.get(GUESTS, {}), dict[str, dict[str, str]])
