"""What only a database with many writers can show: workers side by side send nothing twice, and block nobody."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest

from services.notify.bootstrap import NotifySettings, build
from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.domain.notification import Channel
from services.notify.ports.channel import ChannelMessage
from shared.flow.service import Duty
from tests.notify.house import CENTRE, HEAD, House, changed_files
from tests.notify.samples import SECRET

pytestmark = pytest.mark.servers
MAIL_FILES = (
    "level: village, vacant: town-grid-centre}",
    "level: village, vacant: town-grid-centre, channels: [inbox, mail]}",
)


@pytest.fixture
def url(services_own: Callable[[str], str]) -> str:
    """This service's own address in an empty database."""
    return services_own("notify")


@pytest.fixture
def house_on() -> Iterator[Callable[..., House]]:
    """Makes houses and closes their stores after the test."""
    made: list[House] = []

    def make(**settings: Any) -> House:
        made.append(House(**settings))
        return made[-1]

    yield make
    for house in made:
        house.store.close()


class Meeting:
    """A channel in which two workers wait for one another, so that both hold their claims at the same time."""

    def __init__(self, barrier: threading.Barrier) -> None:
        self.barrier = barrier
        self.given: list[ChannelMessage] = []

    def group_of(self, letter: ChannelMessage) -> str:
        return ""

    def deliver(self, letters: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        self.barrier.wait(30)
        self.given.extend(letters)
        return [Attempt(AttemptResult.DELIVERED) for _ in letters]


def _work(duty: Duty) -> None:
    """Look until there was something to do, as a host does: two that look at the same rows leave one with none."""
    for _ in range(100):
        if duty.run(10):
            return


def test_two_workers_share_the_queue(url: str, house_on: Callable[..., House]) -> None:
    """Both claim at the same time; every letter is sent by exactly one of them."""
    barrier = threading.Barrier(2)
    first, second = Meeting(barrier), Meeting(barrier)
    house = house_on(url=url, channels={Channel.MAIL: first}, files=changed_files(MAIL_FILES))
    house.member(HEAD, f"p-{HEAD}", mail="head@example.org")
    for number in range(20):
        house.take(
            house.admitted(f"c-{number}"),
            house.accepted(f"c-{number}"),
            house.clock_event("started", f"c-{number}"),
        )
    settings = NotifySettings(url, SECRET, engine="reference")
    other = build(settings, clock=house.clock, channels={Channel.MAIL: second})
    threads = [
        threading.Thread(target=_work, args=(duty,))
        for service in (house.service, other)
        for duty in service.duties
        if duty.name == "deliver"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    keys = [letter.key for letter in (*first.given, *second.given)]
    assert len(keys) == len(set(keys)) == 20
    assert first.given
    assert second.given
    assert {row["state"] for row in house.rows(channel="mail")} == {"sent"}
    other.store.close()


def test_a_process_hears_of_memberships_that_another_took(url: str, house_on: Callable[..., House]) -> None:
    """The directory is cached by process; a change that another process wrote down is seen with the next
    batch.
    """
    house = house_on(url=url, staffed=False)
    other = house_on(url=url, staffed=False)
    house.member(CENTRE, "p-c")
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    assert house.alarms() == ["vacant-unit"]
    other.last = Counter(house.last)
    other.member(HEAD, "p-1")
    house.take(house.admitted("c-2"), house.accepted("c-2"), house.clock_event("started", "c-2"))
    assert house.alarms() == ["vacant-unit"]


def test_a_case_goes_its_way_as_on_sqlite(url: str, house_on: Callable[..., House]) -> None:
    """The same messages tell the same people on either database."""
    small, large = house_on(), house_on(url=url)
    for house in (small, large):
        house.take(house.admitted(), house.accepted())
        house.take(
            house.clock_event("started"), house.clock_event("breached", state="breached", verdict="late")
        )
        house.take(house.step("published", "close", ["close", "published"], state="closed"))
    assert small.told() == large.told()
    assert [row["key"] for row in small.rows()] == [row["key"] for row in large.rows()]
