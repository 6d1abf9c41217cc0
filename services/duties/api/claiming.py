"""A client's key for a request, as its header brings it."""

import hashlib
import re

import msgspec
from flask import request

from services.duties.domain.refusals import refusal
from services.duties.store.claims import RecordClaim
from shared.kernel.canonical import content_hash
from shared.web.access import caller

_KEY, _LONGEST_KEY = "Idempotency-Key", 200
_KEY_FORM = r"[!-~]([ -~]*[!-~])?"  # what a header carries unchanged
KEY_HEADER = {
    "in": "header",
    "name": _KEY,
    "schema": {"type": "string", "maxLength": _LONGEST_KEY, "pattern": f"^{_KEY_FORM}$"},
    "description": "the same key and body give the same answer",
}


def claimed(town: str, asked: object) -> RecordClaim | None:
    """Return the claim that a request makes by its key; None: it has none.

    A key that somebody copied must not yield another's record.

    Args:
        asked: what the request wants, as plain values.

    Raises:
        Problem: `bad-key`.
    """
    key = request.headers.get(_KEY)
    if key is None:
        return None
    if len(key) > _LONGEST_KEY or not re.fullmatch(_KEY_FORM, key):
        raise refusal("bad-key", {"field": _KEY})
    who = caller()
    owner = [town, [who.role.value, who.unit, who.person], key]
    asked_for = msgspec.json.encode(asked, order="sorted")
    return RecordClaim(content_hash(owner), hashlib.sha256(asked_for).hexdigest())
