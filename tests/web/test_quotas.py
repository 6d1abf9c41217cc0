"""How much may be asked for: buckets, their arithmetic, and how settings are written."""

import ipaddress
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.problems import Problem
from shared.web.meter import SLICES, Lease, MemoryLedger, Meter
from shared.web.metering import address_behind
from shared.web.quotas import DEFAULT_QUOTAS, UNBOUNDED, Allowance, Measure, read_door


class Hand:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Counted(MemoryLedger):
    """A ledger that counts how often it is asked."""

    def __init__(self, clock: Hand) -> None:
        super().__init__(clock)
        self.leases: list[Lease] = []

    def lease(self, subject: str, allowance: Allowance, units: int, slice_: int) -> Lease:
        self.leases.append(super().lease(subject, allowance, units, slice_))
        return self.leases[-1]


@given(
    st.integers(1, 100),
    st.integers(1, 1000),
    st.lists(st.tuples(st.integers(1, 120), st.floats(0, 50)), max_size=60),
)
def test_no_more_is_given_than_a_bucket_holds_and_refills(
    most: int, seconds: int, asked: list[tuple[int, float]]
) -> None:
    """Whatever is asked for when: in no time more than what a full bucket holds, what came back meanwhile, and the
    last one asked for, which a full bucket gives even if it holds less."""
    clock, allowance, given_ = Hand(), Allowance(most, seconds), 0
    ledger = MemoryLedger(clock)
    for units, pause in asked:
        clock.now += pause
        back = (clock.now - 1000.0) / allowance.each_seconds
        if ledger.lease("a", allowance, units, units).units:
            assert given_ + min(units, most) <= most + back + 1e-6
            given_ += units


@given(st.integers(1, 100), st.integers(1, 1000), st.lists(st.integers(1, 120), min_size=1, max_size=30))
def test_whoever_comes_again_when_told_is_let_in(most: int, seconds: int, asked: list[int]) -> None:
    """A refusal says when there will be enough, and then there is."""
    clock, allowance = Hand(), Allowance(most, seconds)
    ledger = MemoryLedger(clock)
    for units in asked:
        lease = ledger.lease("a", allowance, units, units)
        if not lease.units:
            assert lease.wait_seconds > 0
            clock.now += lease.wait_seconds + 1e-6
            assert ledger.lease("a", allowance, units, units).units == units


def test_a_bucket_is_asked_once_a_slice() -> None:
    """Of a thousand that are given, one in fifty is asked of the ledger; of a thousand refused, none but the first."""
    clock = Hand()
    ledger = Counted(clock)
    meter = Meter({Measure.OFFICE: Allowance(1000, 1000)}, ledger, clock=clock)
    assert [meter.charge(Measure.OFFICE, "a") for _ in range(1000)] == [None] * 1000
    assert len(ledger.leases) <= SLICES
    while meter.charge(Measure.OFFICE, "a") is None:
        pass
    asked = len(ledger.leases)
    refused = [meter.charge(Measure.OFFICE, "a") for _ in range(1000)]
    assert [over is not None and over.is_news for over in refused] == [False] * 1000
    assert len(ledger.leases) == asked


def test_one_who_asks_without_end_costs_few_rows() -> None:
    """A bucket that is used up and fills again is asked a few times a second, not once for each that comes back."""
    clock = Hand()
    ledger = Counted(clock)
    meter = Meter({Measure.CITIZEN_REQUESTS: Allowance(600, 60)}, ledger, clock=clock)
    admitted, told = 0, 0
    for _ in range(12_000):  # two hundred a second, for a minute
        clock.now += 0.005
        over = meter.charge(Measure.CITIZEN_REQUESTS, "a")
        admitted += over is None
        told += over is not None and over.is_news
    assert 1100 < admitted <= 600 + 600 + 600 // SLICES
    assert len(ledger.leases) <= SLICES + 3 * 60
    assert told <= 2


def test_who_asks_rarely_is_never_written_down() -> None:
    """A citizen's first reports come out of what a process has in hand."""
    ledger = Counted(Hand())
    meter = Meter(DEFAULT_QUOTAS, ledger, clock=Hand())
    assert [meter.charge(Measure.CITIZEN, f"citizen-{n}") for n in range(500)] == [None] * 500
    assert ledger.leases == []


def test_a_large_bulk_that_is_refused_leaves_room_for_one() -> None:
    """What is too much for a hundred need not be too much for one."""
    clock = Hand()
    meter = Meter({Measure.OFFICE: Allowance(100, 100)}, MemoryLedger(clock), clock=clock)
    assert meter.charge(Measure.OFFICE, "a", 60) is None
    assert meter.charge(Measure.OFFICE, "a", 60) is not None
    assert meter.charge(Measure.OFFICE, "a", 1) is None


def test_threads_get_no_more_than_there_is() -> None:
    """Many at once share one bucket: a process's slice and what the bucket holds, and not one more."""
    clock = Hand()
    meter = Meter({Measure.TOWN: Allowance(400, 10**6)}, MemoryLedger(clock), clock=clock)
    given_: list[int] = []

    def take() -> None:
        given_.extend(1 for _ in range(100) if meter.charge(Measure.TOWN, "a") is None)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given_) == 400 + 400 // SLICES


def test_what_has_no_quota_has_no_bound() -> None:
    """'none' in the settings asks no ledger."""
    ledger = Counted(Hand())
    meter = Meter(UNBOUNDED, ledger)
    assert [meter.charge(measure, "a", 10**6) for measure in Measure] == [None] * len(Measure)
    assert ledger.leases == []


def test_settings_are_written_as_people_say_them() -> None:
    """A number per unit of time, or 'none'; what is not said has its default, what can't be understood is refused."""
    door = read_door({"GRIDCASE_QUOTA_CITIZEN": "5 per day", "GRIDCASE_QUOTA_TOWN": "none"})
    assert door.quotas[Measure.CITIZEN] == Allowance(5, 86_400)
    assert Measure.TOWN not in door.quotas
    assert door.quotas[Measure.OFFICE] == DEFAULT_QUOTAS[Measure.OFFICE]
    for name, wrong in (("QUOTA_TOWN", "0 per hour"), ("QUOTA_TOWN", "many"), ("TRUSTED_PROXIES", "nginx")):
        with pytest.raises(Problem) as refused:
            read_door({f"GRIDCASE_{name}": wrong})
        assert (refused.value.code, refused.value.where) == ("bad-setting", {"setting": f"GRIDCASE_{name}"})


PROXIES = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "192.168.1.1/32")))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # no proxy of ours: its word counts for nothing
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),  # what came with the request is its maker's
        ("10.0.0.2", ["6.6.6.6", "198.51.100.1, 192.168.1.1"], "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1, nonsense"], "10.0.0.2"),
        ("10.0.0.2", ["10.0.0.9"], "10.0.0.9"),
        ("10.0.0.2", ["2001:db8::1"], "2001:db8::1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_an_address_is_what_trusted_proxies_say(peer: str, forwarded: Sequence[str], address: str) -> None:
    """From the end of the list, as far as each that vouches for the next is trusted."""
    assert address_behind(peer, forwarded, PROXIES) == address
