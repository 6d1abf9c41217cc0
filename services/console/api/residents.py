"""In whose name a page about a town asks: the person who is signed in, or a resident without an account.

Decides when a resident gets another pass. What either may see and do, the services decide.
"""

from datetime import timedelta

from services.console.api import kept
from services.console.api.frame import PageFrame, reader
from services.console.api.given import of_case
from services.console.domain.sheets import TokenSheet
from services.console.handlers.client import ApiClient, ApiRefused, at
from shared.kernel.instants import format_instant, parse_instant

RENEWED_BEFORE_END = timedelta(minutes=2)


def asking(frame: PageFrame, town: str, case: str = "") -> ApiClient:
    """Return the client that asks in the reader's name; a resident is given a pass where there is none.

    A case whose code this browser knows is followed by the code: that holds for as long as the case does, and for
    reports that nobody's name stands on.

    Args:
        case: which it is about; empty: the one that the address names, if any.

    Raises:
        ApiRefused: no pass is given; so it is where a town knows nothing of residents.
    """
    who = reader()
    if who.role is not None:
        return who.as_role
    return who.anyone.bearing(_followed(frame, case or of_case()) or _pass(frame, town))


def _followed(frame: PageFrame, case: str) -> str | None:
    known = kept.follow(case)
    if known is None:
        return None
    try:
        found = frame.follows.followed(reader().anyone, known.town, known.number, known.code)
    except ApiRefused as no:
        if no.status == 404:  # its time is over: what the browser itself reported it may still see
            return None
        raise
    return found.token if found.case == case else None


def _pass(frame: PageFrame, town: str) -> str:
    held = kept.guest(town)
    if held is not None and parse_instant(held.ends_at) - frame.now() > RENEWED_BEFORE_END:
        return held.token
    # Whose pass has ended stays the same guest: what is sent again makes no second case.
    asks = reader().anyone.bearing(held.token) if held else reader().anyone
    issued = asks.post(at("towns", town, "guest"), TokenSheet, {})
    kept.keep_guest(town, kept.GuestPass(issued.token, format_instant(issued.ends_at)))
    return issued.token
