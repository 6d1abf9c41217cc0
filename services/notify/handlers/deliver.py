"""The delivery duty: claim, send outside any transaction, write down how it went.

Decides nothing about channels or rules. A worker that dies between sending and marking leaves a lease that
ends: the delivery is then *uncertain*, and sent again or held, as its channel's patience says.
"""

import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from services.notify.domain.attempts import Attempt, Patience, Result, State, after
from services.notify.domain.notification import Channel
from services.notify.handlers.letters import Letters
from services.notify.handlers.teller import Teller
from services.notify.messages.said import notification_event
from services.notify.ports.books import Claimed, DeliveryQueue
from services.notify.ports.channel import ClosedChannel, Letter, OutsideChannel
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.clock import Clock, SystemClock

NO_MORE_TRIES = Patience((), resend_uncertain=False)
_WORKER_LOST = Attempt(Result.UNCERTAIN, "worker-lost")


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is tried at once. All of it in real time.

    Args:
        lease: how long a claimed delivery belongs to its worker; longer than a batch can take.
        batch_for: within a batch, letters whose turn has not come by then are postponed.
        most: deliveries claimed at once.
        lines: targets talked to at the same time.
    """

    lease: timedelta = timedelta(minutes=2)
    batch_for: timedelta = timedelta(seconds=20)
    most: int = 200
    lines: int = 8


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends what is queued.

    Args:
        channels: the ways to the outside that are set up.
        pretend: takes their place where the store is simulated: nobody outside hears of a simulation.
        patience: how each channel bears failure.
    """

    store: Store
    queue: DeliveryQueue
    teller: Teller
    letters: Letters
    channels: Mapping[Channel, OutsideChannel]
    pretend: OutsideChannel
    patience: Mapping[Channel, Patience]
    clock: Clock = field(default_factory=SystemClock)
    pace: Pace = field(default_factory=Pace)

    def run(self, limit: int) -> int:
        """Deliver at most `limit` pieces of what is due; return how many were dealt with."""
        with self.store.read() as conn:
            if not self.queue.has_due(conn, self.clock.now()):
                return 0
        most = min(limit, self.pace.most)
        found = self._give_up_lost(most)
        with self.store.begin() as work:
            claimed = self.queue.claim(work, self.clock.now(), self.clock.now() + self.pace.lease, most)
        if not claimed:
            return found
        attempts = self._send(claimed)
        with self.store.begin() as work:
            for one, attempt in zip(claimed, attempts, strict=True):
                self._settle(work, one, attempt)
        return found + len(claimed)

    def _give_up_lost(self, limit: int) -> int:
        with self.store.begin() as work:
            lost = self.queue.lost(work, self.clock.now(), limit)
            for one in lost:
                self._settle(work, one, _WORKER_LOST)
        return len(lost)

    def _send(self, claimed: Sequence[Claimed]) -> list[Attempt]:
        """Try every delivery; targets side by side, the letters of one target in turn."""
        written, way = self.letters.write(claimed), self._ways()
        groups: dict[tuple[Channel, str], list[int]] = {}
        attempts: list[Attempt] = []
        for place, (one, letter) in enumerate(zip(claimed, written, strict=True)):
            attempts.append(letter if isinstance(letter, Attempt) else Attempt(Result.POSTPONED))
            if isinstance(letter, Letter):
                channel = one.notification.channel
                groups.setdefault((channel, way(channel).group_of(letter)), []).append(place)
        until = self.clock.now() + self.pace.batch_for
        with ThreadPoolExecutor(self.pace.lines, thread_name_prefix="deliver") as lines:
            tries = {
                lines.submit(_tried, way(channel), _letters(written, places), until): places
                for (channel, _), places in groups.items()
            }
            for line, places in tries.items():
                for place, attempt in zip(places, line.result(), strict=True):
                    attempts[place] = attempt
        return attempts

    def _ways(self) -> Callable[[Channel], OutsideChannel]:
        is_pretended, closed = self.letters.is_simulated(), ClosedChannel()
        return lambda channel: self.pretend if is_pretended else self.channels.get(channel, closed)

    def _settle(self, work: Work, one: Claimed, attempt: Attempt) -> None:
        """Write down what became of a delivery, and say it to the case."""
        channel = one.notification.channel
        next_ = after(attempt, one.attempts, self.clock.now(), self.patience.get(channel, NO_MORE_TRIES))
        attempts = one.attempts - 1 if attempt.result is Result.POSTPONED else one.attempts
        if not self.queue.settle(work, one, next_, attempts, attempt.cause) or not next_.said:
            return
        about, case = one.about, one.notification.happening.case
        work.after_commit(self.teller.metrics.deliveries.labels(about.town, next_.said).inc)
        if case:
            work.say(
                f"notification.{next_.said}",
                stream=case,
                town=about.town,
                edition=about.edition,
                data=notification_event(one.notification, one.id, work.at, attempt.cause or None),
            )
        if next_.state in (State.FAILED, State.UNCERTAIN):
            self._alarm(work, one, attempt.cause)

    def _alarm(self, work: Work, one: Claimed, cause: str) -> None:
        case = one.notification.happening.case
        memory = self.teller.books.cases.get(work, case) if case else None
        if memory is not None:
            self.teller.keep(
                work,
                self.teller.raise_once(
                    work,
                    memory,
                    "delivery-failed",
                    channel=one.notification.channel.value,
                    cause=cause,
                    unit=one.notification.unit,
                ),
            )


def _letters(written: Sequence[Letter | Attempt], places: Sequence[int]) -> list[Letter]:
    return [letter for place in places if isinstance(letter := written[place], Letter)]


def _tried(way: OutsideChannel, letters: Sequence[Letter], until: datetime) -> list[Attempt]:
    """A channel that fails in a way it does not know of may have sent some: all of them are uncertain."""
    try:
        return way.deliver(letters, until)
    except Exception as failure:  # noqa: BLE001 - one channel's fault must not lose the others' results
        structlog.get_logger("notify").error("channel-failed", **_without_words(failure))
        return [Attempt(Result.UNCERTAIN, "channel-failed") for _ in letters]


def _without_words(failure: Exception) -> dict[str, object]:
    """What a failure may show in a log: its kind and its places in the code, not its words – they may name
    somebody.
    """
    places = traceback.extract_tb(failure.__traceback__)
    return {
        "cause": type(failure).__name__,
        "places": [f"{place.filename}:{place.lineno}" for place in places],
    }
