"""What a route takes and gives, said once: it is checked by it and documented by it.

Decides how a body or a query becomes the route's first argument. The descriptions are left where
flask-smorest looks for them when it writes the OpenAPI document. Must not know any service's routes.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from http import HTTPStatus
from typing import Any, Literal, Protocol

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema

from shared.kernel.problems import Problem
from shared.web.app_config import app_config
from shared.web.body_length import allow_body
from shared.web.inputs import invalid, load, schema_of
from shared.web.reach import View

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
JSON_TYPES = ("application/json", "application/merge-patch+json")


class Routes(Protocol):
    """Some routes of a service: a class that its bootstrap builds with what these routes need, and no more."""

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes to a blueprint, each by `mount` below."""
        ...


def blueprint_of(name: str, *routes: Routes, description: str = "") -> Blueprint:
    """Return a blueprint with routes mounted on it.

    Args:
        name: of the group under which the documentation shows them; unique within a service.
        routes: views of different names: a view's name is its endpoint.
        description: of the group, for the documentation.
    """
    blueprint = Blueprint(name, __name__, description=description)
    for group in routes:
        group.mount(blueprint)
    return blueprint


def takes(
    kind: type[Schema],
    place: Literal["json", "query"] = "json",
    *,
    checked: bool = True,
    longest: int | None = None,
) -> Callable[[View], View]:
    """Hand the body or query to the route as its next positional argument.

    Args:
        kind: what it is checked and documented by.
        place: 'json' for the body, 'query' for the address.
        checked: False where the route checks the JSON itself (a bulk, item by item); documented all the same.
        longest: bytes of the body at most; None: as many as the application grants all its routes.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def taking(*args: Any, **names: Any) -> Any:
            if longest is not None:
                allow_body(longest)
            data = body() if place == "json" else _query()
            return view(*args, load(kind, data, app_config().catalogue) if checked else data, **names)

        _document(
            taking,
            view,
            "arguments",
            "parameters",
            [{"in": place, "required": True, "schema": schema_of(kind)}],
        )
        return taking

    return decorate


def answers(
    status: int,
    kind: type[Schema] | dict[str, Any] | None = None,
    *,
    content_type: str | None = None,
    description: str | None = None,
) -> Callable[[View], View]:
    """Describe what the route gives; the route returns a finished response, which nobody holds against it.

    Args:
        status: one that it may answer with; each has a decorator of its own.
        kind: what the body is, as a schema or as OpenAPI has it; None: there is none.
        content_type: None: JSON.
        description: None: the status's own words.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answering(*args: Any, **names: Any) -> Any:
            return view(*args, **names)

        described: dict[str, Any] = {
            "description": description or HTTPStatus(status).phrase,
            "content_type": content_type,
        }
        if kind is not None:
            described["schema"] = kind if isinstance(kind, dict) else schema_of(kind)
        _document(answering, view, "response", "responses", {status: [described]})
        return answering

    return decorate


def describe(**manual: Any) -> Callable[[View], View]:
    """Add to the route's OpenAPI operation by hand: headers, a multipart body.

    Args:
        manual: members of the operation, in the place of those that stand there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def described(*args: Any, **names: Any) -> Any:
            return view(*args, **names)

        # Where flask-smorest keeps what it says of a view. Copied: `wraps` has handed the view's own dictionary on.
        doc = deepcopy(getattr(view, "_apidoc", {}))
        described._apidoc = {**doc, "manual_doc": {**doc.get("manual_doc", {}), **manual}}  # type: ignore[attr-defined]
        return described

    return decorate


def mount(blueprint: Blueprint, method: Method, rule: str, view: View) -> None:
    """Put a route into a blueprint under the view's own name.

    Args:
        method: one; a path with several has a call for each.
        rule: path with variables, such as '/v1/towns/<town>/cases/<case>'.
        view: with `require` or `open_to_all` above it, or the application refuses to be made.
    """
    blueprint.add_url_rule(rule, f"{view.__name__}", view, methods=[method])


def body() -> Any:
    """Return the value of the request's JSON body; nobody has checked it yet.

    Raises:
        Problem: `wrong-media-type`, `too-large`, or one of strict JSON's.
    """
    config = app_config()
    if request.mimetype not in JSON_TYPES:
        raise config.catalogue.problem("wrong-media-type")
    return config.json.read(request.get_data(cache=True))


def _query() -> dict[str, str]:
    """The address's query; a name given twice is refused: which of the two is meant nobody can know."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise _given_twice(name)
    return request.args.to_dict()


def _given_twice(name: str) -> Problem:
    return invalid({name[:100]: "Invalid value."}, app_config().catalogue)


def _document(wrapped: View, view: View, section: str, part: str, more: Any) -> None:
    """Leave a description where flask-smorest looks for it, beside those of the decorators below.

    Copied before it is changed: `wraps` has handed on the view's own, which would change with it.
    """
    doc = deepcopy(getattr(view, "_apidoc", {}))
    known = doc.setdefault(section, {}).setdefault(part, [] if isinstance(more, list) else {})
    # Decorators are applied from the bottom up: what stands above comes first.
    if isinstance(more, list):
        known[:0] = more
    else:
        known.update(more)
    if section == "response":
        doc.setdefault("success_status_codes", []).extend(more)
    wrapped._apidoc = doc  # type: ignore[attr-defined]
