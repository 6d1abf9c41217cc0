"""Whether a town is quiet: what was said of it anywhere was taken everywhere, so that its stores fit one another.

Decides what is held against what. Each store is read at a moment of its own; where nothing is under way between them,
and every listener has taken what every producer has said, those moments are one.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from gridcase.towns.stores import Connections, TownStores, flow_of, tables_of_towns
from gridcase.towns.words import bilingual, problem
from shared.contracts.routes import LISTENS
from shared.db.belonging import UNDER_WAY, rows_of
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

TRIES = 5
PAUSE_SECONDS = 2.0
PAGE = 1000
_OPEN = ("held", "later", "parked")
Sleep = Callable[[float], None]


@contextmanager
def quiet_snapshots(
    stores: TownStores, town: str, sleep: Sleep = time.sleep, *, passes_over: Sequence[str] = ()
) -> Iterator[Connections]:
    """Read all stores at moments at which the town is quiet; waits a little for it.

    Args:
        passes_over: services whose stores have nothing of the town any more.

    Raises:
        Problem: `town-not-quiet`, which says who waits for what; `not-owner`.
    """
    for attempt in range(TRIES):
        if attempt:
            sleep(PAUSE_SECONDS)
        with stores.snapshots() as conns:
            waits = list(unrest(conns, town, passes_over))
            if not waits:
                yield conns
                return
    raise not_quiet(town, waits)


def not_quiet(town: str, waits: Sequence[Text]) -> Problem:
    """Return the problem that somebody waits."""
    causes = Text("；".join(wait.zh for wait in waits), "; ".join(wait.en for wait in waits))
    return problem("town-not-quiet", town=town, waits=causes)


def unrest(conns: Connections, town: str, passes_over: Sequence[str] = ()) -> Iterator[Text]:
    """Yield who waits for what, in words; nothing where the town is quiet."""
    present = {name: conn for name, conn in conns.items() if name not in passes_over}
    for name, conn in present.items():
        yield from _own_unrest(conn, name, town)
    for listener, producers in LISTENS.items():
        for producer in producers:
            if listener in present and producer in present:
                yield from _untaken(present, town, producer, listener)


def _own_unrest(conn: sa.Connection, service: str, town: str) -> Iterator[Text]:
    flow = flow_of(service)
    outbox, inbox = flow.outbox, flow.inbox
    if unsent := _count(conn, outbox, rows_of(outbox, town), outbox.c.sent_at.is_(None)):
        yield bilingual("waits-unsent", service=service, number=unsent)
    for state in _OPEN:
        if waiting := _count(conn, inbox, rows_of(inbox, town), inbox.c.state == state):
            yield bilingual(f"waits-{state}", service=service, number=waiting)
    for table in tables_of_towns(service):
        condition = table.info.get(UNDER_WAY)
        if condition and (number := _count(conn, table, rows_of(table, town), sa.text(condition))):
            yield bilingual("waits-under-way", service=service, number=number)


def _count(conn: sa.Connection, table: sa.Table, *conditions: sa.ColumnElement[bool] | sa.TextClause) -> int:
    return conn.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def _untaken(conns: Connections, town: str, producer: str, listener: str) -> Iterator[Text]:
    """Streams of which the listener has not taken, or has taken more than, what the producer's store has said."""
    number, example = 0, ""
    taken_by = conns[listener], flow_of(listener).stream_in
    for page in _said(conns[producer], flow_of(producer).stream_out, town):
        taken = _taken(*taken_by, producer, list(page))
        for stream, last in page.items():
            if taken.get(stream) != last + 1:
                number, example = number + 1, stream
    if number:
        yield bilingual("waits-for", listener=listener, producer=producer, number=number, stream=example)


def _said(conn: sa.Connection, stream_out: sa.Table, town: str) -> Iterator[Mapping[str, int]]:
    wanted = sa.select(stream_out.c.stream, stream_out.c.last).where(rows_of(stream_out, town))
    with conn.execute(wanted.execution_options(yield_per=PAGE)) as found:
        for page in found.partitions(PAGE):
            yield {row.stream: row.last for row in page}


def _taken(
    conn: sa.Connection, stream_in: sa.Table, source: str, streams: Sequence[str]
) -> Mapping[str, int]:
    # By the streams themselves: whoever has not heard of a case yet does not know that it is the town's.
    of_these = sa.and_(stream_in.c.source == source, stream_in.c.stream.in_(streams))
    return {row.stream: row.next for row in conn.execute(sa.select(stream_in).where(of_these))}
