"""A service's web application over its own store: what every bootstrap would say alike is said here.

Decides that tokens are looked up in the service's own copy of them and that the service is not well while its store is
not; while it is away, requests are put off and not refused. Must not know any service; what an application has beside
that is `shared.web.app`'s to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Flask
from flask_smorest import Blueprint

from shared.db.absence import is_away
from shared.db.store import Store
from shared.flow.dead_letters import words
from shared.flow.quota_ledger import StoreLedger
from shared.flow.tokens import short_token_lookup, token_lookup
from shared.flow.waiting_routes import WaitingRoutes
from shared.kernel.keyring import Secret
from shared.obs.health import Health, Ping
from shared.obs.metrics import Metrics
from shared.web.app import AppOptions, make_app, web_catalogue
from shared.web.callers import TokenLookup
from shared.web.cursors import Cursors
from shared.web.routes import blueprint_of


def application_on(
    store: Store,
    routes: Sequence[Blueprint],
    *,
    metrics: Metrics,
    options: AppOptions,
    tokens: TokenLookup | None = None,
    secret: Secret = b"",
    pings: Mapping[str, Ping] | None = None,
) -> Flask:
    """Return the application of the service whose store this is.

    Args:
        routes: as `shared.web.routes.blueprint_of` makes them.
        tokens: finds the holder of a token by the token's SHA-256; None: asks the store each time.
        secret: the deployment's, by which short tokens are known where the options do not know them (b'': they are
            nobody's), and lists are gone on with.
        pings: by name, what must be well beside the store; see `shared.obs.health.Ping`.

    Raises:
        RuntimeError: a route says nothing about who may call it, or how far it reaches.
    """
    short_tokens = options.short_tokens or (short_token_lookup(store, secret) if secret else None)
    health = Health({"store": store.ping, **(pings or {})})
    waiting = WaitingRoutes(store, Cursors(secret, web_catalogue(), store.service))
    return make_app(
        store.service,
        [
            *routes,
            blueprint_of("waiting", waiting, description="what waits here, for whoever runs the platform"),
        ],
        tokens=tokens or token_lookup(store),
        metrics=metrics,
        health=health,
        options=replace(
            options, passes=is_away, short_tokens=short_tokens, catalogues=(*options.catalogues, words())
        ),
        ledger=StoreLedger(store),
    )
