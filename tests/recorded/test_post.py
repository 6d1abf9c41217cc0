"""Under simulated time messages pass in one thread: each taken once and in order, many at once, none lost."""

from datetime import UTC, datetime

import pytest

from gridcase.simulation.post import PostOffice
from shared.contracts.envelope import Envelope
from shared.contracts.messages import AlarmRaised, JurisdictionChanged
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.outbox import pick
from shared.flow.service import Service
from shared.kernel.texts import Text
from tests.flow.stores import make_store, sqlite_store

AT = datetime(2026, 3, 9, 2, tzinfo=UTC)
CHANGED = JurisdictionChanged(key="a", part_of=None, name=Text("甲", "a"))
HEARD = AlarmRaised(code="heard", at=AT)


class Pair:
    """One who says something, and one who listens and acts on jurisdictions alone."""

    def __init__(self, said: Store, taken: Store) -> None:
        self.said, self.taken = said, taken
        self.batches: list[list[int]] = []
        listener = Service(
            "sla",
            taken,
            ("registry",),
            {"jurisdiction.changed": self._act},
            app=lambda: None,
            prefetch=lambda _, messages: self.batches.append([each.sequence for each in messages]),
        )
        self.post = PostOffice({"registry": Service("registry", said, (), {}, lambda: None), "sla": listener})
        self.acted: list[int] = []

    def _act(self, _work: Work, message: Envelope, _changed: JurisdictionChanged) -> None:
        self.acted.append(message.sequence)

    def say(self, *bodies: AlarmRaised | JurisdictionChanged) -> None:
        """Say this in one transaction, on one stream."""
        with self.said.begin() as work:
            for body in bodies:
                name = "alarm.raised" if isinstance(body, AlarmRaised) else "jurisdiction.changed"
                work.emit(name, body, stream="town/a", town="a")

    def pass_on(self) -> None:
        """Let everything pass that is to."""
        while self.post.pass_on(AT):
            pass


@pytest.fixture
def pair() -> Pair:
    """On stores in memory."""
    return Pair(sqlite_store("registry"), sqlite_store("sla"))


def test_what_is_passed_over_waits_for_what_is_acted_on(pair: Pair) -> None:
    """Then all of it is taken in one transaction, in its order."""
    pair.say(HEARD)
    pair.pass_on()
    assert pair.batches == []
    pair.say(HEARD, CHANGED, HEARD)
    pair.pass_on()
    assert (pair.batches, pair.acted) == ([[1, 2, 3, 4]], [3])


def test_nothing_is_lost_where_stores_are_emptied(pair: Pair) -> None:
    """Streams go on with the next number: whatever of them was not taken before would be missed for ever."""
    pair.say(CHANGED, HEARD)
    pair.pass_on()
    pair.say(HEARD)
    pair.pass_on()
    pair.post.take_all()
    with pair.said.begin() as work:
        work.conn.exec_driver_sql("delete from outbox")
    pair.post.begin_anew()
    pair.say(CHANGED)
    pair.pass_on()
    assert pair.acted == [1, 4]


def test_on_files_everything_is_taken_and_marked(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Another process goes on from there."""
    url = f"sqlite:///{tmp_path_factory.mktemp('stores')}/{{service}}.db"
    pair = Pair(make_store(url, "registry"), make_store(url, "sla"))
    pair.say(CHANGED, HEARD)
    pair.say(HEARD)
    pair.pass_on()
    assert (pair.batches, pair.acted) == ([[1, 2, 3]], [1])
    assert pick(pair.said, 10) == []
