"""Messages with everything that they say spelled out, also what stands at its default and is left out on the way."""

from dataclasses import replace
from typing import Any

from msgspec import to_builtins

from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope


def spelled(message: Envelope) -> Envelope:
    """Return a message with all fields of its data as plain values; it keeps its contract."""
    body = body_of(message)
    data: dict[str, Any] = {name: to_builtins(getattr(body, name)) for name in body.__struct_fields__}
    return replace(message, data=data)
