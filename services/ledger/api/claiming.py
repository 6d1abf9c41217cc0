"""A client's key for a request about the ledger, as its headers bring it."""

import re

from flask import request

from services.ledger.domain.refusal import refusal
from shared.db.claims import KeyClaim, claim_of
from shared.web.access import caller

KEY, LONGEST = "Idempotency-Key", 200
_FORM = r"[!-~]([ -~]*[!-~])?"  # what a header carries unchanged
KEY_HEADER = {
    "in": "header",
    "name": KEY,
    "schema": {"type": "string", "maxLength": LONGEST, "pattern": f"^{_FORM}$"},
    "description": "the same key and body are done once, and give the same answer",
}


def claimed(town: str, given: object) -> KeyClaim | None:
    """Return the claim that the request makes by its key; None: it has none.

    Args:
        given: its body; with the path it is what the key stands for.

    Raises:
        Problem: `bad-key`.
    """
    key = request.headers.get(KEY)
    if key is None:
        return None
    if len(key) > LONGEST or not re.fullmatch(_FORM, key):
        raise refusal("bad-key", KEY)
    who = caller()
    return claim_of([town, who.role.value, who.unit, who.person], key, [request.path, given])
