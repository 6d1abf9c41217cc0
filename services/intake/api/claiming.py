"""A client's key for a request, as its headers bring it."""

import re
from collections.abc import Mapping
from datetime import datetime

from flask import request

from services.intake.domain.claims import Claim, claim_of
from services.intake.domain.refusal import refusal
from shared.kernel.instants import format_instant
from shared.web.access import caller

LONGEST_KEY = 200
_KEY = r"[!-~]([ -~]*[!-~])?"  # what a header carries unchanged
KEY, SEEN = "Idempotency-Key", "If-Match"
KEY_HEADER = {
    "in": "header",
    "name": KEY,
    "schema": {"type": "string", "maxLength": LONGEST_KEY, "pattern": f"^{_KEY}$"},
    "description": "the same key and body give the same answer",
}
SEEN_HEADER = {
    "in": "header",
    "name": SEEN,
    "schema": {"type": "string", "maxLength": 20, "pattern": '^"?[0-9]{1,9}"?$'},
    "description": "the `version` of the case that was looked at: where it has moved since, a step is refused (412)",
}


def claimed(town: str, body: object) -> Claim | None:
    """Return the claim that the request makes by its key; None: it has none.

    Raises:
        Refusal: `bad-key`.
    """
    key = request.headers.get(KEY)
    if key is None:
        return None
    if len(key) > LONGEST_KEY or not re.fullmatch(_KEY, key):
        raise refusal("bad-key", {"field": KEY})
    # Part of the claim: a key that somebody copied or guessed must not yield another caller's answer.
    who = caller()
    return claim_of(town, (who.role, who.unit, who.person), key, body)


def version_seen() -> int | None:
    """Return the version of the case that whoever asks has looked at; None: the request does not say.

    Raises:
        Refusal: `bad-version`.
    """
    said = request.headers.get(SEEN)
    if said is None:
        return None
    if not re.fullmatch('"?[0-9]{1,9}"?', said):
        raise refusal("bad-version", {"field": SEEN})
    return int(said.strip('"'))


def written(given: Mapping[str, object]) -> Mapping[str, object]:
    """Return a body as it may be hashed: instants as text, nothing else was loaded as more than JSON."""
    return {
        name: format_instant(value) if isinstance(value, datetime) else value for name, value in given.items()
    }
