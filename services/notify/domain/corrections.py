"""Whether what somebody heard of a clock stands no longer."""

from shared.contracts.messages import ClockChanged
from shared.rules.clocks.clock import ClockState, ClockVerdict

_LATE = frozenset({ClockVerdict.LATE, ClockVerdict.EXCUSED})


def was_no_breach(clock: ClockChanged) -> bool:
    """Tell whether a correction takes a breach back."""
    was = clock.was
    if was is None or (was.state is not ClockState.BREACHED and was.verdict not in _LATE):
        return False
    return clock.state is not ClockState.BREACHED and clock.verdict not in _LATE
