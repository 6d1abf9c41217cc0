"""The house behind the pages: the sample cases, the documentation, the health of all, for whoever builds on it.

People arrive at the console (`services.console`), which has '/'. Figures are not among it: they are for whoever runs
the house, at an address of their own (`embedded.show_figures`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Flask, Response

from gridcase.samples import SampleCase
from shared.flow.service import Service
from shared.obs.health import OK, Health
from shared.web.pages import styled_page
from shared.web.watching import keep_browsers_careful

HOUSE = "/house"
STYLE = """  body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 70rem;
    margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
  h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d8dee6; vertical-align: top; }
  th { background: #f3f6f9; } code { background: #f3f6f9; padding: .1rem .3rem; } .quiet { color: #5a6675; }"""


def make_home(services: Mapping[str, Service], health: Health, samples: Sequence[SampleCase]) -> Flask:
    """Return the application that answers what belongs to no single service."""
    home = Flask("gridcase.home", root_path=str(Path(__file__).parent))
    pages = _HomePages(services, health, samples)
    home.after_request(keep_browsers_careful)
    home.add_url_rule(HOUSE, "first", pages.first)
    home.add_url_rule("/healthz", "health", pages.health)
    return home


class _HomePages:
    def __init__(
        self, services: Mapping[str, Service], health: Health, samples: Sequence[SampleCase]
    ) -> None:
        self._services = services
        self._health = health
        self._samples = samples

    def first(self) -> Response:
        """Show the first page; the samples on it hold no personal data."""
        return styled_page("home.html", STYLE, services=list(self._services), samples=self._samples)

    def health(self) -> tuple[dict[str, str | dict[str, str]], int]:
        """Ask every service's store."""
        is_well, states = self._health.report()
        return {"status": OK if is_well else "failing", "services": states}, 200 if is_well else 503
