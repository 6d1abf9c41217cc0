"""Who asks in a session: its secret, under a scheme of its own, opens the routes of sessions and nothing else.

Decides that no token opens these routes, and that a first password is good for nothing but choosing another.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import structlog
from flask import g, request

from services.registry.domain.refusals import refusal
from services.registry.domain.sessions import LONGEST_AGENT, Visitor
from services.registry.handlers.sessions import Sessions, SignedIn
from shared.kernel.scope import EVERYWHERE, StorePart, StoreScope, enter
from shared.web.access import refused, shown_secret
from shared.web.catalogue import shorten
from shared.web.metering import charge_stranger, client_address
from shared.web.reach import Access, Reach, View, marked

SCHEME = "session"
DESCRIBED = {
    SCHEME: {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Session` and the secret of a session",
    }
}


def in_session(*, with_first_password: bool = False) -> Callable[[View], View]:
    """Let only those in who show the secret of a session; the class of the view has `sessions`.

    Args:
        with_first_password: also while a password that somebody else gave has not been changed.

    Returns:
        A decorator for the view; it stands above `takes`.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(self: Any, *args: Any, **names: Any) -> Any:
            g.signed_in = _identify(self.sessions)
            if signed_in().must_change_password and not with_first_password:
                raise refusal("password-change-first")
            return view(self, *args, **names)

        return marked(view, guarded, Access(frozenset(), Reach.SESSION))

    return guard


def signed_in() -> SignedIn:
    """Return who asks; only within routes that are `in_session`."""
    return cast(SignedIn, g.signed_in)


def visitor() -> Visitor:
    """Return from where the request comes, as sessions show it."""
    agent = request.user_agent.string
    return Visitor(client_address(), shorten(agent)[:LONGEST_AGENT])


def _identify(sessions: Sessions) -> SignedIn:
    secret = shown_secret(SCHEME)
    found = sessions.of(secret) if secret is not None else None
    if found is None:
        # Before the refusal is recorded: whoever guesses without end fills no log.
        charge_stranger()
        raise refused("no-session", "no-session")
    # A session is of no town, as whoever has signed in is of several.
    enter(StoreScope(StorePart.REQUEST, EVERYWHERE))
    structlog.contextvars.bind_contextvars(person=found.account.person, session=found.session.reference)
    return found
