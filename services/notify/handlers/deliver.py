"""The delivery duty: claim, send outside any transaction, write down how it went.

Decides nothing about channels or rules. A worker that dies between sending and marking leaves a lease that ends: the
delivery is then *uncertain*, and sent again or held, as its channel's policy says.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from services.notify.adapters.unreal_channels import ClosedChannel
from services.notify.domain.alarms import DeliveryFailed
from services.notify.domain.attempts import Attempt, AttemptResult, RetryPolicy, outcome_of
from services.notify.domain.notification import Channel, StoredNotification
from services.notify.handlers.announcing import announce
from services.notify.handlers.composer import MessageComposer
from services.notify.handlers.notifier import Notifier
from services.notify.ports.channel import ChannelMessage, OutsideChannel
from services.notify.store.deliveries import ClaimedDelivery, SqlDeliveries
from services.notify.store.held import with_gathered
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.subject import SubjectKind
from shared.obs.failures import told as told_of
from shared.obs.failures import told_whole

NO_MORE_TRIES = RetryPolicy((), resend_uncertain=False)
# Not 'again': the worker may have died after the message had left, and before it could say so.
_WORKER_LOST = Attempt(AttemptResult.UNCERTAIN, "worker-lost")
_NOT_TRIED = Attempt(AttemptResult.POSTPONED)


@dataclass(frozen=True, slots=True)
class DeliveryPace:
    """How much is tried at once. All of it in real time.

    Args:
        lease: how long a claimed delivery belongs to its worker; longer than a batch can take.
        batch_for: within a batch, messages whose turn has not come by then are postponed.
        most: deliveries claimed at once.
        lines: targets talked to at the same time.
    """

    lease: timedelta = timedelta(minutes=2)
    batch_for: timedelta = timedelta(seconds=20)
    most: int = 200
    lines: int = 8


@dataclass(frozen=True, slots=True)
class DeliveryDuty:
    """Sends what is queued.

    Args:
        channels: the ways to the outside that are set up.
        pretend: takes their place where the store is simulated: nobody outside hears of a simulation.
        policies: how each channel bears failure.
        clock: real time.
    """

    store: Store
    queue: SqlDeliveries
    notifier: Notifier
    composer: MessageComposer
    channels: Mapping[Channel, OutsideChannel]
    pretend: OutsideChannel
    policies: Mapping[Channel, RetryPolicy]
    clock: TimeSource = field(default_factory=SystemClock)
    pace: DeliveryPace = field(default_factory=DeliveryPace)

    def run(self, limit: int) -> int:
        """Deliver at most `limit` pieces of what is due; return how many were dealt with."""
        with self.store.read() as conn:
            if not self.queue.has_due(conn, self.clock.now()):
                return 0
        most = min(limit, self.pace.most)
        found = self._give_up_lost(most)
        # Claimed in one transaction, sent outside any, marked in another: no lock is held while somebody answers.
        with self.store.begin() as work:
            claimed = self.queue.claim(work, self.clock.now(), self.clock.now() + self.pace.lease, most)
        if not claimed:
            return found
        # A worker that dies from here on leaves its rows as being sent. Another finds them when the lease has ended,
        # and treats them as uncertain.
        attempts = self._send(claimed)
        with self.store.begin() as work:
            for delivery, attempt in zip(claimed, attempts, strict=True):
                self._settle(work, delivery.stored, attempt)
        return found + len(claimed)

    def _give_up_lost(self, limit: int) -> int:
        with self.store.begin() as work:
            lost = self.queue.lost(work, self.clock.now(), limit)
            for stored in lost:
                self._settle(work, stored, _WORKER_LOST)
        return len(lost)

    def _send(self, claimed: Sequence[ClaimedDelivery]) -> list[Attempt]:
        """Try every delivery; targets side by side, the messages of one target in turn."""
        composed = self.composer.compose(claimed)
        attempts = [message if isinstance(message, Attempt) else _NOT_TRIED for message in composed]
        until = self.clock.now() + self.pace.batch_for
        with ThreadPoolExecutor(self.pace.lines, thread_name_prefix="deliver") as lines:
            tries = {
                lines.submit(_tried, channel, list(group.values()), until): group
                for channel, group in self._grouped(claimed, composed)
            }
            for line, group in tries.items():
                for place, attempt in zip(group, line.result(), strict=True):
                    attempts[place] = attempt
        return attempts

    def _grouped(
        self, claimed: Sequence[ClaimedDelivery], composed: Sequence[ChannelMessage | Attempt]
    ) -> list[tuple[OutsideChannel, dict[int, ChannelMessage]]]:
        """Each target's channel and messages, by their place among the claimed."""
        channel_of, groups = self._channel_of(), dict[tuple[Channel, str], dict[int, ChannelMessage]]()
        for place, (delivery, message) in enumerate(zip(claimed, composed, strict=True)):
            if isinstance(message, ChannelMessage):
                channel = delivery.stored.notification.channel
                target = (channel, channel_of(channel).group_of(message))
                groups.setdefault(target, {})[place] = message
        return [(channel_of(channel), group) for (channel, _), group in groups.items()]

    def _channel_of(self) -> Callable[[Channel], OutsideChannel]:
        is_pretended, closed = self.composer.is_simulated(), ClosedChannel()
        return lambda channel: self.pretend if is_pretended else self.channels.get(channel, closed)

    def _settle(self, work: Work, stored: StoredNotification, attempt: Attempt) -> None:
        """Write down what became of a delivery, and announce it to the case."""
        policy = self.policies.get(stored.notification.channel, NO_MORE_TRIES)
        outcome = outcome_of(attempt, stored.attempts, self.clock.now(), policy)
        # The claim has counted it already; one whose turn did not come gets its attempt back.
        attempts = stored.attempts - 1 if attempt.result is AttemptResult.POSTPONED else stored.attempts
        # Too late with its result, it must not be announced either: whoever has the delivery now announces its own.
        if not self.queue.settle(work, stored, outcome, attempts, attempt.cause) or not outcome.announced:
            return
        work.after_commit(self.notifier.metrics.deliveries.labels(stored.town, outcome.announced.value).inc)
        announce(work, replace(stored, cause=attempt.cause or None), outcome.announced)
        if outcome.state.is_in_trouble:
            self._alarm(work, stored, attempt.cause)

    def _alarm(self, work: Work, stored: StoredNotification, cause: str) -> None:
        # Of several that were told together one case raises it, for the operators read which message it was.
        about = with_gathered(work.conn, [stored])[0]
        subject, told = (about.gathered or (about,))[0].subject, stored.notification
        if subject is None or subject.kind is not SubjectKind.CASE:
            return
        case = self.notifier.store.cases.get(work, subject.id)
        if case is not None:
            alarm = DeliveryFailed(told.channel, cause, told.unit)
            self.notifier.keep(work, self.notifier.raise_once(work, case, alarm))


def _tried(channel: OutsideChannel, messages: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
    """A channel that fails in a way it does not know of may have sent some: all of them are uncertain."""
    try:
        return channel.deliver(messages, until)
    except Exception as failure:  # noqa: BLE001 - one channel's fault must not lose the others' results
        log = structlog.get_logger("notify")
        log.error("channel-failed", cause=told_of(failure), failure=told_whole(failure))
        return [Attempt(AttemptResult.UNCERTAIN, "channel-failed") for _ in messages]
