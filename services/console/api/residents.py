"""In whose name a page about a town asks: the person who is signed in, or a resident without an account.

Decides when a resident gets another pass. What either may see and do, the services decide.
"""

from datetime import timedelta

from services.console.api import kept
from services.console.api.frame import PageFrame, reader
from services.console.domain.sheets import TokenSheet
from services.console.handlers.client import ApiClient, at
from shared.kernel.instants import format_instant, parse_instant

RENEWED_BEFORE_END = timedelta(minutes=2)


def asking(frame: PageFrame, town: str) -> ApiClient:
    """Return the client that asks in the reader's name; a resident is given a pass where there is none.

    Raises:
        ApiRefused: no pass is given; so it is where a town knows nothing of residents.
    """
    who = reader()
    return who.as_role if who.role is not None else who.anyone.bearing(_pass(frame, town))


def _pass(frame: PageFrame, town: str) -> str:
    held = kept.guest(town)
    if held is not None and parse_instant(held.ends_at) - frame.now() > RENEWED_BEFORE_END:
        return held.token
    issued = reader().anyone.post(at("towns", town, "guest"), TokenSheet, {})
    kept.keep_guest(town, kept.GuestPass(issued.token, format_instant(issued.ends_at)))
    return issued.token
