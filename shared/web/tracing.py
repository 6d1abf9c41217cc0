"""One trace from the request to the last message that it causes (W3C Trace Context).

Decides which incoming `traceparent` is believed and what this service calls its own part. Knows no Flask.
"""

import re
from dataclasses import dataclass

from shared.kernel.ids import new_id

_VALID = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a request stands in its trace.

    Args:
        id: the trace's, 32 hexadecimal digits.
        span: this request's own, 16 hexadecimal digits.
        flags: as the caller gave them; '01' (recorded) in a new trace.
    """

    id: str
    span: str
    flags: str = "01"

    @property
    def parent(self) -> str:
        """The `traceparent` for whatever this request causes."""
        return f"00-{self.id}-{self.span}-{self.flags}"


def continue_trace(given: str | None) -> Trace:
    """Return this request's place in the trace that it names, or in a new one where the name is not valid.

    Args:
        given: the request's `traceparent`; None: it has none. Anybody may send anything: it is passed on and logged
            only if it is exactly in the standard's form.
    """
    fresh = new_id().replace("-", "")
    found = _VALID.fullmatch(given.strip()) if given and len(given) <= 200 else None
    if found is None or set(found[1]) == {"0"} or set(found[2]) == {"0"}:
        return Trace(fresh, fresh[16:])
    return Trace(found[1], fresh[16:], found[3])
