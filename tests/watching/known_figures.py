"""A house of figures: the real `Metrics`, `watch_flow` and sla's own gauge, under a caseload told here to the digit.

Each service has figures and a store of its own, shown at an address of its own, as five processes would. What is
counted goes through the classes that count in a running house, as far as they can be had without one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any

from prometheus_client import start_http_server

from services.sla import bootstrap as sla
from services.sla.store.firing import SqlDeadlines
from services.sla.store.tables import deadlines
from shared.contracts.envelope import Envelope
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.legs import Legs
from shared.flow.receive import MAX_ATTEMPTS, Receiver, Tally
from shared.flow.service import Service, TryLater
from shared.flow.watch import watch_flow
from shared.kernel.clock import SetClock
from shared.obs.metrics import Metrics
from shared.rules.clocks.clock import ClockState
from tests.flow.stores import make_store

NAMES = ("registry", "intake", "routing", "sla", "notify", "duties", "ledger", "assess")
START = datetime(2026, 3, 9, 2, tzinfo=UTC)
JURISDICTION = {"key": "a", "part_of": None, "name": {"zh": "甲"}}


@dataclass
class FigureHouse:
    """Six services' figures, each at an address; `first` and `second` are what happens there."""

    folder: Path
    services: dict[str, Service] = field(default_factory=dict)
    metrics: dict[str, Metrics] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    clock: SetClock = field(default_factory=lambda: SetClock(START))
    servers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in NAMES:
            self.metrics[name] = Metrics()
            self.services[name] = self._service(name)
            watch_flow([self.services[name]], self.metrics[name])
            server, _ = start_http_server(0, "127.0.0.1", self.metrics[name].registry)
            self.servers.append(server)
            self.addresses[name] = f"127.0.0.1:{server.server_port}"

    def _service(self, name: str) -> Service:
        url = f"sqlite:///{self.folder}/{name}.db"
        store = self._sla_store(url) if name == "sla" else make_store(url, name)
        store.make_simulated(START)
        return Service(
            name, store, ("registry",), {"jurisdiction.changed": _object_to_some}, app=lambda *_: []
        )

    def _sla_store(self, url: str) -> Store:
        settings = sla.SlaSettings(url, "reference")
        store = sla.open_store(settings)
        sla.metadata.create_all(store.engine)
        sla.build(settings, store=store, metrics=self.metrics["sla"])
        return store

    def close(self) -> None:
        """Close the addresses and the stores."""
        for server in self.servers:
            server.shutdown()
            server.server_close()
        for service in self.services.values():
            service.store.close()

    def pass_time(self, seconds: float) -> None:
        """Let every store's time go on."""
        at = self.clock.now() + timedelta(seconds=seconds)
        self.clock.set(at)
        for service in self.services.values():
            service.store.set_now(at)

    # ---- what happens ------------------------------------------------------------------------------------

    def first(self) -> None:
        """A morning: eleven reports in two towns, little trouble.

        As many requests as in the afternoon: Prometheus extrapolates a bucket back to the start of its window, but not
        below zero, so that buckets which grow manyfold would be weighted by the second at which it looked.
        """
        self._reports(a=8, b=3)
        self._refused(duplicate=2, closed=1)
        self._decisions("a", rule=6)
        self._decisions("b", rule=3)
        self._ruled("a", "1", drain=4, lamp=2, wall=0)
        self._ruled("b", "1", drain=3)
        self._legs("routing", {"case.admitted": (0.05, 0.05, 2.0)})
        self._clocks("a", running=5, warned=2, breached=1, extended=1, paused=1, stopped=3)
        self._clocks("b", running=4)
        self._breaches("a", 1)
        self._settled("a", 0.25, 0.5, 0.75)
        self._deliveries("a", sent=5)
        self._editions(a=3, b=1)
        self.metrics["intake"].denied.labels("intake", "other-town").inc(2)
        self._requests("intake", "201", {0.005: 98, 0.6: 2})
        self._requests("intake", "422", {0.005: 25})
        self._requests("routing", "200", {0.02: 50})
        self._say("intake", 3)
        self._arrive("routing", 1, 1, 3, 4)  # one handled, told twice, two ahead of the second
        self._arrive("sla", 1)
        self._arrive("notify", 1, stream="town/early")  # its handler waits for something
        self._park("notify")
        self.pass_time(20)
        self._engine(lag=0.5, skew=0.125)

    def second(self) -> None:
        """An afternoon: more of everything, and everything that may go wrong."""
        self._reports(a=4, b=1)
        self._refused(duplicate=1)
        self._decisions("a", rule=3, fallback=2, disagreement=1)
        self._decisions("b", rule=1)
        self._ruled("a", "1", fallback=2, disagreement=1, drain=1)
        self._ruled("a", "2", drain=2, hedge=0)
        self._ruled("b", "1", drain=1)
        self.metrics["routing"].rule_editions_left_out.inc()
        self._legs("routing", {"case.admitted": (0.05, 7.85)})
        self._legs("sla", {"case.accepted": (0.5, 0.5), "case.settled": (3.0,)})
        self._clocks("a", running=-2, warned=1, breached=3, stopped=2)
        self._breaches("a", 3)
        self._settled("a", 1.0, 1.5, 3.0)
        self._settled("b", 0.25, 0.75)
        self._deliveries("a", sent=3, failed=2, uncertain=1)
        self._editions(a=4)
        self.metrics["registry"].packs_refused.labels("a").inc()
        self.metrics["intake"].denied.labels("intake", "other-town").inc(3)
        self._requests("intake", "201", {0.005: 98, 0.6: 2})
        self._requests("intake", "422", {0.005: 25})
        self._requests("routing", "200", {0.02: 50})
        self._say("intake", 2)
        self._arrive(
            "routing", 2, 2, 5, 6, 7, 8, 9
        )  # the hole is filled: eight are done, one is a repetition
        self._arrive("sla", *range(2, 18))
        self.pass_time(10)
        self._engine(lag=3.25, skew=-0.75)

    # ---- by what -----------------------------------------------------------------------------------------

    def _reports(self, **towns: int) -> None:
        for town, number in towns.items():
            self.metrics["intake"].reports.labels(town).inc(number)

    def _refused(self, **codes: int) -> None:
        for code, number in codes.items():
            self.metrics["intake"].reports_refused.labels(code).inc(number)

    def _decisions(self, town: str, **outcomes: int) -> None:
        for outcome, number in outcomes.items():
            self.metrics["routing"].decisions.labels(town, outcome).inc(number)

    def _ruled(self, town: str, edition: str, fallback: int = 0, disagreement: int = 0, **rules: int) -> None:
        begin = self.metrics["routing"].rule_decisions.labels
        for outcome, number in (("fallback", fallback), ("disagreement", disagreement)):
            begin(town, edition, outcome, "", "").inc(number)
        for rule, number in rules.items():
            begin(town, edition, "rule", rule, f"名-{rule}").inc(number)

    def _legs(self, service: str, kinds: Mapping[str, Sequence[float]]) -> None:
        """Let messages arrive that were said some seconds ago; each has a trace of its own."""
        legs, at = Legs(service, self.metrics[service]), self.clock.now()
        for kind, seconds in kinds.items():
            said = [
                replace(
                    _message(1, "town/a"),
                    type=kind,
                    at=at - timedelta(seconds=each),
                    trace=trace_of(kind, each),
                )
                for each in seconds
            ]
            legs.passed(said, at)

    def _clocks(self, town: str, **states: int) -> None:
        with self.services["sla"].store.begin() as work:
            SqlDeadlines().count(
                work, {(town, ClockState(state)): number for state, number in states.items()}
            )

    def _breaches(self, town: str, number: int) -> None:
        self.metrics["sla"].breaches.labels(town).inc(number)

    def _settled(self, town: str, *shares: float) -> None:
        for share in shares:
            self.metrics["sla"].settled_share.labels(town).observe(share)

    def _deliveries(self, town: str, **outcomes: int) -> None:
        for outcome, number in outcomes.items():
            self.metrics["notify"].deliveries.labels(town, outcome).inc(number)

    def _editions(self, **towns: int) -> None:
        for town, number in towns.items():
            self.metrics["registry"].edition.labels(town).set(number)

    def _engine(self, lag: float, skew: float) -> None:
        late = {"clock_id": "late", "kind": "due", "nth": 0, "fired_at": None}
        with self.services["sla"].store.begin() as work:
            work.rows(deadlines).put({**late, "due_at": self.clock.now() - timedelta(seconds=lag)})
        self.metrics["sla"].clock_skew.set(skew)

    def _requests(self, service: str, status: str, seconds: Mapping[float, int]) -> None:
        figure = self.metrics[service].http.labels(service, "/v1/towns/<town>/cases", status)
        for each, number in seconds.items():
            for _ in range(number):
                figure.observe(each)

    def _say(self, service: str, number: int) -> None:
        with self.services[service].store.begin() as work:
            for _ in range(number):
                work.emit("alarm.raised", {}, stream="town/a", town="a")

    def _arrive(self, service: str, *sequences: int, stream: str = "town/a") -> None:
        """Let messages arrive in one batch, in this order."""
        receiver = Receiver(self.services[service], self.clock)
        self._count(service, receiver.take([_message(n, stream) for n in sequences]))

    def _park(self, service: str) -> None:
        """Let one message fail as often as it takes."""
        receiver = Receiver(self.services[service], self.clock)
        for _ in range(MAX_ATTEMPTS):
            self._count(service, receiver.take([_message(1, "town/broken")]))

    def _count(self, service: str, tally: Tally) -> None:
        for outcome in Tally.__slots__:
            if number := getattr(tally, outcome):
                self.metrics[service].messages.labels(service, outcome).inc(number)


def trace_of(kind: str, seconds: float) -> str:
    """Return the traceparent of a request that led to such a message, so slow."""
    return f"00-{md5(f'{kind} {seconds}'.encode(), usedforsecurity=False).hexdigest()}-{'1' * 16}-01"


def _object_to_some(work: Work, message: Envelope, body: object) -> None:
    if message.stream == "town/early":
        raise TryLater("missing-edition")
    if message.stream == "town/broken":
        raise ArithmeticError("this handler is broken")


def _message(sequence: int, stream: str) -> Envelope:
    return Envelope(
        id=f"{stream}-{sequence}",
        source="registry",
        type="jurisdiction.changed",
        stream=stream,
        sequence=sequence,
        town="a",
        at=START,
        data=dict(JURISDICTION),
    )
