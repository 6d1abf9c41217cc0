"""The routes of the services and of the console, as they stand in this checkout."""

from pathlib import Path
from tempfile import TemporaryDirectory

from gridcase.gateway.declared import routes_of
from gridcase.gateway.table import RouteTable
from gridcase.house import HousePlan, build_house, passing_stores
from services.console import bootstrap as console
from shared.obs.metrics import Metrics


def declared_routes() -> RouteTable:
    """Build every service, on stores that end with this call, and read what it declares.

    Raises:
        RouteCollision: two services declare the same path.
        UnknownPattern: one declares a path that can't be compared with others.
    """
    with TemporaryDirectory() as folder:
        plan = HousePlan(f"sqlite:///{folder}/{{service}}.db", bytes(32), "reference", Path(folder))
        stores = passing_stores(plan)
        try:
            services = build_house(plan, stores, Metrics())
            apps = {name: service.app for name, service in services.items()}
            pages = console.build(console.ConsoleSettings(plan.secret), console.WsgiCalls())
            return RouteTable(routes_of({**apps, console.NAME: pages}))  # type: ignore[dict-item]
        finally:
            for store in stores.values():
                store.close()
