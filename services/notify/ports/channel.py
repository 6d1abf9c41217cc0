"""A channel to the outside as the delivery duty sees it, and its fake.

Decides what a channel is given and what it must say afterwards. Must not know stores nor what a text means.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.notify.domain.attempts import Attempt, Result
from shared.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Letter:
    """One notification as it leaves the house.

    Args:
        key: the stable key; a repetition carries the same.
        address: opened for this attempt alone; never logged, never stored.
        town: jurisdiction in whose name it is sent.
        hosts: hosts that the pack's owner allowed for webhooks.
        made_at: instant at which the notification was made.
    """

    key: str
    address: str
    town: str
    subject: str
    text: Text
    language: str
    on: str
    case: str
    number: str
    unit: str | None
    made_at: datetime
    hosts: frozenset[str] = field(default_factory=frozenset)


class OutsideChannel(Protocol):
    """A way to the outside. Its methods never raise: whatever goes wrong is an attempt's result."""

    def group_of(self, letter: Letter) -> str:
        """Return the target that a letter shares with others; letters of one group are delivered one after
        another.
        """
        ...

    def deliver(self, letters: Sequence[Letter], until: datetime) -> list[Attempt]:
        """Try the letters of one group, in order; return one attempt for each.

        Args:
            until: letters whose turn has not come by then are postponed.
        """
        ...


class PretendChannel:
    """Delivers everything nowhere: for simulated stores, whose messages must not reach anybody."""

    def __init__(self) -> None:
        self.delivered: list[Letter] = []

    def group_of(self, letter: Letter) -> str:
        """Return the letter's town."""
        return letter.town

    def deliver(self, letters: Sequence[Letter], until: datetime) -> list[Attempt]:
        """Note the letters and call them delivered."""
        del until
        self.delivered.extend(letters)
        return [Attempt(Result.DELIVERED) for _ in letters]


class ClosedChannel:
    """A channel that was set up when the letter was queued and is not any more: the letter waits."""

    def group_of(self, letter: Letter) -> str:
        """One group for all."""
        del letter
        return ""

    def deliver(self, letters: Sequence[Letter], until: datetime) -> list[Attempt]:
        """Deliver nothing."""
        del until
        return [Attempt(Result.AGAIN, "not-set-up") for _ in letters]
