"""The counts see what they are for: a suite that finds nothing wrong must be able to."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.e2e.houses import embedded_process
from tests.faults.conftest import START
from tests.faults.load import Load


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """A few cases that lived undisturbed in a house that has ended since: one at work would mend what is done to it."""
    with embedded_process(tmp_path_factory.mktemp("house"), START) as house:
        made = Load(house)
        made.prepare()
        made.report(len(WRONGS))
        assert made.settle().wrong() == {}
        house.stop("house")
        yield made


# What somebody does to a store, and as what it must be counted.
WRONGS = {
    "routing forgets a decision": ("routing", "delete from decisions where case_id = :case", "lost"),
    "sla forgets a clock": ("sla", "delete from clocks where subject_id = :case", "lost"),
    "notify forgets a notification": (
        "notify",
        "delete from notifications where subject_id = :case and event = 'accepted'",
        "lost",
    ),
    "a notification comes twice": (
        "notify",
        "insert into notifications (notification, key, town, subject_id, number, source, stream, sequence, round, "
        "event, rule, because, party, channel, text_zh, text_en, state, attempts, made_at) "
        "select notification || '2', key, town, subject_id, number, source, stream, sequence, round, event, rule, "
        "because, party, channel, text_zh, text_en, state, attempts, made_at from notifications "
        "where subject_id = :case and event = 'accepted'",
        "doubled",
    ),
    "a breach is said twice": (
        "sla",
        "insert into outbox (message_id, stream, sequence, type, town, made_at, sent_at, frame) "
        "select message_id || '2', stream, sequence + 100, type, town, made_at, sent_at, frame from outbox "
        "where stream = :case and type = 'clock.breached'",
        "twice",
    ),
    "a deadline fires early": (
        "sla",
        "update deadlines set fired_at = datetime(due_at, '-1 second') "
        "where clock_id in (select clock_id from clocks where subject_id = :case)",
        "early",
    ),
    "a deadline is left out": (
        "sla",
        "update deadlines set fired_at = null "
        "where clock_id in (select clock_id from clocks where subject_id = :case)",
        "unfired",
    ),
    "somebody touches a history": (
        "intake",
        """update history set data = '{"number":"1"}' where case_id = :case and n = 1""",
        "broken",
    ),
    "intake forgets a case": ("intake", "delete from cases where id = :case", "lost"),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_goes_wrong_is_counted(load: Load, wrong: str) -> None:
    """Whatever a store has lost, doubled or done at the wrong time shows in the count, under its name."""
    service, words, name = WRONGS[wrong]
    case = load.acknowledged[1 + list(WRONGS).index(wrong)]
    with load.house.services[service].store.begin() as work:
        assert work.conn.execute(sa.text(words), {"case": case}).rowcount > 0
    assert name in load.count([case]).wrong()
