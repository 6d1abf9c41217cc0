"""Health answers whatever a part does, and says no more than a word."""

import threading

from shared.obs.health import Health


class Hanging:
    """A part that hangs until it is let go."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.asked = 0

    def __call__(self) -> str | None:
        self.asked += 1
        assert self.may_end.wait(60)
        return None


def test_a_part_that_hangs_is_slow_and_keeps_one_thread() -> None:
    """However often health is asked meanwhile, the part is asked once, and the others answer."""
    hanging = Hanging()
    health = Health({"store": hanging, "clock": lambda: None}, patience_seconds=0.05)
    for _ in range(20):
        assert health.report() == (False, {"store": "slow", "clock": "ok"})
    assert hanging.asked == 1
    assert [thread.name for thread in threading.enumerate()].count("health-store") == 1
    hanging.may_end.set()
    health = Health({"store": hanging}, patience_seconds=60)
    assert health.report() == (True, {"store": "ok"})


def test_a_part_that_recovers_is_well_again() -> None:
    """What hung and has ended is asked anew."""
    hanging = Hanging()
    health = Health({"store": hanging}, patience_seconds=0.05)
    assert health.report()[0] is False
    hanging.may_end.set()
    assert _until_well(health)
    assert health.report()[0] is True
    assert hanging.asked == 2


def _until_well(health: Health) -> bool:
    return any(health.report()[0] or threading.Event().wait(0.05) for _ in range(200))


def test_the_words_of_a_failure_are_nobodys_business() -> None:
    """Health is open to all: a ping that raises is 'failing', whatever it said."""

    def failing() -> str | None:
        raise RuntimeError("password=secret at 10.0.0.7")

    assert Health({"store": failing}).report() == (False, {"store": "failing"})


def test_each_part_is_shown_as_a_figure() -> None:
    """Whoever watches sees which part is not well."""
    shown: dict[str, bool] = {}
    Health({"store": lambda: "full", "clock": lambda: None}, shows=shown.__setitem__).report()
    assert shown == {"store": False, "clock": True}
