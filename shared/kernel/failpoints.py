"""Named places at which a process can be made to die, so that its recovery can be proved.

`GRIDCASE_FAIL_AT=after-publish:17` kills this process with SIGKILL when it reaches that place for the 17th time.
Without the variable, reaching a place costs one dictionary look-up and does nothing.
"""

import os
import signal
from functools import cache
from itertools import count
from typing import Final

PLACES: Final = (
    "before-commit",  # everything written, nothing durable
    "after-commit",  # durable, nobody knows yet: no answer, no acknowledgement
    "in-batch",  # some messages of a batch handled
    "before-ack",  # a batch committed and not acknowledged
    "after-publish",  # messages handed to the broker and not marked
    "in-scan",  # some deadlines of a scan fired
)


@cache
def _plan() -> dict[str, tuple[int, "count[int]"]]:
    wanted = os.environ.get("GRIDCASE_FAIL_AT", "")
    name, _, number = wanted.partition(":")
    return {name: (int(number or 1), count(1))} if name else {}


def reach(place: str) -> None:
    """Say that this process is at a named place; it may not come back."""
    planned = _plan().get(place)
    if planned is not None and next(planned[1]) == planned[0]:
        os.kill(os.getpid(), signal.SIGKILL)
