"""Every operation of every service, as its own OpenAPI document tells of it: a new route is in it by itself.

Decides how a request is made from a description alone. Must not know any service.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client

from shared.flow.service import Service
from shared.kernel.roles import Role
from shared.web.reach import IN_DOCUMENT, Reach

METHODS = ("get", "post", "put", "patch", "delete")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Args:
        path: with its variables in braces.
        roles: who may call it; empty where it is open.
        body: the least that its description takes; None: it takes none.
        query: the least that must stand behind the path.
    """

    service: str
    method: str
    path: str
    reach: Reach
    roles: frozenset[Role]
    body: Json | None
    query: tuple[tuple[str, str], ...] = ()

    @property
    def is_about_a_case(self) -> bool:
        """Whether its path names a case."""
        return "{case}" in self.path

    def at(self, **names: str) -> str:
        """Return the path with the values of its variables in it, and a guess where none is given."""
        parts = self.path.split("/")
        path = "/".join(names.get(part[1:-1], "guessed") if part.startswith("{") else part for part in parts)
        # A case that must be named behind the path is the one in it: whoever sees that one gets an answer.
        query = {name: names.get("case", value) for name, value in self.query}
        return f"{path}?{urlencode(query)}" if query else path


def operations_of(services: Mapping[str, Service]) -> list[Operation]:
    """Return every operation that the services describe, by service and path.

    Raises:
        KeyError: one says nothing about who may call it.
    """
    return [
        operation
        for name, service in sorted(services.items())
        for operation in _described(name, Client(service.app).get("/openapi.json").get_json())
    ]


def _described(service: str, document: Json) -> Iterator[Operation]:
    for path, methods in sorted(document["paths"].items()):
        for method in METHODS:
            if method in methods:
                access = methods[method][IN_DOCUMENT]
                roles = frozenset(map(Role, access["roles"]))
                body, query = _body(document, methods[method]), tuple(_query(document, methods[method]))
                yield Operation(service, method.upper(), path, Reach(access["reach"]), roles, body, query)


def _query(document: Json, operation: Json) -> Iterator[tuple[str, str]]:
    for taken in operation.get("parameters", ()):
        if taken.get("in") == "query" and taken.get("required"):
            yield taken["name"], str(_least(document, taken["schema"]))


def _body(document: Json, operation: Json) -> Json | None:
    content = operation.get("requestBody", {}).get("content", {})
    return _least(document, content["application/json"]["schema"]) if "application/json" in content else None


def _least(document: Json, schema: Json) -> Any:
    """The least value that a schema takes: enough to get past the form, whatever becomes of it then."""
    if "$ref" in schema:
        return _least(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        known = schema.get("properties", {})
        return {name: _least(document, known[name]) for name in schema.get("required", ())}
    if kind == "array":
        return [_least(document, schema["items"])] * schema.get("minItems", 1)
    if schema.get("format") == "date-time":
        return "2026-03-10T00:00:00Z"
    return {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": False}.get(kind, "x")
