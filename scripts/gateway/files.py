"""Which files are generated, and from what."""

from pathlib import Path

from gridcase.gateway.table import RouteTable
from scripts.gateway.health import health_conf
from scripts.gateway.nginx import routes_conf
from scripts.gateway.page import routes_page
from scripts.gateway.problems import problems_conf

ROOT = Path(__file__).resolve().parents[2]


def generated(table: RouteTable) -> dict[str, str]:
    """Return the text of every generated file, by its path within the checkout."""
    return {
        "docs/routes.md": routes_page(table),
        "deploy/nginx/routes.conf": routes_conf(table),
        "deploy/nginx/health.conf": health_conf(table.owners),
        "deploy/nginx/problems.conf": problems_conf(),
    }
