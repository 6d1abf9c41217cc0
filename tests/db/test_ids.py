"""Ids: their order is the order of their making, also within a millisecond and while the clock is set back."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from shared.kernel import ids
from shared.kernel.ids import new_id


def test_ids_are_uuids_of_version_7() -> None:
    """In the canonical form, with the instant of their making in front (RFC 9562, section 5.7)."""
    before = time.time_ns() // 1_000_000
    made = [uuid.UUID(new_id()) for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert {(each.version, each.variant) for each in made} == {(7, uuid.RFC_4122)}
    # One that follows another in its millisecond may carry over into the next.
    assert all(before <= each.int >> 80 <= after + 1 for each in made)
    assert str(made[0]) == str(uuid.UUID(str(made[0])))


def test_ids_of_one_process_are_in_order() -> None:
    """Thousands of one millisecond too."""
    made = [new_id() for _ in range(20_000)]
    assert all(earlier < later for earlier, later in pairwise(made))


def test_ids_stay_in_order_while_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour back, and on from where they were."""
    first = new_id()
    hour = 3600 * 1_000_000_000
    now = time.time_ns()
    monkeypatch.setattr(ids.time, "time_ns", lambda: now - hour)
    assert first < new_id() < new_id()


def test_threads_never_make_the_same_one() -> None:
    """Each of them in order for itself, and none twice among all."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: [new_id() for _ in range(2000)], range(4)))
    assert all(each == sorted(each) for each in made)
    assert len({id_ for each in made for id_ in each}) == 8000
