"""Running one service in a process: what arrives is taken, what is said goes out, what falls due is done.

Each of the three runs in threads of its own and survives the failure of what it stands on: a store or a broker
that is away is asked again, a batch in hand is kept until it is committed.
"""

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from shared.bus.batch import Batch, Source
from shared.contracts.envelope import Envelope, decode
from shared.flow.holes import report_holes
from shared.flow.leadership import leading
from shared.flow.legs import Legs
from shared.flow.pruning import prune
from shared.flow.receive import Receiver
from shared.flow.relay import MessagePublisher, Relay
from shared.flow.rounds import Rounds
from shared.flow.service import Service
from shared.flow.signatures import Arrived, Signatures, judge_again, park
from shared.flow.taking import Tally, in_order
from shared.kernel.failpoints import reach
from shared.kernel.problems import Problem
from shared.kernel.scope import StorePart, StoreScope, within
from shared.obs.failures import told
from shared.obs.metrics import Metrics

log = structlog.get_logger()
RETRY_EVERY_SECONDS = 0.5
TROUBLE_SECONDS = 1.0  # before a failed task is tried again: its store or broker needs a moment
LOOK_FOR_HOLES_SECONDS = 15.0
PRUNE_EVERY_SECONDS, PRUNE_PAUSE_SECONDS = 600.0, 0.2


class Host:
    """One service at work.

    Args:
        service: built by its bootstrap.
        source: where its messages come from; None for a service that listens to nobody.
        publisher: where its messages go.
        metrics: the process's figures.
        window: messages that may be under way unconfirmed.
        is_alone: no other process of the service works on its store.
        signatures: by which what is sent and taken is signed; None: nothing leaves this process.
    """

    def __init__(
        self,
        service: Service,
        source: Source | None,
        publisher: MessagePublisher,
        metrics: Metrics,
        *,
        window: int = 2000,
        is_alone: bool = False,
        signatures: Signatures | None = None,
    ) -> None:
        self.service = service
        signer = signatures.own if signatures else None
        self.relay = Relay(service.store, publisher, window=window, signer=signer, is_alone=is_alone)
        self._signatures = signatures
        self._receiver = Receiver(service, legs=Legs(service.name, metrics))
        self._source = source
        self._metrics = metrics
        self._batch = self._together = service.batch
        self._stop = threading.Event()
        self._rounds = [Rounds(duty, service.store, self._stop) for duty in service.duties]
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start all threads; once."""
        self._run("relay", self._relay)
        if self._source is not None and self.service.listens:
            self._run("take", self._take)
            self._run("retry", self._retry)
        self._run("prune", self._prune)
        for rounds in self._rounds:
            self._run(f"duty-{rounds.duty.name}", rounds.look)
            for number in range(rounds.helpers):
                self._run(f"duty-{rounds.duty.name}-{number + 1}", rounds.help)

    def stop(self) -> None:
        """Stop all threads and wait for each, ten seconds at most; what is unfinished comes again at the next start."""
        self._stop.set()
        self.service.store.committed.set()  # the relay may be asleep until something is committed
        for rounds in self._rounds:
            rounds.wake()
        for thread in self._threads:
            thread.join(timeout=10)

    def _run(self, name: str, act: Callable[[], None]) -> None:
        # A daemon: one that hangs in a driver beyond the wait in `stop` does not keep the process from ending.
        thread = threading.Thread(
            target=self._persist, args=(name, act), name=f"{self.service.name}-{name}", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _persist(self, name: str, act: Callable[[], None]) -> None:
        """Do `act` again and again, whatever happens to it, until the host stops."""
        while not self._stop.is_set():
            try:
                act()
            except Exception as failure:
                # Whatever it is: a thread that ended would be missed by nobody before messages or deadlines wait.
                log.error("trouble", where=f"{self.service.name}-{name}", cause=told(failure), exc_info=True)
                self._stop.wait(TROUBLE_SECONDS)

    def _relay(self) -> None:
        """Relay while this process leads: of two relays on one store, messages of a case would overtake each other."""
        with within(StoreScope(StorePart.RELAY)), leading(self.service.store, "relay", self._stop) as lead:
            while not self._stop.is_set():
                self.relay.step()
                lead.check()

    def _take(self) -> None:
        assert self._source is not None  # started only with a source
        for batch in self._source.batches(self._batch, self._stop):
            self._take_batch(batch)

    def _take_batch(self, batch: Batch) -> None:
        """Take a batch; while the store is away it stays in hand.

        It is answered for after the commit and not before: a process that dies in between gets it again, and knows it.
        Where the host stops first it is not answered for at all, and comes again.
        """
        messages, forged = self._judged(_readable(batch))
        waiting: Sequence[Envelope] = in_order(messages)
        while not self._stop.is_set():
            try:
                if forged:
                    park(self.service.store, forged)
                    forged = []
                while waiting:
                    waiting = self._take_some(waiting)
            except Exception as failure:  # noqa: BLE001 - the store is away, or a deadlock was broken
                log.warning("batch-again", service_name=self.service.name, cause=told(failure))
                # A part may be committed already, where it was taken one by one: repeated, that part is known.
                self._stop.wait(0.2)
            else:
                reach("before-ack")
                # The connection may have ended meanwhile: this then fails, and the frames come by the next one.
                batch.committed()
                self._together = min(self._batch, 2 * self._together)
                return

    def _take_some(self, waiting: Sequence[Envelope]) -> Sequence[Envelope]:
        """Take as many as a transaction is trusted with; return the rest.

        A store that is slow takes a transaction back for lasting too long: tried whole again, it would come back for
        ever. So each that is lost halves the next one, and each batch that is through doubles it again.
        """
        trusted = self._together
        some = waiting[:trusted]
        self._together = max(1, len(some) // 2)  # stands where this is lost
        self._count(self._receiver.take(some))
        self._together = trusted
        return waiting[len(some) :]

    def _judged(self, arrived: Sequence[Arrived]) -> tuple[list[Envelope], list[tuple[Arrived, str]]]:
        """Part what its source has signed from what is not to be believed."""
        messages: list[Envelope] = []
        forged: list[tuple[Arrived, str]] = []
        for came in arrived:
            reason = self._signatures.reason_against(came) if self._signatures else None
            if reason is None:
                messages.append(came.message)
            else:
                forged.append((came, reason))
        return messages, forged

    def _retry(self) -> None:
        looked_at = time.monotonic()
        if self._signatures:
            judge_again(self.service.store, self._signatures)
        while not self._stop.wait(RETRY_EVERY_SECONDS):
            # Every worker of a service retries. Two that try one message at once are sorted out by the stream's lock.
            self._receiver.retry()
            if time.monotonic() - looked_at > LOOK_FOR_HOLES_SECONDS:
                report_holes(self.service.store)
                looked_at = time.monotonic()

    def _prune(self) -> None:
        """Delete what nobody will read again, a batch at a time, so that no writer waits long for a lock."""
        while not self._stop.wait(PRUNE_EVERY_SECONDS):
            while prune(self.service.store, self.service.listens) and not self._stop.wait(
                PRUNE_PAUSE_SECONDS
            ):
                pass

    def _count(self, tally: Tally) -> None:
        for outcome in Tally.__slots__:
            if number := getattr(tally, outcome):
                self._metrics.messages.labels(self.service.name, outcome).inc(number)


def _readable(batch: Batch) -> list[Arrived]:
    """The messages of a batch; a frame that nobody can decode has no place in an inbox: the broker keeps it."""
    messages = []
    for index, frame in enumerate(batch.frames):
        try:
            messages.append(Arrived(decode(frame), frame))
        except Problem as wrong:
            log.error("unreadable-frame", cause=wrong.code)
            batch.unreadable(index)
    return messages


def stop_all(hosts: Sequence[Host]) -> None:
    """Stop several hosts, one after another."""
    for host in hosts:
        host.stop()
