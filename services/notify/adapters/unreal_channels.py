"""Channels that reach nobody: the one in memory for simulated stores, and the one for what is no longer set up."""

from collections.abc import Sequence
from datetime import datetime

from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.ports.channel import ChannelMessage
from shared.kernel.clock import SystemClock, TimeSource


class PretendChannel:
    """Delivers everything nowhere: for simulated stores, whose messages must not reach anybody, and for tests."""

    def __init__(self, clock: TimeSource | None = None) -> None:
        self._clock = clock or SystemClock()
        self.delivered: list[ChannelMessage] = []

    def group_of(self, message: ChannelMessage) -> str:
        """Return the message's town."""
        return message.town

    def deliver(self, messages: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        """Note the messages and call them delivered."""
        return [self._noted(message, until) for message in messages]

    def _noted(self, message: ChannelMessage, until: datetime) -> Attempt:
        if self._clock.now() >= until:
            return Attempt(AttemptResult.POSTPONED)
        self.delivered.append(message)
        return Attempt(AttemptResult.DELIVERED)


class ClosedChannel:
    """A channel that was set up when the message was queued and is not any more: the message waits."""

    def group_of(self, message: ChannelMessage) -> str:
        """One group for all."""
        del message
        return ""

    def deliver(self, messages: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        """Deliver nothing."""
        del until
        return [Attempt(AttemptResult.AGAIN, "not-set-up") for _ in messages]
