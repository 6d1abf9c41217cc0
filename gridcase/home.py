"""The first page of an embedded house: what this is, the sample cases, the documentation, the health of all.

Figures are not among it: they are for whoever runs the house, at an address of their own (`embedded.show_figures`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Flask, render_template

from gridcase.samples import SampleCase
from shared.flow.service import Service
from shared.obs.health import OK, Health


def make_home(services: Mapping[str, Service], health: Health, samples: Sequence[SampleCase]) -> Flask:
    """Return the application that answers what belongs to no single service."""
    home = Flask("gridcase.home", root_path=str(Path(__file__).parent))
    pages = _HomePages(services, health, samples)
    home.add_url_rule("/", "first", pages.first)
    home.add_url_rule("/healthz", "health", pages.health)
    return home


class _HomePages:
    def __init__(
        self, services: Mapping[str, Service], health: Health, samples: Sequence[SampleCase]
    ) -> None:
        self._services = services
        self._health = health
        self._samples = samples

    def first(self) -> str:
        """Show the first page; the samples on it hold no personal data."""
        return render_template("home.html", services=list(self._services), samples=self._samples)

    def health(self) -> tuple[dict[str, str | dict[str, str]], int]:
        """Ask every service's store."""
        is_well, states = self._health.report()
        return {"status": OK if is_well else "failing", "services": states}, 200 if is_well else 503
