"""Two transactions that take messages of one new stream at the same moment leave nothing waiting."""

import threading

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.contracts.messages import JurisdictionChanged
from shared.db.work import Work
from shared.flow.receive import Receiver
from shared.flow.service import Service, TryLater
from tests.flow.stores import fresh_url, make_store
from tests.flow.test_receive import message


def test_a_message_held_while_the_one_before_it_is_tried_again_is_not_forgotten(fresh_database: str) -> None:
    """A stream that has no row yet is held all the same: whoever comes second sees what the first one left."""
    store = make_store(fresh_url(fresh_database), "listener")
    has_read, may_go_on, is_early = threading.Event(), threading.Event(), [True]

    def prefetch(_work: Work, messages: object) -> None:
        if threading.current_thread().name == "taker":
            has_read.set()
            may_go_on.wait(1)

    def handle(_work: Work, _message: Envelope, _said: JurisdictionChanged) -> None:
        if is_early[0]:
            raise TryLater("missing-edition", "not here yet")

    service = Service(
        "listener",
        store,
        ("registry",),
        {"jurisdiction.changed": handle},
        app=lambda: None,
        prefetch=prefetch,
    )
    assert Receiver(service).take([message(1)]).later == 1
    is_early[0] = False
    taker = threading.Thread(target=lambda: Receiver(service).take([message(2)]), name="taker")
    taker.start()
    assert has_read.wait(10)
    retried = threading.Thread(target=lambda: _retry(service))
    retried.start()
    may_go_on.set()
    taker.join()
    retried.join()
    with store.read() as conn:
        states = set(conn.scalars(sa.select(store.flow.inbox.c.state)))
        following = conn.scalars(sa.select(store.flow.stream_in.c.next)).all()
    store.close()
    assert (states, following) == ({"done"}, [3])


def _retry(service: Service) -> None:
    """Until the first message's turn has come."""
    while not Receiver(service).retry():
        pass
