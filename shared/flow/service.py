"""What a service is to whoever runs it: a store, handlers, duties and a web application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.scope import StorePart

# The message's envelope, and what it says in the type of its data (`contracts.routes.BODIES`). Raises `Refused` or
# `TryLater` before it writes, or lets what went wrong through: the batch is then taken anew, one by one.
Handler = Callable[[Work, Envelope, Any], None]
Prefetch = Callable[[Work, Sequence[Envelope]], None]


class Refused(Exception):
    """The message is understood and will never be acted on; recorded with the reason. Raise before writing.

    Args:
        reason: stable code, in lower case with hyphens.
        detail: for whoever looks at it, such as the id of what it names.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TryLater(Exception):
    """Something that the message needs is not here yet; its stream waits. Raise before writing.

    Args:
        reason: stable code, in lower case with hyphens.
        detail: what is not here, such as an edition's hash.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


# 600 cost Python a tenth and PostgreSQL a fifth less than 200; transactions of half a second are the price.
BATCH = 600


def _never(_conn: sa.Connection) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that falls due by itself: deadlines, deliveries, retries.

    Args:
        name: for logs and metrics.
        run: do at most `limit` pieces of due work in transactions of its own; return how many were done.
        next_at: the instant at which the next piece falls due as the store now stands, or None.
        every_seconds: how often a real process looks, when nothing wakes it earlier.
        part: as which it works on the store; it reaches no more than that part needs.
        by_time: whether the store's time alone can make work due; if not, what is written there does, or real time.
        helpers: threads more that work at a backlog, where the store has several writers; 0: it is done in order.
    """

    name: str
    run: Callable[[int], int]
    next_at: Callable[[sa.Connection], datetime | None] = _never
    every_seconds: float = 1.0
    part: StorePart = StorePart.WORK
    by_time: bool = True
    helpers: int = 0


def is_told_when(duty: Duty) -> bool:
    """Tell whether a duty says when it next has something to do; any other has to look from time to time."""
    return duty.next_at is not _never


@dataclass(frozen=True, slots=True)
class Service:
    """A service, built by its bootstrap and run by a runner.

    Args:
        name: as in messages; also the store's schema and part of its queues' names.
        store: its own; nobody else's code opens it.
        listens: names of the services whose streams it takes, whole.
        handlers: by message type; types without a handler are taken and passed over.
        app: the WSGI application.
        prefetch: reads in bulk what the handlers of a batch will need: one statement for all instead of one for each,
            and locks in one order.
        duties: work that falls due by itself, each in a thread of its own.
        batch: messages a transaction, at most: the more, the less each costs the database; the rows that a batch
            touches are locked for as long as it lasts.
        after_replay: brings what the past left pending to where it stands by now, while nobody is told; None:
            nothing falls due in this service.
        answers_alike: a replay emits what was emitted, message for message: what nobody has heard of it is said.
    """

    name: str
    store: Store
    listens: tuple[str, ...]
    handlers: Mapping[str, Handler]
    app: Callable[..., Any]
    prefetch: Prefetch | None = None
    duties: tuple[Duty, ...] = field(default=())
    batch: int = BATCH
    after_replay: Callable[[], None] | None = None
    answers_alike: bool = False
