"""A service's description of itself (OpenAPI), made when somebody first asks for it.

It costs as much as all the rest of an application, and most processes are never asked. Must not know any service.
"""

import threading
from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from shared.web.answers import PROBLEM_TYPE, ProblemSchema


class ApiDescription:
    """The description of an application's routes; shared by all threads.

    Args:
        blueprints: all that the application has registered and describes.
    """

    def __init__(self, app: Flask, blueprints: Sequence[Blueprint]) -> None:
        self._app = app
        self._blueprints = blueprints
        self._lock = threading.Lock()
        self._api: Api | None = None

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        with self._lock:
            self._api = self._api or self._described()
        found: dict[str, Any] = self._api.spec.to_dict()
        return found

    def _described(self) -> Api:
        api = _ProblemApi(self._app)
        for blueprint in self._blueprints:
            # What flask-smorest does beside registering; the routes themselves are registered at the start.
            blueprint.register_views_in_doc(api, self._app, api.spec, name=blueprint.name, parameters=None)
            api.spec.tag({"name": blueprint.name, "description": blueprint.description})
        return api


class _ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest's register of routes, with our errors in the place of its own."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Nothing: `refusals` answers errors."""

    def _register_responses(self) -> None:
        """Describe errors with the content type that they have."""
        # flask-smorest knows one content type for all answers: ours stands while errors are described, and no longer.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE
