"""Building a service's web application with the manners of the house.

Decides what every application has: problems for all errors, strict bodies, tokens, traces, figures, health
and its own description. Must not know any service.

A service's routes are methods of a class that its bootstrap builds:

    class Cases:
        @require(Role.UNIT_STAFF, Role.SUPERVISOR)
        @takes(StepInput)  # or takes(ListQuery, 'query')
        @answers(200, CaseView)
        def take_step(self, given: dict[str, Any], town: str, case: str) -> Response:
            return json_answer({...})

    blueprint = Blueprint('cases', __name__)
    mount(blueprint, 'POST', '/v1/towns/<town>/cases/<case>/steps', cases.take_step)
    app = make_app('intake', [blueprint], tokens=…, metrics=…, health=…)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.access import routes_without_access
from shared.web.answers import PROBLEM_TYPE, ProblemSchema
from shared.web.callers import TokenLookup
from shared.web.house_routes import HouseRoutes
from shared.web.manners import Manners, Translation
from shared.web.refusals import answer_refusals
from shared.web.strict_json import StrictJson
from shared.web.watching import watch
from shared.web.words import Words

LARGEST_BODY = 4 * 2**20
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Facing:
    """How an application shows itself, beyond its routes.

    Args:
        catalogues: the service's own words, for the status of its codes.
        translate: exceptions of other rooms that stand for a problem: class → code of this room, or a
            function.
        largest_body: bytes; a route may set `request.max_content_length` for itself.
        about: one sentence for the documentation.
    """

    catalogues: Sequence[Words] = ()
    translate: Mapping[type[Exception], Translation] = field(default_factory=dict)
    largest_body: int = LARGEST_BODY
    about: str = ""


def make_app(
    name: str,
    blueprints: Sequence[Blueprint],
    *,
    tokens: TokenLookup,
    metrics: Metrics,
    health: Health,
    facing: Facing | None = None,
) -> Flask:
    """Return the application of a service.

    Args:
        name: the service's name, as in messages.
        tokens: finds the holder of a token by the token's SHA-256.

    Raises:
        RuntimeError: a route says nothing about who may call it.
    """
    facing = facing or Facing()
    app = Flask(f"gridcase.{name}", root_path=str(_HERE), static_folder=None)
    app.config.update(_settings(name, facing))
    words = own_words()
    manners = Manners(
        name, words, (*facing.catalogues, words), facing.translate, StrictJson(words), tokens, metrics
    )
    app.extensions["manners"] = manners
    watch(app, name, metrics)
    api = _ProblemApi(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    answer_refusals(app, manners)
    HouseRoutes(api, metrics, health).mount(app)
    _refuse_open_doors(app)
    return app


def own_words() -> Words:
    """Return this room's catalogue."""
    return Words.of("shared.web")


class _ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest's register of routes, with our errors in the place of its own."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Nothing: `refusals` answers errors."""

    def _register_responses(self) -> None:
        """Describe errors with the content type that they have."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE


def _settings(name: str, facing: Facing) -> dict[str, Any]:
    return {
        "API_TITLE": f"gridcase {name}",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.0.3",
        "MAX_CONTENT_LENGTH": facing.largest_body,
        "API_SPEC_OPTIONS": {
            "info": {"description": facing.about},
            "security": [{"bearer": []}],
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        },
    }


def _refuse_open_doors(app: Flask) -> None:
    with app.app_context():
        if unguarded := routes_without_access():
            raise RuntimeError(f"routes without require() or open_to_all: {', '.join(unguarded)}")
