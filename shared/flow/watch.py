"""Figures about messages under way: what waits to go out, and what waits to be handled."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from shared.flow.outbox import depth
from shared.flow.service import Service
from shared.obs.metrics import Metrics

Rows = Iterable[tuple[tuple[str, ...], float]]
OPEN_STATES = ("held", "later", "parked")


def watch_flow(services: Sequence[Service], metrics: Metrics) -> None:
    """Show the outboxes and inboxes of a process's services at every scrape; call it once for a process.

    Args:
        services: those that run in this process.
        metrics: the process's figures.
    """
    readers = [_Reader(service) for service in services]
    _show(
        metrics,
        "gridcase_outbox_waiting",
        "Messages not yet delivered.",
        ("service",),
        readers,
        _Reader.waiting,
    )
    _show(
        metrics,
        "gridcase_outbox_age_seconds",
        "Age of the oldest message not yet delivered.",
        ("service",),
        readers,
        _Reader.age,
    )
    _show(
        metrics,
        "gridcase_inbox_open",
        "Messages held, to be tried again, or parked.",
        ("service", "state"),
        readers,
        _Reader.open_rows,
    )


def _show(
    metrics: Metrics,
    name: str,
    text: str,
    labels: tuple[str, ...],
    readers: Sequence["_Reader"],
    read: Callable[["_Reader"], Rows],
) -> None:
    metrics.observe(name, text, labels, lambda: [row for reader in readers for row in read(reader)])


class _Reader:
    """Reads one service's figures when somebody scrapes; nothing is counted along, which could go wrong."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store

    def waiting(self) -> Rows:
        return [((self._service.name,), float(self._depth()[0]))]

    def age(self) -> Rows:
        oldest = self._depth()[1]
        return [((self._service.name,), 0.0 if oldest is None else self._since(oldest))]

    def open_rows(self) -> Rows:
        inbox = self._store.flow.inbox
        statement = (
            sa.select(inbox.c.state, sa.func.count())
            .where(inbox.c.state.in_(OPEN_STATES))
            .group_by(inbox.c.state)
        )
        with self._store.read() as conn:
            found: dict[str, int] = dict(conn.execute(statement).all())
        return [((self._service.name, state), float(found.get(state, 0))) for state in OPEN_STATES]

    def _depth(self) -> tuple[int, datetime | None]:
        with self._store.read() as conn:
            return depth(conn, self._store.flow.outbox)

    def _since(self, at: datetime) -> float:
        with self._store.read() as conn:
            return max(0.0, (self._store.now(conn) - at).total_seconds())
