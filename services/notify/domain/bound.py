"""The bound on messages that one case can cause: a loop of rules and steps ends here, visibly.

Decides how many of a batch may still be made. Must not know what they say.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a case may still cause.

    Args:
        granted: how many of the wanted notifications may be made.
        is_overrun: some are left out: an alarm is due (once a case).
    """

    granted: int
    is_overrun: bool


def allow(wanted: int, made_before: int, most: int) -> Allowance:
    """Return how many of `wanted` notifications a case with `made_before` may cause within `most`."""
    granted = max(0, min(wanted, most - made_before))
    return Allowance(granted, granted < wanted)
