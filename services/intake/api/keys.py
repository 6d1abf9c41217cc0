"""The header by which a client says that a request is the one that it has sent before."""

import re
from collections.abc import Mapping
from datetime import datetime

from flask import request

from services.intake.domain.claims import Claim, claim_of
from services.intake.domain.refusal import refusal
from shared.kernel.instants import format_instant
from shared.web.access import caller

LONGEST_KEY = 200
_HEADER = "Idempotency-Key"
_KEY = r"[!-~]([ -~]*[!-~])?"  # what a header carries unchanged
KEY_HEADER = {
    "in": "header",
    "name": _HEADER,
    "schema": {"type": "string", "maxLength": LONGEST_KEY, "pattern": f"^{_KEY}$"},
    "description": "the same key and body give the same answer",
}


def claim_in_header(town: str, body: object) -> Claim | None:
    """Return the claim that this request makes; None: it brings no key.

    Args:
        body: what must be the same when the key comes again.

    Raises:
        Refusal: `bad-key`.
    """
    key = request.headers.get(_HEADER)
    if key is None:
        return None
    if len(key) > LONGEST_KEY or not re.fullmatch(_KEY, key):
        raise refusal("bad-key", {"field": _HEADER})
    # Part of the claim: a key that somebody copied or guessed must not yield another caller's answer.
    who = caller()
    return claim_of(town, (who.role, who.unit, who.person), key, body)


def written(given: Mapping[str, object]) -> Mapping[str, object]:
    """Return a body as it may be hashed: its instants as text, nothing else was loaded as more than JSON."""
    return {
        name: format_instant(value) if isinstance(value, datetime) else value for name, value in given.items()
    }
