"""The stores of a house, one a service: how each is opened and its tables brought to the present form.

Reaches a service by its bootstrap, and by none before it is asked for: a command that looks into one store does not
wait for all services.
"""

from importlib import import_module

from shared.db.engines import open_engine
from shared.db.store import Store

NAMES = ("registry", "intake", "routing", "sla", "notify", "duties", "ledger", "assess")
PACKAGES = {name: f"services.{name}" for name in NAMES}


def inspect_store(name: str, store_url: str) -> Store:
    """Return the store of a service that runs elsewhere, or nowhere; its tables are not touched.

    Args:
        store_url: with '{service}' for the service's name; no connection outlives its use.
    """
    found: Store = import_module(f"{PACKAGES[name]}.bootstrap").store_on(
        open_engine(store_url, name, pool_size=0)
    )
    return found


def upgrade_at(url: str, service: str) -> str | None:
    """Bring one service's tables to the present form and return their revision.

    Args:
        url: of the store, or of the administrator of a PostgreSQL that was provisioned; '{service}' is its name.
    """
    # Alembic is loaded by whoever changes tables, not by whoever reads them.
    from shared.db.migrate import upgrade

    engine = open_engine(url, service, pool_size=0)
    try:
        return upgrade(engine, PACKAGES[service])
    finally:
        engine.dispose()
