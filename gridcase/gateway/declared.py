"""What the services' own applications declare, as routes of the table.

Decides which pages every service has for itself: they are found under the service's name, figures nowhere.
Must not know any service.
"""

from collections.abc import Iterator, Mapping

from flask import Flask

from gridcase.gateway.patterns import PathPattern
from gridcase.gateway.table import Route

OWN_PAGES = ("/healthz", "/openapi.json")  # every service has them: '/intake/healthz', '/sla/healthz'
FLASKS_OWN = "static"  # Flask gives every application a folder of files unasked; none of ours has one
KEPT_INSIDE = ("/metrics",)  # for whoever runs the house, by the service's own address


def routes_of(apps: Mapping[str, Flask]) -> Iterator[Route]:
    """Yield the routes of services by name, their own pages under '/<name>'.

    Raises:
        UnknownPattern: a declared path has a form that can't be compared.
    """
    for name, app in apps.items():
        for path, methods in _declared(app):
            if path in OWN_PAGES:
                yield Route(PathPattern.read(f"/{name}{path}"), name, methods, prefix=f"/{name}")
            elif path not in KEPT_INSIDE:
                yield Route(PathPattern.read(path), name, methods)


def routes_of_home(name: str, app: Flask) -> Iterator[Route]:
    """Yield the routes of an application that answers for the house as a whole: all of them, as they stand."""
    for path, methods in _declared(app):
        yield Route(PathPattern.read(path), name, methods)


def _declared(app: Flask) -> Iterator[tuple[str, frozenset[str]]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == FLASKS_OWN:
            continue
        yield rule.rule, frozenset(rule.methods or ())
