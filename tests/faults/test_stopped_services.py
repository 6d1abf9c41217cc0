"""Services stopped in turn and three at once: the rest keep their promises, and the stopped catch up."""

import time

from tests.faults.load import Load
from tests.faults.record import record

WAY = "real servers"
CASES = 12
STOPPED = [("routing",), ("sla",), ("notify",), ("registry",), ("routing", "sla", "notify")]


def test_the_stopped_catch_up_and_the_rest_keep_their_promises(real_load: Load, is_whole: bool) -> None:
    """With one service stopped, or three at once, reports are still acknowledged, and the stopped catch up."""
    load = real_load
    for names in STOPPED:
        load.house.stop(*names)
        load.report(CASES)
        load.house.start(*names)
        back_at = time.monotonic()
        load.time.wait_quiet()
        caught_up_in = time.monotonic() - back_at
        if is_whole or names == STOPPED[-1]:
            count = load.settle()
            fault = f"{' and '.join(names)} stopped for a while"
            record(WAY, fault, count, recovered=[caught_up_in], firing=load.time.take_firing())
            assert count.wrong() == {}, names


def test_reports_wait_for_no_one_but_intake(real_load: Load) -> None:
    """While intake is stopped nobody is told a report was taken; once it is back, the same reports are taken once."""
    load = real_load
    load.house.stop("intake")
    before = len(load.acknowledged)
    reporting = load.in_background(lambda: load.report(CASES))
    time.sleep(0.3)
    assert len(load.acknowledged) == before
    load.house.start("intake")
    back_at = time.monotonic()
    reporting.result()
    count = load.settle()
    caught_up_in = (load.time.first_quiet_after(back_at) or back_at) - back_at
    record(WAY, "intake stopped for a while", count, recovered=[caught_up_in], firing=load.time.take_firing())
    assert count.wrong() == {}
