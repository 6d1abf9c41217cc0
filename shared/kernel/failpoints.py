"""Named places at which a process can be made to die or to freeze, so that its recovery can be proved.

`GRIDCASE_FAIL_AT=after-publish:17` kills this process with SIGKILL when it reaches that place for the 17th time;
`in-scan:1:freeze` stops it there with SIGSTOP, until somebody sends SIGCONT. Without the variable, reaching a place
costs one dictionary look-up and does nothing.
"""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Final

PLACES: Final = (
    "before-commit",  # everything written, nothing durable; transactions that wrote nothing pass no place
    "after-commit",  # durable, nobody knows yet: no answer, no acknowledgement
    "in-batch",  # some messages of a batch handled
    "before-ack",  # a batch committed and not acknowledged
    "after-publish",  # messages handed to the broker and not marked
    "in-scan",  # some deadlines of a scan fired
)
# SIGKILL and not an exception: nothing may run after it, no `finally`, no handler, no flush.
SIGNALS: Final = {"": signal.SIGKILL, "freeze": signal.SIGSTOP}


@dataclass(frozen=True, slots=True)
class _Planned:
    """What is to happen at a place: at which of its passings, and by which signal."""

    turn: int
    signal: signal.Signals
    passings: Iterator[int]  # a counter's `next` is one step to the interpreter: threads pass places at once


@cache
def _plan() -> dict[str, _Planned]:
    place, _, rest = os.environ.get("GRIDCASE_FAIL_AT", "").partition(":")
    turn, _, name = rest.partition(":")
    return {place: _Planned(int(turn or 1), SIGNALS[name], count(1))} if place else {}


def reach(place: str) -> None:
    """Say that this process is at a named place; it may not come back.

    Args:
        place: one of `PLACES`.
    """
    planned = _plan().get(place)
    if planned is not None and next(planned.passings) == planned.turn:
        os.kill(os.getpid(), planned.signal)
