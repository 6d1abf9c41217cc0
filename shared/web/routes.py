"""What a route takes and gives, said once: it is checked by it and documented by it.

Decides how a body or a query becomes the route's first argument. The descriptions are left where
flask-smorest looks for them when it writes the OpenAPI document. Must not know any service's routes.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from http import HTTPStatus
from typing import Any, Literal

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema

from shared.kernel.problems import Problem
from shared.web.access import View
from shared.web.inputs import invalid, load, schema_of
from shared.web.manners import manners

Method = Literal["GET", "POST", "PUT", "DELETE"]
JSON_TYPES = ("application/json", "application/merge-patch+json")


def takes(
    kind: type[Schema], place: Literal["json", "query"] = "json", *, checked: bool = True
) -> Callable[[View], View]:
    """Hand the body or query to the route as its next positional argument.

    Args:
        checked: False where the route checks the JSON itself (a bulk, item by item); documented all the same.
    """

    def dress(view: View) -> View:
        @wraps(view)
        def dressed(*args: Any, **names: Any) -> Any:
            data = body() if place == "json" else _query()
            return view(*args, load(kind, data, manners().words) if checked else data, **names)

        _document(
            dressed,
            view,
            "arguments",
            "parameters",
            [{"in": place, "required": True, "schema": schema_of(kind)}],
        )
        return dressed

    return dress


def answers(
    status: int,
    kind: type[Schema] | dict[str, Any] | None = None,
    *,
    content_type: str | None = None,
    description: str | None = None,
) -> Callable[[View], View]:
    """Describe what the route gives; the route returns a finished response."""

    def dress(view: View) -> View:
        @wraps(view)
        def dressed(*args: Any, **names: Any) -> Any:
            return view(*args, **names)

        described: dict[str, Any] = {
            "description": description or HTTPStatus(status).phrase,
            "content_type": content_type,
        }
        if kind is not None:
            described["schema"] = kind if isinstance(kind, dict) else schema_of(kind)
        _document(dressed, view, "response", "responses", {status: [described]})
        return dressed

    return dress


def describe(**manual: Any) -> Callable[[View], View]:
    """Add to the route's OpenAPI operation by hand: headers, a multipart body."""

    def dress(view: View) -> View:
        @wraps(view)
        def dressed(*args: Any, **names: Any) -> Any:
            return view(*args, **names)

        doc = deepcopy(getattr(view, "_apidoc", {}))
        dressed._apidoc = {**doc, "manual_doc": {**doc.get("manual_doc", {}), **manual}}  # type: ignore[attr-defined]
        return dressed

    return dress


def mount(blueprint: Blueprint, method: Method, rule: str, view: View) -> None:
    """Put a route into a blueprint under the view's own name."""
    blueprint.add_url_rule(rule, f"{view.__name__}", view, methods=[method])


def body() -> Any:
    """Return the request's JSON body.

    Raises:
        Problem: `wrong-media-type`, `too-large`, or one of strict JSON's.
    """
    ours = manners()
    if request.mimetype not in JSON_TYPES:
        raise ours.words.problem("wrong-media-type")
    return ours.json.read(request.get_data(cache=True))


def _query() -> dict[str, str]:
    for name, values in request.args.lists():
        if len(values) > 1:
            raise _given_twice(name)
    return request.args.to_dict()


def _given_twice(name: str) -> Problem:
    return invalid({name[:100]: "Invalid value."}, manners().words)


def _document(dressed: View, view: View, section: str, part: str, more: Any) -> None:
    doc = deepcopy(getattr(view, "_apidoc", {}))
    known = doc.setdefault(section, {}).setdefault(part, [] if isinstance(more, list) else {})
    if isinstance(more, list):
        known[:0] = more
    else:
        known.update(more)
    if section == "response":
        doc.setdefault("success_status_codes", []).extend(more)
    dressed._apidoc = doc  # type: ignore[attr-defined]
