"""Filling an emptied or new service from its producers' kept history.

Decides the order in which the past is lived again: as it was made, streams whole. Nobody is told, nothing is done
outside; what fell due meanwhile is brought to where it stands. The service's own streams go on after the last number
that anybody has of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import chain

import sqlalchemy as sa

from shared.contracts.envelope import Envelope, decode
from shared.contracts.routes import REPLAYABLE
from shared.db.flow_tables import OWN_WORD
from shared.db.store import Store
from shared.db.types import Instant
from shared.flow.receive import Receiver, Tally
from shared.flow.service import Service
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

BATCH = 200
REGISTRY = "registry"
_BESIDE_ONE_ANOTHER = timedelta(minutes=10)  # no transaction lasts so long
Progress = Callable[[int, int], None]  # messages lived again, and of how many


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to.

    Args:
        messages: how many were lived again.
        troubled: those among them that could not be handled now as then: refused, put off, held or parked.
    """

    messages: int
    troubled: int


def replay(
    service: Service, stores: Mapping[str, Store], progress: Progress = lambda _done, _of: None
) -> Replayed:
    """Fill a service from the outboxes of those that it listens to.

    Args:
        service: built on an empty store; its process must not run meanwhile.
        stores: of all services of the house: producers give the past, listeners know how far they heard it.
        progress: called after each transaction.

    Raises:
        Problem: `not-replayable` – it is no copy of what others say; `store-in-use` – it is not empty.
    """
    _require_empty(service)
    # At one instant those that answer come first: whoever hears an answer too early waits for what it follows, and
    # nobody takes back what was told of a case that has moved on.
    producers = [stores[name] for name in reversed(service.listens)]
    total = sum(_count(store) for store in producers)
    for store in producers:
        _pass_over_forgotten(service, store)
    receiver, tally, done = Receiver(service), Tally(), 0
    # Before the first message is lived again: what nobody has heard is numbered from there on.
    heard = _continue_numbers(service, stores)
    with service.store.replaying(_beyond(heard) if service.answers_alike else None):
        # In the order of their making over all producers: an answer comes after what it answers, as it did.
        for batch in _batches(merge(*chain.from_iterable(map(_histories, producers)), key=_made_at)):
            tally.add(receiver.take(batch))
            done += len(batch)
            progress(done, total)
        # Still within the replay, so that nobody is told of what this catches up with.
        if service.after_replay is not None:
            service.after_replay()
    return Replayed(done, tally.refused + tally.later + tally.held + tally.parked)


def empty_store(store: Store) -> None:
    """Delete every row of a store but its own words (`OWN_WORD`) and what says whether its time is simulated.

    Only for services that can be filled again: whoever calls this has to say so.

    Raises:
        Problem: `not-replayable` – what it holds nobody else has.
    """
    if store.service not in REPLAYABLE:
        raise _not_replayable(store.service)
    # All tables in one transaction: a process that dies on the way has emptied none.
    with store.begin() as work:
        for table in reversed(store.flow.meta.metadata.sorted_tables):  # those that refer to others first
            if table is not store.flow.meta and not table.info.get(OWN_WORD):
                work.conn.execute(sa.delete(table))


def _not_replayable(service: str) -> Problem:
    return Problem(
        "not-replayable",
        Text(f"{service} 的数据不能由他人的消息重建", f"{service} holds what nobody else has"),
        Text("可重建的服务：" + "、".join(REPLAYABLE), "services that can: " + ", ".join(REPLAYABLE)),
    )


def _require_empty(service: Service) -> None:
    if service.name not in REPLAYABLE:
        raise _not_replayable(service.name)
    with service.store.read() as conn:
        used = conn.scalar(sa.select(sa.func.count()).select_from(service.store.flow.stream_in))
    if used:
        raise Problem(
            "store-in-use",
            Text(f"{service.name} 的存储不为空", f"the store of {service.name} is not empty"),
            Text("先清空：加 --empty", "empty it first: --empty"),
        )


def _pass_over_forgotten(service: Service, producer: Store) -> None:
    """Have each stream begin with the first message that its producer still has; of others nobody will hear.

    A producer whose outbox was pruned before anybody was filled from it has lost beginnings of streams.
    """
    given, outbox, taken = producer.flow.stream_out, producer.flow.outbox, service.store.flow.stream_in
    first = sa.func.coalesce(sa.func.min(outbox.c.sequence), given.c.last + 1)
    begins = (
        sa.select(given.c.stream, first.label("first"))
        .select_from(given.outerjoin(outbox, outbox.c.stream == given.c.stream))
        .group_by(given.c.stream, given.c.last)
        .having(first > 1)
    )
    with producer.read() as conn:
        found = conn.execute(begins).all()
    with service.store.begin() as work:
        for row in found:
            work.rows(taken).add({"source": producer.service, "stream": row.stream, "next": row.first})


def _count(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(store.flow.outbox)) or 0


def _histories(store: Store) -> list[Iterator[tuple[datetime, Envelope]]]:
    """A producer's messages, as histories of which each is in the order of its making.

    Mostly it is one. What a town had said is entered anew when it is restored: older than what stands before it.
    """
    bounds = [0, *(first - 1 for first in _turns(store))]
    return [_history(store, *span) for span in zip(bounds, [*bounds[1:], None], strict=True)]


def _turns(store: Store) -> list[int]:
    """Return the numbers of the messages that are much older than the one before them."""
    outbox = store.flow.outbox
    before = sa.func.lag(outbox.c.made_at, type_=Instant()).over(order_by=outbox.c.id)
    dated = sa.select(outbox.c.id, outbox.c.made_at, before.label("before")).subquery()
    # Whoever commits later may have begun earlier: that much is no turn.
    with store.read() as conn:
        found = conn.execute(sa.select(dated).where(dated.c.made_at < dated.c.before).order_by(dated.c.id))
        return [row.id for row in found if row.made_at < row.before - _BESIDE_ONE_ANOTHER]


def _history(store: Store, after: int, last: int | None) -> Iterator[tuple[datetime, Envelope]]:
    """A producer's messages between two numbers, a page at a time.

    Each page has a connection of its own: the past may take hours, and no transaction should stay open so long.
    """
    outbox = store.flow.outbox
    is_within = sa.true() if last is None else outbox.c.id <= last
    while True:
        statement = (
            sa.select(outbox.c.id, outbox.c.made_at, outbox.c.frame)
            .where(outbox.c.id > after, is_within)
            .order_by(outbox.c.id)
            .limit(BATCH)
        )
        with store.read() as conn:
            page = conn.execute(statement).all()
        if not page:
            return
        for id_, made_at, frame in page:
            after = id_
            yield made_at, decode(bytes(frame))


def _made_at(dated: tuple[datetime, Envelope]) -> datetime:
    return dated[0]


def _batches(history: Iterator[tuple[datetime, Envelope]]) -> Iterator[list[Envelope]]:
    """Pages of the past in which nobody interrupts another: a batch is taken source by source.

    What two producers said of one case goes into two batches, in the order in which it was made. What the registry
    said is committed before anything is handled that came after it: handlers look copies of its facts up in the store,
    where what the same transaction has buffered is not seen.
    """
    batch: list[Envelope] = []
    source_of: dict[str, str] = {}
    for _, message in history:
        is_registrys = bool(batch) and REGISTRY in (batch[-1].source, message.source)
        is_turn = source_of.get(message.stream, message.source) != message.source
        if is_turn or len(batch) == BATCH or (is_registrys and batch[-1].source != message.source):
            yield batch
            batch, source_of = [], {}
        batch.append(message)
        source_of[message.stream] = message.source
    if batch:
        yield batch


def _beyond(heard: Mapping[str, int]) -> Callable[[str], bool]:
    """Return what tells, asked for each message of a stream in turn, whether it is one that nobody has heard."""
    said: Counter[str] = Counter()

    def is_unheard(stream: str) -> bool:
        said[stream] += 1
        return said[stream] > heard.get(stream, 0)

    return is_unheard


def _continue_numbers(service: Service, stores: Mapping[str, Store]) -> dict[str, int]:
    """Have each stream go on after the last number that anybody has; return these.

    Whoever listens expects the number after it: an earlier one would be passed over.
    """
    last: dict[str, int] = {}
    for store in stores.values():
        with store.read() as conn:
            for stream, number in _received(conn, store, service.name):
                last[stream] = max(last.get(stream, 0), number)
    counters = service.store.flow.stream_out
    with service.store.begin() as work:
        for stream, number in last.items():
            work.rows(counters).put({"stream": stream, "last": number})
    return last


def _received(conn: sa.Connection, store: Store, source: str) -> list[tuple[str, int]]:
    """How far a listener has received each stream of a producer.

    Messages that it holds count, and not only what it has taken: they carry numbers that must not be given again.
    """
    taken, inbox = store.flow.stream_in, store.flow.inbox
    far = sa.select(taken.c.stream, taken.c.next - 1).where(taken.c.source == source)
    held = (
        sa.select(inbox.c.stream, sa.func.max(inbox.c.sequence))
        .where(inbox.c.source == source, inbox.c.state.in_(("held", "later", "parked")))
        .group_by(inbox.c.stream)
    )
    return [(stream, number) for each in (far, held) for stream, number in conn.execute(each)]
