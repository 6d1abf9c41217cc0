"""Texts of an ended case go when its own service says so, whenever that word comes and however often."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.domain.attempts import DeliveryDecision, DeliveryState
from services.notify.domain.notification import Channel
from services.notify.handlers.judging import DeliveryJudge
from services.notify.store.tables import erased_cases, notifications
from services.notify.store.troubled import SqlTroubledDeliveries
from shared.contracts.envelope import Envelope
from shared.kernel.clock import SetClock
from shared.kernel.instants import format_instant
from tests.notify.house import HEAD, TOWN, House, changed_files
from tests.notify.samples import FAR, NOON

MAILED = (
    "level: village, vacant: town-grid-centre}",
    "level: village, vacant: town-grid-centre, channels: [inbox, mail]}",
)
LATER = NOON + timedelta(days=365)


@pytest.fixture
def house() -> Iterator[House]:
    """A town whose station head is told by mail too."""
    made = House(files=changed_files(MAILED), channels={Channel.MAIL: PretendChannel(SetClock(NOON))})
    made.member(HEAD, f"p-{HEAD}", mail="head@example.org")
    yield made
    made.store.close()


def erased(house: House, case: str = "c-1", data: str = "deliveries") -> Envelope:
    """Intake says that a period is over."""
    body = {"case": case, "data": data, "until": format_instant(house.clock.now())}
    return house.envelope("intake", "case.erased", case, body, edition=house.edition)


def texts(house: House, case: str = "c-1") -> list[str]:
    """Every text of a case, in both languages."""
    rows = house.rows(subject_id=case)
    assert rows
    return [row[name] for row in rows for name in ("text_zh", "text_en")]


def carry_out(house: House) -> int:
    """Have the duty do all that it can; return of how many cases."""
    return house.duties["erase-texts"].run(100)


def live(house: House, case: str = "c-1") -> None:
    """A case of which people are told, a year ago."""
    house.take(house.admitted(case), house.accepted(case), house.clock_event("started", case))
    house.duties["deliver"].run(10)
    house.clock.set(max(house.clock.now(), LATER))


def test_texts_of_one_case_go_and_of_no_other(house: House) -> None:
    """Who was told on which occasion stays, without the words; other cases keep theirs."""
    live(house), live(house, "c-2")
    occasions = [(row["event"], row["state"]) for row in house.rows(subject_id="c-1")]
    house.take(erased(house))
    assert carry_out(house) == 1
    assert not any(texts(house))
    assert all(texts(house, "c-2"))
    assert [(row["event"], row["state"]) for row in house.rows(subject_id="c-1")] == occasions


def test_another_class_of_data_is_not_kept_here(house: House) -> None:
    """What intake alone holds concerns no text of this service."""
    live(house)
    house.take(erased(house, data="texts"))
    assert carry_out(house) == 0
    assert all(texts(house))


def test_said_twice_or_carried_out_twice_nothing_more_happens(house: House) -> None:
    """The same word in two messages, and a duty that runs again, change nothing."""
    live(house)
    word = erased(house)
    house.take(word, word)
    assert (carry_out(house), carry_out(house)) == (1, 0)
    house.take(erased(house))
    assert carry_out(house) == 0


@pytest.mark.parametrize("is_first", [True, False])
def test_in_one_batch_and_in_either_order(house: House, is_first: bool) -> None:
    """A text made in the very transaction in which the word comes, before it or after it, goes as well."""
    house.take(house.admitted())
    accepted, started = house.accepted(), house.clock_event("started")
    house.clock.set(LATER)
    word = erased(house)
    with house.store.replaying():  # the past lived again: each message at the instant of its making
        house.take(*([accepted, word, started] if is_first else [accepted, started, word]))
    assert any(texts(house))
    carry_out(house)
    assert not any(texts(house))


def test_what_a_replay_makes_late_goes_as_well(house: House) -> None:
    """The word was carried out already when something of before it is lived again."""
    house.take(house.admitted(), house.accepted())
    started = house.clock_event("started")
    house.clock.set(LATER)
    word = erased(house)
    with house.store.replaying():
        house.take(word)
        carry_out(house)
        house.take(started)
    carry_out(house)
    assert not any(texts(house))


def test_what_is_told_after_the_word_stays_until_the_next_one(house: House) -> None:
    """The word names an instant: a case that goes on is told of as ever."""
    live(house)
    house.take(erased(house))
    carry_out(house)
    house.clock.set(house.clock.now() + timedelta(days=1))
    house.take(house.alarm("no-supervisor", "c-1", stream="c-1"))
    carry_out(house)
    assert any(texts(house))
    house.take(erased(house))
    carry_out(house)
    assert not any(texts(house))


def test_nothing_is_sent_without_words(house: House) -> None:
    """What still waits to be sent fails for that reason, and nobody is offered to send it again."""
    live(house)
    mail = house.rows(channel="mail")[0]["notification"]
    with house.store.begin() as work:
        queued = {"state": "queued", "try_at": FAR}
        work.conn.execute(
            sa.update(notifications).where(notifications.c.notification == mail).values(**queued)
        )
    house.take(erased(house))
    carry_out(house)
    (row,) = house.rows(notification=mail)
    assert (row["state"], row["cause"], row["text_zh"]) == ("failed", "erased", "")
    troubled = SqlTroubledDeliveries(house.store)
    assert troubled.page(TOWN, DeliveryState.FAILED, None, 10).rows == []
    stored = troubled.find(TOWN, mail)
    assert stored is not None
    judge = DeliveryJudge(house.store, troubled, house.clock)
    assert judge.judge(stored, DeliveryDecision.RESEND) is None


def test_what_is_being_sent_goes_when_it_was_sent(house: House) -> None:
    """A worker that holds a text keeps it until it is done; the case is looked at again."""
    live(house)
    mail = house.rows(channel="mail")[0]["notification"]
    state = sa.update(notifications).where(notifications.c.notification == mail)
    with house.store.begin() as work:
        work.conn.execute(state.values(state="sending", lease_until=FAR))
    house.take(erased(house))
    carry_out(house)
    assert house.rows(notification=mail)[0]["text_zh"]
    with house.store.begin() as work:
        work.conn.execute(state.values(state="sent", lease_until=None))
    carry_out(house)
    assert not any(texts(house))
    with house.store.read() as conn:
        assert conn.scalars(sa.select(erased_cases.c.is_open)).all() == [False]
