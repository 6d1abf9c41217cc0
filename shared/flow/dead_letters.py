"""Messages that could not be handled: looking at them, trying them again, giving them up.

They are inbox rows in both ways to run. Giving one up leaves its row as a tombstone, so that its stream goes on
without a hole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from shared.db.store import Store
from shared.db.work import Work
from shared.flow.signatures import NOT_GENUINE
from shared.kernel.clock import SystemClock, TimeSource
from shared.web.catalogue import Catalogue

SHOWN_STATES = ("parked", "later", "held", "refused")


@cache
def words() -> Catalogue:
    """Return what is said where a message can't be tried again or given up."""
    return Catalogue.of("shared.flow", "letters.toml")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that waits or was refused.

    Args:
        service: in whose inbox it is; source: which service sent it.
        sequence: its number within its stream.
        state: one of `SHOWN_STATES`.
        reason: code, or the name of the exception that its handler failed with; None while it is only early.
        attempts: how often it was tried.
        frame: the encoded message.
    """

    service: str
    source: str
    message_id: str
    stream: str
    sequence: int
    type: str
    state: str
    reason: str | None
    detail: str | None
    attempts: int
    received_at: datetime
    frame: bytes | None


def list_letters(store: Store, states: Sequence[str] = SHOWN_STATES, limit: int = 200) -> list[DeadLetter]:
    """Return what waits or was refused in a service's inbox, oldest first.

    Args:
        states: which of `SHOWN_STATES` are wanted.
        limit: messages at most; what follows is not told of.
    """
    inbox = store.flow.inbox
    statement = (
        sa.select(inbox)
        .where(inbox.c.state.in_(list(states)))
        .order_by(inbox.c.received_at, inbox.c.sequence)
        .limit(limit)
    )
    with store.read() as conn:
        return [_letter(store, dict(row)) for row in conn.execute(statement).mappings()]


def find_letter(store: Store, message_id: str) -> DeadLetter:
    """Return one message by its id.

    Raises:
        Problem: `no-such-letter`.
    """
    inbox = store.flow.inbox
    with store.read() as conn:
        row = (
            conn.execute(
                sa.select(inbox).where(inbox.c.message_id == message_id, inbox.c.state.in_(SHOWN_STATES))
            )
            .mappings()
            .first()
        )
    if row is None:
        raise words().problem("no-such-letter", message=message_id)
    return _letter(store, dict(row))


def try_again(store: Store, message_id: str, clock: TimeSource | None = None) -> DeadLetter:
    """Have a message tried again at once, with all its attempts before it.

    Args:
        clock: real time, as the receiver counts it.

    Returns:
        The message as it was before.

    Raises:
        Problem: `no-such-letter`; `refused-letter`: a refusal is final, the sender must say it anew;
            `forged-letter`: nobody knows who said it; `held-letter`: it is not its turn.
    """
    letter = find_letter(store, message_id)
    with store.begin() as work:
        row = _lock(work, letter)
        if row["state"] == "refused":
            raise words().problem("refused-letter")
        if letter.reason in NOT_GENUINE.values():
            raise words().problem("forged-letter")
        # Counted anew: with its old attempts, a parked message would be parked again at its first failure.
        _put(work, row, state="later", attempts=0, retry_at=(clock or SystemClock()).now())
    return letter


def drop(store: Store, message_id: str, why: str, clock: TimeSource | None = None) -> DeadLetter:
    """Give a message up; the row stays as a tombstone with the reason and its stream goes on.

    Args:
        why: what people read of it later.
        clock: real time, as the receiver counts it.

    Returns:
        The message as it was before.

    Raises:
        Problem: `no-such-letter`; `held-letter`: it is not its turn.
    """
    letter = find_letter(store, message_id)
    with store.begin() as work:
        row = _lock(work, letter)
        _put(work, row, state="dropped", reason="dropped", detail=why, frame=None, retry_at=None)
        _pass_over(work, letter, clock or SystemClock())
    return letter


def _lock(work: Work, letter: DeadLetter) -> dict[str, Any]:
    """Lock a letter's stream and row, in the order in which receivers do, and return the row as it now stands.

    Otherwise a worker that takes the same stream at this moment and this command would wait for one another.
    """
    work.rows(work.flow.stream_in).prefetch([(letter.source, letter.stream)])
    row = work.rows(work.flow.inbox).get((letter.source, letter.message_id))
    if row is None or row["state"] not in SHOWN_STATES:
        raise words().problem("no-such-letter", message=letter.message_id)
    if row["state"] == "held":
        raise words().problem("held-letter", stream=letter.stream)
    return row


def _put(work: Work, row: dict[str, Any], **values: Any) -> None:
    work.rows(work.flow.inbox).put({**row, **values})


def _pass_over(work: Work, letter: DeadLetter, clock: TimeSource) -> None:
    """Expect the next message of the stream, and have those that were held behind tried at once."""
    streams = work.rows(work.flow.stream_in)
    row = streams.get((letter.source, letter.stream))
    # Only the one that the stream waits for: a message that was given up behind it is passed when its turn comes.
    if (row["next"] if row else 1) == letter.sequence:
        streams.put({"source": letter.source, "stream": letter.stream, "next": letter.sequence + 1})
        inbox = work.flow.inbox
        # 'later' and due now: a held message is looked at only when another of its stream arrives.
        work.conn.execute(
            sa.update(inbox)
            .where(
                inbox.c.source == letter.source,
                inbox.c.stream == letter.stream,
                inbox.c.state == "held",
                inbox.c.sequence == letter.sequence + 1,
            )
            .values(state="later", retry_at=clock.now())
        )


def _letter(store: Store, row: dict[str, Any]) -> DeadLetter:
    shown = {key: row[key] for key in DeadLetter.__slots__ if key in row}
    return DeadLetter(service=store.service, **shown)
