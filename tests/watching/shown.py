"""What a panel is expected to show, and whether it does."""

import math
from dataclasses import dataclass

from tests.watching.boards import Panel
from tests.watching.eyes import Eyes, Named, Targets, wait_for

# How far rates of the same second may be apart: Prometheus extrapolates each series to the ends of the window.
EXTRAPOLATED = 0.25


@dataclass(frozen=True, slots=True)
class Shown:
    """What a panel shows, by the name of each series.

    Args:
        exactly: to the digit.
        in_proportion: rates, whose sizes depend on the second at which Prometheus looked: only their proportions
            are known. A zero is a zero.
        something: above zero; nobody knows how much.
        is_passing: holds while the window of a rate lies between the two moments: at some second, not for good.
    """

    exactly: dict[str, float] | None = None
    in_proportion: dict[str, float] | None = None
    something: tuple[str, ...] = ()
    is_passing: bool = False


def exactly(**named: float) -> Shown:
    """Take names that are words."""
    return Shown(exactly=dict(named))


def only(number: float) -> Shown:
    """Take one figure without a name."""
    return Shown(exactly={"": number})


def comes_to_show(eyes: Eyes, panel: Panel, expected: Shown, targets: Targets) -> bool:
    """Wait until a panel shows what is expected of it, and tell whether it did."""
    if expected.is_passing:
        return wait_for(lambda: _passed(eyes.shown_over_time(panel), expected, targets))
    return wait_for(lambda: fits(eyes.shown(panel), expected, targets))


def _passed(past: list[Named], expected: Shown, targets: Targets) -> bool:
    """Tell whether it showed at some second, or in the peaks of its series: a busy machine scrapes unevenly."""
    peaks: dict[str, float] = {}
    for shown in past:
        for name, value in shown.items():
            peaks[name] = max(value, peaks.get(name, value))
    return any(fits(shown, expected, targets) for shown in [*past, peaks])


def fits(shown: Named, expected: Shown, targets: Targets) -> bool:
    """Tell whether what a panel shows is what is expected: the same series, the same figures."""
    if expected.in_proportion is not None:
        return _is_proportional(shown, expected.in_proportion)
    if expected.something:
        return {_placed(name, targets) for name in expected.something} == set(shown) and min(
            shown.values()
        ) > 0
    wanted = {_placed(name, targets): value for name, value in (expected.exactly or {}).items()}
    return shown.keys() == wanted.keys() and all(
        math.isclose(shown[name], value, rel_tol=1e-9, abs_tol=1e-12) for name, value in wanted.items()
    )


def _placed(name: str, targets: Targets) -> str:
    """Return an address where the table says whose."""
    return {"SLA": targets.services["sla"], "RABBITMQ": str(targets.broker)}.get(name, name)


def _is_proportional(shown: Named, weights: Named) -> bool:
    whole, sum_ = sum(weights.values()), sum(shown.values())
    return (
        shown.keys() == weights.keys()
        and sum_ > 0
        and all(
            math.isclose(shown[name] / sum_, weight / whole, rel_tol=EXTRAPOLATED)
            for name, weight in weights.items()
        )
    )
