"""The first page of an embedded house: what this is, the sample cases, the documentation, the health of all."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Flask, Response, render_template
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from gridcase.samples import SampleCase
from shared.flow.service import Service
from shared.obs.health import OK, Health
from shared.obs.metrics import Metrics


def make_home(services: Mapping[str, Service], metrics: Metrics, samples: Sequence[SampleCase]) -> Flask:
    """Return the application that answers what belongs to no single service."""
    home = Flask("gridcase.home", root_path=str(Path(__file__).parent))
    pages = _HomePages(services, metrics, samples)
    home.add_url_rule("/", "first", pages.first)
    home.add_url_rule("/healthz", "health", pages.health)
    home.add_url_rule("/metrics", "metrics", pages.figures)
    return home


class _HomePages:
    def __init__(
        self, services: Mapping[str, Service], metrics: Metrics, samples: Sequence[SampleCase]
    ) -> None:
        self._services = services
        self._metrics = metrics
        self._health = Health(
            {name: service.store.ping for name, service in services.items()},
            shows=lambda name, is_well: metrics.well.labels(name, "store").set(is_well),
        )
        self._samples = samples

    def first(self) -> str:
        """Show the first page; the samples on it hold no personal data."""
        return render_template("home.html", services=list(self._services), samples=self._samples)

    def health(self) -> tuple[dict[str, str | dict[str, str]], int]:
        """Ask every service's store."""
        is_well, states = self._health.report()
        return {"status": OK if is_well else "failing", "services": states}, 200 if is_well else 503

    def figures(self) -> Response:
        """Show the figures of this process, all services' together."""
        self._health.report()
        return Response(generate_latest(self._metrics.registry), content_type=CONTENT_TYPE_LATEST)
