"""What a service is to whoever runs it: a store, handlers, duties and a web application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.db.store import Store
from shared.db.work import Work

Handler = Callable[[Work, Envelope], None]
Prefetch = Callable[[Work, Sequence[Envelope]], None]


class Refused(Exception):
    """The message is understood and will never be acted on; recorded with the reason. Raise before writing."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TryLater(Exception):
    """Something that the message needs is not here yet; its stream waits. Raise before writing."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that falls due by itself: deadlines, deliveries, retries.

    Args:
        name: for logs and metrics.
        run: do at most `limit` pieces of due work in transactions of its own; return how many were done.
        next_at: the instant at which the next piece falls due as the store now stands, or None.
        every_seconds: how often a real process looks, when nothing wakes it earlier.
    """

    name: str
    run: Callable[[int], int]
    next_at: Callable[[sa.Connection], datetime | None] = lambda _conn: None
    every_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service, built by its bootstrap and run by a runner.

    Args:
        listens: names of the services whose streams it takes, whole.
        handlers: by message type; types without a handler are taken and passed over.
        prefetch: reads in bulk what the handlers of a batch will need.
        app: the WSGI application.
    """

    name: str
    store: Store
    listens: tuple[str, ...]
    handlers: Mapping[str, Handler]
    app: Callable[..., Any]
    prefetch: Prefetch | None = None
    duties: tuple[Duty, ...] = field(default=())
