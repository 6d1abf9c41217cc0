"""Building a service's web application, in the same way for every service.

Decides what every application has: problems for all errors, strict bodies, tokens, traces, figures, health
and its own description. Must not know any service.

A service's routes are methods of classes. Each class gets what its routes need in its constructor, from the service's
bootstrap alone, and says in `mount` where they lie; there is no other way to add a route:

    class CaseRoutes:
        def __init__(self, store: Store, steps: StepTaker) -> None: ...

        def mount(self, blueprint: Blueprint) -> None:
            mount(blueprint, 'POST', '/v1/towns/<town>/cases/<case>/steps', self.take_step)

        @require(Role.UNIT_STAFF, Role.SUPERVISOR)
        @takes(StepInput)  # or takes(ListQuery, 'query'); lists: see `paging`
        @answers(200, CaseView)
        def take_step(self, given: dict[str, Any], town: str, case: str) -> Response:
            return json_answer({...})

    routes = blueprint_of('cases', CaseRoutes(store, steps), OrderRoutes(store))
    app = make_app('intake', [routes], tokens=…, metrics=…, health=…)

A bootstrap calls `shared.flow.application.application_on` in the place of the last line: it knows tokens and health.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_smorest import Blueprint

from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.app_config import AppConfig, Translation
from shared.web.body_length import LARGEST_BODY, allow_body
from shared.web.callers import ShortTokenLookup, TokenLookup
from shared.web.catalogue import Catalogue
from shared.web.description import ApiDescription
from shared.web.meter import Ledger, MemoryLedger, Meter
from shared.web.quotas import DoorSettings
from shared.web.reach import refuse_unsaid_access
from shared.web.refusals import answer_refusals
from shared.web.standard_routes import StandardRoutes
from shared.web.strict_json import StrictJson
from shared.web.watching import watch

_HERE = Path(__file__).parent
BEARER_SCHEME = {"bearer": {"type": "http", "scheme": "bearer"}}


@dataclass(frozen=True, slots=True)
class AppOptions:
    """How an application shows itself, beyond its routes.

    Args:
        catalogues: the service's own words, for the status of its codes.
        translate: exceptions of other rooms that stand for a problem: class → code of this room, or a
            function.
        passes: tells whether a failure passes by itself, such as a store's absence: it is answered with 503 then.
        door: quotas, and the proxies that are trusted.
        largest_body: bytes; a route may allow more for itself (`takes`, `body_length.allow_body`).
        about: one sentence for the documentation.
        short_tokens: tells what a short token grants, by the token itself; None: all of them are nobody's.
        schemes: by name, how some of its routes are signed beside tokens, as OpenAPI has it.
    """

    catalogues: Sequence[Catalogue] = ()
    translate: Mapping[type[Exception], Translation] = field(default_factory=dict)
    door: DoorSettings = field(default_factory=DoorSettings)
    passes: Callable[[BaseException], bool] = lambda _failure: False
    largest_body: int = LARGEST_BODY
    about: str = ""
    short_tokens: ShortTokenLookup | None = None
    schemes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def make_app(
    name: str,
    blueprints: Sequence[Blueprint],
    *,
    tokens: TokenLookup,
    metrics: Metrics,
    health: Health,
    options: AppOptions | None = None,
    ledger: Ledger | None = None,
) -> Flask:
    """Return the application of a service.

    Args:
        name: the service's name, as in messages.
        blueprints: its routes; see `routes.blueprint_of`.
        tokens: finds the holder of a token by the token's SHA-256.
        metrics: the process's figures.
        health: pings of the service's parts.
        options: None: none of them.
        ledger: keeps how much of its quota each token and town has used; None: this process alone does.

    Raises:
        RuntimeError: a route says nothing about who may call it, or how far it reaches.
    """
    options = options or AppOptions()
    app = Flask(f"gridcase.{name}", root_path=str(_HERE), static_folder=None)
    app.config.update(_settings(name, options))
    catalogue = web_catalogue()
    app_config = AppConfig(
        name,
        catalogue,
        (*options.catalogues, catalogue),
        options.translate,
        options.passes,
        StrictJson(catalogue),
        tokens,
        options.short_tokens or _nobody,
        metrics,
        Meter(options.door.quotas, ledger or MemoryLedger()),
        options.door.proxies,
    )
    # Found by whoever answers a request (`app_config`), so that routes need not be given it one by one.
    app.extensions["app_config"] = app_config
    # Before all else that looks at a request: whatever is refused after it has its trace and its figure.
    watch(app, name, metrics)
    app.before_request(partial(allow_body, options.largest_body))
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    answer_refusals(app, app_config)
    health.shows = lambda part, is_well: metrics.well.labels(name, part).set(is_well)
    StandardRoutes(ApiDescription(app, blueprints), metrics, health).mount(app)
    refuse_unsaid_access(app)
    return app


def _nobody(_token: str) -> None:
    return None


def web_catalogue() -> Catalogue:
    """Return this room's catalogue: what every service says when it refuses a request."""
    return Catalogue.of("shared.web")


def _settings(name: str, options: AppOptions) -> dict[str, Any]:
    return {
        "API_TITLE": f"gridcase {name}",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.0.3",
        "MAX_CONTENT_LENGTH": options.largest_body,
        "API_SPEC_OPTIONS": {
            "info": {"description": options.about},
            "security": [{"bearer": []}],
            "components": {"securitySchemes": {**BEARER_SCHEME, **options.schemes}},
        },
    }
