"""Every figure that the services show, in one place, so that names and series stay few.

Per town at most 20 series (2,000 towns stay scrapeable); detail comes from the API. Rules are the exception, with a
bound of their own for each process. Built by a bootstrap and passed in; nothing here is global.
"""

from collections.abc import Callable, Iterable

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.obs.failures import told

log = structlog.get_logger()

# settled at this share of its limit: 1 is exactly at the due instant
SETTLED_SHARES = (0.5, 1.0, 2.0)
# one leg of a case's way, from one service to the next: at once, noticeable, and what somebody should look at
LEG_SECONDS = (0.1, 1.0, 5.0, 60.0)


class Metrics:
    """The figures of one process.

    Args:
        registry: where they are kept; None: one of their own, so that two in one process do not meet.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.reports = self._counter("gridcase_reports_total", "Cases admitted.", "town")
        self.reports_refused = self._counter(
            "gridcase_reports_refused_total", "Reports refused at the door.", "code"
        )
        self.decisions = self._counter(
            "gridcase_decisions_total",
            "Decisions: outcome rule, fallback or disagreement.",
            "town",
            "outcome",
        )
        self.rule_decisions = self._counter(
            "gridcase_rule_decisions_total",
            "Decisions by edition: each rule's, and those of the fallback and of evaluators that differed.",
            "town",
            "edition",
            "outcome",
            "rule",
            "title",
        )
        self.rule_editions_left_out = Gauge(
            "gridcase_rule_editions_left_out",
            "Editions whose rules are not counted one by one, for there are too many.",
            registry=self.registry,
        )
        self.breaches = self._counter("gridcase_breaches_total", "Deadlines breached.", "town")
        self.settled_share = Histogram(
            "gridcase_settled_share",
            "Time to settle as a share of the limit (1 = at the due instant).",
            ("town",),
            buckets=SETTLED_SHARES,
            registry=self.registry,
        )
        self.deliveries = self._counter(
            "gridcase_deliveries_total", "Deliveries: outcome sent, failed or uncertain.", "town", "outcome"
        )
        self.edition = Gauge(
            "gridcase_edition_number", "Number of the edition in force.", ("town",), registry=self.registry
        )
        self.packs_refused = self._counter(
            "gridcase_packs_refused_total", "Editions refused at publishing.", "town"
        )
        self.messages = self._counter(
            "gridcase_messages_total",
            "Messages taken: done, duplicate, refused, held, later, parked.",
            "service",
            "outcome",
        )
        self.legs = Histogram(
            "gridcase_leg_seconds",
            "From when a message was said until a service had acted on it.",
            ("service", "type"),
            buckets=LEG_SECONDS,
            registry=self.registry,
        )
        self.clock_skew = Gauge(
            "gridcase_clock_skew_seconds", "Engine's clock minus the database's.", registry=self.registry
        )
        self.well = Gauge(
            "gridcase_well",
            "1 where a part of a service works, 0 where it does not.",
            ("service", "part"),
            registry=self.registry,
        )
        self.denied = self._counter(
            "gridcase_denied_total", "Requests for what the caller may not reach.", "service", "reason"
        )
        self.over_quota = self._counter(
            "gridcase_over_quota_total", "Requests refused since a quota is used up.", "service", "measure"
        )
        self.sign_ins = self._counter(
            "gridcase_sign_ins_total", "Sign-ins: outcome ok or refused.", "outcome"
        )
        self.http = Histogram(
            "gridcase_http_seconds",
            "HTTP requests.",
            ("service", "route", "status"),
            # Few of them: each one more is another series for every route and status.
            buckets=(0.01, 0.05, 0.25, 1.0, 5.0),
            registry=self.registry,
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def observe(
        self,
        name: str,
        text: str,
        labels: tuple[str, ...],
        read: Callable[[], Iterable[tuple[tuple[str, ...], float]]],
    ) -> None:
        """Show a gauge whose values are read when somebody scrapes: rows of label values and a number.

        A gauge that can't be read shows nothing; the others stay to be seen, most of all while a store is away.

        Args:
            name: as Prometheus knows it.
            text: what it tells, for people.
            labels: their names; each row gives a value for each.
            read: called at every scrape, by any thread; an answer of many rows is many series.

        Raises:
            ValueError: there is a figure of that name already.
        """
        self.registry.register(_Reading(name, text, labels, read))


class _Reading(Collector):
    def __init__(
        self,
        name: str,
        text: str,
        labels: tuple[str, ...],
        read: Callable[[], Iterable[tuple[tuple[str, ...], float]]],
    ) -> None:
        self._family = (name, text, labels)
        self._read = read

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name the family without reading anything."""
        # By this the registry knows the name, and refuses a second figure of it, without asking any store.
        name, text, labels = self._family
        return [GaugeMetricFamily(name, text, labels=labels)]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Read the values now."""
        name, text, labels = self._family
        family = GaugeMetricFamily(name, text, labels=labels)
        for values, number in self._rows():
            family.add_metric(list(values), number)
        return [family]

    def _rows(self) -> Iterable[tuple[tuple[str, ...], float]]:
        try:
            # Read to its end in here: one that is made as it is read fails only then.
            return list(self._read())
        except Exception as failure:  # noqa: BLE001 - one unreadable figure must not hide all
            log.warning("figure-unread", figure=self._family[0], cause=told(failure))
            return []
