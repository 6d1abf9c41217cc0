"""The routes that every service has: health, figures, and its own description.

Decides how they look. They need no token: they tell nothing of any case; whoever runs the house keeps
/metrics inside.
"""

from flask import Flask, Response, request
from prometheus_client.exposition import choose_encoder

from shared.kernel.scope import HOUSE, within
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.access import open_to_all
from shared.web.answers import json_answer
from shared.web.description import ApiDescription

_WANTED = "Accept"


class StandardRoutes:
    """Health, figures and description of one service.

    Args:
        described: the service's description of itself.
        metrics: the process's figures.
        health: pings of the service's parts.
    """

    def __init__(self, described: ApiDescription, metrics: Metrics, health: Health) -> None:
        self._described = described
        self._metrics = metrics
        self._health = health

    def mount(self, app: Flask) -> None:
        """Add the routes to the application."""
        for rule, view in (
            ("/healthz", self.healthz),
            ("/metrics", self.metrics),
            ("/openapi.json", self.openapi),
        ):
            app.add_url_rule(rule, f"house.{view.__name__}", view)

    @open_to_all
    def healthz(self) -> Response:
        """Tell whether every part is well: 200, or 503 naming the parts that are not."""
        with within(HOUSE):  # of all towns, and of none
            is_well, parts = self._health.report()
        return json_answer({"status": "ok" if is_well else "unwell", "parts": parts}, 200 if is_well else 503)

    @open_to_all
    def metrics(self) -> Response:
        """Show the figures in the format that whoever scrapes asks for, the health of each part among them."""
        # Of the two alone OpenMetrics has exemplars: the trace of a message beside the figure that counts it.
        write, kind = choose_encoder(request.headers.get(_WANTED, ""))
        with within(HOUSE):
            self._health.report()
            figures = write(self._metrics.registry)
        return Response(figures, content_type=kind)

    @open_to_all
    def openapi(self) -> Response:
        """Give the OpenAPI document."""
        return json_answer(self._described.document())
