"""Rows that nobody reads again go after a stated time; what services are filled from never does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shared.contracts.messages import AlarmRaised
from shared.contracts.routes import LISTENS, REPLAYABLE, TOLD_AGAIN
from shared.contracts.short_tokens import SESSION
from shared.db.store import Store
from shared.flow.inbox import new_row
from shared.flow.pruning import KEPT_FOR, REFUSED_KEPT_FOR, is_history, prune
from shared.kernel.ids import first_id_at, new_id
from tests.flow.stores import fresh_url, make_store
from tests.flow.test_receive import START, message


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of a service whose messages nobody is filled from."""
    is_lite = request.param == "sqlite"
    url = "sqlite://" if is_lite else fresh_url(request.getfixturevalue("fresh_database"))
    made = make_store(url, "routing")
    yield made
    made.close()


def _took(store: Store, age: timedelta, state: str) -> None:
    with store.begin() as work:
        at = work.at - age
        row = {
            **new_row(message(1), at),
            "message_id": first_id_at(at)[:-12] + new_id()[-12:],
            "state": state,
        }
        work.rows(work.flow.inbox).add(row)


def _left(store: Store, table: sa.Table) -> int:
    with store.read() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_messages_that_were_taken_go_and_whatever_is_open_stays(store: Store) -> None:
    """A repetition is known by its stream's count, not by its row; what waits or failed is still to be handled."""
    old = KEPT_FOR + timedelta(days=1)
    for state in ("done", "held", "later", "parked", "refused"):
        _took(store, old, state)
    _took(store, timedelta(days=1), "done")
    assert prune(store, ["registry"]) == 1
    assert _left(store, store.flow.inbox) == 5
    _took(store, REFUSED_KEPT_FOR + timedelta(days=1), "refused")
    assert prune(store, ["registry"]) == 1


def test_a_batch_is_bounded(store: Store) -> None:
    """No writer waits long for what is tidied up."""
    for _ in range(5):
        _took(store, KEPT_FOR * 2, "done")
    assert [prune(store, ["registry"], limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_what_was_given_goes_once_everybody_has_it(store: Store) -> None:
    """An outbox row is a copy on its way; one that is not delivered is never old enough."""
    with store.begin() as work:
        for _ in range(2):
            work.emit("alarm.raised", AlarmRaised(code="x", at=START), stream="a", town="a")
    outbox = store.flow.outbox
    with store.begin() as work:
        work.conn.execute(sa.update(outbox).values(made_at=work.at - KEPT_FOR * 2))
        work.conn.execute(sa.update(outbox).where(outbox.c.sequence == 1).values(sent_at=work.at))
    assert prune(store, ["registry"]) == 1
    assert _left(store, outbox) == 1


def test_history_is_kept_wherever_a_service_could_be_filled_from_it() -> None:
    """Whoever can be emptied listens to somebody who keeps everything, and so does whoever joins an older house."""
    kept = {source for name in REPLAYABLE for source in LISTENS[name]} | set(TOLD_AGAIN)
    assert {name for name in LISTENS if is_history(name)} == kept
    assert not is_history("routing")


def test_nothing_of_a_simulated_store_goes(store: Store) -> None:
    """There a year passes in a moment, and people look at all of it."""
    if store.is_sqlite:
        simulated = make_store("sqlite://", "routing")
        simulated.make_simulated(START)
        _took(simulated, KEPT_FOR * 2, "done")
        assert prune(simulated, ["registry"]) == 0


def test_the_mark_of_an_ended_session_goes_once_its_tokens_would_have_ended(store: Store) -> None:
    """Until then it keeps a stolen token out; other tokens stay, revoked or past their end."""
    minute = timedelta(minutes=1)
    for name, role, ends in (
        ("over", SESSION, -minute),
        ("not yet", SESSION, minute),
        ("an operator's", "operator", -minute),
    ):
        with store.begin() as work:
            row = {"token_hash": name, "role": role, "unit": None, "person": None, "towns": []}
            work.rows(work.flow.tokens).add(
                {**row, "valid_until": work.at + ends, "revoked": True, "as_of": work.at}
            )
    assert prune(store, ["registry"]) == 1
    with store.read() as conn:
        assert set(conn.scalars(sa.select(store.flow.tokens.c.token_hash))) == {"not yet", "an operator's"}
